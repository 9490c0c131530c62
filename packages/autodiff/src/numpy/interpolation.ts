import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { elementInDim } from '../lax/movement.ts'
import { add, multiply, remainder } from './arithmetic.ts'
import { broadcastTo } from './broadcast.ts'
import { where } from './choose.ts'
import { asArray, convert, inexact, promoteDtypes, truth } from './coerce.ts'
import { sliceOf } from './indexing.ts'
import { finfo } from './limits.ts'
import { searchsorted } from './sorting.ts'

export interface InterpOptions {
  /** Below the first point: a value, or `extrapolate`. Default: the first value. */
  readonly left?: ArrayLike | 'extrapolate'
  /** Above the last point. Default: the last value. */
  readonly right?: ArrayLike | 'extrapolate'
  /** After which the points repeat; they need not be sorted then. */
  readonly period?: ArrayLike
}

/** Points over one period, sorted, with a neighbour from the periods before and after. */
function overPeriod(points: NDArray, values: NDArray, period: NDArray): readonly [NDArray, NDArray] {
  const [sorted, carried] = lax.sortKeyVal(remainder(points, period), values)
  const n = sorted.size
  const first = (x: NDArray): NDArray => lax.sliceInDim(x, 0, 1)
  const last = (x: NDArray): NDArray => lax.sliceInDim(x, n - 1, n)
  const one = broadcastTo(period, [1])
  return [
    lax.concatenate([lax.sub(last(sorted), one), sorted, lax.add(first(sorted), one)], 0),
    lax.concatenate([last(carried), carried, first(carried)], 0),
  ]
}

/** Distances up to this are taken for 0, so that derivatives stay finite. */
function tiny(dtype: NDArray['dtype']): number {
  const { eps, nmant } = finfo(dtype)
  return eps * 2 ** -nmant
}

/**
 * The piecewise linear function through the points `(xp, fp)`, at `x`.
 *
 * @param xp vector, ascending unless there is a period
 * @throws {ShapeError} when `xp` and `fp` are no vectors of one length
 * @example np.interp(1.5, [1, 2], [10, 20]) // 15
 */
export function interp(x: ArrayLike, xp: ArrayLike, fp: ArrayLike, options: InterpOptions = {}): NDArray {
  const [given, knots] = promoteDtypes('interp', [inexact('interp', x), inexact('interp', xp)]) as readonly [
    NDArray,
    NDArray,
  ]
  const heights = inexact('interp', fp)
  if (knots.ndim !== 1 || knots.shape.join() !== heights.shape.join() || knots.size === 0)
    throw new ShapeError(
      'interp',
      `points ${formatArray(knots)} and values ${formatArray(heights)}`,
      'pass two vectors of one length',
    )
  const { left, right } = options
  const period =
    options.period === undefined ? undefined : lax.abs(convert(asArray('interp', options.period), knots.dtype))
  const at = period === undefined ? given : remainder(given, period)
  const [points, values] = period === undefined ? [knots, heights] : overPeriod(knots, heights, period)
  const found = piecewiseLinear(at, points, values)
  if (period !== undefined) return found
  const end = points.size - 1
  const below =
    left === 'extrapolate'
      ? found
      : where(lax.lt(at, broadcastTo(elementInDim(points, 0), at.shape)), left ?? elementInDim(values, 0), found)
  return right === 'extrapolate'
    ? below
    : where(lax.gt(at, broadcastTo(elementInDim(points, end), at.shape)), right ?? elementInDim(values, end), below)
}

/** The line through the two points around each position, or through the nearest two. */
function piecewiseLinear(at: NDArray, points: NDArray, values: NDArray): NDArray {
  if (points.size === 1) return broadcastTo(lax.reshape(values, []), at.shape)
  const upper = lax.clamp(1, searchsorted(points, at, { side: 'right' }), points.size - 1)
  const lower = lax.sub(upper, 1)
  const [x0, x1, y0, y1] = [
    sliceOf(points, lower),
    sliceOf(points, upper),
    sliceOf(values, lower),
    sliceOf(values, upper),
  ]
  const width = lax.sub(x1, x0)
  const isPoint = lax.le(lax.abs(width), tiny(points.dtype))
  const slope = lax.div(lax.sub(at, x0), lax.select(isPoint, 1, width))
  return where(isPoint, y0, add(y0, multiply(slope, lax.sub(y1, y0))))
}

/** Of one piece: a value, or a function of the elements. */
export type Piece = ArrayLike | ((x: NDArray) => NDArray)

/**
 * Each element as the last condition that holds for it says; one more piece than conditions is for those where none holds, which are 0 otherwise.
 *
 * @throws {ShapeError} when there are not as many pieces as conditions, or one more
 * @example np.piecewise([-1, 2], [[true, false], [false, true]], [0, (x) => x.mul(10)]) // [0, 20]
 */
export function piecewise(x: ArrayLike, conditions: readonly ArrayLike[] | NDArray, pieces: readonly Piece[]): NDArray {
  const array = asArray('piecewise', x)
  const masks = [...conditions].map((condition) => broadcastTo(truth('piecewise', condition), array.shape))
  if (pieces.length !== masks.length && pieces.length !== masks.length + 1)
    throw new ShapeError(
      'piecewise',
      `${pieces.length} pieces for ${masks.length} conditions`,
      'give as many, or one more',
    )
  const value = (piece: Piece): NDArray =>
    broadcastTo(
      convert(asArray('piecewise', typeof piece === 'function' ? piece(array) : piece), array.dtype),
      array.shape,
    )
  const none = pieces.length > masks.length ? value(pieces[masks.length] as Piece) : lax.fullLike(array, 0)
  return masks.reduce((out, mask, i) => lax.select(mask, value(pieces[i] as Piece), out), none)
}
