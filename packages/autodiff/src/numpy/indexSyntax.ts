import { isInteger, makeAval } from '@proj/backend'
import {
  type ArrayLike,
  formatArray,
  isNDArray,
  isTracer,
  type NDArray,
  type NestedArray,
  type TypedArrayLike,
} from '../array.ts'
import { ConcreteArray } from '../concrete.ts'
import { DTypeError, ShapeError, TracerError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { fromData } from '../trace.ts'
import { asArray, fromNumbers } from './coerce.ts'

type Bound = number | ''

/** Python's `start:stop:step`, any part of which may be missing: `'1:3'`, `':-1'`, `'::2'`, `'::-1'`. */
export type SliceText = `${Bound}:${Bound}` | `${Bound}:${Bound}:${Bound}`

/**
 * One entry of an index: an integer, a slice as text, `null` for a whole dimension, `'...'` for as many whole dimensions as are left,
 * `np.newaxis` for a new one of size 1, integers in an array or a list, or a boolean mask.
 */
export type Index = number | boolean | null | SliceText | '...' | 'newaxis' | NDArray | NestedArray | TypedArrayLike

/** An index entry that has found its dimension. */
export type Entry =
  | { readonly kind: 'slice'; readonly start: number; readonly step: number; readonly size: number }
  | { readonly kind: 'integer'; readonly index: number }
  | { readonly kind: 'newaxis' }
  /** int32, negative ones already counted from the end. */
  | { readonly kind: 'array'; readonly indices: NDArray }

/** An index for arrays of one shape. */
export interface ParsedIndex {
  readonly entries: readonly Entry[]
  /** Dimensions of size 1 that the array gets first: one for each mask of rank 0. */
  readonly added: readonly number[]
  /** The shape with them. */
  readonly shape: readonly number[]
}

const sliceForm = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/
const whole = (size: number): Entry => ({ kind: 'slice', start: 0, step: 1, size })

/** A slice of a dimension, as Python's `slice.indices`. */
function parseSlice(where: string, text: string, size: number): Entry {
  const [, from, to, by] = sliceForm.exec(text) ?? []
  const step = by === undefined ? 1 : Number(by)
  if (!sliceForm.test(text) || step === 0)
    throw new ShapeError(
      where,
      `the index ${JSON.stringify(text)}`,
      "write slices as 'start:stop' or 'start:stop:step' with whole numbers, the step not 0; or '...', 'newaxis'",
    )
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1]
  const bound = (given: string | undefined, missing: number): number => {
    if (given === undefined) return missing
    const position = Number(given) < 0 ? Number(given) + size : Number(given)
    return Math.min(Math.max(position, least), most)
  }
  const start = bound(from, step > 0 ? 0 : size - 1)
  const stop = bound(to, step > 0 ? size : -1)
  return { kind: 'slice', start, step, size: Math.max(0, Math.ceil((stop - start) / step)) }
}

const isList = (x: Index): x is NestedArray => Array.isArray(x)

/** Lists and typed arrays of an index as an array: integers exactly, booleans as a mask. */
export function indexArray(where: string, x: NDArray | NestedArray | TypedArrayLike): NDArray {
  const array = asArray(where, x as ArrayLike)
  if (array.dtype === 'bool') return array
  if (isInteger(array.dtype)) return lax.convertElementType(array, 'int32')
  const numbers = isList(x) ? ((x as readonly unknown[]).flat(Number.POSITIVE_INFINITY) as readonly unknown[]) : []
  if (!isNDArray(x) && isList(x) && numbers.every(Number.isInteger))
    return fromNumbers(numbers as readonly number[], makeAval(array.shape, 'int32'))
  throw new DTypeError(where, `an index of dtype ${array.dtype}`, 'index with integers, or with a boolean mask')
}

/** The values of a mask, 0 or 1. */
function maskValues(where: string, mask: NDArray): Uint8Array {
  if (mask instanceof ConcreteArray) return mask.readSync() as Uint8Array
  const transform = isTracer(mask) ? mask.trace.transform : 'a transform'
  throw new TracerError(
    where,
    `the mask ${mask} has no values yet while ${transform} traces the function, so how much it selects is unknown`,
    'keep the shape with where(mask, x, y), or find as many positions as you allow with nonzero(mask, { size })',
  )
}

/** Where a mask holds: one list of positions for each of its dimensions. */
export function maskPositions(where: string, mask: NDArray): readonly NDArray[] {
  const values = maskValues(where, mask)
  const places = [...values.keys()].filter((i) => values[i] !== 0)
  let stride = values.length
  return mask.shape.map((n) => {
    stride = n === 0 ? 0 : stride / n
    const positions = Int32Array.from(places, (place) => Math.floor(place / stride) % n)
    return fromData(positions, makeAval([positions.length], 'int32'))
  })
}

