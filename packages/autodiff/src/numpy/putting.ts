import { isInteger, makeAval } from '@proj/backend'
import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { wrapIndices } from '../lax/indexing.ts'
import { canonicalAxis } from '../lax/movement.ts'
import { concrete, readSync } from '../reading.ts'
import { fromData } from '../trace.ts'
import { broadcastTo } from './broadcast.ts'
import { asArray, convert } from './coerce.ts'
import { at, sliceOf } from './indexing.ts'
import { indexArray, integers, type SliceText } from './indexSyntax.ts'
import { diagIndices, flatnonzero, unravelIndex } from './positions.ts'
import { moveaxis } from './shape.ts'
import { argsort, sort } from './sorting.ts'

// Arrays never change: all of these return a new one.

const whole = (count: number): null[] => Array.from({ length: count }, () => null)

/** A vector repeated, or cut, to a size. */
function tileTo(x: NDArray, size: number): NDArray {
  const times = Math.ceil(size / x.size)
  const repeated = lax.reshape(lax.broadcast(x, [times]), [times * x.size])
  return lax.sliceInDim(repeated, 0, size)
}

/**
 * `x` with `values`, repeated as needed, at positions of the flattened array.
 *
 * @param options `mode`: positions out of bounds are dropped, or moved to the nearest (`clip`), or counted on from the other end (`wrap`)
 * @example np.put(np.zeros(3), [0, -1], 5) // [5, 0, 5]
 */
export function put(
  x: ArrayLike,
  positions: ArrayLike,
  values: ArrayLike,
  options: { readonly mode?: 'clip' | 'wrap' } = {},
): NDArray {
  const [array, given, all] = [asArray('put', x), integers('put', positions), asArray('put', values)]
  if (array.size === 0 || given.size === 0 || all.size === 0) return array
  const flat = lax.reshape(given, [given.size])
  const { mode } = options
  const places =
    mode === 'clip' ? lax.clamp(0, flat, array.size - 1) : mode === 'wrap' ? wrapIndices(flat, array.size) : flat
  return at(array, ...unravelIndex(places, array.shape)).set(tileTo(lax.reshape(all, [all.size]), flat.size))
}

/**
 * `x` with `values` at the positions that `indices` has along `axis`, line by line.
 *
 * @throws {ShapeError} when the ranks differ
 * @example np.putAlongAxis([[1, 2, 3]], [[1]], 9, 1) // [[1, 9, 3]]
 */
export function putAlongAxis(
  x: ArrayLike,
  indices: ArrayLike,
  values: ArrayLike,
  axis: number | null,
  options: { readonly mode?: lax.IndexMode } = {},
): NDArray {
  const given = asArray('putAlongAxis', x)
  const array = axis === null ? lax.reshape(given, [given.size]) : given
  const positions = integers('putAlongAxis', indices)
  if (positions.ndim !== array.ndim)
    throw new ShapeError(
      'putAlongAxis',
      `indices ${formatArray(positions)} for ${formatArray(array)}`,
      'both must have the same number of dimensions',
    )
  const along = canonicalAxis('putAlongAxis', axis ?? 0, array)
  const index = array.shape.map((n, d) =>
    d === along
      ? positions
      : lax.broadcastedIota(
          'int32',
          array.shape.map((_, i) => (i === d ? n : 1)),
          d,
        ),
  )
  const all = broadcastTo(asArray('putAlongAxis', values), positions.shape)
  return lax.reshape(at(array, ...index).set(all, options), given.shape)
}

/**
 * `x` with the elements where `mask` holds replaced by `values`, in order, repeated as needed.
 *
 * @throws {ShapeError} when the mask has another size, or there are no values
 * @example np.place([1, 2, 3], [true, false, true], [7, 8]) // [7, 2, 8]
 */
export function place(x: ArrayLike, mask: ArrayLike, values: ArrayLike): NDArray {
  const [array, chosen, all] = [x, mask, values].map((a) => asArray('place', a)) as [NDArray, NDArray, NDArray]
  if (array.size !== chosen.size || all.size === 0)
    throw new ShapeError(
      'place',
      `a mask of ${chosen.size} and ${all.size} values for ${array.size} elements`,
      'the mask must be as large as the array, and there must be a value',
    )
  if (array.size === 0) return array
  const { size } = array
  const places = flatnonzero(chosen, { size, fillValue: size })
  const flat = at(lax.reshape(array, [size]), places).set(tileTo(lax.reshape(all, [all.size]), size))
  return lax.reshape(flat, array.shape)
}

/**
 * `x` with `value` (one, or a list repeated as needed) on its main diagonal.
 *
 * @throws {ShapeError} for a vector, or more than two dimensions of several sizes
 * @example np.fillDiagonal(np.zeros([2, 2]), 5) // [[5, 0], [0, 5]]
 */
export function fillDiagonal(x: ArrayLike, value: ArrayLike): NDArray {
  const [array, all] = [asArray('fillDiagonal', x), asArray('fillDiagonal', value)]
  const { shape } = array
  if (shape.length < 2 || (shape.length > 2 && shape.some((n) => n !== shape[0])))
    throw new ShapeError('fillDiagonal', `got ${formatArray(array)}`, 'pass a matrix, or dimensions of one size')
  const n = Math.min(...shape)
  return at(array, ...diagIndices(n, shape.length)).set(all.ndim === 0 ? all : tileTo(lax.reshape(all, [all.size]), n))
}

