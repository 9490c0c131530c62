import { sizeOf } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { config } from '../config.ts'
import * as lax from '../lax/index.ts'
import { elementInDim } from '../lax/movement.ts'

// Bits from keys, in both of JAX's ways of counting. Source: `threefry2x32.py` in JAX and the paper cited at lax.threefry2x32.

/** The two words of a key, each repeated to a shape. */
function wordsOf(key: NDArray, shape: readonly number[]): readonly [k0: NDArray, k1: NDArray] {
  const word = (i: number): NDArray => lax.broadcastInDim(elementInDim(key, i), shape, [])
  return [word(0), word(1)]
}

const hash = (key: NDArray, x0: NDArray, x1: NDArray): readonly [NDArray, NDArray] =>
  lax.threefry2x32(...wordsOf(key, x0.shape), x0, x1)

/** Hashes of the 64-bit numbers of the places in a shape: place by place, the same whatever the shape. */
function hashPlaces(key: NDArray, shape: readonly number[]): readonly [high: NDArray, low: NDArray] {
  const low = lax.reshape(lax.iota('uint32', sizeOf(shape)), shape)
  return hash(key, lax.full(shape, 0, 'uint32'), low)
}

/** Hashes of `0 … count - 1`, the first half of the numbers paired with the second, as JAX did it before. */
function hashCounts(key: NDArray, count: number): NDArray {
  const half = Math.ceil(count / 2)
  const counts = lax.iota('uint32', count)
  const second = lax.sliceInDim(counts, half, count)
  const [y0, y1] = hash(
    key,
    lax.sliceInDim(counts, 0, half),
    count % 2 === 0 ? second : lax.pad(second, 0, [[0, 1, 0]]),
  )
  return lax.sliceInDim(lax.concatenate([y0, y1], 0), 0, count)
}

/** `shape` new keys from one: `uint32[...shape, 2]`. */
export function splitKey(key: NDArray, shape: readonly number[]): NDArray {
  if (!config.threefryPartitionable) return lax.reshape(hashCounts(key, 2 * sizeOf(shape)), [...shape, 2])
  const words = hashPlaces(key, shape).map((word) => lax.expandDims(word, [shape.length]))
  return lax.concatenate(words, shape.length)
}

/** The key that `key` and a number (`uint32[]`) give together. */
export function foldKey(key: NDArray, data: NDArray): NDArray {
  const [y0, y1] = hash(key, lax.full([1], 0, 'uint32'), lax.reshape(data, [1]))
  return lax.concatenate([y0, y1], 0)
}

/** Random bits, `width` in each element of a uint32 array. */
export function randomBits(key: NDArray, width: 8 | 16 | 32, shape: readonly number[]): NDArray {
  const bits = config.threefryPartitionable ? lax.bitwiseXor(...hashPlaces(key, shape)) : countedBits(key, width, shape)
  return width === 32 ? bits : lax.bitwiseAnd(bits, 2 ** width - 1)
}

/** Words cut into pieces of `width` bits, lowest first; bits above them are left in place. */
function countedBits(key: NDArray, width: 8 | 16 | 32, shape: readonly number[]): NDArray {
  const size = sizeOf(shape)
  const pieces = 32 / width
  const words = hashCounts(key, Math.ceil(size / pieces))
  if (pieces === 1) return lax.reshape(words, shape)
  const grid = [words.size, pieces]
  const shifts = lax.mul(lax.broadcastedIota('uint32', grid, 1), width)
  const cut = lax.shiftRightLogical(lax.broadcastInDim(words, grid, [0]), shifts)
  return lax.reshape(lax.sliceInDim(lax.reshape(cut, [words.size * pieces]), 0, size), shape)
}

/** Random bits, 64 for each place: the upper and the lower 32. */
export function randomBits64(key: NDArray, shape: readonly number[]): readonly [high: NDArray, low: NDArray] {
  if (config.threefryPartitionable) return hashPlaces(key, shape)
  const size = sizeOf(shape)
  const words = hashCounts(key, 2 * size)
  const half = (from: number): NDArray => lax.reshape(lax.sliceInDim(words, from, from + size), shape)
  return [half(0), half(size)]
}
