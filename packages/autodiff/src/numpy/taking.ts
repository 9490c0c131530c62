import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { wrapIndices } from '../lax/indexing.ts'
import { canonicalAxis } from '../lax/movement.ts'
import { broadcastShapes, broadcastTo } from './broadcast.ts'
import { asArray, promoteDtypes, truth } from './coerce.ts'
import { sliceOf } from './indexing.ts'
import { integers } from './indexSyntax.ts'
import { argsort } from './sorting.ts'

export interface TakeOptions {
  /** Default: of the flattened array. */
  readonly axis?: number | null
  /** Out of bounds: `fill` (the default) gives `fillValue`, `clip` the nearest element, `wrap` counts on from the other end. */
  readonly mode?: 'fill' | 'clip' | 'wrap'
  /** Default: NaN; the least of a signed, the greatest of an unsigned integer; true. */
  readonly fillValue?: number | boolean
}

const fromEnd = (indices: NDArray, size: number): NDArray =>
  lax.select(lax.lt(indices, 0), lax.add(indices, size), indices)

/**
 * Elements (or slices) at positions along `axis`; negative ones count from the end.
 *
 * @returns the shape of `x` with that of `indices` in place of the axis
 * @throws {ShapeError} for positions along an axis of size 0
 * @example np.take([10, 20, 30], [2, 0]) // [30, 10]
 */
export function take(
  x: ArrayLike,
  indices: ArrayLike,
  axis?: number | null | TakeOptions,
  options: TakeOptions = {},
): NDArray {
  const given = typeof axis === 'object' && axis !== null ? axis : axis === undefined ? options : { ...options, axis }
  const { mode = 'fill', fillValue = null } = given
  const array = asArray('take', x)
  const isFlat = given.axis === undefined || given.axis === null
  const line = isFlat ? lax.reshape(array, [array.size]) : array
  const at = isFlat ? 0 : canonicalAxis('take', given.axis as number, array)
  const size = line.shape[at] as number
  const where = integers('take', indices)
  const shape = line.shape.toSpliced(at, 1, ...where.shape)
  if (where.size === 0) return lax.full(shape, 0, line.dtype)
  if (size === 0)
    throw new ShapeError('take', `positions along axis ${at} of ${formatArray(line)}`, 'there is nothing in it')
  const vectors = mode === 'wrap' ? wrapIndices(where, size) : mode === 'fill' ? fromEnd(where, size) : where
  const before = Array.from({ length: at }, (_, i) => i)
  const after = Array.from({ length: line.ndim - at - 1 }, (_, i) => at + where.ndim + i)
  return lax.gather(
    line,
    lax.expandDims(vectors, [where.ndim]),
    { offsetDims: [...before, ...after], collapsedSliceDims: [at], startIndexMap: [at] },
    line.shape.with(at, 1),
    { mode: mode === 'wrap' ? 'promiseInBounds' : mode, fillValue },
  )
}

/**
 * Along `axis`, line by line, the elements at the positions of the same line of `indices`; the other dimensions broadcast.
 *
 * @throws {ShapeError} when the ranks differ
 * @example np.takeAlongAxis([[3, 1, 2]], np.argsort([[3, 1, 2]]), 1) // [[1, 2, 3]]
 */
