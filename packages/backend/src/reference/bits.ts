import type { DType } from '../dtype.ts'
import { decodeFloat16, encodeFloat16 } from '../float16.ts'

const double = new Float64Array(1)
const doubleBits = new BigUint64Array(double.buffer)
const single = new Float32Array(1)
const singleBits = new Uint32Array(single.buffer)

/** The float `step` places further from zero; both signs count up with magnitude. */
const away: { readonly [D in DType]?: (x: number, step: 1 | -1) => number } = {
  float64(x, step) {
    double[0] = x
    doubleBits[0] = (doubleBits[0] as bigint) + BigInt(step)
    return double[0]
  },
  float32(x, step) {
    single[0] = x
    singleBits[0] = (singleBits[0] as number) + step
    return single[0]
  },
  float16: (x, step) => decodeFloat16(encodeFloat16(x) + step),
}

const leastPositive = { float64: 2 ** -1074, float32: 2 ** -149, float16: 2 ** -24 } as const

/** The number of `dtype` next to `x` in the direction of `y`; `y` itself when they are equal. */
export function nextafter(dtype: 'float16' | 'float32' | 'float64', x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN
  if (x === y) return y
  if (x === 0) return y > 0 ? leastPositive[dtype] : -leastPositive[dtype]
  const grows = y > x === x > 0
  return (away[dtype] as NonNullable<(typeof away)['float64']>)(x, grows ? 1 : -1)
}

/** Keeps the low `bits` of an integer, as an unsigned number. */
const unsigned = (x: number, bits: number): number => (bits === 32 ? x >>> 0 : x & (2 ** bits - 1))

/** A count of the width or more, or below zero, is past every bit. */
const isPast = (count: number, bits: number): boolean => count < 0 || count >= bits

export const shiftLeft = (x: number, count: number, bits: number): number => (isPast(count, bits) ? 0 : x << count)

export const shiftRightLogical = (x: number, count: number, bits: number): number =>
  isPast(count, bits) ? 0 : unsigned(x, bits) >>> count

/** Fills with the top bit, whether or not it is a sign. */
export function shiftRightArithmetic(x: number, count: number, bits: number): number {
  const signed = (x << (32 - bits)) >> (32 - bits)
  return signed >> (isPast(count, bits) ? bits - 1 : count)
}
