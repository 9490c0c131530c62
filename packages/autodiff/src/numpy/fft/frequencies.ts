import { type DType, DTypeError, isFloat } from '@proj/backend'
import type { ArrayLike, NDArray } from '../../array.ts'
import { ShapeError } from '../../errors.ts'
import { type Complex, isComplex } from '../../lax/fft.ts'
import * as lax from '../../lax/index.ts'
import { asArray } from '../coerce.ts'
import { roll } from '../shape.ts'

function count(where: string, n: number): number {
  if (!Number.isInteger(n) || n < 1) throw new ShapeError(where, `${n} points`, 'pass a positive integer')
  return n
}

/** `k / span` for these integers. */
function frequencies(where: string, k: NDArray, span: number): NDArray {
  if (!isFloat(k.dtype)) throw new DTypeError(where, k.dtype, 'use a float dtype')
  return lax.div(k, span)
}

/** Of `fftfreq` and `rfftfreq`. */
export interface FrequencyOptions {
  /** Distance between two points. Default: 1. */
  readonly d?: number
  /** Default: float32. */
  readonly dtype?: DType
}

/** Options from `f(n, d, options)` or `f(n, options)`. */
const optionsOf = (d: number | FrequencyOptions, options: FrequencyOptions): Required<FrequencyOptions> => ({
  d: 1,
  dtype: 'float32',
  ...(typeof d === 'number' ? { d } : d),
  ...options,
})

/**
 * The frequencies that the values of `fft` belong to, in cycles per unit of `d`: 0 and the positive ones, then the negative ones.
 *
 * @param n points
 * @param distance between two of them, `d`; default: 1
 * @throws {ShapeError} for fewer than one point
 * @example np.fft.fftfreq(4) // [0, 0.25, -0.5, -0.25]
 */
export function fftfreq(n: number, distance: number | FrequencyOptions = 1, options: FrequencyOptions = {}): NDArray {
  const { d, dtype } = optionsOf(distance, options)
  const k = lax.iota(dtype, count('fftfreq', n))
  return frequencies('fftfreq', lax.select(lax.ge(k, Math.ceil(n / 2)), lax.sub(k, n), k), d * n)
}

/**
 * The frequencies of the values of `rfft`: 0 up to half the sampling rate.
 *
 * @example np.fft.rfftfreq(4) // [0, 0.25, 0.5]
 */
export function rfftfreq(n: number, distance: number | FrequencyOptions = 1, options: FrequencyOptions = {}): NDArray {
  const { d, dtype } = optionsOf(distance, options)
  const k = lax.iota(dtype, Math.floor(count('rfftfreq', n) / 2) + 1)
  return frequencies('rfftfreq', k, d * n)
}

type AxesOption = number | readonly number[] | null
/** Of `fftshift` and `ifftshift`. */
export interface ShiftOptions {
  readonly axes?: AxesOption
}
type Given = AxesOption | ShiftOptions

const axesOf = (given: Given): AxesOption =>
  given !== null && typeof given === 'object' && 'axes' in given ? (given.axes ?? null) : (given as AxesOption)

function shift(where: string, x: ArrayLike | Complex, axes: AxesOption, sign: 1 | -1): NDArray | Complex {
  const turned = (part: ArrayLike): NDArray => {
    const array = asArray(where, part)
    const chosen = axes === null ? [...array.shape.keys()] : typeof axes === 'number' ? [axes] : axes
    const sizes = chosen.map((axis) => sign * Math.floor((array.shape.at(axis) ?? 0) / 2))
    return roll(array, sizes, chosen)
  }
  return isComplex(x) ? { real: turned(x.real), imag: turned(x.imag) } : turned(x)
}

/**
 * With the zero frequency in the middle, along some axes (default: all). Takes real arrays and pairs.
 *
 * @example np.fft.fftshift([0, 1, 2, -2, -1]) // [-2, -1, 0, 1, 2]
 */
export function fftshift(x: ArrayLike, axes?: Given): NDArray
export function fftshift(x: Complex, axes?: Given): Complex
export function fftshift(x: ArrayLike | Complex, axes: Given = null): NDArray | Complex {
  return shift('fftshift', x, axesOf(axes), 1)
}

/** The inverse of `fftshift`; they differ for odd sizes. @example np.fft.ifftshift([-2, -1, 0, 1, 2]) // [0, 1, 2, -2, -1] */
export function ifftshift(x: ArrayLike, axes?: Given): NDArray
export function ifftshift(x: Complex, axes?: Given): Complex
export function ifftshift(x: ArrayLike | Complex, axes: Given = null): NDArray | Complex {
  return shift('ifftshift', x, axesOf(axes), -1)
}
