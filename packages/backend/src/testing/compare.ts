import type { DType, TypedArray } from '../dtype.ts'
import { dtypes, isFloat } from '../dtype.ts'
import { decodeFloat16 } from '../float16.ts'

/** Significand bits, the hidden one included, and the exponent of the least normal number. */
const formats = {
  float16: { precision: 11, leastExponent: -14 },
  float32: { precision: 24, leastExponent: -126 },
  float64: { precision: 53, leastExponent: -1022 },
} as const

type FloatDType = keyof typeof formats

/** The distance from a number of size `x` to the next of its dtype: the unit in the last place. */
export function ulpOf(dtype: FloatDType, x: number): number {
  const { precision, leastExponent } = formats[dtype]
  const exponent = Math.max(leastExponent, Math.floor(Math.log2(Math.abs(x))))
  return 2 ** (exponent - precision + 1)
}

/** Numbers below the least normal one count as 0: some devices keep them, some do not. */
function flush(dtype: FloatDType, x: number): number {
  return Math.abs(x) < 2 ** formats[dtype].leastExponent ? 0 : x
}

/** How many units in the last place `got` is from `want`; 0 for two NaNs, ∞ where only one is NaN or infinite. */
export function ulpsBetween(dtype: FloatDType, got: number, want: number): number {
  const [x, y] = [flush(dtype, got), flush(dtype, want)]
  if (x === y || (Number.isNaN(x) && Number.isNaN(y))) return 0
  if (!Number.isFinite(x) || !Number.isFinite(y)) return Infinity
  return Math.abs(x - y) / ulpOf(dtype, y)
}

/** The elements as numbers, whatever the dtype. */
export const numbersOf = (data: TypedArray, dtype: DType): number[] =>
  Array.from(data, dtype === 'float16' ? decodeFloat16 : (x) => x)

export interface Mismatch {
  readonly index: number
  readonly got: number
  readonly want: number
  /** In units in the last place; ∞ where no such count makes sense. */
  readonly error: number
}

/**
 * The element furthest from what is wanted, or nothing when all are within `ulps`. Integers and bools must be equal.
 *
 * @param slack an absolute error that is forgiven as well, for sums whose terms cancel; where it is ∞, anything is right
 */
export function worstMismatch(
  dtype: DType,
  got: TypedArray,
  want: TypedArray,
  ulps: number,
  slack: (index: number) => number = () => 0,
): Mismatch | undefined {
  const [xs, ys] = [numbersOf(got, dtype), numbersOf(want, dtype)]
  if (xs.length !== ys.length || !(got instanceof dtypes[dtype].array))
    return { index: -1, got: xs.length, want: ys.length, error: Infinity }
  const distance = isFloat(dtype)
    ? (x: number, y: number) => ulpsBetween(dtype as FloatDType, x, y)
    : (x: number, y: number) => (x === y ? 0 : Infinity)
  let worst: Mismatch | undefined
  ys.forEach((want, index) => {
    const got = xs[index] as number
    const forgiven = slack(index)
    const error = forgiven === Infinity || Math.abs(got - want) <= forgiven ? 0 : distance(got, want)
    if (error > ulps && error > (worst?.error ?? 0)) worst = { index, got, want, error }
  })
  return worst
}
