import { isInteger, makeAval } from '@proj/backend'
import { type ArrayLike, isNDArray, type NDArray } from '../array.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { asArray, fromNumbers } from '../numpy/coerce.ts'
import { foldKey, splitKey } from './threefry.ts'

/**
 * The array, known to be one key.
 *
 * @throws {ShapeError} when it is none: several keys are for `vmap`
 */
export function checkKey(where: string, key: NDArray): NDArray {
  if (!isNDArray(key))
    throw new ShapeError(where, `got ${typeof key} for the key`, 'make one with random.PRNGKey(seed)')
  if (key.dtype !== 'uint32' || key.ndim !== 1 || key.shape[0] !== 2)
    throw new ShapeError(
      where,
      `a key of type ${key.dtype}[${key.shape.join()}]`,
      'pass one uint32[2] key, and map over several with vmap',
    )
  return key
}

/** An integer scalar as `uint32[]`: its lowest 32 bits. */
function lowWord(where: string, x: ArrayLike): NDArray {
  if (typeof x === 'number') {
    if (!Number.isSafeInteger(x))
      throw new DTypeError(where, `the number ${x}`, 'use an integer that JavaScript holds exactly')
    return lax.full([], ((x % 2 ** 32) + 2 ** 32) % 2 ** 32, 'uint32')
  }
  const array = asArray(where, x)
  if (array.ndim !== 0 || !isInteger(array.dtype))
    throw new DTypeError(
      where,
      `${array.dtype}[${array.shape.join()}]`,
      'use an integer scalar, and map over several with vmap',
    )
  return lax.convertElementType(array, 'uint32')
}

/**
 * The key of a seed: `uint32[2]`, the upper and lower word. Seeds have 32 bits, as in JAX unless 64-bit types are on.
 *
 * @throws {DTypeError} when the seed is no integer
 * @example random.PRNGKey(0)
 */
export function PRNGKey(seed: ArrayLike): NDArray {
  const low = lowWord('PRNGKey', seed)
  if (typeof seed === 'number') return fromNumbers([0, ((seed % 2 ** 32) + 2 ** 32) % 2 ** 32], makeAval([2], 'uint32'))
  return lax.concatenate([lax.full([1], 0, 'uint32'), lax.reshape(low, [1])], 0)
}

/** The words of a key. Raw keys are their own data. */
export const keyData = (key: NDArray): NDArray => checkKey('keyData', key)

type Count<N extends number, Found extends readonly unknown[] = []> = Found['length'] extends N
  ? Found
  : Found['length'] extends 32
    ? []
    : Count<N, readonly [...Found, unknown]>
type Digits<T extends readonly unknown[]> = Extract<keyof T, `${number}`>

/** `N` keys: an array `uint32[N, 2]` that also takes apart into its rows, `const [a, b] = keys` and `keys[0]`, for a literal `N` up to 32. */
export type Keys<N extends number> = number extends N
  ? NDArray
  : NDArray & { readonly [I in Digits<Count<N>>]: NDArray }

/** How many rows are properties too. */
const namedRows = 32

/** Rows as properties, made when asked for. */
function nameRows(keys: NDArray, count: number): NDArray {
  for (let i = 0; i < Math.min(count, namedRows); i++)
    Object.defineProperty(keys, i, { get: () => lax.indexInDim(keys, i), configurable: true, enumerable: false })
  return keys
}

/**
 * Independent keys from one. Use each key once.
 *
 * @param num how many (default: 2), or a shape of them
 * @returns `uint32[num, 2]`
 * @example const [first, second] = random.split(random.PRNGKey(0))
 */
export function split<const N extends number = 2>(key: NDArray, num?: N): Keys<N>
export function split(key: NDArray, shape: readonly number[]): NDArray
export function split(key: NDArray, num: number | readonly number[] = 2): NDArray {
  const shape = typeof num === 'number' ? [num] : num
  if (shape.some((n) => !Number.isInteger(n) || n < 0))
    throw new ShapeError('split', `[${shape.join()}] keys`, 'ask for whole numbers')
  const keys = splitKey(checkKey('split', key), shape)
  return typeof num === 'number' ? nameRows(keys, num) : keys
}

/**
 * The key that `key` and an integer give together: for a step, a layer, a worker.
 *
 * @example random.foldIn(key, 3)
 */
export const foldIn = (key: NDArray, data: ArrayLike): NDArray =>
  foldKey(checkKey('foldIn', key), lowWord('foldIn', data))
