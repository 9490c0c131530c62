import { type DType, ShapeError, sameShape } from '@proj/backend'
import { formatArray, isNDArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { bind } from '../trace.ts'
import { full, type LaxOperand, operand } from './constant.ts'

const isIdentity = (permutation: readonly number[]): boolean => permutation.every((axis, i) => axis === i)

const describe = (x: unknown): string => (isNDArray(x) ? formatArray(x) : (JSON.stringify(x) ?? typeof x))

/** `axis`, counted from the end when negative, as a position in an array, there already or of that rank. */
export function canonicalAxis(where: string, axis: number, of: NDArray | number): number {
  const rank = typeof of === 'number' ? of : of.ndim
  if (typeof axis !== 'number') throw new ShapeError(where, `axis ${describe(axis)}`, 'pass the integer itself')
  const position = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(axis) || position < 0 || position >= rank)
    throw new ShapeError(
      where,
      `axis ${axis} of ${typeof of === 'number' ? `an array of rank ${of}` : formatArray(of)}`,
      rank === 0 ? 'a scalar has no axes' : `use an integer from ${-rank} to ${rank - 1}`,
    )
  return position
}

/** `0, 1, 2 …` along one axis of a shape, or of length `size`. @example lax.iota('int32', 3) // [0, 1, 2] */
export const iota = (dtype: DType, size: number): NDArray => broadcastedIota(dtype, [size], 0)

/** `0, 1, 2 …` along `dimension` of `shape`, the same along the others. @example lax.broadcastedIota('int32', [2, 3], 1) // [[0, 1, 2], [0, 1, 2]] */
export const broadcastedIota = (dtype: DType, shape: readonly number[], dimension: number): NDArray =>
  bind('iota', [], { dtype, shape, dimension })[0]

/**
 * Dimension `i` of `x` becomes dimension `broadcastDimensions[i]` of the result, of the same size or grown from 1.
 *
 * @example lax.broadcastInDim(np.array([1, 2]), [2, 2], [1]) // [[1, 2], [1, 2]]
 */
export function broadcastInDim(
  x: LaxOperand,
  shape: readonly number[],
  broadcastDimensions: readonly number[],
): NDArray {
  const array = operand(x)
  if (sameShape(array.shape, shape) && isIdentity(broadcastDimensions)) return array
  return bind('broadcastInDim', [array], { shape, broadcastDimensions })[0]
}

/** New leading dimensions `sizes`. @example lax.broadcast(np.ones([3]), [2]) // [[1, 1, 1], [1, 1, 1]] */
export function broadcast(x: LaxOperand, sizes: readonly number[]): NDArray {
  const { shape } = operand(x)
  return broadcastInDim(
    x,
    [...sizes, ...shape],
    shape.map((_, i) => i + sizes.length),
  )
}

/**
 * The same elements, in row-major order, under another shape of the same size.
 *
 * @example lax.reshape(np.arange(6), [2, 3]) // [[0, 1, 2], [3, 4, 5]]
 */
export function reshape(x: LaxOperand, newSizes: readonly number[]): NDArray {
  const array = operand(x)
  return sameShape(array.shape, newSizes) ? array : bind('reshape', [array], { newSizes })[0]
}

/** Without the given dimensions, each of size 1. @example lax.squeeze(np.ones([1, 3]), [0]) // [1, 1, 1] */
export function squeeze(x: NDArray, dimensions: readonly number[]): NDArray {
  const axes = dimensions.map((axis) => canonicalAxis('squeeze', axis, x))
  for (const axis of axes) {
    if (x.shape[axis] !== 1)
      throw new ShapeError('squeeze', `dimension ${axis} of ${formatArray(x)}`, 'only dimensions of size 1 can go')
  }
  return reshape(
    x,
    x.shape.filter((_, i) => !axes.includes(i)),
  )
}

/** With new dimensions of size 1 at these positions of the result. @example lax.expandDims(np.ones([3]), [0, 2]) // f32[1,3,1] */
export function expandDims(x: LaxOperand, dimensions: readonly number[]): NDArray {
  const array = operand(x)
  const rank = array.ndim + dimensions.length
  const added = new Set(dimensions.map((axis) => canonicalAxis('expandDims', axis, rank)))
  if (added.size !== dimensions.length)
    throw new ShapeError('expandDims', `dimensions [${dimensions.join()}]`, 'give each once')
  const old = array.shape[Symbol.iterator]()
  return reshape(
    array,
    Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : (old.next().value as number))),
  )
}

