import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { canonicalAxis, elementInDim } from '../lax/movement.ts'
import { asArray, convert, inexact, promoteDtypes } from '../numpy/coerce.ts'
import { tensordot } from '../numpy/products.ts'
import { moveaxis } from '../numpy/shape.ts'
import { type Kernel, kernelOf, methodOf, type ResizeMethodName } from './kernels.ts'

/** Of `resize` and `scaleAndTranslate`. */
export interface ResizeOptions {
  /** Whether shrinking takes the mean over all pixels that fall together, instead of the nearest few. Default: true. */
  readonly antialias?: boolean
}

/** Weights below this, in single precision's eps, are taken for none. */
const noWeight = 1000 * 2 ** -23

/**
 * How much each of `m` input pixels counts for each of `n` output pixels: `[m, n]`.
 *
 * @param scale of the output over the input, a scalar
 * @param translation of the output, in its pixels, a scalar
 */
function weights(
  m: number,
  n: number,
  scale: NDArray,
  translation: NDArray,
  kernel: Kernel,
  antialias: boolean,
): NDArray {
  const { dtype } = scale
  const over = (x: NDArray, shape: readonly number[], at: readonly number[]): NDArray =>
    lax.broadcastInDim(x, shape, at)
  const inverse = lax.reciprocal(scale)
  const centres = lax.mul(lax.add(lax.iota(dtype, n), 0.5), over(inverse, [n], []))
  const sample = lax.sub(lax.sub(centres, over(lax.mul(translation, inverse), [n], [])), 0.5)
  const distance = lax.abs(lax.sub(over(sample, [m, n], [1]), lax.broadcastedIota(dtype, [m, n], 0)))
  const width = antialias ? lax.max(inverse, 1) : lax.fullLike(inverse, 1)
  const raw = kernel(lax.div(distance, over(width, [m, n], [])))
  const total = over(lax.reduceSum(raw, [0]), [m, n], [1])
  const isSome = lax.gt(lax.abs(total), noWeight)
  const normalized = lax.select(isSome, lax.div(raw, lax.select(lax.ne(total, 0), total, 1)), 0)
  const isInside = lax.bitwiseAnd(lax.ge(sample, -0.5), lax.le(sample, m - 0.5))
  return lax.select(over(isInside, [m, n], [1]), normalized, 0)
}

/** Each axis is a product with a matrix of weights. */
function transform(
  image: NDArray,
  shape: readonly number[],
  axes: readonly number[],
  warp: (i: number) => readonly [scale: NDArray, translation: NDArray],
  kernel: Kernel,
  antialias: boolean,
): NDArray {
  return axes.reduce((out, axis, i) => {
    const matrix = weights(out.shape[axis] as number, shape[axis] as number, ...warp(i), kernel, antialias)
    return moveaxis(tensordot(out, convert(matrix, image.dtype), [[axis], [0]]), -1, axis)
  }, image)
}

function checkRank(where: string, image: NDArray, shape: readonly number[]): void {
  if (shape.length !== image.ndim || shape.some((n) => !Number.isInteger(n) || n < 0))
    throw new ShapeError(
      where,
      `${formatArray(image)} to [${shape.join()}]`,
      'give one natural number for each dimension',
    )
}

/** The pixel that each output pixel's centre falls on. */
function nearest(image: NDArray, shape: readonly number[]): NDArray {
  return shape.reduce((out, n, axis) => {
    const m = out.shape[axis] as number
    if (m === n) return out
    const places = lax.floor(lax.div(lax.mul(lax.add(lax.iota('float32', n), 0.5), m), n))
    const indices = lax.reshape(lax.convertElementType(places, 'int32'), [n, 1])
    const numbers = {
      offsetDims: [...out.shape.keys()].filter((i) => i !== axis),
      collapsedSliceDims: [axis],
      startIndexMap: [axis],
    }
    return lax.gather(out, indices, numbers, out.shape.with(axis, 1))
  }, image)
}

/**
 * An array at another resolution; all axes whose size differs are resampled.
 *
 * @param image any rank; integers become float32 unless the method is 'nearest'
 * @param shape one size for each dimension
 * @param method 'nearest', 'linear', 'cubic', 'lanczos3' or 'lanczos5'
 * @throws {ShapeError} for a shape of another rank, or a method that there is not
 * @example image.resize(np.eye(2), [4, 4], 'nearest').shape // [4, 4]
 */
export function resize(
  image: ArrayLike,
  shape: readonly number[],
  method: ResizeMethodName,
  { antialias = true }: ResizeOptions = {},
): NDArray {
  const given = asArray('resize', image)
  checkRank('resize', given, shape)
  const known = methodOf('resize', method)
  if (known === 'nearest') return nearest(given, shape)
  const pixels = inexact('resize', given)
  const axes = [...shape.keys()].filter((i) => shape[i] !== pixels.shape[i])
  const scaleOf = (axis: number): number =>
    shape[axis] === 0 ? 1 : (shape[axis] as number) / (pixels.shape[axis] as number)
  const dtype = pixels.dtype === 'float64' ? 'float64' : 'float32'
  const warp = (i: number) => [lax.full([], scaleOf(axes[i] as number), dtype), lax.full([], 0, dtype)] as const
  return transform(pixels, shape, axes, warp, kernelOf(known), antialias)
}

/**
 * An array scaled, then moved, and cut to another shape; what lies outside of it is 0.
 *
 * @param spatialDims the axes that are resampled
 * @param scale how much larger each becomes, `[spatialDims.length]`
 * @param translation by how many pixels of the result each is moved, `[spatialDims.length]`
 * @param method any but 'nearest'
 * @throws {ShapeError} when the lengths do not fit
 * @example image.scaleAndTranslate([1, 2, 3], [3], [0], [1], [1], 'linear') // [0, 1, 2]
 */
export function scaleAndTranslate(
  image: ArrayLike,
  shape: readonly number[],
  spatialDims: readonly number[],
  scale: ArrayLike,
  translation: ArrayLike,
  method: ResizeMethodName,
  { antialias = true }: ResizeOptions = {},
): NDArray {
  const pixels = inexact('scaleAndTranslate', image)
  checkRank('scaleAndTranslate', pixels, shape)
  const known = methodOf('scaleAndTranslate', method)
  if (known === 'nearest') throw new ShapeError('scaleAndTranslate', "method 'nearest'", 'use another, or resize')
  const axes = spatialDims.map((axis) => canonicalAxis('scaleAndTranslate', axis, pixels))
  const [scales, shifts] = promoteDtypes('scaleAndTranslate', [scale, translation]).map((x) =>
    inexact('scaleAndTranslate', x),
  ) as [NDArray, NDArray]
  if (scales.shape.join() !== String(axes.length) || shifts.shape.join() !== String(axes.length))
    throw new ShapeError(
      'scaleAndTranslate',
      `${axes.length} axes, scales of ${formatArray(scales)}, translations of ${formatArray(shifts)}`,
      'pass one of each for each axis',
    )
  const warp = (i: number) => [elementInDim(scales, i), elementInDim(shifts, i)] as const
  return transform(pixels, shape, axes, warp, kernelOf(known), antialias)
}
