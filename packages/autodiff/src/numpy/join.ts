import { type DType, sizeOf } from '@proj/backend'
import { type ArrayLike, formatArray, isNDArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { canonicalAxis, elementInDim } from '../lax/movement.ts'
import { asArray, convert, promoteDtypes } from './coerce.ts'
import { atleast1d, atleast2d, atleast3d } from './shape.ts'

/** Several arrays, or one whose slices along axis 0 they are. */
export type Arrays = readonly ArrayLike[] | NDArray

const listOf = (where: string, xs: Arrays): readonly ArrayLike[] => {
  const list = isNDArray(xs) ? [...xs] : xs
  if (list.length === 0) throw new ShapeError(where, 'no arrays', 'pass at least one')
  return list
}

/**
 * Arrays end to end along `axis`; with `null`, flattened first.
 *
 * @throws {ShapeError} when they differ in another axis
 * @example np.concatenate([np.zeros([2, 3]), np.ones([1, 3])]).shape // [3, 3]
 */
export const concatenate = byName(
  'concatenate',
  ['arrays', 'axis', 'options'],
  (xs: Arrays, axis: number | null = 0, options: { readonly dtype?: DType } = {}): NDArray => {
    const promoted = promoteDtypes('concatenate', listOf('concatenate', xs))
    const arrays = options.dtype === undefined ? promoted : promoted.map((x) => convert(x, options.dtype as DType))
    if (axis === null)
      return lax.concatenate(
        arrays.map((x) => lax.reshape(x, [x.size])),
        0,
      )
    const [first] = arrays as [NDArray]
    if (first.ndim === 0) throw new ShapeError('concatenate', 'arrays of rank 0', 'use stack')
    const at = canonicalAxis('concatenate', axis, first)
    const odd = arrays.find((x) => x.ndim !== first.ndim || x.shape.some((n, i) => i !== at && n !== first.shape[i]))
    if (odd !== undefined)
      throw new ShapeError(
        'concatenate',
        `${formatArray(first)} and ${formatArray(odd)} along axis ${at}`,
        'the other sizes must agree',
      )
    return lax.concatenate(arrays, at)
  },
)

/** `concatenate`, under the name of the array API. @example np.concat([[1, 2], [3]]) // [1, 2, 3] */
export const concat = (xs: Arrays, options: { readonly axis?: number | null } = {}): NDArray =>
  concatenate(xs, options.axis === undefined ? 0 : options.axis)

/**
 * Arrays of one shape as the slices of a new axis.
 *
 * @example np.stack([[1, 2], [3, 4]], 1) // [[1, 3], [2, 4]]
 */
export const stack = byName('stack', ['arrays', 'axis'], (xs: Arrays, axis = 0): NDArray => {
  const arrays = promoteDtypes('stack', listOf('stack', xs))
  const [first] = arrays as [NDArray]
  const at = canonicalAxis('stack', axis, first.ndim + 1)
  const odd = arrays.find((x) => x.shape.join() !== first.shape.join())
  if (odd !== undefined)
    throw new ShapeError('stack', `${formatArray(first)} and ${formatArray(odd)}`, 'all must have one shape')
  return lax.concatenate(
    arrays.map((x) => lax.expandDims(x, [at])),
    at,
  )
})

/** The slices along `axis`. @example np.unstack([[1, 2], [3, 4]]) // [[1, 2], [3, 4]] */
export function unstack(x: ArrayLike, options: { readonly axis?: number } = {}): readonly NDArray[] {
  const array = asArray('unstack', x)
  const at = canonicalAxis('unstack', options.axis ?? 0, array)
  return Array.from({ length: array.shape[at] as number }, (_, i) => elementInDim(array, i, at))
}

/** Side by side: along axis 1, vectors along axis 0. @example np.hstack([[1, 2], [3]]) // [1, 2, 3] */
export function hstack(xs: Arrays): NDArray {
  const arrays = listOf('hstack', xs).map(atleast1d)
  return concatenate(arrays, arrays[0]?.ndim === 1 ? 0 : 1)
}
/** One above the other: along axis 0, vectors as rows. @example np.vstack([[1, 2], [3, 4]]) // [[1, 2], [3, 4]] */
export const vstack = (xs: Arrays): NDArray => concatenate(listOf('vstack', xs).map(atleast2d))
/** One behind the other: along axis 2. @example np.dstack([[1, 2], [3, 4]]) // f32[1,2,2] */
export const dstack = (xs: Arrays): NDArray => concatenate(listOf('dstack', xs).map(atleast3d), 2)
/** Vectors as columns, matrices side by side. @example np.columnStack([[1, 2], [3, 4]]) // [[1, 3], [2, 4]] */
export const columnStack = (xs: Arrays): NDArray =>
  concatenate(
    listOf('columnStack', xs).map((x) => {
      const array = asArray('columnStack', x)
      return array.ndim < 2 ? lax.reshape(array, [array.size, 1]) : array
    }),
    1,
  )

/** `values` after `x`: along `axis`, or both flattened. @example np.append([1, 2], [3]) // [1, 2, 3] */
export const append = byName(
  'append',
  ['arr', 'values', 'axis'],
  (x: ArrayLike, values: ArrayLike, axis: number | null = null): NDArray => concatenate([x, values], axis),
)

/**
 * Arrays joined as nested lists lay them out: the innermost along the last axis, the next along the one before.
 *
 * @example np.block([[np.eye(2), np.zeros([2, 1])]]) // [[1, 0, 0], [0, 1, 0]]
 */
export function block(arrays: NestedArrays): NDArray {
  const depthOf = (x: NestedArrays): number => (Array.isArray(x) ? 1 + Math.max(0, ...x.map(depthOf)) : 0)
  const depth = depthOf(arrays)
  const build = (x: NestedArrays, level: number): NDArray =>
    Array.isArray(x)
      ? concatenate(
          x.map((part) => build(part, level + 1)),
          level - depth,
        )
      : raise(asArray('block', x as ArrayLike), depth)
  return build(arrays, 0)
}
export type NestedArrays = NDArray | number | readonly NestedArrays[]

const raise = (x: NDArray, rank: number): NDArray =>
  x.ndim >= rank ? x : lax.reshape(x, [...Array(rank - x.ndim).fill(1), ...x.shape])

/** Where an axis of `size` is cut: after given positions, or into equal parts (the first ones larger when that leaves a rest). */
function cuts(size: number, sections: number | readonly number[]): readonly number[] {
  if (typeof sections !== 'number')
    return [0, ...sections.map((i) => Math.min(Math.max(i < 0 ? i + size : i, 0), size)), size]
  const [small, larger] = [Math.floor(size / sections), size % sections]
  return Array.from({ length: sections + 1 }, (_, i) => i * small + Math.min(i, larger))
}

/**
 * In parts along `axis`: cut before the given positions, or into so many parts as equal as can be.
 *
 * @example np.arraySplit([1, 2, 3], 2) // [[1, 2], [3]]
 */
export const arraySplit = byName(
  'arraySplit',
  ['ary', 'indicesOrSections', 'axis'],
  (x: ArrayLike, sections: number | readonly number[], axis = 0): readonly NDArray[] => {
    const array = asArray('arraySplit', x)
    const at = canonicalAxis('arraySplit', axis, array)
    if (typeof sections === 'number' && !(Number.isInteger(sections) && sections > 0))
      throw new ShapeError('arraySplit', `${sections} parts`, 'ask for one part or more')
    const bounds = cuts(array.shape[at] as number, sections)
    return bounds.slice(1).map((to, i) => lax.sliceInDim(array, Math.min(bounds[i] as number, to), to, 1, at))
  },
)

/**
 * In equal parts along `axis`, or cut before the given positions.
 *
 * @throws {ShapeError} when the size is no multiple of the number of parts
 * @example np.split([1, 2, 3, 4], [1, 3]) // [[1], [2, 3], [4]]
 */
export const split = byName(
  'split',
  ['ary', 'indicesOrSections', 'axis'],
  (x: ArrayLike, sections: number | readonly number[], axis = 0): readonly NDArray[] => {
    const array = asArray('split', x)
    const size = array.shape[canonicalAxis('split', axis, array)] as number
    if (typeof sections === 'number' && size % sections !== 0)
      throw new ShapeError(
        'split',
        `an axis of size ${size} in ${sections} equal parts`,
        'use a divisor, or arraySplit',
      )
    return arraySplit(array, sections, axis)
  },
)
/** `split` along axis 1 (a vector: 0). @example np.hsplit([1, 2, 3, 4], 2) // [[1, 2], [3, 4]] */
export const hsplit = (x: ArrayLike, sections: number | readonly number[]): readonly NDArray[] =>
  split(x, sections, asArray('hsplit', x).ndim === 1 ? 0 : 1)
/** `split` along axis 0. @example np.vsplit([[1, 2], [3, 4]], 2)[1] // [[3, 4]] */
export const vsplit = (x: ArrayLike, sections: number | readonly number[]): readonly NDArray[] => split(x, sections, 0)
/** `split` along axis 2. @example np.dsplit(np.ones([2, 2, 4]), 2)[0].shape // [2, 2, 2] */
export const dsplit = (x: ArrayLike, sections: number | readonly number[]): readonly NDArray[] => split(x, sections, 2)

/**
 * The array `reps` times over along each axis; missing axes are added in front.
 *
 * @example np.tile([1, 2], 2) // [1, 2, 1, 2]
 */
export function tile(x: ArrayLike, reps: number | readonly number[]): NDArray {
  const array = asArray('tile', x)
  const given = typeof reps === 'number' ? [reps] : reps
  const rank = Math.max(array.ndim, given.length)
  const sizes = [...Array(rank - array.ndim).fill(1), ...array.shape] as number[]
  const times = [...Array(rank - given.length).fill(1), ...given] as number[]
  // Each axis as a pair (copy, position), which row-major order then joins.
  const repeated = lax.broadcastInDim(
    lax.reshape(array, sizes),
    sizes.flatMap((n, i) => [times[i] as number, n]),
    sizes.map((_, i) => 2 * i + 1),
  )
  return lax.reshape(
    repeated,
    sizes.map((n, i) => n * (times[i] as number)),
  )
}

/**
 * The elements in row-major order, over again or cut off, under another shape; all 0 where there are none.
 *
 * @throws {ShapeError} for a negative size
 * @example np.resize([1, 2, 3], [2, 2]) // [[1, 2], [3, 1]]
 */
export function resize(x: ArrayLike, newShape: number | readonly number[]): NDArray {
  const array = asArray('resize', x)
  const shape = typeof newShape === 'number' ? [newShape] : newShape
  if (shape.some((n) => !Number.isInteger(n) || n < 0))
    throw new ShapeError('resize', `the shape [${shape.join()}]`, 'sizes are whole numbers, 0 or more')
  const size = sizeOf(shape)
  if (array.size === 0 || size === 0) return lax.full(shape, 0, array.dtype)
  const copies = tile(lax.reshape(array, [array.size]), Math.ceil(size / array.size))
  return lax.reshape(lax.slice(copies, [0], [size]), shape)
}

/**
 * Each element so many times in a row along `axis`, by default of the flattened array.
 *
 * @param repeats one count for all, or one for each position along the axis
 * @example np.repeat([1, 2], 2) // [1, 1, 2, 2]
 */
export const repeat = byName(
  'repeat',
  ['a', 'repeats', 'axis'],
  (x: ArrayLike, repeats: number | readonly number[], axis: number | null = null): NDArray => {
    const given = asArray('repeat', x)
    const array = axis === null ? lax.reshape(given, [given.size]) : given
    const at = canonicalAxis('repeat', axis ?? 0, array)
    const size = array.shape[at] as number
    if (typeof repeats !== 'number') return repeatEach(array, repeats, at)
    const grown = array.shape.toSpliced(at + 1, 0, repeats)
    const dims = array.shape.map((_, i) => (i <= at ? i : i + 1))
    return lax.reshape(lax.broadcastInDim(array, grown, dims), array.shape.with(at, size * repeats))
  },
)

function repeatEach(x: NDArray, repeats: readonly number[], axis: number): NDArray {
  const size = x.shape[axis] as number
  if (repeats.length === 1) return repeat(x, repeats[0] as number, axis)
  if (repeats.length !== size)
    throw new ShapeError(
      'repeat',
      `${repeats.length} counts along an axis of size ${size}`,
      'give one count, or one for each position',
    )
  if (size === 0) return x
  return lax.concatenate(
    repeats.map((times, i) => repeat(lax.sliceInDim(x, i, i + 1, 1, axis), times, axis)),
    axis,
  )
}
