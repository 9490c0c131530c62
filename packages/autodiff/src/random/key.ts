import { isInteger, makeAval } from '@proj/backend'
import { type ArrayLike, formatArray, isNDArray, type NDArray } from '../array.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { elementInDim } from '../lax/movement.ts'
import { asArray, fromNumbers } from '../numpy/coerce.ts'
import { isKeyArray, KeyArray, keyTypeName } from './keyArray.ts'
import { foldKey, splitKey } from './threefry.ts'

/** Words of keys: uint32, the last dimension 2. */
function checkWords(where: string, words: NDArray): NDArray {
  if (words.dtype === 'uint32' && words.shape.at(-1) === 2) return words
  throw new ShapeError(
    where,
    `words of type ${formatArray(words)}`,
    'the words of keys are uint32 with a last dimension of size 2',
  )
}

/**
 * The words of one key, uint32[2], of a typed or a raw one.
 *
 * @throws {ShapeError} when it is none: several keys are for `vmap`
 */
export function checkKey(where: string, key: NDArray): NDArray {
  if (!isNDArray(key)) throw new ShapeError(where, `got ${typeof key} for the key`, 'make one with random.key(seed)')
  const isTyped = isKeyArray(key)
  if (isTyped ? key.ndim === 0 : key.dtype === 'uint32' && key.ndim === 1 && key.shape[0] === 2)
    return isTyped ? key.base : key
  throw new ShapeError(
    where,
    `a key of type ${formatArray(key)}`,
    `pass one key, ${isTyped ? 'key<fry>[]' : 'u32[2]'}, and map over several with vmap`,
  )
}

/** New keys, typed if the key they come from is. */
const like = (key: NDArray, words: NDArray): NDArray => (isKeyArray(key) ? new KeyArray(words) : words)

/** An integer scalar as `uint32[]`: its lowest 32 bits. */
function lowWord(where: string, x: ArrayLike): NDArray {
  if (typeof x === 'number') {
    if (!Number.isSafeInteger(x))
      throw new DTypeError(where, `the number ${x}`, 'use an integer that JavaScript holds exactly')
    return lax.full([], ((x % 2 ** 32) + 2 ** 32) % 2 ** 32, 'uint32')
  }
  const array = asArray(where, x)
  if (array.ndim !== 0 || !isInteger(array.dtype))
    throw new DTypeError(where, `got ${formatArray(array)}`, 'use an integer scalar, and map over several with vmap')
  return lax.convertElementType(array, 'uint32')
}

/** The one way of making bits there is. Others may follow, so that it can be said. */
export type KeyImpl = 'threefry2x32'
export interface KeyOptions {
  /** Default, and the one there is: `threefry2x32`. */
  readonly impl?: KeyImpl
}

function checkImpl(where: string, { impl = 'threefry2x32' }: KeyOptions = {}): void {
  if (impl !== 'threefry2x32') throw new DTypeError(where, `the implementation ${String(impl)}`, 'use threefry2x32')
}

/** The upper and the lower word of a seed. */
function seedWords(where: string, seed: ArrayLike): NDArray {
  if (isKeyArray(seed)) throw new DTypeError(where, `got ${seed} for the seed`, 'use the key as it is, or an integer')
  const low = lowWord(where, seed)
  if (typeof seed === 'number') return fromNumbers([0, ((seed % 2 ** 32) + 2 ** 32) % 2 ** 32], makeAval([2], 'uint32'))
  return lax.concatenate([lax.full([1], 0, 'uint32'), lax.reshape(low, [1])], 0)
}

/**
 * The key of a seed, `key<fry>[]`. Seeds have 32 bits, as in JAX unless 64-bit types are on.
 *
 * @throws {DTypeError} when the seed is no integer
 * @example random.normal(random.key(0), [3])
 */
export function key(seed: ArrayLike, options?: KeyOptions): KeyArray {
  checkImpl('key', options)
  return new KeyArray(seedWords('key', seed))
}

/**
 * The raw key of a seed: its words, `uint32[2]`, the upper and the lower.
 *
 * @throws {DTypeError} when the seed is no integer
 * @example random.PRNGKey(0)
 */
