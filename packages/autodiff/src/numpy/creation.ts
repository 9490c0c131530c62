import { checkDType, type DType, dtypes, makeAval, type TypedArray } from '@proj/backend'
import { type ArrayLike, formatArray, isNDArray, type NDArray } from '../array.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { fromData } from '../trace.ts'
import { broadcastShapes, broadcastTo } from './broadcast.ts'
import { asArray, convert } from './coerce.ts'
import { separate, type Variadic } from './variadic.ts'

/** A dtype, alone or as an option. */
export type DTypeOption = DType | { readonly dtype?: DType }

/** The dtype that was asked for, if one was. */
export const dtypeOf = (where: string, option: DTypeOption | undefined): DType | undefined => {
  if (typeof option === 'number')
    throw new DTypeError(where, `dtype ${option}`, 'pass the sizes of a shape in one list')
  const dtype = typeof option === 'string' ? option : option?.dtype
  return dtype === undefined ? undefined : checkDType(where, dtype)
}
const sizes = (shape: number | readonly number[]): readonly number[] => (typeof shape === 'number' ? [shape] : shape)

/** A shape as a list of sizes. */
export function checkShape(where: string, shape: number | readonly number[]): readonly number[] {
  const list = sizes(shape)
  if (!Array.isArray(list)) throw new ShapeError(where, `the shape ${JSON.stringify(list)}`, 'pass a list of sizes')
  if (list.some((n) => !Number.isInteger(n) || n < 0))
    throw new ShapeError(where, `the shape [${list.join()}]`, 'sizes are whole numbers, 0 or more')
  return list
}

/**
 * Anything array-like as an array. Plain numbers become float32, booleans bool; typed arrays and arrays keep their dtype.
 *
 * @throws {ShapeError} for ragged lists
 * @example np.array([[1, 2], [3, 4]]).dtype // 'float32'
 */
export function array(x: ArrayLike, dtype?: DTypeOption): NDArray {
  const wanted = dtypeOf('array', dtype)
  if (typeof x === 'number') return lax.full([], x, wanted ?? 'float32')
  const given = asArray('array', x)
  return wanted === undefined ? given : convert(given, wanted)
}
export { array as asarray }

/**
 * The values in another dtype: floats to integers truncate, numbers to bool ask whether they are not 0.
 *
 * @example np.astype([1.7, -1.7], 'int32') // [1, -1]
 */
export const astype = (x: ArrayLike, dtype: DType): NDArray =>
  convert(asArray('astype', x), checkDType('astype', dtype))

/** The array itself: arrays never change. @example np.copy([1, 2]) // [1, 2] */
export const copy = (x: ArrayLike): NDArray => asArray('copy', x)

/** All 0, float32 unless another dtype is given. @example np.zeros([2]) // [0, 0] */
export const zeros = (shape: number | readonly number[], dtype?: DTypeOption): NDArray =>
  lax.full(checkShape('zeros', shape), 0, dtypeOf('zeros', dtype))
/** All 1, float32 unless another dtype is given. @example np.ones([2, 3], { dtype: 'int32' }) // [[1, 1, 1], [1, 1, 1]] */
export const ones = (shape: number | readonly number[], dtype?: DTypeOption): NDArray =>
  lax.full(checkShape('ones', shape), 1, dtypeOf('ones', dtype))
/** All 0: memory is never handed out without values. @example np.empty([2]) // [0, 0] */
export const empty = (shape: number | readonly number[], dtype?: DTypeOption): NDArray => zeros(shape, dtype)

/**
 * `value`, broadcast to a shape; a plain number is float32.
 *
 * @example np.full([2], 7) // [7, 7]
 */
export function full(shape: number | readonly number[], value: ArrayLike, dtype?: DTypeOption): NDArray {
  const list = checkShape('full', shape)
  const wanted = dtypeOf('full', dtype)
  if (typeof value === 'number') return lax.full(list, value, wanted ?? 'float32')
  const given = asArray('full', value)
  const joined = broadcastShapes('full', [given.shape, list], [given])
  if (joined.length !== list.length || joined.some((n, i) => n !== list[i]))
    throw new ShapeError('full', `a value ${formatArray(given)} for [${list.join()}]`, 'it must broadcast to the shape')
  return broadcastTo(wanted === undefined ? given : convert(given, wanted), list)
}

