import { isFloat } from '@proj/backend'
import { type ArrayLike, isTracer, type NDArray } from '../array.ts'
import { ShapeError, TracerError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { canonicalAxis, elementInDim } from '../lax/movement.ts'
import { asArray, convert, promoteDtypes } from './coerce.ts'
import { at, sliceOf } from './indexing.ts'
import { nonzero } from './positions.ts'
import { moveaxis } from './shape.ts'
import { lexsort, sort } from './sorting.ts'

export interface SizeOptions {
  /** How many results are given, needed under transforms. */
  readonly size?: number
  /** In place of those that are missing. Default: the smallest, or what the function says. */
  readonly fillValue?: number | boolean
}

export interface UniqueOptions extends SizeOptions {
  /** Also: where each first was. */
  readonly returnIndex?: boolean
  /** Also: which of them each element is. */
  readonly returnInverse?: boolean
  /** Also: how often each was there. */
  readonly returnCounts?: boolean
  /** Of slices along it. Default: of the flattened array. */
  readonly axis?: number | null
  /** Whether all NaN count as one. Default: true. */
  readonly equalNan?: boolean
}
type Returning = { readonly returnIndex: true } | { readonly returnInverse: true } | { readonly returnCounts: true }

const ravel = (x: NDArray): NDArray => lax.reshape(x, [x.size])
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

/** Whether neighbouring slices of a sorted array differ, the first being new. */
function firsts(sorted: NDArray, equalNan: boolean): NDArray {
  const n = sorted.shape[0] as number
  const [next, last] = [lax.sliceInDim(sorted, 1, n), lax.sliceInDim(sorted, 0, n - 1)]
  const differs = lax.ne(next, last)
  const isNew =
    isFloat(sorted.dtype) && equalNan
      ? lax.bitwiseAnd(differs, lax.bitwiseOr(lax.eq(next, next), lax.eq(last, last)))
      : differs
  return lax.concatenate([lax.full([1], true, 'bool'), lax.reduceOr(isNew, range(1, isNew.ndim))], 0)
}

const count = (mask: NDArray): NDArray => lax.reduceSum(lax.convertElementType(mask, 'int32'), [0])

/** The slices of a sorted array where a mask holds: as many as there are, or `size` of them. */
function chosenPlaces(mask: NDArray, size: number | undefined): NDArray {
  if (size === undefined && isTracer(mask))
    throw new TracerError(
      'unique',
      `how many elements differ is unknown while ${mask.trace.transform} traces the function`,
      'pass size',
    )
  return nonzero(mask, size === undefined ? {} : { size })[0] as NDArray
}

/** With `fill` in the slices from the `n`th on. */
function fillFrom(x: NDArray, n: NDArray, fill: NDArray): NDArray {
  const isFilled = lax.ge(lax.broadcastedIota('int32', x.shape, 0), lax.broadcastInDim(n, x.shape, []))
  return lax.select(isFilled, lax.broadcastInDim(fill, x.shape, []), x)
}
const scalarLike = (x: NDArray, value: number | boolean): NDArray => convert(asArray('fillValue', value), x.dtype)

/** How long the run of equals is that begins at each chosen place; 0 for those that are missing. */
function runLengths(mask: NDArray, size: number | undefined): NDArray {
  const total = mask.size
  const chosen = chosenPlaces(mask, size === undefined ? undefined : size + 1)
  const isMissing = lax.ge(lax.iota('int32', chosen.size), lax.broadcastInDim(count(mask), chosen.shape, []))
  const known = lax.select(isMissing, total, chosen)
  const bounds = size === undefined ? lax.concatenate([known, lax.full([1], total, 'int32')], 0) : known
  const n = bounds.size
  return lax.sub(lax.sliceInDim(bounds, 1, n), lax.sliceInDim(bounds, 0, n - 1))
}

/** Slices along axis 0, each once, in order, and what else was asked for. */
function uniqueSlices(x: NDArray, options: UniqueOptions): readonly NDArray[] {
  const { size, fillValue, returnIndex, returnInverse, returnCounts, equalNan = true } = options
  const n = x.shape[0] as number
  const columns = x.size / Math.max(n, 1)
  if (n === 0 || columns === 0) return emptyUnique(x, options)
  const flat = lax.reshape(x, [n, columns])
  const order = lexsort(range(0, columns).map((i) => elementInDim(flat, columns - 1 - i, 1)))
  const sorted = sliceOf(x, order)
  const mask = firsts(sorted, equalNan)
  const places = chosenPlaces(mask, size)
  const values = sliceOf(sorted, places)
  const found = count(mask)
  const out = [
    fillValue === undefined || size === undefined ? values : fillFrom(values, found, scalarLike(x, fillValue)),
  ]
  if (returnIndex === true) out.push(sliceOf(order, places))
  if (returnInverse === true) {
    const ranks = lax.sub(lax.cumsum(lax.convertElementType(mask, 'int32')), 1)
    out.push(at(lax.full([n], 0, 'int32'), order).set(ranks, { uniqueIndices: true }))
  }
  if (returnCounts === true) out.push(runLengths(mask, size))
  return out
}

/** Of nothing there is nothing, or one slice without elements; index and counts then have no fill, as in JAX. */
function emptyUnique(x: NDArray, { size, fillValue, returnIndex, returnInverse, returnCounts }: UniqueOptions) {
  const n = x.shape[0] as number
  const known = Math.min(n, 1)
  if (n === 0 && size !== undefined && size > 0 && fillValue === undefined)
    throw new ShapeError('unique', `no elements, and size ${size}`, 'pass fillValue as well')
  const found = size ?? known
  const out = [lax.full([found, ...x.shape.slice(1)], Number(fillValue ?? 0), x.dtype)]
  if (returnIndex === true) out.push(lax.full([known], 0, 'int32'))
  if (returnInverse === true) out.push(lax.full([n], 0, 'int32'))
  if (returnCounts === true) out.push(lax.full([known], n, 'int32'))
  return out
}

/**
 * Each element (or, with `axis`, each slice) once, in ascending order.
 *
 * @returns the values; with a `return…` option a list: values, then index, inverse and counts as asked for
 * @throws {TracerError} under a transform that knows no values, unless `size` is given
 * @example np.unique([3, 1, 3], { returnCounts: true }) // [[1, 3], [1, 2]]
 */
export function unique(x: ArrayLike, options: UniqueOptions & Returning): readonly NDArray[]
export function unique(x: ArrayLike, options?: UniqueOptions): NDArray
export function unique(x: ArrayLike, options: UniqueOptions = {}): NDArray | readonly NDArray[] {
  const array = asArray('unique', x)
  const isFlat = options.axis === undefined || options.axis === null
  const axis = isFlat ? 0 : canonicalAxis('unique', options.axis as number, array)
  const [values, ...rest] = uniqueSlices(isFlat ? ravel(array) : moveaxis(array, axis, 0), options) as [
    NDArray,
    ...NDArray[],
  ]
  const moved = moveaxis(values, 0, axis)
  if (rest.length === 0) return moved
  const inverseAt = options.returnIndex === true ? 1 : 0
  const shaped = rest.map((out, i) =>
    options.returnInverse === true && i === inverseAt && isFlat ? lax.reshape(out, array.shape) : out,
  )
  return [moved, ...shaped]
}

/** Each element once, in ascending order; all NaN stay apart, as the array API has it. @example np.uniqueValues([2, 1, 2]) // [1, 2] */
export const uniqueValues = (x: ArrayLike, options: SizeOptions = {}): NDArray =>
  unique(x, { ...options, equalNan: false })

interface Slots {
  readonly values: NDArray
  /** How many of them are meant; the others are leftovers. */
  readonly found: NDArray
}

/** The unique elements of a vector, in a vector as long as it. */
function uniquePadded(x: NDArray): Slots {
  if (x.size === 0) return { values: x, found: lax.full([], 0, 'int32') }
  const sorted = sort(x)
  const mask = firsts(sorted, true)
  return { values: sliceOf(sorted, chosenPlaces(mask, x.size)), found: count(mask) }
}

/** Elements of a vector where a mask holds: as many as there are, or `size` of them with a fill. */
function pick(x: NDArray, mask: NDArray, { size, fillValue }: SizeOptions): NDArray {
  if (size === undefined) return sliceOf(x, mask)
  if (x.size === 0) return lax.full([size], Number(fillValue ?? 0), x.dtype)
  const found = count(mask)
  const values = sliceOf(x, chosenPlaces(mask, size))
  if (fillValue !== undefined) return fillFrom(values, found, scalarLike(x, fillValue))
  // What is missing repeats the smallest; of nothing it is 0.
  const isNone = lax.eq(found, 0)
  const first = size === 0 ? lax.full([], 0, x.dtype) : lax.select(isNone, 0, elementInDim(values, 0))
  return fillFrom(values, found, first)
}

const vectors = (where: string, x: ArrayLike, y: ArrayLike): readonly [NDArray, NDArray] =>
  promoteDtypes(where, [x, y]).map(ravel) as unknown as readonly [NDArray, NDArray]

/** All elements of two arrays, each once, in ascending order. @example np.union1d([1, 2], [2, 3]) // [1, 2, 3] */
export const union1d = (x: ArrayLike, y: ArrayLike, options: SizeOptions = {}): NDArray =>
  unique(lax.concatenate(vectors('union1d', x, y), 0), options)

/** Two vectors' meant elements together in order, and which of those places are meant. */
function mergeSorted(a: Slots, b: Slots): readonly [values: NDArray, isMeant: NDArray, order: NDArray] {
  const isLeft = ({ values, found }: Slots): NDArray =>
    lax.ge(lax.iota('int32', values.size), lax.broadcastInDim(found, values.shape, []))
  const unused = lax.convertElementType(lax.concatenate([isLeft(a), isLeft(b)], 0), 'int32')
  const all = lax.concatenate([a.values, b.values], 0)
  const [last, values, order] = lax.sort([unused, all, lax.iota('int32', all.size)], { numKeys: 2 }) as [
    NDArray,
    NDArray,
    NDArray,
  ]
  return [values, lax.eq(last, 0), order]
}

/** Whether each place of a sorted vector has the same element as the one after it, both being meant. */
function hasTwin(values: NDArray, isMeant: NDArray): NDArray {
  const n = values.size
  const same = lax.eq(lax.sliceInDim(values, 0, n - 1), lax.sliceInDim(values, 1, n))
  const twins = lax.bitwiseAnd(same, lax.sliceInDim(isMeant, 1, n))
  return lax.concatenate([twins, lax.full([1], false, 'bool')], 0)
}

export interface IntersectOptions extends SizeOptions {
  /** A promise that neither array has an element twice. */
  readonly assumeUnique?: boolean
  /** Also: where each first is in the one and in the other. */
  readonly returnIndices?: boolean
}

/** The elements of a vector that are compared, and where each of them came from. */
function slots(x: NDArray, assumeUnique: boolean | undefined): Slots & { readonly from: NDArray } {
  if (assumeUnique === true || x.size === 0)
    return { values: x, found: lax.full([], x.size, 'int32'), from: lax.iota('int32', x.size) }
  const [values, from] = unique(x, { size: x.size, returnIndex: true }) as readonly [NDArray, NDArray]
  return { ...uniquePadded(x), values, from }
}

/**
 * The elements that two arrays share, each once, in ascending order.
 *
 * @returns the values; with `returnIndices` a list: values, positions in `x`, positions in `y`
 * @example np.intersect1d([1, 2, 3], [2, 3, 4]) // [2, 3]
 */
export function intersect1d(
  x: ArrayLike,
  y: ArrayLike,
  options: IntersectOptions & { readonly returnIndices: true },
): readonly NDArray[]
export function intersect1d(x: ArrayLike, y: ArrayLike, options?: IntersectOptions): NDArray
export function intersect1d(x: ArrayLike, y: ArrayLike, options: IntersectOptions = {}): NDArray | readonly NDArray[] {
  const [left, right] = vectors('intersect1d', x, y)
  const [a, b] = [slots(left, options.assumeUnique), slots(right, options.assumeUnique)]
  if (a.values.size === 0 || b.values.size === 0) {
    const none = lax.full([options.size ?? 0], Number(options.fillValue ?? 0), a.values.dtype)
    const nowhere = lax.full([options.size ?? 0], 0, 'int32')
    return options.returnIndices === true ? [none, nowhere, nowhere] : none
  }
  const [values, isMeant, order] = mergeSorted(a, b)
  const twins = hasTwin(values, isMeant)
  const shared = pick(values, twins, options)
  if (options.returnIndices !== true) return shared
  const sizes = options.size === undefined ? {} : { size: options.size }
  const after = lax.concatenate([lax.sliceInDim(order, 1, order.size), lax.full([1], 0, 'int32')], 0)
  const inA = pick(order, twins, { ...sizes, fillValue: a.values.size })
  const inB = lax.sub(pick(after, twins, { ...sizes, fillValue: a.values.size + b.values.size }), a.values.size)
  const outside = { mode: 'fill' } as const
  return [
    shared,
    at(a.from, inA).get({ ...outside, fillValue: a.values.size }),
    at(b.from, inB).get({ ...outside, fillValue: b.values.size }),
  ]
}

export interface SetOptions extends SizeOptions {
  /** A promise that no array has an element twice. */
  readonly assumeUnique?: boolean
}

/** The elements that only one of two arrays has, in ascending order. @example np.setxor1d([1, 2], [2, 3]) // [1, 3] */
export function setxor1d(x: ArrayLike, y: ArrayLike, options: SetOptions = {}): NDArray {
  const [left, right] = vectors('setxor1d', x, y)
  const [a, b] = [slots(left, options.assumeUnique), slots(right, options.assumeUnique)]
  const n = a.values.size + b.values.size
  if (n === 0) return lax.full([options.size ?? 0], Number(options.fillValue ?? 0), a.values.dtype)
  const [values, isMeant] = mergeSorted(a, b)
  const twins = hasTwin(values, isMeant)
  const isSecond = lax.concatenate([lax.full([1], false, 'bool'), lax.sliceInDim(twins, 0, n - 1)], 0)
  const isAlone = lax.bitwiseNot(lax.bitwiseOr(twins, isSecond))
  return pick(values, lax.bitwiseAnd(isMeant, isAlone), options)
}

/**
 * The elements of `x` that `y` lacks, each once, in ascending order (as they lie, if they are promised to be unique).
 *
 * @example np.setdiff1d([1, 2, 3], [2]) // [1, 3]
 */
export function setdiff1d(x: ArrayLike, y: ArrayLike, options: SetOptions = {}): NDArray {
  const [a, b] = [x, y].map((v) => ravel(asArray('setdiff1d', v))) as [NDArray, NDArray]
  const { values, found } = slots(a, options.assumeUnique)
  const isMeant = lax.lt(lax.iota('int32', a.size), lax.broadcastInDim(found, [a.size], []))
  const mask = lax.bitwiseAnd(isMeant, isin(values, b, { invert: true }))
  return pick(values, mask, options.size === undefined ? {} : { size: options.size, fillValue: options.fillValue ?? 0 })
}

/**
 * Whether each element of `x` is among those of `y`.
 *
 * @example np.isin([1, 2], [2, 3]) // [false, true]
 */
export function isin(x: ArrayLike, y: ArrayLike, options: { readonly invert?: boolean } = {}): NDArray {
  const [a, b] = promoteDtypes('isin', [x, y]) as readonly [NDArray, NDArray]
  const shape = [...a.shape, b.size]
  const all = lax.eq(
    lax.broadcastInDim(
      a,
      shape,
      a.shape.map((_, d) => d),
    ),
    lax.broadcastInDim(ravel(b), shape, [a.ndim]),
  )
  const among = lax.reduceOr(all, [a.ndim])
  return options.invert === true ? lax.bitwiseNot(among) : among
}
