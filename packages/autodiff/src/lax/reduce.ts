import { type DotDimensionNumbers, type DType, ShapeError } from '@proj/backend'
import { formatArray, type NDArray } from '../array.ts'
import { bind } from '../trace.ts'
import { bitwiseAnd, convertElementType, ge, le, lt, select, sub } from './elementwise.ts'
import { broadcastedIota, broadcastInDim, reshape } from './movement.ts'

type Reduction = 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin' | 'reduceAnd' | 'reduceOr'

const reduction =
  (op: Reduction) =>
  (x: NDArray, axes: readonly number[]): NDArray =>
    axes.length === 0 ? x : bind(op, [x], { axes: [...axes].sort((a, b) => a - b) })[0]

// The axes are non-negative and leave the shape.

/** The sum over `axes`; 0 of no elements. @example lax.reduceSum(np.array([[1, 4], [3, 2]]), [0]) // [4, 6] */
export const reduceSum = reduction('reduceSum')
/** The product over `axes`; 1 of no elements. @example lax.reduceProd(np.array([[1, 4], [3, 2]]), [1]) // [4, 6] */
export const reduceProd = reduction('reduceProd')
/**
 * The largest over `axes`; NaN if there is one; -∞ (the least value) of no elements.
 *
 * @example lax.reduceMax(np.array([[1, 4], [3, 2]]), [1]) // [4, 3]
 */
export const reduceMax = reduction('reduceMax')
/** The smallest over `axes`; NaN if there is one. @example lax.reduceMin(np.array([[1, 4], [3, 2]]), [1]) // [1, 2] */
export const reduceMin = reduction('reduceMin')
/** Whether all hold, over `axes`; bitwise for integers. @example lax.reduceAnd(np.array([[true, false], [true, true]]), [1]) // [false, true] */
export const reduceAnd = reduction('reduceAnd')
/** Whether any holds, over `axes`; bitwise for integers. @example lax.reduceOr(np.array([[true, false], [false, false]]), [1]) // [true, false] */
export const reduceOr = reduction('reduceOr')

/** The first position along `axis` of the largest element, or of a NaN. @example lax.argmax(np.array([[1, 3, 2]]), 1) // [1] */
export const argmax = (x: NDArray, axis: number, indexDtype: DType = 'int32'): NDArray =>
  bind('argmax', [x], { axis, indexDtype })[0]

/** The first position along `axis` of the smallest element, or of a NaN. @example lax.argmin(np.array([[4, 3, 5]]), 1) // [1] */
export const argmin = (x: NDArray, axis: number, indexDtype: DType = 'int32'): NDArray =>
  bind('argmin', [x], { axis, indexDtype })[0]

/** `[[lhs contracting, rhs contracting], [lhs batch, rhs batch]]`, as in JAX. */
export type DotNumbers = readonly [
  contracting: readonly [lhs: readonly number[], rhs: readonly number[]],
  batch: readonly [lhs: readonly number[], rhs: readonly number[]],
]

/**
 * How exact products are. Every backend computes in the dtype itself, so that all of these are the same; they spare changes to code from JAX.
 *
 * @example lax.dotGeneral(a, b, [[[1], [0]], [[], []]], { precision: lax.Precision.HIGHEST }) // f32[2,4]
 */
export const Precision = { DEFAULT: 'default', HIGH: 'high', HIGHEST: 'highest' } as const
export type PrecisionLike = (typeof Precision)[keyof typeof Precision] | null

export interface DotOptions {
  readonly precision?: PrecisionLike
  /** In which sums are taken and returned; default: that of the operands. */
  readonly preferredElementType?: DType
}

/**
 * Sums of products over the contracting dimensions, side by side over the batch dimensions.
 *
 * @returns batch dimensions, then the rest of `lhs`, then the rest of `rhs`
 * @example lax.dotGeneral(np.ones([5, 2, 3]), np.ones([5, 3, 4]), [[[2], [1]], [[0], [0]]]) // f32[5,2,4]
 */
