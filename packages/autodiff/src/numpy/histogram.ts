import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { elementInDim } from '../lax/movement.ts'
import { concrete, readSync } from '../reading.ts'
import { asArray, convert, inexact, promoteInexact } from './coerce.ts'
import { at } from './indexing.ts'
import { integers } from './indexSyntax.ts'
import { toInexact } from './promotion.ts'
import { max, min } from './reduce.ts'
import { searchsorted } from './sorting.ts'
import { linspace } from './spacing.ts'

export interface BincountOptions {
  /** Added up instead of ones; of the shape of the values. */
  readonly weights?: ArrayLike
  /** The fewest bins. Default: 0. */
  readonly minlength?: number
  /** The number of bins, needed under transforms; values beyond are left out. */
  readonly length?: number
}

/**
 * How often each whole number from 0 on occurs in a vector; negative ones count as 0.
 *
 * @throws {TracerError} under a transform that knows no values, unless `length` is given
 * @example np.bincount([0, 2, 2]) // [1, 0, 2]
 */
export function bincount(x: ArrayLike, options: BincountOptions = {}): NDArray {
  const given = asArray('bincount', x)
  const values = given.dtype === 'bool' ? convert(given, 'int32') : integers('bincount', x)
  if (values.ndim !== 1) throw new ShapeError('bincount', `got ${formatArray(values)}`, 'pass a vector')
  const { minlength = 0, weights } = options
  const length = options.length ?? Math.max(minlength, largest(values) + 1)
  const added = weights === undefined ? lax.full(values.shape, 1, 'int32') : asArray('bincount', weights)
  if (added.shape.join() !== values.shape.join())
    throw new ShapeError(
      'bincount',
      `weights ${formatArray(added)} for ${formatArray(values)}`,
      'give one for each value',
    )
  return at(lax.full([length], 0, added.dtype), lax.max(values, 0)).add(added)
}

function largest(values: NDArray): number {
  return Math.max(values.size === 0 ? -1 : 0, ...new Set<number>(readSync(concrete('bincount', values))))
}

export interface HistogramOptions {
  /** How many bins of one width, or a vector of their bounds. Default: 10. */
  readonly bins?: number | ArrayLike
  /** From where to where; values outside are left out. Default: from the smallest to the largest. */
  readonly range?: readonly [ArrayLike, ArrayLike]
  /** Added up instead of ones; of the shape of the values. */
  readonly weights?: ArrayLike
  /** Whether the area of all bins is made 1. */
  readonly density?: boolean
}

/**
 * The bounds of the bins that `histogram` uses: one more than there are bins.
 *
 * @example np.histogramBinEdges([1, 2, 5], { bins: 4 }) // [1, 2, 3, 4, 5]
 */
export function histogramBinEdges(x: ArrayLike, options: Pick<HistogramOptions, 'bins' | 'range'> = {}): NDArray {
  const array = asArray('histogramBinEdges', x)
  const dtype = toInexact(array.dtype)
  const { bins = 10, range } = options
  if (typeof bins !== 'number') {
    const edges = asArray('histogramBinEdges', bins)
    if (edges.ndim !== 1)
      throw new ShapeError('histogramBinEdges', `bins ${formatArray(edges)}`, 'pass a number or a vector')
    return convert(edges, dtype)
  }
  if (!Number.isInteger(bins) || bins < 1)
    throw new DTypeError('histogramBinEdges', `${bins} bins`, 'ask for a whole number, 1 or more')
  const [low, high] = (range ?? [min(array), max(array)]).map((bound) =>
    convert(asArray('histogramBinEdges', bound), dtype),
  ) as [NDArray, NDArray]
  const isPoint = lax.eq(low, high)
  const widen = (bound: NDArray, by: number): NDArray => lax.select(isPoint, lax.add(bound, by), bound)
  return linspace(widen(low, -0.5), widen(high, 0.5), { num: bins + 1, dtype })
}

/**
 * How many values fall into each bin, a float, and the bounds of the bins; the last bin includes its upper bound.
 *
 * @throws {ShapeError} for weights of another shape
 * @example np.histogram([1, 2, 2, 3], { bins: 2 }) // [[1, 3], [1, 2, 3]]
 */
export function histogram(x: ArrayLike, options: HistogramOptions = {}): readonly [counts: NDArray, edges: NDArray] {
  const given = inexact('histogram', x)
  const loose = options.weights === undefined ? lax.fullLike(given, 1) : asArray('histogram', options.weights)
  if (loose.shape.join() !== given.shape.join())
    throw new ShapeError(
      'histogram',
      `weights ${formatArray(loose)} for ${formatArray(given)}`,
      'give one for each value',
    )
  const [values, weights] = promoteInexact('histogram', given, loose)
  const edges = histogramBinEdges(values, options)
  const last = edges.size - 1
  const found = searchsorted(edges, values, { side: 'right' })
  const isTop = lax.eq(values, lax.broadcastInDim(elementInDim(edges, last), values.shape, []))
  const bins = lax.select(isTop, last, found)
  const counts = lax.sliceInDim(at(lax.full([edges.size], 0, weights.dtype), bins).add(weights), 1, edges.size)
  if (options.density !== true) return [counts, edges]
  const widths = lax.sub(lax.sliceInDim(edges, 1, edges.size), lax.sliceInDim(edges, 0, last))
  const total = lax.broadcastInDim(lax.reduceSum(counts, [0]), counts.shape, [])
  return [lax.div(lax.div(counts, convert(widths, counts.dtype)), total), edges]
}