/** Dimension `i` of the result is dimension `permutation[i]` of `x`. @example lax.transpose(np.ones([2, 3, 4]), [2, 0, 1]) // f32[4,2,3] */
export function transpose(x: LaxOperand, permutation: readonly number[]): NDArray {
  const array = operand(x)
  if (isIdentity(permutation) && permutation.length === array.ndim) return array
  return bind('transpose', [array], { permutation })[0]
}

/** From `startIndices` up to `limitIndices` in steps of `strides` (default 1). @example lax.slice(np.arange(8), [1], [7], [2]) // [1, 3, 5] */
export const slice = byName(
  'slice',
  ['operand', 'startIndices', 'limitIndices', 'strides'],
  (
    x: NDArray,
    startIndices: readonly number[],
    limitIndices: readonly number[],
    strides?: readonly number[],
  ): NDArray => {
    const steps = strides ?? startIndices.map(() => 1)
    const whole = startIndices.every((from, i) => from === 0 && limitIndices[i] === x.shape[i] && steps[i] === 1)
    if (whole && startIndices.length === x.ndim) return x
    return bind('slice', [x], { startIndices, limitIndices, strides: steps })[0]
  },
)

/** `slice` along one axis; negative bounds count from the end. @example lax.sliceInDim(np.arange(5), 1, -1) // [1, 2, 3] */
export const sliceInDim = byName(
  'sliceInDim',
  ['operand', 'startIndex', 'limitIndex', 'stride', 'axis'],
  (x: NDArray, start: number, limit: number, stride = 1, axis = 0): NDArray => {
    const at = canonicalAxis('sliceInDim', axis, x)
    const size = x.shape[at] as number
    const bound = (i: number) => (i < 0 ? i + size : i)
    return slice(
      x,
      x.shape.map((_, i) => (i === at ? bound(start) : 0)),
      x.shape.with(at, bound(limit)),
      x.shape.map((_, i) => (i === at ? stride : 1)),
    )
  },
)

/**
 * Element `index` along `axis`, which keeps size 1, or with `keepdims: false` leaves the shape.
 *
 * @throws {ShapeError} when there is no such element
 * @example lax.indexInDim(np.eye(3), -1, 1).shape // [3, 1]
 */
export const indexInDim = byName(
  'indexInDim',
  ['operand', 'index', 'axis', 'options'],
  (x: NDArray, index: number, axis = 0, options: { keepdims?: boolean } = {}): NDArray => {
    const at = canonicalAxis('indexInDim', axis, x)
    const size = x.shape[at] as number
    const position = index < 0 ? index + size : index
    if (!Number.isInteger(index) || position < 0 || position >= size)
      throw new ShapeError(
        'indexInDim',
        `index ${index} along an axis of size ${size}`,
        `use an integer from ${-size} to ${size - 1}`,
      )
    const kept = sliceInDim(x, position, position + 1, 1, at)
    return options.keepdims === false ? squeeze(kept, [at]) : kept
  },
)

/** Element `index` along `axis`, which leaves the shape. */
export const elementInDim = (x: NDArray, index: number, axis = 0): NDArray =>
  indexInDim(x, index, axis, { keepdims: false })

/** Padding of one dimension: elements before, after, and between two; negative ones crop. */
export type PaddingConfig = readonly (readonly [low: number, high: number, interior: number])[]

/**
 * `x` with `fill` (a scalar of its dtype) around and between its elements.
 *
 * @example lax.pad(np.array([1, 2]), 0, [[1, 2, 1]]) // [0, 1, 0, 2, 0, 0]
 */
export function pad(x: NDArray, fill: LaxOperand, config: PaddingConfig): NDArray {
  const value = typeof fill === 'object' ? fill : full([], fill, x.dtype, x.weakType)
  const [low, high, interior] = [0, 1, 2].map((i) => config.map((dim) => dim[i] as number)) as [
    number[],
    number[],
    number[],
  ]
  if ([low, high, interior].every((list) => list.every((n) => n === 0))) return x
  return bind('pad', [x, value], { low, high, interior })[0]
}

/** Arrays of one dtype end to end along `dimension`. @example lax.concatenate([np.zeros([1]), np.ones([2])], 0) // [0, 1, 1] */
export function concatenate(xs: readonly NDArray[], dimension: number): NDArray {
  const [first] = xs
  if (xs.length === 1 && first !== undefined) return first
  return bind('concatenate', xs, { dimension })[0]
}

/** The order along `dimensions` turned round. @example lax.rev(np.array([1, 2, 3]), [0]) // [3, 2, 1] */
export const rev = (x: NDArray, dimensions: readonly number[]): NDArray =>
  dimensions.length === 0 ? x : bind('rev', [x], { dimensions: [...dimensions].sort((a, b) => a - b) })[0]
