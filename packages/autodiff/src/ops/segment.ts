import { isInteger } from '@proj/backend'
import { type ArrayLike, formatArray, isTracer, type NDArray } from '../array.ts'
import { DTypeError, ShapeError, TracerError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { asArray, numeric } from '../numpy/coerce.ts'
import { iinfo } from '../numpy/limits.ts'

/** Of the segment functions. */
export interface SegmentOptions {
  /** How many segments there are. Default: the largest id and one, which only a concrete array can tell. */
  readonly numSegments?: number
  /** A promise that ids do not descend. Default: false. */
  readonly indicesAreSorted?: boolean
  /** A promise that no id occurs twice. Default: false. */
  readonly uniqueIndices?: boolean
}

type Scatter = typeof lax.scatterAdd
type Extreme = 'least' | 'greatest'

/** Options from `f(data, ids, count, options)` or `f(data, ids, options)`. */
const optionsOf = (count: number | SegmentOptions | null | undefined, options: SegmentOptions): SegmentOptions =>
  typeof count === 'number' ? { ...options, numSegments: count } : { ...(count ?? {}), ...options }

function countOf(where: string, ids: NDArray, numSegments: number | undefined): number {
  if (numSegments !== undefined) {
    if (!Number.isInteger(numSegments) || numSegments < 0)
      throw new ShapeError(where, `${numSegments} segments`, 'pass a natural number')
    return numSegments
  }
  if (isTracer(ids)) throw new TracerError(where, `ids ${ids}`, 'pass numSegments, which must be known while tracing')
  return Array.from(ids.dataSync()).reduce((most, id) => Math.max(most, id + 1), 0)
}

/** The limit of a dtype that loses against everything. */
function limit({ dtype }: NDArray, extreme: Extreme): number {
  if (isInteger(dtype)) return extreme === 'least' ? iinfo(dtype).min : iinfo(dtype).max
  return extreme === 'least' ? -Infinity : Infinity
}

const segment =
  (name: string, scatter: Scatter, start: (x: NDArray) => number) =>
  (
    data: ArrayLike,
    segmentIds: ArrayLike,
    numSegments?: number | SegmentOptions | null,
    options: SegmentOptions = {},
  ): NDArray => {
    const all = optionsOf(numSegments, options)
    const [values, ids] = [numeric(name, data), asArray(name, segmentIds)]
    if (!isInteger(ids.dtype)) throw new DTypeError(name, `ids of dtype ${ids.dtype}`, 'pass integers')
    if (ids.shape.some((n, i) => n !== values.shape[i]) || ids.ndim > values.ndim)
      throw new ShapeError(
        name,
        `data ${formatArray(values)} and ids ${formatArray(ids)}`,
        'the shape of the data must begin with that of the ids',
      )
    const row = values.shape.slice(ids.ndim)
    const empty = lax.full([countOf(name, ids, all.numSegments), ...row], start(values), values.dtype)
    return scatter(
      empty,
      lax.reshape(ids, [ids.size, 1]),
      lax.reshape(values, [ids.size, ...row]),
      {
        updateWindowDims: row.map((_, i) => i + 1),
        insertedWindowDims: [0],
        scatterDimsToOperandDims: [0],
      },
      { indicesAreSorted: all.indicesAreSorted ?? false, uniqueIndices: all.uniqueIndices ?? false },
    )
  }

/**
 * Sums of the rows of `data` that have one id; row `i` of the result is that of id `i`, and ids outside of the range are left out.
 *
 * @param data `[n, ...]`
 * @param segmentIds integers `[n]`
 * @param numSegments default: the largest id and one
 * @throws {TracerError} when `numSegments` is left out under a transform
 * @throws {ShapeError} when there are not as many ids as rows
 * @example ops.segmentSum([1, 2, 3], np.array([0, 1, 0], 'int32'), 2) // [4, 2]
 */
export const segmentSum = segment('segmentSum', lax.scatterAdd, () => 0)
/** Products of the rows that have one id; 1 where there is none. @example ops.segmentProd([1, 2, 3], np.array([0, 1, 0], 'int32'), 2) // [3, 2] */
export const segmentProd = segment('segmentProd', lax.scatterMul, () => 1)
/**
 * The largest of the rows that have one id; -∞ (the least integer) where there is none.
 *
 * @example ops.segmentMax([1, 2, 3], np.array([0, 1, 0], 'int32'), 2) // [3, 2]
 */
export const segmentMax = segment('segmentMax', lax.scatterMax, (x) => limit(x, 'least'))
/**
 * The smallest of the rows that have one id; ∞ (the greatest integer) where there is none.
 *
 * @example ops.segmentMin([1, 2, 3], np.array([0, 1, 0], 'int32'), 2) // [1, 2]
 */
export const segmentMin = segment('segmentMin', lax.scatterMin, (x) => limit(x, 'greatest'))