/** Shape and dtype in place of those of the array that serves as model. */
export interface LikeOptions {
  readonly dtype?: DType
  readonly shape?: number | readonly number[]
}

const like =
  (where: string, value: number) =>
  (x: ArrayLike, options: DType | LikeOptions = {}): NDArray =>
    fullLike(x, value, typeof options === 'string' ? { dtype: checkDType(where, options) } : options)

/** `value` in the shape and dtype of `x`. @example np.fullLike([1, 2], 7) // [7, 7] */
export function fullLike(x: ArrayLike, value: ArrayLike, options: DType | LikeOptions = {}): NDArray {
  const { dtype, shape } = typeof options === 'string' ? { dtype: options, shape: undefined } : options
  const model = typeof x === 'number' ? array(x) : asArray('fullLike', x)
  return full(shape ?? model.shape, value, { dtype: dtype ?? model.dtype })
}
/** All 0 in the shape and dtype of `x`. @example np.emptyLike(np.ones([2, 3])).shape // [2, 3] */
export const zerosLike = like('zerosLike', 0)
/** All 1 in the shape and dtype of `x`. @example np.onesLike(np.zeros([2])) // [1, 1] */
export const onesLike = like('onesLike', 1)
export { zerosLike as emptyLike }

export interface ArangeOptions {
  readonly stop?: number | null
  readonly step?: number
  readonly dtype?: DType
}

/**
 * `start`, `start + step`, … up to, not including, `stop`; int32 when all three are whole numbers, else float32.
 *
 * @example np.arange(2, 8, 2) // [2, 4, 6]
 */
export function arange(
  startOrStop: number,
  stop?: number | null | ArangeOptions,
  step: number | DTypeOption = 1,
  dtype?: DTypeOption,
): NDArray {
  if (typeof stop === 'object' && stop !== null) return arange(startOrStop, stop.stop, stop.step, stop)
  if (typeof step !== 'number') return arange(startOrStop, stop, 1, step)
  const [from, to] = stop === undefined || stop === null ? [0, startOrStop] : [startOrStop, stop]
  if (step === 0 || ![from, to, step].every(Number.isFinite))
    throw new ShapeError('arange', `from ${from} to ${to} by ${step}`, 'use finite bounds and a step other than 0')
  const wanted = dtypeOf('arange', dtype) ?? ([from, to, step].every(Number.isInteger) ? 'int32' : 'float32')
  const count = Math.max(0, Math.ceil((to - from) / step))
  const working = wanted === 'float16' ? 'float32' : wanted
  const scaled = step === 1 ? lax.iota(working, count) : lax.mul(lax.iota(working, count), step)
  return convert(from === 0 ? scaled : lax.add(lax.full([count], from, working), scaled), wanted)
}

/** Whether `meshgrid` lays the first vector along columns (`xy`, the default) or rows (`ij`), and whether it leaves size 1 elsewhere. */
export interface MeshgridOptions {
  readonly indexing?: 'xy' | 'ij'
  readonly sparse?: boolean
}

/**
 * Vectors as coordinates of a grid: one array for each, in the shape of the grid.
 *
 * @param vectors arrays of rank 1, then options: `{ indexing, sparse }`
 * @throws {ShapeError} for other ranks
 * @example np.meshgrid([1, 2], [3, 4, 5])[0] // [[1, 2], [1, 2], [1, 2]]
 */
