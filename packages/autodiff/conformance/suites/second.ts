import { grad, jit, type NDArray, numpy as np, vmap } from '../../src/index.ts'
import { type Callable, type Check, loadFixture } from '../check.ts'
import { describeCase, expectLike, type Packed, type Tolerance } from '../fixture.ts'
import * as matrices from './linalg.ts'
import * as special from './special.ts'

/** Of a call in another fixture, as a function of argument `at`; see `oracle/second_oracle.py`. */
interface SecondCase {
  readonly of: 'special' | 'linalg'
  readonly call: number
  readonly fn: string
  readonly at: number
  readonly second?: Packed
  /** By axis. */
  readonly batches?: readonly matrices.Result[]
}

/**
 * Where second derivatives round more than the calls do. Near 0 those of I₁ are differences of numbers 1/x² as large, of which ours lie closer to the
 * true ones; the errors of XLA's erfinv are multiplied once more; beta's logsf is a difference and a quotient of incomplete functions; far below 0, that of log Φ is
 * a sum of x and of what is nearly -x.
 */
const tolerances: { readonly [fn: string]: Tolerance } = {
  'lax.besselI1e': { ulps: 16, absolute: 1e-12 },
  'special.i1e': { ulps: 16, absolute: 1e-12 },
  'special.i1': { ulps: 16, absolute: 1e-12 },
  'special.ndtri': { ulps: 100 },
  'special.erfinv': { ulps: 8000 },
  'beta.logsf': { ulps: 100 },
  'special.logNdtr': { ulps: 400, absolute: 4e-15 },
  'norm.logcdf': { ulps: 400, absolute: 4e-15 },
}

/** How calls in a fixture are made, and how their results are compared. */
interface Source {
  readonly subject: string
  readonly title: string
  readonly call: () => { readonly f: Callable; readonly values: readonly unknown[] }
  /** Of which `second` is the second derivative. */
  readonly loss: (out: unknown) => NDArray
  readonly expectSecond: (actual: NDArray, expected: Packed) => void
  readonly expectBatch: (actual: unknown, expected: matrices.Result) => void
}

function ofSpecial(c: special.SpecialCase): Source {
  const [space, name] = special.nameOf(c)
  return {
    subject: `${special.publicNames[space] ?? `scipy.stats.${space}`}.${name}`,
    title: describeCase(c),
    call: () => special.callOf(c),
    loss: (out) => (out as NDArray).sum(),
    expectSecond: (actual, expected) => expectLike(actual, expected, tolerances[c.fn] ?? special.toleranceOf(c)),
    expectBatch: (actual, expected) => expectLike(actual as NDArray, expected as Packed, special.toleranceOf(c)),
  }
}

function ofMatrices(c: matrices.LinalgCase): Source {
  const [space, name] = matrices.nameOf(c)
  return {
    subject: `${matrices.publicNames[space] ?? space}.${name}`,
    title: matrices.titleOf(c),
    call: () => matrices.callOf(c),
    loss: matrices.weighed,
    expectSecond: (actual, expected) => matrices.expectNear(actual, expected, { slack: matrices.loose }),
    expectBatch: (actual, expected) => matrices.expectResult(actual, expected, c.abs ?? false),
  }
}

/** The call by one of its arguments, and that argument. */
function by({ call }: Source, at: number): readonly [f: (x: NDArray) => unknown, x: NDArray] {
  const { f, values } = call()
  return [(x) => f(...values.with(at, x)), values[at] as NDArray]
}

function checkSecond(source: Source, at: number, expected: Packed): void {
  const [f, x] = by(source, at)
  const weights = np.sin(np.arange(x.size).add(1).astype(x.dtype)).reshape(x.shape)
  const gradient = grad((y: NDArray) => source.loss(f(y)))
  source.expectSecond(jit(grad((y: NDArray) => gradient(y).mul(weights).sum()))(x), expected)
}

function checkBatch(source: Source, at: number, axis: number, expected: matrices.Result): void {
  const [f, x] = by(source, at)
  const both = np.stack([x, np.flip(x.ravel()).reshape(x.shape)], axis)
  source.expectBatch(vmap(f as (y: NDArray) => NDArray, axis)(both), expected)
}

function checksOf({ at, second, batches = [] }: SecondCase, source: Source): Check[] {
  const { subject, title } = source
  const batched = batches.map((out, axis) => ({
    subject,
    title: `vmap along axis ${axis} by argument ${at} of ${title}`,
    run: () => checkBatch(source, at, axis, out),
  }))
  if (second === undefined) return batched
  return [
    { subject, title: `second by argument ${at} of ${title}`, run: () => checkSecond(source, at, second) },
    ...batched,
  ]
}

/** Second derivatives of special functions and of matrices, and what they give for many examples along each axis. */
export async function seconds(): Promise<readonly Check[]> {
  const calls = await loadFixture<special.SpecialCase>('special')
  const others = await loadFixture<matrices.LinalgCase>('linalg')
  return (await loadFixture<SecondCase>('second')).flatMap((c) => {
    const known = (c.of === 'special' ? calls : others)[c.call]
    if (known?.fn !== c.fn)
      throw new Error(`${c.fn} is no longer call ${c.call} of ${c.of}: pnpm conformance --write second`)
    return checksOf(
      c,
      c.of === 'special' ? ofSpecial(known as special.SpecialCase) : ofMatrices(known as matrices.LinalgCase),
    )
  })
}
