import { ShapeError } from '@proj/backend'
import { formatArray, isNDArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { bind } from '../trace.ts'
import { full } from './constant.ts'
import { add, lt, select } from './elementwise.ts'
import { toIndices } from './indexing.ts'
import { canonicalAxis, elementInDim, expandDims, squeeze } from './movement.ts'

/** A position: a number, or an integer scalar, which may be traced. */
export type Position = number | NDArray

/** A position as an int32 scalar; a negative one counts from the end. */
function startOf(where: string, position: Position, size: number): NDArray {
  if (typeof position === 'number') return full([], position < 0 ? position + size : position, 'int32')
  if (position.ndim > 0)
    throw new ShapeError(where, `a start ${formatArray(position)}`, 'starts are scalars, one for each dimension')
  const start = toIndices(where, position)
  return select(lt(start, 0), add(start, size), start)
}

function startsOf(where: string, x: NDArray, starts: readonly Position[] | NDArray): readonly NDArray[] {
  const list = isNDArray(starts)
    ? Array.from({ length: starts.shape[0] ?? 0 }, (_, i) => elementInDim(starts, i))
    : starts
  if (list.length !== x.ndim)
    throw new ShapeError(where, `${list.length} starts for ${formatArray(x)}`, 'give one for each dimension')
  return list.map((start, d) => startOf(where, start, x.shape[d] as number))
}

/**
 * The part of `x` of sizes `sliceSizes` that begins at `starts`, moved so that it fits; starts may be traced, sizes not.
 *
 * @param starts one position for each dimension, or a vector of them; negative ones count from the end
 * @throws {ShapeError} when the slice is larger than the array
 * @example lax.dynamicSlice(np.arange(5), [2], [2]) // [2, 3]
 */
export function dynamicSlice(
  x: NDArray,
  starts: readonly Position[] | NDArray,
  sliceSizes: readonly number[],
): NDArray {
  return bind('dynamicSlice', [x, ...startsOf('dynamicSlice', x, starts)], { sliceSizes })[0]
}

/**
 * `x` with `update` written over it from `starts` on, moved so that it fits.
 *
 * @throws {ShapeError} when the update is larger than the array
 * @example lax.dynamicUpdateSlice(np.zeros([4]), np.ones([2]), [1]) // [0, 1, 1, 0]
 */
export function dynamicUpdateSlice(x: NDArray, update: NDArray, starts: readonly Position[] | NDArray): NDArray {
  return bind('dynamicUpdateSlice', [x, update, ...startsOf('dynamicUpdateSlice', x, starts)], {})[0]
}

const only = (rank: number, axis: number, start: Position): Position[] =>
  Array.from({ length: rank }, (_, d) => (d === axis ? start : 0))

/**
 * `sliceSize` elements along `axis` from `start` on, moved so that they fit.
 *
 * @example lax.dynamicSliceInDim(np.array([1, 2, 3, 4]), np.argmax([0, 9]), 2) // [2, 3]
 */
export const dynamicSliceInDim = byName(
  'dynamicSliceInDim',
  ['operand', 'startIndex', 'sliceSize', 'axis'],
  (x: NDArray, start: Position, sliceSize: number, axis = 0): NDArray => {
    const at = canonicalAxis('dynamicSliceInDim', axis, x)
    return dynamicSlice(x, only(x.ndim, at, start), x.shape.with(at, sliceSize))
  },
)

/**
 * The element at `index` along `axis`, which stays with size 1 unless `keepdims` is false.
 *
 * @example lax.dynamicIndexInDim(np.array([[1, 2], [3, 4]]), np.argmax([0, 9]), 0, { keepdims: false }) // [3, 4]
 */
export const dynamicIndexInDim = byName(
  'dynamicIndexInDim',
  ['operand', 'index', 'axis', 'options'],
  (x: NDArray, index: Position, axis = 0, options: { readonly keepdims?: boolean } = {}): NDArray => {
    const at = canonicalAxis('dynamicIndexInDim', axis, x)
    const kept = dynamicSliceInDim(x, index, 1, at)
    return options.keepdims === false ? squeeze(kept, [at]) : kept
  },
)

/**
 * `x` with `update` written over it along `axis` from `start` on.
 *
 * @example lax.dynamicUpdateSliceInDim(np.zeros([4]), np.array([7, 8]), 1) // [0, 7, 8, 0]
 */
export function dynamicUpdateSliceInDim(x: NDArray, update: NDArray, start: Position, axis = 0): NDArray {
  return dynamicUpdateSlice(x, update, only(x.ndim, canonicalAxis('dynamicUpdateSliceInDim', axis, x), start))
}

/**
 * `x` with `update` (with `axis`, or without it) in place of its element at `index` along `axis`.
 *
 * @example lax.dynamicUpdateIndexInDim(np.zeros([3]), np.array(7), np.argmax([0, 9])) // [0, 7, 0]
 */
export function dynamicUpdateIndexInDim(x: NDArray, update: NDArray, index: Position, axis = 0): NDArray {
  const at = canonicalAxis('dynamicUpdateIndexInDim', axis, x)
  const slice = update.ndim === x.ndim ? update : expandDims(update, [at])
  return dynamicUpdateSliceInDim(x, slice, index, at)
}
