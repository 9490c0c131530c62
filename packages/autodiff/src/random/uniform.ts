import { checkDType, type DType, isFloat } from '@proj/backend'
import { type ArrayLike, formatArray, isNDArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { broadcastShapes, broadcastTo } from '../numpy/broadcast.ts'
import { clip } from '../numpy/choose.ts'
import { asArray, convert } from '../numpy/coerce.ts'
import { checkShape, type DTypeOption, dtypeOf } from '../numpy/creation.ts'
import { finfo, iinfo } from '../numpy/limits.ts'
import { checkKey, split } from './key.ts'
import { randomBits, randomBits64 } from './threefry.ts'

export type Shape = number | readonly number[]

/** The float dtype that was asked for. */
export function floatDtype(where: string, option: DTypeOption | undefined): DType {
  const dtype = dtypeOf(where, option) ?? 'float32'
  if (!isFloat(dtype)) throw new DTypeError(where, dtype, 'use a float dtype')
  return dtype
}

/** A parameter in the dtype and shape of the samples. */
export const parameter = (where: string, x: ArrayLike, shape: readonly number[], dtype: DType): NDArray => {
  if (typeof x === 'number') return lax.full(shape, x, dtype)
  const array = convert(asArray(where, x), dtype)
  checkFits(where, shape, [array])
  return broadcastTo(array, shape)
}

function checkFits(where: string, shape: readonly number[], parameters: readonly NDArray[]): void {
  const joined = broadcastShapes(where, [shape, ...parameters.map((p) => p.shape)])
  if (joined.length !== shape.length || joined.some((n, i) => n !== shape[i]))
    throw new ShapeError(
      where,
      `parameters ${parameters.map(formatArray).join(' and ')} for samples [${shape.join()}]`,
      'they must broadcast to it',
    )
}

/** The shape that was asked for, else that of the parameters. */
export function sampleShape(
  where: string,
  shape: Shape | null | undefined,
  ...parameters: readonly ArrayLike[]
): readonly number[] {
  if (shape !== undefined && shape !== null) return checkShape(where, shape)
  return broadcastShapes(
    where,
    parameters.map((p) => (isNDArray(p) ? p.shape : asArray(where, p).shape)),
  )
}

/**
 * Random bits as unsigned integers.
 *
 * @param option the dtype: uint32 (default) or uint8
 * @example random.bits(key, [4])
 */
export const bits = byName(
  'bits',
  ['key', 'shape', 'dtype'],
  (key: NDArray, shape: Shape = [], option?: DTypeOption): NDArray => {
    const dtype = dtypeOf('bits', option) ?? 'uint32'
    if (dtype !== 'uint32' && dtype !== 'uint8') throw new DTypeError('bits', dtype, 'use uint32 or uint8')
    const words = randomBits(checkKey('bits', key), dtype === 'uint8' ? 8 : 32, checkShape('bits', shape))
    return convert(words, dtype)
  },
)

/** Uniform on [0, 1): the multiples of `2^-nmant`, each as likely. */
function fractions(key: NDArray, shape: readonly number[], dtype: DType): NDArray {
  const { nmant } = finfo(dtype)
  if (dtype === 'float64') {
    const [high, low] = randomBits64(key, shape)
    const [upper, lower] = [high, lax.shiftRightLogical(low, 12)].map((word) => convert(word, dtype)) as [
      NDArray,
      NDArray,
    ]
    return lax.add(lax.mul(upper, 2 ** -32), lax.mul(lower, 2 ** -52))
  }
  const width = dtype === 'float16' ? 16 : 32
  const significand = lax.shiftRightLogical(randomBits(key, width, shape), width - nmant)
  return lax.mul(convert(significand, dtype), 2 ** -nmant)
}

export interface UniformOptions {
  readonly dtype?: DType
  /** Included; default: 0. */
  readonly minval?: ArrayLike
  /** Excluded; default: 1. */
  readonly maxval?: ArrayLike
}

/**
 * Uniform floats on [minval, maxval).
 *
 * @example random.uniform(key, [3], { minval: -1 })
 */
export const uniform = byName(
  'uniform',
  ['key', 'shape', 'options'],
  (key: NDArray, shape: Shape = [], options: DType | UniformOptions = {}): NDArray => {
    const sizes = checkShape('uniform', shape)
    const { minval = 0, maxval = 1, dtype: asked } = typeof options === 'string' ? { dtype: options } : options
    const dtype = floatDtype('uniform', asked)
    const unit = fractions(checkKey('uniform', key), sizes, dtype)
    if (minval === 0 && maxval === 1) return unit
    const [low, high] = [parameter('uniform', minval, sizes, dtype), parameter('uniform', maxval, sizes, dtype)]
    return lax.max(low, lax.add(lax.mul(unit, lax.sub(high, low)), low))
  },
)

/** A bound as an integer array; numbers that int32 cannot hold come in as uint32. */
function bound(where: string, x: ArrayLike): NDArray {
  if (typeof x === 'number') {
    if (!Number.isInteger(x) || x < -(2 ** 31) || x >= 2 ** 32)
      throw new DTypeError(where, `the bound ${x}`, 'use a whole number of 32 bits')
    return lax.full([], x, x >= 2 ** 31 ? 'uint32' : 'int32')
  }
  const array = asArray(where, x)
  return isFloat(array.dtype) || array.dtype === 'bool' ? convert(array, 'int32') : array
}

/** In the limits of `dtype` first, so that the cast keeps the order. */
function saturate(x: NDArray, dtype: DType): NDArray {
  const [from, to] = [iinfo(x.dtype), iinfo(dtype)]
  return convert(
    clip(x, lax.full([], Math.max(from.min, to.min), x.dtype), lax.full([], Math.min(from.max, to.max), x.dtype)),
    dtype,
  )
}

/**
 * Uniform integers in [minval, maxval).
 *
 * @param option the dtype; default: int32
 * @example random.randint(key, [10], 0, 6)
 */
export function randint(
  key: NDArray,
  shape: Shape,
  minval: ArrayLike,
  maxval: ArrayLike,
  option?: DTypeOption,
): NDArray {
  const sizes = checkShape('randint', shape)
  const dtype = checkDType('randint', dtypeOf('randint', option) ?? 'int32')
  const { bits: width, min, max } = iinfo(dtype)
  const [low, high] = [bound('randint', minval), bound('randint', maxval)]
  checkFits('randint', sizes, [low, high])
  if (width === 32) return integers(checkKey('randint', key), sizes, low, high, dtype)
  const within = (x: NDArray, largest: number): NDArray =>
    clip(convert(x, 'int32'), lax.full([], min, 'int32'), lax.full([], largest, 'int32'))
  return convert(integers(checkKey('randint', key), sizes, within(low, max), within(high, max + 1), 'int32'), dtype)
}

/** In 32 bits. Two words a sample make the bias of taking remainders negligible. */
function integers(key: NDArray, shape: readonly number[], low: NDArray, high: NDArray, dtype: DType): NDArray {
  const top = saturate(lax.full([], iinfo(dtype).max, dtype), high.dtype)
  const beyond = broadcastTo(lax.gt(high, broadcastTo(top, high.shape)), shape)
  const [from, to] = [low, high].map((x) => broadcastTo(saturate(x, dtype), shape)) as [NDArray, NDArray]
  const [first, second] = split(key)
  const distance = convert(lax.sub(to, from), 'uint32')
  const some = lax.select(lax.le(to, from), 1, distance)
  const span = lax.select(lax.bitwiseAnd(beyond, lax.gt(to, from)), lax.add(some, 1), some)
  const half = lax.rem(lax.fullLike(span, 2 ** 16), span)
  const multiplier = lax.rem(lax.mul(half, half), span)
  const word = (k: NDArray): NDArray => lax.rem(randomBits(k, 32, shape), span)
  const offset = lax.rem(lax.add(lax.mul(word(first), multiplier), word(second)), span)
  return lax.add(from, convert(offset, dtype))
}
