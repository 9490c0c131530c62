import type {
  GatherDimensionNumbers as GatherNumbers,
  GatherScatterMode,
  Monoid,
  ScatterDimensionNumbers as ScatterNumbers,
} from '@proj/backend'
import { DTypeError, isInteger, ShapeError } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { bind } from '../trace.ts'
import { canonical, full, type LaxOperand } from './constant.ts'
import { add, convertElementType, lt, neg, rem, select } from './elementwise.ts'
import { canonicalAxis, concatenate, expandDims } from './movement.ts'

/**
 * What happens to an index whose slice would leave the array: `clip` moves it to the nearest that fits, `fill` (reading) and `drop`
 * (writing) leave it out, `promiseInBounds` says that there is none.
 */
export type IndexMode = 'clip' | 'fill' | 'drop' | 'fillOrDrop' | 'promiseInBounds'

/** How `gather` lays out its slices; batching dimensions may be left out. */
export type GatherDimensionNumbers = Pick<GatherNumbers, 'offsetDims' | 'collapsedSliceDims' | 'startIndexMap'> &
  Partial<GatherNumbers>

/** How `scatter` reads its updates; batching dimensions may be left out. */
export type ScatterDimensionNumbers = Pick<
  ScatterNumbers,
  'updateWindowDims' | 'insertedWindowDims' | 'scatterDimsToOperandDims'
> &
  Partial<ScatterNumbers>

export interface GatherOptions {
  /** Default: `promiseInBounds`; an index that breaks the promise reads the nearest slice that fits, and its derivative is dropped, as in JAX. */
  readonly mode?: IndexMode
  /** In place of slices that leave the array, with mode `fill`. Default: NaN; the least of a signed, the greatest of an unsigned integer; true. */
  readonly fillValue?: number | boolean | null
}

export interface ScatterOptions {
  /** Default: `drop`. */
  readonly mode?: IndexMode
  /** A promise that no two updates overlap. */
  readonly uniqueIndices?: boolean
  /** A promise that the index vectors ascend. */
  readonly indicesAreSorted?: boolean
}

const modes: { readonly [M in IndexMode]: GatherScatterMode } = {
  clip: 'clip',
  fill: 'fillOrDrop',
  drop: 'fillOrDrop',
  fillOrDrop: 'fillOrDrop',
  promiseInBounds: 'promiseInBounds',
}

function modeOf(where: string, mode: IndexMode): GatherScatterMode {
  const known = Object.hasOwn(modes, mode) ? modes[mode] : undefined
  if (known === undefined)
    throw new ShapeError(where, `mode ${JSON.stringify(mode)}`, `use one of ${Object.keys(modes).join(', ')}`)
  return known
}

/**
 * Indices as the ops take them, int32.
 *
 * @throws {DTypeError} when they are no integers
 */
export function toIndices(where: string, indices: NDArray): NDArray {
  if (!isInteger(indices.dtype)) throw new DTypeError(where, `${indices.dtype} indices`, 'use integers')
  return convertElementType(indices, 'int32')
}

/**
 * Slices of `x`, one for each index vector (the last dimension of `indices`).
 *
 * @param sliceSizes one size for each dimension of `x`
 * @throws {DTypeError} when `indices` are no integers
 * @example
 * const numbers = { offsetDims: [1], collapsedSliceDims: [0], startIndexMap: [0] }
 * lax.gather(np.eye(3), np.array([[2], [0]], 'int32'), numbers, [1, 3]) // [[0, 0, 1], [1, 0, 0]]
 *
 * Source: "Gather" in XLA's operation semantics.
 */
export function gather(
  x: NDArray,
  indices: NDArray,
  dimensionNumbers: GatherDimensionNumbers,
  sliceSizes: readonly number[],
  options: GatherOptions = {},
): NDArray {
  const { mode = 'promiseInBounds', fillValue = null } = options
  const numbers = { operandBatchingDims: [], startIndicesBatchingDims: [], ...dimensionNumbers }
  return bind('gather', [x, toIndices('gather', indices)], {
    dimensionNumbers: numbers,
    sliceSizes,
    mode: modeOf('gather', mode),
    fillValue: fillValue === null ? null : canonical(fillValue, x.dtype),
  })[0]
}

type Scatter = (
  x: NDArray,
  indices: NDArray,
  updates: LaxOperand,
  dimensionNumbers: ScatterDimensionNumbers,
  options?: ScatterOptions,
) => NDArray

const scatterKind =
  (name: string, kind: 'set' | Monoid): Scatter =>
  (x, indices, updates, dimensionNumbers, options = {}) => {
    const { mode = 'drop', uniqueIndices = false, indicesAreSorted = false } = options
    const vectors = toIndices(name, indices)
    const numbers = { operandBatchingDims: [], scatterIndicesBatchingDims: [], ...dimensionNumbers }
    const windows = typeof updates === 'object' ? updates : repeated(x, vectors, updates, numbers)
    return bind('scatter', [x, vectors, windows], {
      kind,
      dimensionNumbers: numbers,
      mode: modeOf(name, mode),
      uniqueIndices,
      indicesAreSorted,
    })[0]
  }

