import { type DotDimensionNumbers, type DType, ShapeError } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { bind } from '../trace.ts'

type Reduction = 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin' | 'reduceAnd' | 'reduceOr'

const reduction =
  (op: Reduction) =>
  (x: NDArray, axes: readonly number[]): NDArray =>
    axes.length === 0 ? x : bind(op, [x], { axes: [...axes].sort((a, b) => a - b) })[0]

// The axes are non-negative and leave the shape.

/** The sum over `axes`; 0 of no elements. */
export const reduceSum = reduction('reduceSum')
/** The product over `axes`; 1 of no elements. */
export const reduceProd = reduction('reduceProd')
/** The largest over `axes`; NaN if there is one; -∞ (the least value) of no elements. */
export const reduceMax = reduction('reduceMax')
/** The smallest over `axes`; NaN if there is one. */
export const reduceMin = reduction('reduceMin')
/** Whether all hold, over `axes`; bitwise for integers. */
export const reduceAnd = reduction('reduceAnd')
/** Whether any holds, over `axes`; bitwise for integers. */
export const reduceOr = reduction('reduceOr')

/** The first position along `axis` of the largest element, or of a NaN. */
export const argmax = (x: NDArray, axis: number, indexDtype: DType = 'int32'): NDArray =>
  bind('argmax', [x], { axis, indexDtype })[0]

/** The first position along `axis` of the smallest element, or of a NaN. */
export const argmin = (x: NDArray, axis: number, indexDtype: DType = 'int32'): NDArray =>
  bind('argmin', [x], { axis, indexDtype })[0]

/** `[[lhs contracting, rhs contracting], [lhs batch, rhs batch]]`, as in JAX. */
export type DotNumbers = readonly [
  contracting: readonly [lhs: readonly number[], rhs: readonly number[]],
  batch: readonly [lhs: readonly number[], rhs: readonly number[]],
]

/**
 * Sums of products over the contracting dimensions, side by side over the batch dimensions.
 *
 * @returns batch dimensions, then the rest of `lhs`, then the rest of `rhs`
 * @example lax.dotGeneral(a, b, [[[1], [0]], [[], []]]) // a: f32[2,3], b: f32[3,4], result f32[2,4]
 */
export function dotGeneral(
  lhs: NDArray,
  rhs: NDArray,
  numbers: DotNumbers,
  preferredElementType: DType = lhs.dtype,
): NDArray {
  const [[lhsContracting, rhsContracting], [lhsBatch, rhsBatch]] = numbers
  const dimensionNumbers: DotDimensionNumbers = { lhsContracting, rhsContracting, lhsBatch, rhsBatch }
  return bind('dotGeneral', [lhs, rhs], { dimensionNumbers, preferredElementType })[0]
}

/** Vector or matrix product: the last dimension of `lhs` with the first of `rhs`, both of rank 1 or 2. */
export function dot(lhs: NDArray, rhs: NDArray): NDArray {
  if (lhs.ndim < 1 || lhs.ndim > 2 || rhs.ndim < 1 || rhs.ndim > 2)
    throw new ShapeError(
      'dot',
      `[${lhs.shape.join()}] and [${rhs.shape.join()}]`,
      'use vectors or matrices, or dotGeneral',
    )
  return dotGeneral(lhs, rhs, [
    [[lhs.ndim - 1], [0]],
    [[], []],
  ])
}

/** Matrix product over any equal leading batch dimensions: `[..., m, k]` and `[..., k, n]`. */
export function batchMatmul(lhs: NDArray, rhs: NDArray): NDArray {
  const batch = lhs.shape.slice(0, -2).map((_, i) => i)
  return dotGeneral(lhs, rhs, [
    [[lhs.ndim - 1], [rhs.ndim - 2]],
    [batch, batch],
  ])
}
