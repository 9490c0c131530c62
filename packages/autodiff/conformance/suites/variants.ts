import { type Check, loadFixture } from '../check.ts'
import { type Case, describeCase } from '../fixture.ts'
import { checkAlike } from './calls.ts'

/** A call on other arrays; without `args` where JAX refuses it; see `oracle/variants_oracle.py`. */
export interface Variant extends Partial<Case> {
  readonly kind: string
  readonly from: 'numpy' | 'lax'
  readonly fn: string
}

/** What we answer otherwise, and why. */
const otherwise: { readonly [variant: string]: string } = {
  ...Object.fromEntries(
    [
      'batchMatmul',
      'dot',
      'dotGeneral',
      'raggedDot',
      'conv',
      'convGeneralDilated',
      'convGeneralDilatedLocal',
      'convGeneralDilatedPatches',
      'convTranspose',
      'convWithGeneralPadding',
      'topK',
    ].map((fn) => [`lax.${fn} bool`, 'refused: numpy has the products that cast']),
  ),
  'lax.bitcastConvertType float16': 'refused: only dtypes of four bytes are taken apart',
  'lax.collapse scalar': 'refused: a scalar has no dimension 2',
  'lax.convTranspose special':
    'XLA multiplies infinities by the zeros of dilation and padding, or does not, as its kernels have it',
  'lax.convWithGeneralPadding special': 'the same',
}

const isAnswered = (v: Variant): v is Variant & Case =>
  v.out !== undefined && otherwise[`${v.from}.${v.fn} ${v.kind}`] === undefined

/** Every function on arrays of each dtype, on empty arrays, scalars, NaN and infinities, and along negative axes. */
export const variants = async (): Promise<readonly Check[]> =>
  (await loadFixture<Variant>('variants')).filter(isAnswered).map((v) => ({
    subject: `${v.from}.${v.fn}`,
    title: `${v.kind}: ${describeCase(v)}`,
    run: () => checkAlike(v.from, v),
  }))