/** One number as all the updates: windows as large as `x` allows. */
function repeated(x: NDArray, indices: NDArray, value: number | boolean, numbers: ScatterNumbers): NDArray {
  const { updateWindowDims, insertedWindowDims, operandBatchingDims } = numbers
  const window = x.shape.filter((_, d) => !insertedWindowDims.includes(d) && !operandBatchingDims.includes(d)).values()
  const batch = indices.shape.slice(0, -1).values()
  const rank = indices.ndim - 1 + updateWindowDims.length
  const shape = Array.from(
    { length: rank },
    (_, d) => (updateWindowDims.includes(d) ? window : batch).next().value as number,
  )
  return full(shape, value, x.dtype)
}

/**
 * `x` with windows of `updates` written over it, one for each index vector (the last dimension of `indices`); of two that overlap the later
 * one stays.
 *
 * @example
 * const numbers = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }
 * lax.scatter(np.zeros([3]), np.array([[1]], 'int32'), np.array([5]), numbers) // [0, 5, 0]
 *
 * Source: "Scatter" in XLA's operation semantics.
 */
export const scatter: Scatter = scatterKind('scatter', 'set')
/**
 * As `scatter`, adding; overlapping updates add up.
 *
 * @example
 * const numbers = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }
 * lax.scatterAdd(np.ones([3]), np.array([[1], [1]], 'int32'), np.array([5, 2]), numbers) // [1, 8, 1]
 */
export const scatterAdd: Scatter = scatterKind('scatterAdd', 'add')
/**
 * As `scatter`, subtracting.
 *
 * @example
 * const numbers = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }
 * lax.scatterSub(np.ones([3]), np.array([[1], [1]], 'int32'), np.array([5, 2]), numbers) // [1, -6, 1]
 */
export const scatterSub: Scatter = (x, indices, updates, numbers, options) =>
  scatterAdd(x, indices, typeof updates === 'object' ? neg(updates) : -Number(updates), numbers, options)
/**
 * As `scatter`, multiplying. Derivatives by the updates need the promise `uniqueIndices`.
 *
 * @example
 * const numbers = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }
 * lax.scatterMul(np.ones([3]), np.array([[1], [1]], 'int32'), np.array([5, 2]), numbers) // [1, 10, 1]
 */
export const scatterMul: Scatter = scatterKind('scatterMul', 'mul')
/**
 * As `scatter`, keeping the smaller.
 *
 * @example
 * const numbers = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }
 * lax.scatterMin(np.ones([3]), np.array([[1], [2]], 'int32'), np.array([5, 0]), numbers) // [1, 1, 0]
 */
export const scatterMin: Scatter = scatterKind('scatterMin', 'min')
/**
 * As `scatter`, keeping the larger.
 *
 * @example
 * const numbers = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }
 * lax.scatterMax(np.ones([3]), np.array([[1], [2]], 'int32'), np.array([5, 0]), numbers) // [1, 5, 1]
 */
export const scatterMax: Scatter = scatterKind('scatterMax', 'max')

/**
 * Elements (or slices) of `x` at positions along `axes`, one index vector (`[n]`, wrapped round) for each axis.
 *
 * @returns `[n, …the other dimensions]`
 * @throws {ShapeError} when there are not as many index vectors as axes
 * @example lax.indexTake(np.eye(3), [np.array([2, -1], 'int32')], [0]) // [[0, 0, 1], [0, 0, 1]]
 */
export function indexTake(x: NDArray, indices: readonly NDArray[], axes: readonly number[]): NDArray {
  if (indices.length !== axes.length || axes.length === 0)
    throw new ShapeError(
      'indexTake',
      `${indices.length} index vectors for axes [${axes.join()}]`,
      'give one for each axis',
    )
  const dims = axes.map((axis) => canonicalAxis('indexTake', axis, x))
  const columns = indices.map((index, i) => {
    const wrapped = wrapIndices(toIndices('indexTake', index), x.shape[dims[i] as number] as number)
    return expandDims(wrapped, [1])
  })
  const numbers = {
    offsetDims: Array.from({ length: x.ndim - dims.length }, (_, i) => i + 1),
    collapsedSliceDims: dims.toSorted((a, b) => a - b),
    startIndexMap: dims,
  }
  const sizes = x.shape.map((n, d) => (dims.includes(d) ? 1 : n))
  return gather(x, concatenate(columns, 1), numbers, sizes)
}

/** `indices` modulo `size`, 0 or more. */
export function wrapIndices(indices: NDArray, size: number): NDArray {
  const left = rem(indices, size)
  return select(lt(left, 0), add(left, size), left)
}