/** Which slices `delete` and `insert` mean: a position, several, a slice as text, or (to delete) a mask. */
export type Places = number | SliceText | ArrayLike

const isText = (x: Places): x is SliceText => typeof x === 'string'

/** Positions along an axis of this size. */
const positionsOf = (where: string, places: Places, size: number): NDArray =>
  isText(places) ? sliceOf(lax.iota('int32', size), places) : integers(where, places)

/** `x` itself, or flattened, and the axis meant. */
function lineOf(where: string, x: ArrayLike, axis: number | null): readonly [NDArray, number] {
  const array = asArray(where, x)
  return axis === null ? [lax.reshape(array, [array.size]), 0] : [array, canonicalAxis(where, axis, array)]
}

/** The positions from 0 to `size` that are not among these, whose values are known. */
function others(where: string, given: NDArray, size: number): NDArray {
  const values = readSync(concrete(where, given))
  const gone = new Set(
    given.dtype === 'bool'
      ? [...values.keys()].filter((i) => values[i] !== 0)
      : Array.from(values, (i) => (i < 0 ? i + size : i)),
  )
  const kept = Int32Array.from(Array.from({ length: size }, (_, i) => i).filter((i) => !gone.has(i)))
  return fromData(kept, makeAval([kept.length], 'int32'))
}

/** As many positions as are left when these, all different, are gone; their values need not be known. */
function othersOf(given: NDArray, size: number): NDArray {
  const flat = lax.reshape(given, [given.size])
  const inside = lax.clamp(0, lax.select(lax.lt(flat, 0), lax.add(flat, size), flat), size)
  // The i-th position that stays lies beyond as many gone ones as have at most i staying ones before them.
  const gaps = lax.sub(sort(inside), lax.iota('int32', flat.size))
  const kept = lax.iota('int32', size - flat.size)
  const shape = [flat.size, kept.size]
  const passed = lax.ge(lax.broadcastInDim(kept, shape, [1]), lax.broadcastInDim(gaps, shape, [0]))
  return lax.add(kept, lax.reduceSum(lax.convertElementType(passed, 'int32'), [0]))
}

/**
 * `x` without some of its slices along `axis`, by default of the flattened array.
 *
 * @param options `assumeUniqueIndices` promises that no position is named twice, so that values need not be known
 * @throws {TracerError} for positions without values, unless they are promised to be unique
 * @example np.delete([10, 20, 30], 1) // [10, 30]
 */
export const delete_ = byName(
  'delete',
  ['arr', 'obj', 'axis', 'options'],
  (
    x: ArrayLike,
    places: Places,
    axis: number | null = null,
    options: { readonly assumeUniqueIndices?: boolean } = {},
  ): NDArray => {
    const [array, along] = lineOf('delete', x, axis)
    const size = array.shape[along] as number
    const given =
      isText(places) || typeof places === 'number' || typeof places === 'boolean'
        ? positionsOf('delete', places, size)
        : indexArray('delete', places)
    if (typeof places === 'number') canonicalAxis('delete', places, size)
    if (given.dtype === 'bool' && given.shape.join() !== String(size))
      throw new ShapeError('delete', `a mask ${formatArray(given)}`, `pass ${size} of them`)
    const isKnown = isText(places) || typeof places === 'number'
    const isUnique = isKnown || (options.assumeUniqueIndices === true && isInteger(given.dtype))
    const kept = isUnique ? othersOf(given, size) : others('delete', given, size)
    return sliceOf(array, ...whole(along), kept)
  },
)
export { delete_ as delete }

/**
 * `x` with `values` put in before positions along `axis`, by default of the flattened array.
 *
 * @throws {DTypeError} for positions that are no integers
 * @throws {ShapeError} for positions in more than one dimension
 * @example np.insert([1, 2, 3], 1, 9) // [1, 9, 2, 3]
 */
export const insert = byName(
  'insert',
  ['arr', 'obj', 'values', 'axis'],
  (x: ArrayLike, places: Places, values: ArrayLike, axis: number | null = null): NDArray => {
    const [array, along] = lineOf('insert', x, axis)
    const size = array.shape[along] as number
    const given = positionsOf('insert', places, size)
    if (given.ndim > 1)
      throw new ShapeError('insert', `positions ${formatArray(given)}`, 'pass one position, or a vector')
    if (!isInteger(given.dtype)) throw new DTypeError('insert', `positions of dtype ${given.dtype}`, 'pass integers')
    const loose = convert(asArray('insert', values), array.dtype)
    const aligned = lax.reshape(loose, [...Array(Math.max(0, array.ndim - loose.ndim)).fill(1), ...loose.shape])
    const all = given.ndim === 0 ? moveaxis(aligned, 0, along) : aligned
    const count = given.size === 1 ? (all.shape[along] as number) : given.size
    const wanted = given.size === 1 ? lax.broadcastInDim(lax.reshape(given, []), [count], []) : given
    const inside = lax.clamp(0, lax.select(lax.lt(wanted, 0), lax.add(wanted, size), wanted), size)
    const fresh = at(inside, argsort(inside)).add(lax.iota('int32', count))
    const isOld = at(lax.full([size + count], true, 'bool'), fresh).set(false)
    const old = flatnonzero(isOld, { size })
    const empty = lax.full(array.shape.with(along, size + count), 0, array.dtype)
    return at(at(empty, ...whole(along), fresh).set(all), ...whole(along), old).set(array)
  },
)