export const takeAlongAxis = byName(
  'takeAlongAxis',
  ['arr', 'indices', 'axis', 'options'],
  (
    x: ArrayLike,
    indices: ArrayLike,
    axis: number | null = -1,
    options: { readonly mode?: lax.IndexMode; readonly fillValue?: number | boolean } = {},
  ): NDArray => {
    const given = asArray('takeAlongAxis', x)
    const array = axis === null ? lax.reshape(given, [given.size]) : given
    const positions = integers('takeAlongAxis', indices)
    if (positions.ndim !== array.ndim)
      throw new ShapeError(
        'takeAlongAxis',
        `indices ${formatArray(positions)} for ${formatArray(array)}`,
        'both must have the same number of dimensions',
      )
    const at = canonicalAxis('takeAlongAxis', axis ?? 0, array)
    const shape = broadcastShapes('takeAlongAxis', [positions.shape, array.shape.with(at, 1)])
    const size = array.shape[at] as number
    if (size === 0) return lax.full(shape, 0, array.dtype)
    const { mode = 'fill', fillValue = null } = options
    const vectors = broadcastTo(fromEnd(positions, size), shape)
    const others = shape.map((_, d) => d).filter((d) => d !== at)
    return lax.gather(
      broadcastTo(array, shape.with(at, size)),
      lax.expandDims(vectors, [shape.length]),
      {
        offsetDims: [],
        collapsedSliceDims: [at],
        startIndexMap: [at],
        operandBatchingDims: others,
        startIndicesBatchingDims: others,
      },
      shape.map((n, d) => (d === at ? 1 : Math.min(1, n))),
      { mode, fillValue },
    )
  },
)

/**
 * For each element of `x`, an integer, the element there of the choice that it names; all broadcast together.
 *
 * @param mode out of bounds: `clip` names the nearest choice, `wrap` counts on from the other end
 * @example np.choose([1, 0], [[1, 2], [10, 20]]) // [10, 2]
 */
export function choose(
  x: ArrayLike,
  choices: readonly ArrayLike[],
  options: { readonly mode?: 'clip' | 'wrap' } = {},
): NDArray {
  const arrays = promoteDtypes('choose', choices)
  const which = integers('choose', x)
  if (arrays.length === 0) throw new ShapeError('choose', 'no choices', 'pass at least one')
  const shape = broadcastShapes('choose', [which.shape, ...arrays.map((choice) => choice.shape)], [which, ...arrays])
  const named = broadcastTo(options.mode === 'wrap' ? wrapIndices(which, arrays.length) : which, shape)
  return lax.selectN(named, ...arrays.map((choice) => broadcastTo(choice, shape)))
}

export interface CompressOptions {
  readonly axis?: number | null
  /** How many are taken, needed under transforms; what is missing is `fillValue`. */
  readonly size?: number
  /** Default: 0. */
  readonly fillValue?: number | boolean
}

/**
 * The slices along `axis` (default: of the flattened array) where `condition`, a vector, holds.
 *
 * @throws {TracerError} under a transform that knows no values, unless `size` is given
 * @example np.compress([true, false, true], [1, 2, 3]) // [1, 3]
 */
export function compress(condition: ArrayLike, x: ArrayLike, options: CompressOptions = {}): NDArray {
  const array = asArray('compress', x)
  const mask = truth('compress', condition)
  if (mask.ndim !== 1) throw new ShapeError('compress', `a condition ${formatArray(mask)}`, 'pass a vector')
  const isFlat = options.axis === undefined || options.axis === null
  const line = isFlat ? lax.reshape(array, [array.size]) : array
  const at = isFlat ? 0 : canonicalAxis('compress', options.axis as number, array)
  const count = Math.min(mask.size, line.shape[at] as number)
  const [chosen, part] = [lax.sliceInDim(mask, 0, count), lax.sliceInDim(line, 0, count, 1, at)]
  const before = Array.from({ length: at }, () => null)
  const { size, fillValue = 0 } = options
  if (size === undefined) return sliceOf(part, ...before, chosen)
  if (!Number.isInteger(size) || size < 0 || size > count)
    throw new ShapeError('compress', `size ${size} of ${count} slices`, `use 0 to ${count}`)
  const kept = lax.select(lax.broadcastInDim(chosen, part.shape, [at]), part, fillValue)
  const order = argsort(chosen, { descending: true })
  return lax.sliceInDim(take(kept, order, at), 0, size, 1, at)
}

/**
 * The elements of `x` where `condition`, of the same size, holds: both flattened, as `compress`.
 *
 * @example np.extract([true, false, true], [1, 2, 3]) // [1, 3]
 */
export const extract = (condition: ArrayLike, x: ArrayLike, options: Omit<CompressOptions, 'axis'> = {}): NDArray => {
  const mask = truth('extract', condition)
  return compress(lax.reshape(mask, [mask.size]), x, options)
}