export function dotGeneral(lhs: NDArray, rhs: NDArray, numbers: DotNumbers, options: DType | DotOptions = {}): NDArray {
  const { preferredElementType = lhs.dtype } = typeof options === 'string' ? { preferredElementType: options } : options
  const [[lhsContracting, rhsContracting], [lhsBatch, rhsBatch]] = numbers
  const dimensionNumbers: DotDimensionNumbers = { lhsContracting, rhsContracting, lhsBatch, rhsBatch }
  return bind('dotGeneral', [lhs, rhs], { dimensionNumbers, preferredElementType })[0]
}

/**
 * Vector or matrix product: the last dimension of `lhs` with the first of `rhs`, both of rank 1 or 2.
 *
 * @example lax.dot(np.array([1, 2]), np.array([3, 4])) // 11
 */
export function dot(lhs: NDArray, rhs: NDArray): NDArray {
  if (lhs.ndim < 1 || lhs.ndim > 2 || rhs.ndim < 1 || rhs.ndim > 2)
    throw new ShapeError('dot', `${formatArray(lhs)} and ${formatArray(rhs)}`, 'use vectors or matrices, or dotGeneral')
  return dotGeneral(lhs, rhs, [
    [[lhs.ndim - 1], [0]],
    [[], []],
  ])
}

/**
 * Matrix product over any equal leading batch dimensions: `[..., m, k]` and `[..., k, n]`.
 *
 * @example lax.batchMatmul(np.ones([5, 2, 3]), np.ones([5, 3, 4])) // f32[5,2,4]
 */
export function batchMatmul(lhs: NDArray, rhs: NDArray): NDArray {
  const batch = lhs.shape.slice(0, -2).map((_, i) => i)
  return dotGeneral(lhs, rhs, [
    [[lhs.ndim - 1], [rhs.ndim - 2]],
    [batch, batch],
  ])
}

/**
 * Rows of `lhs` [m, k], in consecutive groups, each times the matrix of its group in `rhs` [g, k, n].
 *
 * @param groupSizes int32[g]; rows beyond their sum give 0
 * @returns [m, n]
 * @throws {ShapeError} when the shapes do not fit
 * @example lax.raggedDot(np.ones([3, 2]), np.ones([2, 2, 4]), np.array([1, 2], 'int32')).shape // [3, 4]
 */
export function raggedDot(lhs: NDArray, rhs: NDArray, groupSizes: NDArray, options: DotOptions = {}): NDArray {
  const [m, k] = lhs.shape as readonly [number, number]
  const [g, inner, n] = rhs.shape as readonly [number, number, number]
  if (lhs.ndim !== 2 || rhs.ndim !== 3 || k !== inner || groupSizes.shape.join() !== String(g))
    throw new ShapeError(
      'raggedDot',
      `${formatArray(lhs)}, ${formatArray(rhs)} and ${formatArray(groupSizes)}`,
      'use [m, k], [g, k, n] and [g]',
    )
  const upTo = le(broadcastedIota('int32', [g, g], 1), broadcastedIota('int32', [g, g], 0))
  const ends = dot(convertElementType(upTo, 'int32'), convertElementType(groupSizes, 'int32'))
  const starts = sub(ends, convertElementType(groupSizes, 'int32'))
  const row = broadcastedIota('int32', [m, g], 0)
  const inGroup = bitwiseAnd(ge(row, broadcastInDim(starts, [m, g], [1])), lt(row, broadcastInDim(ends, [m, g], [1])))
  const shape = [m, g, k] as const
  // Each row at the place of its group in a wider one, and 0 elsewhere: one product does all groups.
  const wide = select(broadcastInDim(inGroup, shape, [0, 1]), broadcastInDim(lhs, shape, [0, 2]), 0)
  return dotGeneral(
    reshape(wide, [m, g * k]),
    reshape(rhs, [g * k, n]),
    [
      [[1], [0]],
      [[], []],
    ],
    options,
  )
}