export function meshgrid(...vectors: Variadic<MeshgridOptions>): readonly NDArray[] {
  const [given, { indexing = 'xy', sparse = false }] = separate<MeshgridOptions>(vectors)
  const arrays = given.map((v) => asArray('meshgrid', v))
  const odd = arrays.find((v) => v.ndim !== 1)
  if (odd !== undefined)
    throw new ShapeError('meshgrid', `got ${formatArray(odd)}`, 'pass vectors, each as an argument of its own')
  if (indexing !== 'xy' && indexing !== 'ij')
    throw new ShapeError('meshgrid', `indexing '${String(indexing)}'`, "use 'xy' or 'ij'")
  const place = (i: number): number => (indexing === 'xy' && arrays.length > 1 && i < 2 ? 1 - i : i)
  const grid: number[] = arrays.map(() => 1)
  arrays.forEach((v, i) => {
    grid[place(i)] = v.size
  })
  return arrays.map((v, i) =>
    lax.broadcastInDim(v, sparse ? grid.map((n, d) => (d === place(i) ? n : 1)) : grid, [place(i)]),
  )
}

/** The positions in a grid of this shape: one int32 array for each dimension, stacked along axis 0. @example np.indices([2, 3]).shape // [2, 2, 3] */
export function indices(dimensions: readonly number[], options: { readonly dtype?: DType } = {}): NDArray {
  const grid = checkShape('indices', dimensions)
  const { dtype = 'int32' } = options
  if (grid.length === 0) return zeros([0], dtype)
  return lax.concatenate(
    grid.map((_, i) => lax.broadcastedIota(dtype, [1, ...grid], i + 1)),
    0,
  )
}

/**
 * `f` of the positions in a grid, each an int32 array in its shape.
 *
 * @example np.fromfunction((i, j) => i.add(j), [2, 2]) // [[0, 1], [1, 2]]
 */
export const fromfunction = <T>(
  f: (...positions: NDArray[]) => T,
  shape: readonly number[],
  options: { readonly dtype?: DType } = {},
): T => f(...checkShape('fromfunction', shape).map((_, i) => lax.broadcastedIota(options.dtype ?? 'int32', shape, i)))

/** Whether `x` is a number, a boolean or an array of rank 0. @example np.isscalar(3) // true */
export const isscalar = (x: unknown): boolean =>
  typeof x === 'number' || typeof x === 'boolean' || (isNDArray(x) && x.ndim === 0)

/**
 * Whether `x` can be walked through with `for … of`: lists, strings, arrays of rank 1 or more.
 *
 * @example np.iterable([1, 2]) // true
 */
export const iterable = (x: unknown): boolean => {
  if (isNDArray(x)) return x.ndim > 0
  return x !== null && x !== undefined && typeof (x as Iterable<unknown>)[Symbol.iterator] === 'function'
}

/**
 * The bytes of a buffer as a vector, copied.
 *
 * @param options.dtype default: float32; float16 and bool have their bits and bytes in the buffer
 * @param options.count how many elements; default: -1, as many as there are
 * @param options.offset the first byte; default: 0
 * @throws {ShapeError} when the bytes are not a whole number of elements, or fewer than `count` asks for
 * @example np.frombuffer(new Uint8Array([1, 0, 0, 0]).buffer, { dtype: 'int32' }) // [1]
 */
export function frombuffer(
  buffer: ArrayBuffer | ArrayBufferView,
  options: DType | { readonly dtype?: DType; readonly count?: number; readonly offset?: number } = {},
): NDArray {
  const { dtype = 'float32', count = -1, offset = 0 } = typeof options === 'string' ? { dtype: options } : options
  const { bytes, array: View } = dtypes[checkDType('frombuffer', dtype)]
  const all = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer)
  const rest = all.length - offset
  const size = count === -1 ? rest / bytes : count
  if (offset < 0 || !Number.isInteger(size) || size < 0 || size * bytes > rest)
    throw new ShapeError(
      'frombuffer',
      `${all.length} bytes from ${offset} on as ${count === -1 ? '' : `${count} `}elements of ${bytes} bytes`,
      'pass a whole number of elements',
    )
  const copied = all.slice(offset, offset + size * bytes)
  const View64 = View as unknown as new (data: ArrayBufferLike) => TypedArray
  return fromData(new View64(copied.buffer), makeAval([size], dtype))
}
