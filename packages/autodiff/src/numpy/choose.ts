import { isFloat } from '@proj/backend'
import type { ArrayLike, NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { maximum, minimum } from './arithmetic.ts'
import { broadcastShapes, broadcastTo } from './broadcast.ts'
import { asArray, promote, promoteDtypes, truth } from './coerce.ts'
import { finfo } from './limits.ts'
import { type NonzeroOptions, nonzero } from './positions.ts'

interface Choice {
  readonly x: ArrayLike
  readonly y: ArrayLike
}
const isChoice = (x: unknown): x is Choice => typeof x === 'object' && x !== null && 'x' in x && 'y' in x

/**
 * `x` where `condition` is not 0, else `y`; the three broadcast together.
 *
 * Both are computed, and both are differentiated: where `y` is undefined (a logarithm of 0, say) its derivative is NaN even if not chosen, so
 * make its operand safe with another `where` inside.
 *
 * @example np.where(x.gt(0), np.log(np.where(x.gt(0), x, 1)), 0)
 */
export function where(condition: ArrayLike, x: ArrayLike, y: ArrayLike): NDArray
export function where(condition: ArrayLike, options: Choice): NDArray
/** Where `condition` is not 0, as `nonzero`: one int32 vector for each dimension. */
export function where(condition: ArrayLike, options?: NonzeroOptions): readonly NDArray[]
export function where(
  condition: ArrayLike,
  x?: ArrayLike | NonzeroOptions | Choice,
  y?: ArrayLike,
): NDArray | readonly NDArray[] {
  if (isChoice(x)) return where(condition, x.x, x.y)
  if (y === undefined) return nonzero(condition, x as NonzeroOptions | undefined)
  const pred = truth('where', condition)
  const [a, b] = promote('where', x as ArrayLike, y)
  const shape = broadcastShapes('where', [pred.shape, a.shape], [pred, a])
  return lax.select(broadcastTo(pred, shape), broadcastTo(a, shape), broadcastTo(b, shape))
}

/**
 * For each element the first of `choices` whose condition holds, else `otherwise`.
 *
 * @throws {ShapeError} when there are not as many choices as conditions, or none
 * @example np.select([[true, false, false], [true, true, false]], [[1, 2, 3], [10, 20, 30]], 0) // [1, 20, 0]
 */
export const select = byName(
  'select',
  ['condlist', 'choicelist', 'default'],
  (conditions: readonly ArrayLike[], choices: readonly ArrayLike[], otherwise: ArrayLike = 0): NDArray => {
    if (conditions.length !== choices.length || conditions.length === 0)
      throw new ShapeError(
        'select',
        `${conditions.length} conditions and ${choices.length} choices`,
        'pass one choice for each condition, at least one',
      )
    const [last, ...rest] = promoteDtypes('select', [otherwise, ...choices]) as [NDArray, ...NDArray[]]
    return rest.reduceRight<NDArray>((out, choice, i) => where(conditions[i] as ArrayLike, choice, out), last)
  },
)

/** Between `min` and `max`, either of which may be `null`; where they cross, `max`. @example np.clip([-1, 0.5, 2], 0, 1) // [0, 0.5, 1] */
export const clip = byName(
  'clip',
  ['arr', 'min', 'max'],
  (x: ArrayLike, min?: ArrayLike | null, max?: ArrayLike | null): NDArray => {
    const above = min === undefined || min === null ? asArray('clip', x) : maximum(min, x)
    return max === undefined || max === null ? above : minimum(max, above)
  },
)

/** What `nanToNum` puts in place; default: 0, and the largest finite numbers of the dtype. */
export interface NanToNumOptions {
  readonly nan?: number
  readonly posinf?: number
  readonly neginf?: number
}

/** Finite numbers in place of NaN and the infinities. @example np.nanToNum([NaN, 1], { nan: 7 }) // [7, 1] */
export function nanToNum(x: ArrayLike, options: NanToNumOptions = {}): NDArray {
  const array = asArray('nanToNum', x)
  if (!isFloat(array.dtype)) return array
  const { max, min } = finfo(array.dtype)
  const { nan = 0, posinf = max, neginf = min } = options
  const number = lax.select(lax.ne(array, array), nan, array)
  const below = lax.select(lax.eq(number, Infinity), posinf, number)
  return lax.select(lax.eq(below, -Infinity), neginf, below)
}
