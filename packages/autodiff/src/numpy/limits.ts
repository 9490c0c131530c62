import { checkDType, type DType, DTypeError, dtypes, isInteger } from '@proj/backend'

/** Limits of a float dtype. */
export interface FloatInfo {
  readonly dtype: DType
  readonly bits: number
  /** The distance from 1 to the next larger number. */
  readonly eps: number
  readonly max: number
  readonly min: number
  /** The smallest positive number with a full significand; `smallestSubnormal` is the smallest of all. */
  readonly tiny: number
  readonly smallestSubnormal: number
  /** Bits of the fraction and of the exponent. */
  readonly nmant: number
  readonly nexp: number
}

const floatBits: { readonly [D in DType]?: readonly [nmant: number, nexp: number] } = {
  float16: [10, 5],
  float32: [23, 8],
  float64: [52, 11],
}

/**
 * Limits of a float dtype, as JavaScript numbers.
 *
 * @throws {DTypeError} when `dtype` is no float
 * @example np.finfo('float32').eps // 2 ** -23
 */
export function finfo(dtype: DType): FloatInfo {
  const bits = floatBits[checkDType('finfo', dtype)]
  if (bits === undefined) throw new DTypeError('finfo', dtype, 'use a float dtype, or iinfo')
  const [nmant, nexp] = bits
  const bias = 2 ** (nexp - 1) - 1
  const max = (2 - 2 ** -nmant) * 2 ** bias
  const tiny = 2 ** (1 - bias)
  return {
    dtype,
    bits: 1 + nmant + nexp,
    eps: 2 ** -nmant,
    max,
    min: -max,
    tiny,
    smallestSubnormal: 2 ** (1 - bias - nmant),
    nmant,
    nexp,
  }
}

/** Limits of an integer dtype. */
export interface IntInfo {
  readonly dtype: DType
  readonly bits: number
  readonly max: number
  readonly min: number
}

/**
 * Limits of an integer dtype, as JavaScript numbers.
 *
 * @throws {DTypeError} when `dtype` is no integer
 * @example np.iinfo('int8').max // 127
 */
export function iinfo(dtype: DType): IntInfo {
  if (!isInteger(checkDType('iinfo', dtype))) throw new DTypeError('iinfo', dtype, 'use an integer dtype, or finfo')
  const { kind, bytes } = dtypes[dtype]
  const bits = bytes * 8
  return kind === 'int'
    ? { dtype, bits, max: 2 ** (bits - 1) - 1, min: -(2 ** (bits - 1)) }
    : { dtype, bits, max: 2 ** bits - 1, min: 0 }
}
