import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { divide, multiply } from './arithmetic.ts'
import { promoteDtypes } from './coerce.ts'
import { finfo } from './limits.ts'
import { inv, lstsq } from './linalg/index.ts'
import { vander } from './matrices.ts'
import { matmul, outer } from './products.ts'
import { toInexact } from './promotion.ts'
import { sum } from './reduce.ts'

export interface PolyfitOptions {
  /** Singular values below this share of the largest count as 0; default: the number of points times the dtype's eps. */
  readonly rcond?: number | null
  /** Whether residuals, rank, singular values and `rcond` are returned as well. */
  readonly full?: boolean
  /** The weight of each point's distance, not of its square. */
  readonly w?: ArrayLike
  /** Whether the covariance of the coefficients is returned as well, scaled by the residuals or (`unscaled`) not. */
  readonly cov?: boolean | 'unscaled'
}

type Full = readonly [p: NDArray, residuals: NDArray, rank: NDArray, singularValues: NDArray, rcond: NDArray]
type WithCovariance = readonly [p: NDArray, covariance: NDArray]

/** A column in the rank of `like`. */
const column = (x: NDArray, like: NDArray): NDArray => lax.reshape(x, [x.size, ...Array<number>(like.ndim - 1).fill(1)])

function points(x: ArrayLike, y: ArrayLike, degree: number): readonly [NDArray, NDArray] {
  const promoted = promoteDtypes('polyfit', [x, y])
  const [a, b] = promoted.map((side) => lax.convertElementType(side, toInexact(side.dtype))) as [NDArray, NDArray]
  if (!Number.isInteger(degree) || degree < 0)
    throw new ShapeError('polyfit', `degree ${degree}`, 'use a whole number, 0 or more')
  if (a.ndim !== 1 || a.size === 0 || b.ndim < 1 || b.ndim > 2 || a.size !== b.shape[0])
    throw new ShapeError(
      'polyfit',
      `x ${formatArray(a)} and y ${formatArray(b)}`,
      'pass [points], not empty, and [points] or [points, series]',
    )
  return [a, b]
}

/**
 * The polynomial of a degree that comes nearest to points, in least squares.
 *
 * @param y [points], or [points, series] for several at once
 * @returns coefficients, highest power first: [degree + 1] or [degree + 1, series]; with `full` or `cov` a list that begins with them
 * @throws {ShapeError} when the points do not fit each other
 * @example np.polyfit([0, 1, 2], [1, 3, 5], 1).round() // [2, 1]
 */
export function polyfit(x: ArrayLike, y: ArrayLike, degree: number, options: PolyfitOptions & { full: true }): Full
export function polyfit(
  x: ArrayLike,
  y: ArrayLike,
  degree: number,
  options: PolyfitOptions & { cov: true | 'unscaled' },
): WithCovariance
export function polyfit(x: ArrayLike, y: ArrayLike, degree: number, options?: PolyfitOptions): NDArray
export function polyfit(
  x: ArrayLike,
  y: ArrayLike,
  degree: number,
  options: PolyfitOptions = {},
): NDArray | Full | WithCovariance {
  const [a, b] = points(x, y, degree)
  const rcond = options.rcond ?? a.size * finfo(a.dtype).eps
  const [powers, values] = weighted(vander(a, { N: degree + 1 }), b, options.w)
  // Columns of one length: far better conditioned.
  const scale = lax.sqrt(sum(lax.square(powers), 0))
  const scaled = divide(powers, scale)
  const [solution, residuals, rank, singularValues] = lstsq(scaled, values, { rcond })
  const p = divide(solution, column(scale, solution))
  if (options.full === true) return [p, residuals, rank, singularValues, lax.full([], rcond, singularValues.dtype)]
  if (options.cov === undefined || options.cov === false) return p
  const spread = divide(inv(matmul(lax.transpose(scaled, [1, 0]), scaled)), outer(scale, scale))
  return [p, options.cov === 'unscaled' ? unscaled(spread, b) : scaledBy(spread, residuals, b, degree)]
}

function weighted(powers: NDArray, y: NDArray, w: ArrayLike | undefined): readonly [NDArray, NDArray] {
  if (w === undefined) return [powers, y]
  const [weights] = promoteDtypes('polyfit', [w, y]) as [NDArray, NDArray]
  if (weights.ndim !== 1 || weights.size !== y.shape[0])
    throw new ShapeError('polyfit', `weights ${formatArray(weights)} for ${y.shape[0]} points`, 'pass one for each')
  return [multiply(powers, column(weights, powers)), multiply(y, column(weights, y))]
}

/** One matrix for each series. */
const unscaled = (spread: NDArray, y: NDArray): NDArray => (y.ndim === 1 ? spread : lax.expandDims(spread, [2]))

function scaledBy(spread: NDArray, residuals: NDArray, y: NDArray, degree: number): NDArray {
  const [count, order] = [y.shape[0] as number, degree + 1]
  if (count <= order)
    throw new ShapeError('polyfit', `${count} points for ${order} coefficients`, "add points, or use cov: 'unscaled'")
  const factor = divide(residuals, count - order)
  return multiply(unscaled(spread, y), y.ndim === 1 ? lax.reshape(factor, []) : factor)
}