export function PRNGKey(seed: ArrayLike, options?: KeyOptions): NDArray {
  checkImpl('PRNGKey', options)
  return seedWords('PRNGKey', seed)
}

/**
 * The words of keys, `uint32[...shape, 2]`. Raw keys are their own words.
 *
 * @throws {ShapeError} when they are no keys
 * @example random.keyData(random.key(7)).arraySync() // [0, 7]
 */
export const keyData = (keys: NDArray): NDArray => (isKeyArray(keys) ? keys.base : checkWords('keyData', keys))

/**
 * Keys of words, `uint32[...shape, 2]`.
 *
 * @throws {ShapeError} when the words are of another type
 * @example random.keyData(random.wrapKeyData(random.PRNGKey(7))) // [0, 7]
 */
export function wrapKeyData(words: NDArray, options?: KeyOptions): KeyArray {
  checkImpl('wrapKeyData', options)
  return new KeyArray(checkWords('wrapKeyData', asArray('wrapKeyData', words)))
}

/**
 * How these keys make bits: `threefry2x32`.
 *
 * @example random.keyImpl(random.key(0)) // 'threefry2x32'
 */
export function keyImpl(keys: NDArray): KeyImpl {
  keyData(keys)
  return 'threefry2x32'
}

/**
 * What the dtype of typed keys is called: `key<fry>`.
 *
 * @example random.keyDtype() // 'key<fry>'
 */
export function keyDtype(impl?: KeyImpl): 'key<fry>' {
  checkImpl('keyDtype', impl === undefined ? {} : { impl })
  return keyTypeName
}

/**
 * The same key, where one wants to say that using it twice is meant.
 *
 * @example random.keyData(random.clone(random.key(7))).arraySync() // [0, 7]
 */
export const clone = (keys: NDArray): NDArray => like(keys, keyData(keys))

type Count<N extends number, Found extends readonly unknown[] = []> = Found['length'] extends N
  ? Found
  : Found['length'] extends 32
    ? []
    : Count<N, readonly [...Found, unknown]>
type Digits<T extends readonly unknown[]> = Extract<keyof T, `${number}`>

/** `N` keys: an array that also takes apart into its rows, `const [a, b] = keys` and `keys[0]`, for a literal `N` up to 32. */
export type Keys<N extends number> = number extends N
  ? NDArray
  : NDArray & { readonly [I in Digits<Count<N>>]: NDArray }

/** How many rows are properties too. */
const namedRows = 32

/** Rows as properties, made when asked for. */
function nameRows(keys: NDArray, count: number): NDArray {
  for (let i = 0; i < Math.min(count, namedRows); i++)
    Object.defineProperty(keys, i, {
      get: () => like(keys, elementInDim(keyData(keys), i)),
      configurable: true,
      enumerable: false,
    })
  return keys
}

/**
 * Independent keys from one. Use each key once.
 *
 * @param num how many (default: 2), or a shape of them
 * @returns `key<fry>[num]`, or of a raw key `uint32[num, 2]`
 * @example const [first, second] = random.split(random.key(0))
 */
export function split<const N extends number = 2>(key: NDArray, num?: N): Keys<N>
export function split<const N extends number>(key: NDArray, options: { readonly num: N }): Keys<N>
export function split(key: NDArray, shape: readonly number[]): NDArray
export function split(key: NDArray, given: number | readonly number[] | { readonly num: number } = 2): NDArray {
  const num = typeof given === 'object' && 'num' in given ? given.num : given
  const shape = typeof num === 'number' ? [num] : num
  if (!Array.isArray(shape) || shape.some((n) => !Number.isInteger(n) || n < 0))
    throw new ShapeError('split', `${JSON.stringify(shape)} keys`, 'ask for whole numbers')
  const keys = like(key, splitKey(checkKey('split', key), shape))
  return typeof num === 'number' ? nameRows(keys, num) : keys
}

/**
 * The key that `key` and an integer give together: for a step, a layer, a worker.
 *
 * @example random.foldIn(key, 3)
 */
export const foldIn = (key: NDArray, data: ArrayLike): NDArray =>
  like(key, foldKey(checkKey('foldIn', key), lowWord('foldIn', data)))
