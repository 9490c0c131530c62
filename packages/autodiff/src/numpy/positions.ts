import { makeAval, sizeOf } from '@proj/backend'
import { type ArrayLike, formatArray, isTracer, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { ConcreteArray } from '../concrete.ts'
import { DTypeError, ShapeError, TracerError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { wrapIndices } from '../lax/indexing.ts'
import { concrete, readSync } from '../reading.ts'
import { fromData } from '../trace.ts'
import { floorDivide, remainder } from './arithmetic.ts'
import { asArray, truth } from './coerce.ts'
import { checkShape } from './creation.ts'
import { at } from './indexing.ts'
import { integers } from './indexSyntax.ts'

export interface NonzeroOptions {
  /** How many positions are given, needed under transforms. */
  readonly size?: number
  /** In place of those that are missing, one for all dimensions or one for each. Default: 0. */
  readonly fillValue?: number | readonly number[]
}

/** Flat positions where the values of an array are not 0. */
function knownPositions(where: string, x: NDArray): Int32Array {
  if (!(x instanceof ConcreteArray))
    throw new TracerError(
      where,
      `${x} has no values yet while ${isTracer(x) ? x.trace.transform : 'a transform'} traces the function, so how many are not 0 is unknown`,
      'pass size, or choose with where(mask, x, y)',
    )
  const values = readSync(x)
  return Int32Array.from([...values.keys()].filter((i) => values[i] !== 0))
}

/** As many flat positions as asked for, worked out without knowing values: position `i` is how many elements have at most `i` ones up to them. */
function tracedPositions(x: NDArray, size: number): NDArray {
  const mask = lax.convertElementType(truth('nonzero', lax.reshape(x, [x.size])), 'int32')
  const upTo = lax.cumsum(mask)
  const counts = at(lax.full([size], 0, 'int32'), upTo).add(1)
  return lax.cumsum(counts)
}

const strideOf = (shape: readonly number[], d: number): number => sizeOf(shape.slice(d + 1))

/**
 * Where an array is not 0: one int32 vector for each dimension.
 *
 * @throws {ShapeError} for a scalar
 * @throws {TracerError} under a transform that knows no values, unless `size` is given
 * @example np.nonzero([[0, 1], [2, 0]]) // [[0, 1], [1, 0]]
 */
export function nonzero(x: ArrayLike, options: NonzeroOptions = {}): readonly NDArray[] {
  const array = asArray('nonzero', x)
  if (array.ndim === 0) throw new ShapeError('nonzero', 'an array of rank 0', 'use atleast1d first')
  const { size, fillValue } = options
  const { shape } = array
  if (size === undefined) {
    const places = knownPositions('nonzero', array)
    return shape.map((n, d) =>
      fromData(
        places.map((place) => Math.floor(place / strideOf(shape, d)) % n),
        makeAval([places.length], 'int32'),
      ),
    )
  }
  if (!Number.isInteger(size) || size < 0)
    throw new ShapeError('nonzero', `size ${size}`, 'use a whole number, 0 or more')
  if (array.size === 0 || size === 0) return shape.map(() => lax.full([size], 0, 'int32'))
  const flat = tracedPositions(array, size)
  const found = shape.map((n, d) => lax.rem(lax.div(flat, strideOf(shape, d)), n))
  return fillValue === undefined ? found : filled(array, found, fillValue)
}

/** With other values in place of those beyond the number found. */
function filled(x: NDArray, found: readonly NDArray[], fillValue: number | readonly number[]): readonly NDArray[] {
  const fills = typeof fillValue === 'number' ? found.map(() => fillValue) : fillValue
  if (fills.length !== found.length)
    throw new ShapeError(
      'nonzero',
      `${fills.length} fill values for ${found.length} dimensions`,
      'give one, or one for each',
    )
  const count = lax.reduceSum(
    lax.convertElementType(truth('nonzero', x), 'int32'),
    x.shape.map((_, d) => d),
  )
  return found.map((positions, d) => {
    const isMissing = lax.ge(lax.iota('int32', positions.size), lax.broadcastInDim(count, positions.shape, []))
    return lax.select(isMissing, fills[d] as number, positions)
  })
}

/** Where the flattened array is not 0, int32. @example np.flatnonzero([[0, 3], [2, 0]]) // [1, 2] */
export function flatnonzero(x: ArrayLike, options: NonzeroOptions = {}): NDArray {
  const array = asArray('flatnonzero', x)
  return nonzero(lax.reshape(array, [array.size]), options)[0] as NDArray
}

/**
 * Where an array is not 0: one row for each element, one column for each dimension.
 *
 * @example np.argwhere([[0, 1], [2, 0]]) // [[0, 1], [1, 0]]
 */
export function argwhere(x: ArrayLike, options: NonzeroOptions = {}): NDArray {
  const array = asArray('argwhere', x)
  const found = nonzero(array.ndim === 0 ? lax.reshape(array, [1]) : array, options)
  if (array.ndim === 0) return lax.full([(found[0] as NDArray).size, 0], 0, 'int32')
  return lax.concatenate(
    found.map((positions) => lax.expandDims(positions, [1])),
    1,
  )
}

/** Positions of the diagonal of an array with `ndim` dimensions of size `n`. @example np.diagIndices(2) // [[0, 1], [0, 1]] */
export const diagIndices = byName('diagIndices', ['n', 'ndim'], (n: number, ndim = 2): readonly NDArray[] => {
  const positions = lax.iota('int32', checkShape('diagIndices', n)[0] as number)
  return Array.from({ length: ndim }, () => positions)
})

/**
 * Positions of the diagonal of an array.
 *
 * @throws {ShapeError} when it has fewer than two dimensions, or they differ in size
 * @example np.diagIndicesFrom(np.ones([3, 3]))[0] // [0, 1, 2]
 */
export function diagIndicesFrom(x: ArrayLike): readonly NDArray[] {
  const array = asArray('diagIndicesFrom', x)
  const { shape } = array
  if (shape.length < 2 || shape.some((n) => n !== shape[0]))
    throw new ShapeError('diagIndicesFrom', `got ${formatArray(array)}`, 'pass two dimensions or more, of one size')
  return diagIndices(shape[0] as number, shape.length)
}

/** Rows and columns of the places of a matrix that satisfy a condition, in row-major order. */
function matrixPlaces(where: string, n: number, m: number, holds: (row: number, column: number) => boolean) {
  checkShape(where, [n, m])
  const places = Array.from({ length: n * m }, (_, i) => [Math.floor(i / m), i % m] as const).filter(([i, j]) =>
    holds(i, j),
  )
  const aval = makeAval([places.length], 'int32')
  return [
    fromData(
      Int32Array.from(places, ([row]) => row),
      aval,
    ),
    fromData(
      Int32Array.from(places, ([, column]) => column),
      aval,
    ),
  ] as const
}

/**
 * Rows and columns of the lower triangle of an `n × m` matrix, up to diagonal `k`.
 *
 * @example np.trilIndices(2) // [[0, 1, 1], [0, 0, 1]]
 */
export const trilIndices = byName(
  'trilIndices',
  ['n', 'k', 'm'],
  (n: number, k = 0, m = n): readonly [rows: NDArray, columns: NDArray] =>
    matrixPlaces('trilIndices', n, m, (i, j) => j - i <= k),
)
/** Rows and columns of the upper triangle, from diagonal `k` on. @example np.triuIndices(2) // [[0, 0, 1], [0, 1, 1]] */
export const triuIndices = byName(
  'triuIndices',
  ['n', 'k', 'm'],
  (n: number, k = 0, m = n): readonly [rows: NDArray, columns: NDArray] =>
    matrixPlaces('triuIndices', n, m, (i, j) => j - i >= k),
)

const triangleOf = (where: string, places: typeof trilIndices) =>
  byName(where, ['arr', 'k'], (x: ArrayLike, k = 0): readonly [rows: NDArray, columns: NDArray] => {
    const array = asArray(where, x)
    const { shape } = array
    if (shape.length !== 2) throw new ShapeError(where, `got ${formatArray(array)}`, 'pass a matrix')
    return places(shape[0] as number, k, shape[1] as number)
  })
/** `trilIndices` for the shape of a matrix. @example np.trilIndicesFrom(np.ones([2, 2])) // [[0, 1, 1], [0, 0, 1]] */
export const trilIndicesFrom = triangleOf('trilIndicesFrom', trilIndices)
/** `triuIndices` for the shape of a matrix. @example np.triuIndicesFrom(np.ones([2, 2])) // [[0, 0, 1], [0, 1, 1]] */
export const triuIndicesFrom = triangleOf('triuIndicesFrom', triuIndices)

/**
 * Vectors of positions shaped so that, used as an index, they select the grid of all their combinations.
 *
 * @example np.arange(12).reshape([3, 4]).slice(...np.ix_([0, 2], [1, 3])) // [[1, 3], [9, 11]]
 */
export function ix_(...vectors: readonly ArrayLike[]): readonly NDArray[] {
  const arrays = vectors.map((v) => integers('ix_', v))
  return arrays.map((v, i) => {
    if (v.ndim !== 1) throw new ShapeError('ix_', `got ${formatArray(v)}`, 'pass vectors')
    return lax.reshape(
      v,
      arrays.map((_, d) => (d === i ? v.size : 1)),
    )
  })
}

/**
 * Positions in the flattened array from those along each dimension.
 *
 * @param mode out of bounds: `raise` (the default, which needs values), `clip`, `wrap`, or `ignore`
 * @throws {ShapeError} for a position out of bounds
 * @example np.ravelMultiIndex([[1, 0], [2, 1]], [2, 3]) // [5, 1]
 */
export function ravelMultiIndex(
  positions: readonly ArrayLike[],
  dims: readonly number[],
  options: { readonly mode?: 'raise' | 'clip' | 'wrap' | 'ignore'; readonly order?: 'C' | 'F' } = {},
): NDArray {
  const { mode = 'raise', order = 'C' } = options
  if (positions.length !== dims.length)
    throw new ShapeError(
      'ravelMultiIndex',
      `${positions.length} lists for ${dims.length} dimensions`,
      'give one for each',
    )
  const inside = positions.map((given, d) => bounded(integers('ravelMultiIndex', given), dims[d] as number, mode))
  const stride = (d: number): number => sizeOf(order === 'C' ? dims.slice(d + 1) : dims.slice(0, d))
  return inside.map((p, d) => lax.mul(p, stride(d))).reduce((a, b) => lax.add(a, b))
}

function bounded(positions: NDArray, size: number, mode: 'raise' | 'clip' | 'wrap' | 'ignore'): NDArray {
  if (mode === 'ignore') return positions
  if (mode === 'clip') return lax.clamp(0, positions, size - 1)
  if (mode === 'wrap') return wrapIndices(positions, size)
  const out = readSync(concrete('ravelMultiIndex', positions)).find((p) => p < 0 || p >= size)
  if (out !== undefined)
    throw new ShapeError(
      'ravelMultiIndex',
      `position ${out} along a dimension of size ${size}`,
      "use mode 'clip' or 'wrap'",
    )
  return positions
}

/**
 * Positions along each dimension from those in the flattened array; out of bounds the nearest corner.
 *
 * @throws {DTypeError} for positions that are no integers
 * @example np.unravelIndex([5, 1], [2, 3]) // [[1, 0], [2, 1]]
 */
export function unravelIndex(positions: ArrayLike, shape: number | readonly number[]): readonly NDArray[] {
  const sizes = checkShape('unravelIndex', shape)
  let left = integers('unravelIndex', positions)
  const found = sizes.toReversed().map((size) => {
    if (size === 0) throw new ShapeError('unravelIndex', `the shape [${sizes.join()}]`, 'there is nothing in it')
    const along = remainder(left, size)
    left = floorDivide(left, size)
    return along
  })
  const [above, below] = [lax.gt(left, 0), lax.lt(left, -1)]
  return found.toReversed().map((along, d) => lax.select(above, (sizes[d] as number) - 1, lax.select(below, 0, along)))
}

/**
 * Without the zeros at the front (`f`) and at the back (`b`), along the given axes, by default all.
 *
 * @throws {TracerError} under a transform that knows no values
 * @example np.trimZeros([0, 1, 0, 2, 0]) // [1, 0, 2]
 */
export const trimZeros = byName(
  'trimZeros',
  ['filt', 'trim', 'axis'],
  (x: ArrayLike, trim = 'fb', axis: number | readonly number[] | null = null): NDArray => {
    const array = asArray('trimZeros', x)
    const axes = axis === null ? array.shape.map((_, d) => d) : typeof axis === 'number' ? [axis] : axis
    if (!/^[fb]*$/i.test(trim))
      throw new DTypeError('trimZeros', `trim ${JSON.stringify(trim)}`, "use 'f', 'b' or 'fb'")
    const places = nonzeroRows(array)
    return axes.reduce((out, given) => {
      const d = given < 0 ? given + array.ndim : given
      const along = places.map((place) => place[d] as number)
      if (along.length === 0) return lax.sliceInDim(out, 0, 0, 1, d)
      const first = /f/i.test(trim) ? Math.min(...along) : 0
      const last = /b/i.test(trim) ? Math.max(...along) + 1 : (array.shape[d] as number)
      return lax.sliceInDim(out, first, last, 1, d)
    }, array)
  },
)

/** The index of each element that is not 0. */
const nonzeroRows = (x: NDArray): readonly (readonly number[])[] =>
  Array.from(knownPositions('trimZeros', x), (place) =>
    x.shape.map((n, d) => Math.floor(place / strideOf(x.shape, d)) % n),
  )
