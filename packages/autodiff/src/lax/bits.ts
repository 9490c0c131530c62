import { checkDType, type DType, DTypeError, dtypes, isInteger } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { linearFlat } from './customFlat.ts'
import * as lax from './elementwise.ts'
import { exponentOf, scaleBy } from './exponent.ts'
import { broadcastedIota, broadcastInDim } from './movement.ts'
import { reduceSum } from './reduce.ts'

/** Positions of the four bytes in a word, `uint32[..., 4]`. */
const byteShifts = (shape: readonly number[]): NDArray =>
  lax.mul(broadcastedIota('uint32', [...shape, 4], shape.length), 8)

/** The bytes of words, the lowest first. */
function bytesOf(words: NDArray): NDArray {
  const shifts = byteShifts(words.shape)
  const spread = broadcastInDim(
    words,
    shifts.shape,
    words.shape.map((_, i) => i),
  )
  return lax.convertElementType(lax.bitwiseAnd(lax.shiftRightLogical(spread, shifts), 0xff), 'uint8')
}

/** Words of four bytes along the last dimension. */
function wordsOf(bytes: NDArray): NDArray {
  const shifts = byteShifts(bytes.shape.slice(0, -1))
  return reduceSum(lax.shiftLeft(lax.convertElementType(bytes, 'uint32'), shifts), [bytes.ndim - 1])
}

/**
 * The same bits read as another dtype. From four bytes an element to one, each becomes four along a new last dimension, the lowest first; and a
 * last dimension of four single bytes becomes one element of four.
 *
 * @throws {ShapeError} between other widths
 * @example lax.bitcastConvertType(np.array([1], 'float32'), 'int32') // [1065353216]
 */
export function bitcastConvertType(x: NDArray, dtype: DType): NDArray {
  const [from, to] = [dtypes[x.dtype].bytes, dtypes[checkDType('bitcastConvertType', dtype)].bytes]
  if (from === 4 && to === 1 && dtype !== 'bool') return lax.bitcast(bytesOf(lax.bitcast(x, 'uint32')), dtype)
  if (from === 1 && to === 4 && x.dtype !== 'bool' && x.shape.at(-1) === 4)
    return lax.bitcast(wordsOf(lax.bitcast(x, 'uint8')), dtype)
  return lax.bitcast(x, dtype)
}

/** The bits of an integer array as the low bits of uint32. */
function bitsOf(where: string, x: NDArray): NDArray {
  if (!isInteger(x.dtype)) throw new DTypeError(where, `a ${x.dtype} array`, 'use an integer dtype')
  const unsigned: DType = dtypes[x.dtype].bytes === 1 ? 'uint8' : 'uint32'
  return lax.convertElementType(x.dtype === unsigned ? x : lax.bitcast(x, unsigned), 'uint32')
}

/** Sums of neighbouring fields of 1, 2, 4 … bits. Source: Warren, "Hacker's Delight", 2nd ed., figure 5-2. */
function countOnes(x: NDArray): NDArray {
  const low = (bits: NDArray, mask: number): NDArray => lax.bitwiseAnd(bits, mask)
  const pairs = lax.sub(x, low(lax.shiftRightLogical(x, 1), 0x55555555))
  const fours = lax.add(low(pairs, 0x33333333), low(lax.shiftRightLogical(pairs, 2), 0x33333333))
  const eights = low(lax.add(fours, lax.shiftRightLogical(fours, 4)), 0x0f0f0f0f)
  return lax.shiftRightLogical(lax.mul(eights, 0x01010101), 24)
}

/**
 * How many bits of each integer are 1, in the dtype of `x`.
 *
 * @throws {DTypeError} for floats and bool
 * @example lax.populationCount(np.array([0, 7, -1], 'int32')) // [0, 3, 32]
 */
export const populationCount = (x: NDArray): NDArray =>
  lax.convertElementType(countOnes(bitsOf('populationCount', x)), x.dtype)

/**
 * How many bits of each integer are 0 before the first 1 ("count leading zeros"), in the dtype of `x`; its width for 0.
 *
 * @throws {DTypeError} for floats and bool
 * @example lax.clz(np.array([0, 1, -1], 'int32')) // [32, 31, 0]
 */
export function clz(x: NDArray): NDArray {
  let filled = bitsOf('clz', x)
  for (const step of [1, 2, 4, 8, 16]) filled = lax.bitwiseOr(filled, lax.shiftRightLogical(filled, step))
  return lax.convertElementType(lax.sub(lax.bitWidth(x), countOnes(filled)), x.dtype)
}

/** Bits of the exponent. */
const exponentBitsOf: { readonly [D in DType]?: number } = { float16: 5, float32: 8, float64: 11 }
const mantissaBitsOf: { readonly [D in DType]?: number } = { float16: 10, float32: 23, float64: 52 }
const biasOf = (exponentBits: number): number => 2 ** (exponentBits - 1) - 1

/**
 * Floats rounded to what a format of fewer bits can hold: `mantissaBits` of fraction, ties to the even neighbour; with fewer `exponentBits`
 * than the dtype has, what is too large becomes infinite and what is too small for a normal number ±0. The dtype stays. Tangents and
 * cotangents are rounded alike.
 *
 * @throws {DTypeError} when `x` is no float, or there is no such format
 * @example lax.reducePrecision(np.array([1.1]), 8, 7) // [1.1015625]
 */
export function reducePrecision(x: NDArray, exponentBits: number, mantissaBits: number): NDArray {
  const own = exponentBitsOf[x.dtype]
  if (own === undefined) throw new DTypeError('reducePrecision', `a ${x.dtype} array`, 'use a float dtype')
  const asked = [exponentBits, mantissaBits] as const
  if (!asked.every(Number.isInteger) || exponentBits < 1 || mantissaBits < 0)
    throw new DTypeError(
      'reducePrecision',
      `${exponentBits} exponent and ${mantissaBits} mantissa bits`,
      'use whole numbers, at least 1 and 0',
    )
  return rounding(exponentBits, mantissaBits)(x)
}

const roundings = new Map<string, (x: NDArray) => NDArray>()

/** Rounding to a format, made once. */
function rounding(exponentBits: number, mantissaBits: number): (x: NDArray) => NDArray {
  const key = `${exponentBits},${mantissaBits}`
  const known = roundings.get(key) ?? linearFlat('reducePrecision', (x) => rounded(x, exponentBits, mantissaBits))
  roundings.set(key, known)
  return known
}

function rounded(x: NDArray, exponentBits: number, mantissaBits: number): NDArray {
  const own = exponentBitsOf[x.dtype] as number
  const exponent = lax.max(exponentOf(x), 2 - biasOf(own))
  // Powers of two scale exactly, so that the only rounding is the one to a whole number.
  const digits = Math.min(mantissaBits, mantissaBitsOf[x.dtype] as number)
  const shift = lax.sub(digits + 1, exponent)
  const scaled = scaleBy(lax.round(scaleBy(x, shift), 'toNearestEven'), lax.neg(shift))
  const limited = exponentBits < own ? limit(scaled, biasOf(exponentBits)) : scaled
  const isNumber = lax.bitwiseAnd(lax.isFinite(x), lax.ne(x, 0))
  return lax.select(isNumber, limited, x)
}

/** Infinite where larger than the format allows, ±0 where too small for a normal number of it. */
function limit(x: NDArray, bias: number): NDArray {
  const size = lax.abs(x)
  const small = lax.select(lax.lt(size, 2 ** (1 - bias)), lax.mul(x, 0), x)
  return lax.select(lax.ge(size, 2 ** (bias + 1)), lax.mul(x, Infinity), small)
}
