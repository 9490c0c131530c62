import type { Monoid } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { bind } from '../trace.ts'
import { add } from './elementwise.ts'
import { logAddExp } from './logAdd.ts'
import { canonicalAxis, concatenate, pad, rev, sliceInDim } from './movement.ts'

export interface CumulativeOptions {
  /** From each element on, instead of up to it. */
  readonly reverse?: boolean
}

const named = (name: string, f: (x: NDArray, axis?: number, options?: CumulativeOptions) => NDArray) =>
  byName(name, ['operand', 'axis', 'options'], f)
type Cumulative = ReturnType<typeof named>

const cumulative = (name: string, kind: Monoid): Cumulative =>
  named(
    name,
    (x, axis = 0, { reverse = false } = {}) =>
      bind('cumulative', [x], { kind, axis: canonicalAxis(name, axis, x), reverse })[0],
  )

/**
 * The sum of all elements up to each one along `axis`.
 *
 * @example lax.cumsum(np.array([1, 2, 3])) // [1, 3, 6]
 */
export const cumsum: Cumulative = cumulative('cumsum', 'add')
/** The product of all elements up to each one. @example lax.cumprod(np.array([1, 2, 3])) // [1, 2, 6] */
export const cumprod: Cumulative = cumulative('cumprod', 'mul')
/** The largest of all elements up to each one; NaN from the first NaN on. @example lax.cummax(np.array([1, 3, 2])) // [1, 3, 3] */
export const cummax: Cumulative = cumulative('cummax', 'max')
/** The smallest of all elements up to each one. @example lax.cummin(np.array([3, 1, 2]), 0, { reverse: true }) // [1, 1, 2] */
export const cummin: Cumulative = cumulative('cummin', 'min')

/** `f` of neighbours, two by two: all pairs at once. */
type Combine<T> = (left: T, right: T) => T

/**
 * `combine` of all elements up to each one along `axis`, in as many rounds as doublings reach the end. Source: Blelloch, "Prefix sums and their
 * applications", 1990; the halving form is that of `jax.lax.associative_scan`.
 *
 * @param xs arrays that go together, all as long along `axis`
 */
export function prefixes(
  combine: Combine<readonly NDArray[]>,
  xs: readonly NDArray[],
  axis: number,
): readonly NDArray[] {
  const n = xs[0]?.shape[axis] as number
  if (n < 2) return xs
  const every = (list: readonly NDArray[], from: number, to: number): NDArray[] =>
    list.map((x) => sliceInDim(x, from, Math.max(from, to), 2, axis))
  const pairs = combine(every(xs, 0, n - 1), every(xs, 1, n))
  const odd = prefixes(combine, pairs, axis)
  const rest = every(xs, 2, n)
  const count = rest[0]?.shape[axis] as number
  const even =
    count === 0
      ? rest
      : combine(
          odd.map((x) => sliceInDim(x, 0, count, 1, axis)),
          rest,
        )
  return xs.map((x, i) =>
    interleave(concatenate([sliceInDim(x, 0, 1, 1, axis), even[i] as NDArray], axis), odd[i] as NDArray, axis),
  )
}

/** Elements of `a` and of `b` in turn, `a` first; `a` may have one more. */
function interleave(a: NDArray, b: NDArray, axis: number): NDArray {
  const isLonger = a.shape[axis] !== b.shape[axis]
  const spread = (x: NDArray, low: number, high: number): NDArray =>
    pad(
      x,
      0,
      x.shape.map((_, d) => (d === axis ? ([low, high, 1] as const) : ([0, 0, 0] as const))),
    )
  return add(spread(a, 0, isLonger ? 0 : 1), spread(b, 1, isLonger ? 1 : 0))
}

/**
 * `log Σ e^x` of all elements up to each one along `axis`, without overflow.
 *
 * @example lax.cumlogsumexp(np.array([1000, 1000])) // [1000, 1000 + Math.log(2)]
 */
export const cumlogsumexp = byName(
  'cumlogsumexp',
  ['operand', 'axis', 'options'],
  (x: NDArray, axis = 0, options: CumulativeOptions = {}): NDArray => {
    const at = canonicalAxis('cumlogsumexp', axis, x)
    const turned = options.reverse === true ? [at] : []
    const [out] = prefixes(([a], [b]) => [logAddExp(a as NDArray, b as NDArray)], [rev(x, turned)], at)
    return rev(out as NDArray, turned)
  },
)
