import { ShapeError } from '@proj/backend'
import { isNDArray, type NDArray } from '../array.ts'
import { bind } from '../trace.ts'
import { neg } from './elementwise.ts'
import { canonicalAxis, transpose } from './movement.ts'

export interface SortOptions {
  /** Default: the last. */
  readonly dimension?: number
  /** Whether equals keep their order; default: true. */
  readonly isStable?: boolean
  /** How many of the operands, from the first on, are compared. Default: 1. */
  readonly numKeys?: number
}

/**
 * In ascending order along one dimension: one array, or several of one shape by the first `numKeys` of them. -0 and 0 are equal; NaN comes
 * last.
 *
 * @throws {ShapeError} when the shapes differ, or `numKeys` is not from 1 to the number of operands
 * @example lax.sort([np.array([2, 1]), np.array([10, 20])]) // [[1, 2], [20, 10]]
 */
export function sort(operand: NDArray, options?: SortOptions): NDArray
export function sort(operands: readonly NDArray[], options?: SortOptions): readonly NDArray[]
export function sort(operands: NDArray | readonly NDArray[], options: SortOptions = {}): NDArray | readonly NDArray[] {
  if (isNDArray(operands)) return sort([operands], options)[0] as NDArray
  const [first] = operands
  if (first === undefined) throw new ShapeError('sort', 'no operands', 'give at least one array')
  const { dimension = -1, isStable = true, numKeys = 1 } = options
  return bind('sort', operands, { dimension: canonicalAxis('sort', dimension, first), isStable, numKeys })
}

/**
 * `keys` in ascending order along `dimension`, and `values` in the order of their keys.
 *
 * @example lax.sortKeyVal(np.array([2, 1]), np.array([10, 20])) // [[1, 2], [20, 10]]
 */
export const sortKeyVal = (
  keys: NDArray,
  values: NDArray,
  options: Omit<SortOptions, 'numKeys'> = {},
): readonly [keys: NDArray, values: NDArray] => sort([keys, values], options) as readonly [NDArray, NDArray]

const swapLast = (x: NDArray, axis: number): NDArray => {
  const order = x.shape.map((_, i) => i)
  return transpose(x, order.with(axis, x.ndim - 1).with(x.ndim - 1, axis))
}

/**
 * The `k` largest along `axis`, descending, and their positions (int32); of equals the first, and NaN is the largest.
 *
 * @throws {ShapeError} when there are fewer than `k`
 * @example lax.topK(np.array([1, 3, 2]), 2) // [[3, 2], [1, 2]]
 */
export function topK(
  x: NDArray,
  k: number,
  options: { readonly axis?: number } = {},
): readonly [values: NDArray, indices: NDArray] {
  const axis = canonicalAxis('topK', options.axis ?? -1, x)
  const [values, indices] = bind('topK', [swapLast(x, axis)], { k })
  return [swapLast(values, axis), swapLast(indices, axis)]
}

export interface ApproxOptions {
  /** Default: the last. */
  readonly reductionDimension?: number
  /** How many of the true ones must be among the results; these are exact, so any will do. */
  readonly recallTarget?: number
}

/**
 * The `k` largest along a dimension, descending, and their positions: exact, whatever recall is asked for.
 *
 * @example lax.approxMaxK(np.array([3, 1, 2]), 2) // [[3, 2], [0, 2]]
 */
export const approxMaxK = (
  x: NDArray,
  k: number,
  options: ApproxOptions = {},
): readonly [values: NDArray, indices: NDArray] => topK(x, k, { axis: options.reductionDimension ?? -1 })

/**
 * The `k` smallest along a dimension, ascending, and their positions, as `approxMaxK`.
 *
 * @example lax.approxMinK(np.array([3, 1, 2]), 2) // [[1, 2], [1, 2]]
 */
export function approxMinK(
  x: NDArray,
  k: number,
  options: ApproxOptions = {},
): readonly [values: NDArray, indices: NDArray] {
  const [values, indices] = approxMaxK(neg(x), k, options)
  return [neg(values), indices]
}