/** What an entry is before it knows its dimension. */
type Raw =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'whole' | 'ellipsis' | 'newaxis' }
  | { readonly kind: 'integer'; readonly index: number }
  | { readonly kind: 'array'; readonly array: NDArray }
  | { readonly kind: 'mask'; readonly mask: NDArray }
  | { readonly kind: 'truth'; readonly isTrue: boolean }

function classify(where: string, x: Index): Raw {
  if (x === null) return { kind: 'whole' }
  if (typeof x === 'boolean') return { kind: 'truth', isTrue: x }
  if (typeof x === 'string')
    return x === '...' ? { kind: 'ellipsis' } : x === 'newaxis' ? { kind: 'newaxis' } : { kind: 'text', text: x }
  if (typeof x === 'number') {
    if (Number.isInteger(x)) return { kind: 'integer', index: x }
    throw new DTypeError(where, `the index ${x}`, 'index with integers')
  }
  const array = indexArray(where, x)
  if (array.dtype !== 'bool') return { kind: 'array', array }
  if (array.ndim > 0) return { kind: 'mask', mask: array }
  return { kind: 'truth', isTrue: maskValues(where, array)[0] !== 0 }
}

/** How many dimensions of the array an entry takes up; an ellipsis takes what is left. */
function taken(raw: Raw): number {
  if (raw.kind === 'mask') return raw.mask.ndim
  return raw.kind === 'newaxis' || raw.kind === 'ellipsis' || raw.kind === 'truth' ? 0 : 1
}

/** Negative indices counted from the end. */
function fromEnd(indices: NDArray, size: number): NDArray {
  return lax.select(lax.lt(indices, 0), lax.add(indices, size), indices)
}

function checkMask(where: string, mask: NDArray, shape: readonly number[]): void {
  const here = shape.slice(0, mask.ndim)
  if (mask.shape.join() !== here.join())
    throw new ShapeError(where, `a mask ${formatArray(mask)} over dimensions [${here.join()}]`, 'they must agree')
}

/** The entries that one raw one gives, over the dimensions `shape` that are left. */
function place(where: string, raw: Raw, shape: readonly number[], rest: number): readonly Entry[] {
  const [size] = shape as readonly [number]
  switch (raw.kind) {
    case 'newaxis':
      return [{ kind: 'newaxis' }]
    case 'ellipsis':
      return shape.slice(0, rest).map(whole)
    case 'whole':
      return [whole(size)]
    case 'text':
      return [parseSlice(where, raw.text, size)]
    case 'integer':
      return [{ kind: 'integer', index: raw.index < 0 ? raw.index + size : raw.index }]
    case 'array':
      return [{ kind: 'array', indices: fromEnd(raw.array, size) }]
    case 'truth':
      return [{ kind: 'array', indices: lax.iota('int32', Number(raw.isTrue)) }]
    case 'mask':
      checkMask(where, raw.mask, shape)
      return maskPositions(where, raw.mask).map((indices) => ({ kind: 'array', indices }))
  }
}

/**
 * An index applied to a shape.
 *
 * @throws {ShapeError} for more entries than dimensions, two ellipses, an integer into a dimension of size 0
 * @throws {DTypeError} for indices that are no integers
 * @throws {TracerError} for a mask without values
 */
export function parseIndex(where: string, shape: readonly number[], index: readonly Index[]): ParsedIndex {
  const raws = index.map((x) => classify(where, x))
  const count = raws.reduce((n, raw) => n + taken(raw), 0)
  const ellipses = raws.filter((raw) => raw.kind === 'ellipsis').length
  if (count > shape.length || ellipses > 1)
    throw new ShapeError(
      where,
      ellipses > 1 ? 'more than one ellipsis' : `${count} indices into an array of shape [${shape.join()}]`,
      ellipses > 1 ? "write '...' once" : `give ${shape.length} at most`,
    )
  const all: readonly Raw[] = ellipses === 1 ? raws : [...raws, { kind: 'ellipsis' }]
  const entries: Entry[] = []
  const added: number[] = []
  let axis = 0
  for (const raw of all) {
    if (raw.kind === 'truth') added.push(axis + added.length)
    if (raw.kind === 'integer' && shape[axis] === 0)
      throw new ShapeError(where, `an index into dimension ${axis} of [${shape.join()}]`, 'there is nothing in it')
    entries.push(...place(where, raw, shape.slice(axis), shape.length - count))
    axis += raw.kind === 'ellipsis' ? shape.length - count : taken(raw)
  }
  return { entries, added, shape: added.reduce((sizes, d) => sizes.toSpliced(d, 0, 1), [...shape]) }
}

/**
 * Anything array-like as integers: lists of whole numbers are taken as such.
 *
 * @throws {DTypeError} for fractions and booleans
 */
export function integers(where: string, x: ArrayLike): NDArray {
  const array = typeof x === 'number' || typeof x === 'boolean' ? asArray(where, x) : indexArray(where, x)
  if (!isInteger(array.dtype)) throw new DTypeError(where, `got ${array.dtype}`, 'pass integers')
  return lax.convertElementType(array, 'int32')
}
