import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { broadcastTo } from './broadcast.ts'
import { asArray, convert, inexact, promoteDtypes } from './coerce.ts'
import { type Axes, type KeepOptions, keepOptions, positions, withAxis } from './reduce.ts'
import { takeAlongAxis } from './taking.ts'

/** What a quantile between two elements is: `inverted_cdf` is the first whose share of the weight reaches it. */
export type QuantileMethod = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest' | 'inverted_cdf'
const methods: readonly QuantileMethod[] = ['linear', 'lower', 'higher', 'midpoint', 'nearest', 'inverted_cdf']

export interface QuantileOptions extends KeepOptions {
  /** Default: `linear`. */
  readonly method?: QuantileMethod
  /** With `inverted_cdf`: not negative, of the shape of the array, or of that of the axes. */
  readonly weights?: ArrayLike
}

const isNan = (x: NDArray): NDArray => lax.ne(x, x)

/** The given axes joined into one at the end. */
function toLines(x: NDArray, axes: readonly number[]): NDArray {
  const kept = x.shape.map((_, d) => d).filter((d) => !axes.includes(d))
  const moved = lax.transpose(x, [...kept, ...axes])
  const count = axes.reduce((n, d) => n * (x.shape[d] as number), 1)
  return lax.reshape(moved, [...kept.map((d) => x.shape[d] as number), count])
}

/** Sorted lines with their values at positions that may be fractional, one for each quantile, side by side in the last dimension. */
function interpolate(lines: NDArray, at: NDArray, most: NDArray, method: QuantileMethod): NDArray {
  const bound = (x: NDArray): NDArray => lax.convertElementType(lax.clamp(lax.fullLike(x, 0), x, most), 'int32')
  const [floor, ceil] = [lax.floor(at), lax.ceil(at)]
  const read = (x: NDArray): NDArray => takeAlongAxis(lines, bound(x), -1)
  const above = lax.sub(at, floor)
  if (method === 'lower') return read(floor)
  if (method === 'higher') return read(ceil)
  const [low, high] = [read(floor), read(ceil)]
  if (method === 'midpoint') return lax.mul(lax.add(low, high), 0.5)
  if (method === 'nearest') return lax.select(lax.le(above, 0.5), low, high)
  const share = convert(above, low.dtype)
  return lax.add(lax.mul(low, lax.sub(1, share)), lax.mul(high, share))
}

/** The first element of each sorted line up to which the weights add up to the share `q` of all. */
function byWeight(lines: NDArray, weights: NDArray, q: NDArray, last: NDArray): NDArray {
  const axis = lines.ndim - 1
  const isBad = lax.bitwiseOr(lax.lt(weights, 0), isNan(weights))
  const upTo = lax.cumsum(lax.select(lax.bitwiseOr(isBad, isNan(lines)), 0, weights), axis)
  const total = lax.sliceInDim(upTo, (lines.shape[axis] as number) - 1, lines.shape[axis] as number, 1, axis)
  const shape = [...upTo.shape, q.size]
  const target = lax.mul(
    broadcastTo(total, [...upTo.shape.slice(0, -1), q.size]),
    broadcastTo(q, [...upTo.shape.slice(0, -1), q.size]),
  )
  const dims = upTo.shape.map((_, d) => d)
  const isLess = lax.lt(
    lax.broadcastInDim(upTo, shape, dims),
    lax.broadcastInDim(target, shape, [...dims.slice(0, -1), axis + 1]),
  )
  const before = lax.reduceSum(lax.convertElementType(isLess, 'int32'), [axis])
  const found = takeAlongAxis(lines, lax.clamp(lax.fullLike(before, 0), before, last), -1)
  const spoiled = lax.expandDims(lax.reduceOr(isBad, [axis]), [axis])
  return lax.select(broadcastTo(spoiled, found.shape), Number.NaN, found)
}

/** The weights laid out as the lines are. */
function weightLines(where: string, x: NDArray, weights: ArrayLike, axes: readonly number[]): NDArray {
  const given = asArray(where, weights)
  if (given.shape.join() === x.shape.join()) return toLines(convert(given, x.dtype), axes)
  const wanted = axes.map((d) => x.shape[d] as number)
  if (given.shape.join() !== wanted.join())
    throw new ShapeError(
      where,
      `weights ${formatArray(given)} for ${formatArray(x)}`,
      `give them its shape, or that of the axes, [${wanted.join()}]`,
    )
  return toLines(lax.broadcastInDim(convert(given, x.dtype), x.shape, axes), axes)
}

