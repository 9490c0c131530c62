import { ShapeError, sameShape, sizeOf } from '@proj/backend'
import { formatArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import type { LaxOperand } from './constant.ts'
import { operand } from './constant.ts'
import {
  broadcastInDim,
  canonicalAxis,
  concatenate,
  elementInDim,
  expandDims,
  reshape,
  sliceInDim,
} from './movement.ts'

/**
 * Parts of `x` of these sizes, in order along `axis`.
 *
 * @throws {ShapeError} when the sizes do not add up to that of the axis
 * @example lax.split(np.arange(5), [2, 3]) // [[0, 1], [2, 3, 4]]
 */
export const split = byName(
  'split',
  ['operand', 'sizes', 'axis'],
  (x: NDArray, sizes: readonly number[], axis = 0): readonly NDArray[] => {
    const at = canonicalAxis('split', axis, x)
    const total = sizes.reduce((a, b) => a + b, 0)
    if (total !== x.shape[at] || sizes.some((n) => !Number.isInteger(n) || n < 0))
      throw new ShapeError(
        'split',
        `sizes [${sizes.join()}] for an axis of size ${x.shape[at]}`,
        'they must add up to it',
      )
    let start = 0
    return sizes.map((size) => sliceInDim(x, start, (start += size), 1, at))
  },
)

/**
 * Arrays of one shape and dtype as the slices of a new axis.
 *
 * @throws {ShapeError} when the shapes differ, or there is no array
 * @example lax.stack([np.zeros([3]), np.ones([3])]).shape // [2, 3]
 */
export const stack = byName('stack', ['arrays', 'axis'], (xs: readonly NDArray[], axis = 0): NDArray => {
  const [first] = xs
  if (first === undefined) throw new ShapeError('stack', 'no arrays', 'pass at least one')
  const odd = xs.find((x) => !sameShape(x.shape, first.shape))
  if (odd !== undefined)
    throw new ShapeError('stack', `${formatArray(first)} and ${formatArray(odd)}`, 'all must have one shape')
  const at = canonicalAxis('stack', axis, first.ndim + 1)
  return concatenate(
    xs.map((x) => expandDims(x, [at])),
    at,
  )
})

/**
 * The slices along `axis`, each without it.
 *
 * @example lax.unstack(np.array([[1, 2], [3, 4]])) // [[1, 2], [3, 4]]
 */
export const unstack = byName('unstack', ['x', 'axis'], (x: NDArray, axis = 0): readonly NDArray[] => {
  const at = canonicalAxis('unstack', axis, x)
  return Array.from({ length: x.shape[at] as number }, (_, i) => elementInDim(x, i, at))
})

/**
 * `x` so many times over along each axis: one count for each.
 *
 * @throws {ShapeError} when there are more or fewer counts than axes
 * @example lax.tile(np.array([[1, 2]]), [2, 2]) // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
export function tile(x: LaxOperand, reps: readonly number[]): NDArray {
  const array = operand(x)
  if (reps.length !== array.ndim || reps.some((n) => !Number.isInteger(n) || n < 0))
    throw new ShapeError(
      'tile',
      `counts [${reps.join()}] for ${formatArray(array)}`,
      'give a whole number for each axis',
    )
  // Each axis as a pair (copy, position), which row-major order then joins.
  const repeated = broadcastInDim(
    array,
    array.shape.flatMap((n, i) => [reps[i] as number, n]),
    array.shape.map((_, i) => 2 * i + 1),
  )
  return reshape(
    repeated,
    array.shape.map((n, i) => n * (reps[i] as number)),
  )
}

/**
 * The dimensions from `start` up to, not including, `stop` (default: the rest) as one.
 *
 * @throws {ShapeError} when the bounds are not in order
 * @example lax.collapse(np.zeros([2, 3, 4]), 1).shape // [2, 12]
 */
export const collapse = byName(
  'collapse',
  ['operand', 'startDimension', 'stopDimension'],
  (x: NDArray, start: number, stop: number = x.ndim): NDArray => {
    const bound = (i: number): number => (i < 0 ? i + x.ndim : i)
    const [from, to] = [bound(start), bound(stop)]
    if (!(0 <= from && from <= to && to <= x.ndim))
      throw new ShapeError('collapse', `dimensions ${start} to ${stop} of rank ${x.ndim}`, 'give them in order')
    return reshape(x, [...x.shape.slice(0, from), sizeOf(x.shape.slice(from, to)), ...x.shape.slice(to)])
  },
)

/**
 * The shape that arrays of these shapes broadcast to: aligned at the end, with 1 growing to any size.
 *
 * @throws {ShapeError} when two sizes differ and neither is 1
 * @example lax.broadcastShapes([2, 1], [3]) // [2, 3]
 */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): readonly number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map((shape) => shape[i - rank + shape.length] ?? 1).filter((n) => n !== 1)
    const [size] = sizes
    if (sizes.some((n) => n !== size))
      throw new ShapeError(
        'broadcastShapes',
        `shapes ${shapes.map((shape) => `[${shape.join()}]`).join(' and ')} do not broadcast`,
        'sizes, aligned at the end, must agree or be 1',
      )
    return size ?? 1
  })
}

/**
 * With dimensions of size 1 in front, up to `rank`.
 *
 * @throws {ShapeError} when `x` has more already
 * @example lax.broadcastToRank(np.zeros([3]), 3).shape // [1, 1, 3]
 */
export function broadcastToRank(x: NDArray, rank: number): NDArray {
  if (x.ndim > rank) throw new ShapeError('broadcastToRank', `rank ${x.ndim} to ${rank}`, 'the rank cannot shrink')
  return reshape(x, [...Array<number>(rank - x.ndim).fill(1), ...x.shape])
}

/**
 * `x` broadcast to the shape of `like`: sizes aligned at the end, 1 growing to any.
 *
 * @throws {ShapeError} when it does not broadcast to it
 * @example lax.broadcastLike(np.array([1, 2]), np.zeros([2, 2])) // [[1, 2], [1, 2]]
 */
export function broadcastLike(x: LaxOperand, like: NDArray): NDArray {
  const array = operand(x)
  const offset = like.ndim - array.ndim
  if (offset < 0 || array.shape.some((n, i) => n !== 1 && n !== like.shape[i + offset]))
    throw new ShapeError(
      'broadcastLike',
      `${formatArray(array)} to ${formatArray(like)}`,
      'sizes, aligned at the end, must agree or be 1',
    )
  return broadcastInDim(
    array,
    like.shape,
    array.shape.map((_, i) => i + offset),
  )
}