function compute(where: string, x: ArrayLike, q: ArrayLike, ignoreNan: boolean, options: QuantileOptions): NDArray {
  const { method = 'linear', weights, keepdims = false } = options
  if (!methods.includes(method))
    throw new ShapeError(where, `method ${JSON.stringify(method)}`, `use one of ${methods.join(', ')}`)
  if (weights !== undefined && method !== 'inverted_cdf')
    throw new ShapeError(where, `weights with method '${method}'`, "only 'inverted_cdf' takes weights")
  const [given] =
    weights === undefined ? [asArray(where, x)] : (promoteDtypes(where, [x, weights]) as [NDArray, NDArray])
  const array = inexact(where, given)
  const levels = inexact(where, q)
  if (levels.ndim > 1) throw new ShapeError(where, `quantiles ${formatArray(levels)}`, 'pass a number or a vector')
  const axes = positions(where, options.axis, array)
  const kept = array.shape.map((_, d) => d).filter((d) => !axes.includes(d))
  const out = alongLines(where, array, lax.reshape(levels, [levels.size]), axes, ignoreNan, method, weights)
  const rest = kept.map((d) => array.shape[d] as number)
  const shape = keepdims ? array.shape.map((n, d) => (axes.includes(d) ? 1 : n)) : rest
  const front = lax.transpose(out, [rest.length, ...rest.map((_, d) => d)])
  return convert(lax.reshape(front, [...levels.shape, ...shape]), array.dtype)
}

/** Quantiles of each line in the last dimension. */
function alongLines(
  where: string,
  array: NDArray,
  q: NDArray,
  axes: readonly number[],
  ignoreNan: boolean,
  method: QuantileMethod,
  weights: ArrayLike | undefined,
): NDArray {
  const lines = toLines(array, axes)
  const axis = lines.ndim - 1
  const n = lines.shape[axis] as number
  if (n === 0)
    throw new ShapeError(
      where,
      `no elements along axes [${axes.join()}] of ${formatArray(array)}`,
      'there must be some',
    )
  const spoiled = lax.expandDims(lax.reduceOr(isNan(lines), [axis]), [axis])
  const clean = ignoreNan
    ? lax.select(isNan(lines), Number.NaN, lines)
    : lax.select(broadcastTo(spoiled, lines.shape), Number.NaN, lines)
  const shape = [...lines.shape.slice(0, -1), q.size]
  const counted = lax.expandDims(lax.reduceSum(lax.convertElementType(lax.bitwiseNot(isNan(clean)), q.dtype), [axis]), [
    axis,
  ])
  const counts = ignoreNan ? broadcastTo(counted, shape) : lax.full(shape, n, q.dtype)
  const last = lax.sub(counts, 1)
  const levels = broadcastTo(q, shape)
  if (method !== 'inverted_cdf') return interpolate(lax.sort(clean), lax.mul(levels, last), last, method)
  const given = weights === undefined ? lax.fullLike(clean, 1) : weightLines(where, array, weights, axes)
  const [sorted, carried] = lax.sortKeyVal(clean, given)
  return byWeight(sorted, carried, convert(q, sorted.dtype), lax.convertElementType(last, 'int32'))
}

type Quantile = (x: ArrayLike, q: ArrayLike, axis?: Axes | QuantileOptions, options?: QuantileOptions) => NDArray

const quantileOf =
  (where: string, ignoreNan: boolean, scale: number): Quantile =>
  (x, q, axis, options) => {
    const level = inexact(where, q)
    const levels = scale === 1 ? level : lax.div(level, scale)
    return compute(
      where,
      x,
      levels,
      ignoreNan,
      withAxis<QuantileOptions>(where, [...keepOptions, 'method', 'weights'], axis, options),
    )
  }

/**
 * The value that the share `q`, from 0 to 1, of the elements over `axis` does not exceed; NaN if there is one.
 *
 * @param q a number, or a vector, whose dimension then comes first
 * @throws {ShapeError} for weights with a method that takes none
 * @example np.quantile([1, 2, 3, 4], 0.5) // 2.5
 */
export const quantile: Quantile = quantileOf('quantile', false, 1)
/** `quantile` with NaN left out; NaN where all are. @example np.nanquantile([NaN, 1, 3], 0.25) // 1.5 */
export const nanquantile: Quantile = quantileOf('nanquantile', true, 1)
/** `quantile` with `q` from 0 to 100. @example np.percentile([1, 2, 3, 4], 50) // 2.5 */
export const percentile: Quantile = quantileOf('percentile', false, 100)
/** `nanquantile` with `q` from 0 to 100. @example np.nanpercentile([NaN, 1, 3], 50) // 2 */
export const nanpercentile: Quantile = quantileOf('nanpercentile', true, 100)

const medianOf =
  (where: string, ignoreNan: boolean) =>
  (x: ArrayLike, axis?: Axes | KeepOptions, options?: KeepOptions): NDArray =>
    compute(where, x, 0.5, ignoreNan, {
      ...withAxis<KeepOptions>(where, keepOptions, axis, options),
      method: 'midpoint',
    })

/**
 * The middle element over `axis`, or the mean of the two in the middle; NaN if there is one.
 *
 * @example np.median([3, 1, 2]) // 2
 */
export const median = medianOf('median', false)
/** `median` with NaN left out. @example np.nanmedian([NaN, 1, 3]) // 2 */
export const nanmedian = medianOf('nanmedian', true)
