import { DTypeError, ShapeError } from '@proj/backend'
import { formatArray, isNDArray, type NDArray } from '../array.ts'
import { bind } from '../trace.ts'
import { fullLike } from './constant.ts'
import { convertElementType, neg } from './elementwise.ts'
import { concatenate, rev, sliceInDim, transpose } from './movement.ts'

/** An array of complex numbers, held as two of floats with one shape and dtype: a tree, so that every transform takes it. */
export interface Complex {
  readonly real: NDArray
  readonly imag: NDArray
}

/** Whether `x` is a pair of arrays. @example lax.isComplex(np.ones([2])) // false */
export const isComplex = (x: unknown): x is Complex =>
  typeof x === 'object' && x !== null && !isNDArray(x) && 'real' in x && 'imag' in x

/**
 * `real + i·imag`.
 *
 * @throws {ShapeError} when their shapes or dtypes differ
 * @example lax.complex(np.array([1]), np.array([2])) // { real: [1], imag: [2] }
 */
export function complex(real: NDArray, imag: NDArray): Complex {
  if (real.dtype !== imag.dtype || real.shape.join() !== imag.shape.join())
    throw new ShapeError(
      'complex',
      `${formatArray(real)} and ${formatArray(imag)}`,
      'pass two arrays of one shape and dtype',
    )
  return { real, imag }
}

/** The complex conjugate; of real numbers, themselves. @example lax.conj(lax.complex(np.array([1]), np.array([2]))) // { real: [1], imag: [-2] } */
export function conj<T extends NDArray | Complex>(x: T): T {
  return (isComplex(x) ? { real: x.real, imag: neg(x.imag) } : x) as T
}
/** The real part. @example lax.real(lax.complex(np.array([1]), np.array([2]))) // [1] */
export const real = (x: NDArray | Complex): NDArray => (isComplex(x) ? x.real : x)
/** The imaginary part; of real numbers, 0. @example lax.imag(lax.complex(np.array([1]), np.array([2]))) // [2] */
export const imag = (x: NDArray | Complex): NDArray => (isComplex(x) ? x.imag : fullLike(x, 0))

/** Complex to complex, and back; real to the half of a spectrum that determines it, and back. */
export type FftType = 'fft' | 'ifft' | 'rfft' | 'irfft'

/** Both parts in float32 or float64. */
function parts(x: NDArray | Complex): Complex {
  const toFloat = (part: NDArray): NDArray => convertElementType(part, part.dtype === 'float64' ? 'float64' : 'float32')
  const [re, im] = [toFloat(real(x)), toFloat(imag(x))]
  return complex(re, im)
}

const transform = (x: Complex, rank: number, inverse: boolean): Complex => {
  const [re, im] = bind('fft', [x.real, x.imag], { rank, inverse })
  return { real: re, imag: im }
}

const both = (x: Complex, f: (part: NDArray) => NDArray): Complex => ({ real: f(x.real), imag: f(x.imag) })

/** The last dimension moved in front of `count` others. */
const lastToFront = (x: NDArray, count: number): NDArray =>
  transpose(x, [
    ...Array(x.ndim - 1 - count).keys(),
    x.ndim - 1,
    ...[...Array(count)].map((_, i) => x.ndim - 1 - count + i),
  ])
const frontToLast = (x: NDArray, count: number): NDArray =>
  transpose(x, [
    ...Array(x.ndim - 1 - count).keys(),
    ...[...Array(count)].map((_, i) => x.ndim - count + i),
    x.ndim - 1 - count,
  ])

/** The whole spectrum of `n` real numbers from its first half: the rest mirrors it, conjugated. */
function completeSpectrum({ real: re, imag: im }: Complex, n: number): Complex {
  const last = re.ndim - 1
  const mirrored = (x: NDArray): NDArray => rev(sliceInDim(x, 1, Math.ceil(n / 2), 1, last), [last])
  const join = (x: NDArray, rest: NDArray): NDArray =>
    n <= 2 ? sliceInDim(x, 0, n, 1, last) : concatenate([x, rest], last)
  return { real: join(re, mirrored(re)), imag: join(im, neg(mirrored(im))) }
}

function toReal(x: Complex, lengths: readonly number[]): NDArray {
  const outer = lengths.length - 1
  const rows =
    outer === 0
      ? x
      : both(
          transform(
            both(x, (part) => lastToFront(part, outer)),
            outer,
            true,
          ),
          (part) => frontToLast(part, outer),
        )
  return transform(completeSpectrum(rows, lengths.at(-1) as number), 1, true).real
}

/**
 * The discrete Fourier transform over the last dimensions, one for each of `fftLengths`: `Σ x[n] e^(-2πi kn/N)`; the inverse has the other sign
 * and divides by the number of points.
 *
 * @param x `rfft` takes real numbers; the others take either
 * @param fftLengths sizes before `rfft` and after `irfft`, whose half of a spectrum has `n/2 + 1` points along the last dimension
 * @throws {ShapeError} when the sizes of `x` do not fit `fftLengths`
 * @example lax.fft(np.array([1, 1]), 'rfft', [2]).real // [2, 0]
 */
export function fft(x: NDArray | Complex, fftType: 'irfft', fftLengths: readonly number[]): NDArray
export function fft(x: NDArray | Complex, fftType: Exclude<FftType, 'irfft'>, fftLengths: readonly number[]): Complex
export function fft(x: NDArray | Complex, fftType: FftType, fftLengths: readonly number[]): NDArray | Complex {
  const given = parts(x)
  if (fftType === 'rfft' && isComplex(x))
    throw new DTypeError('fft', 'complex numbers for rfft', 'pass real ones, or use fft')
  const { shape } = given.real
  const n = fftLengths.at(-1)
  if (n === undefined) return fftType === 'irfft' ? given.real : given
  const half = Math.floor(n / 2) + 1
  const expected = fftType === 'irfft' ? [...fftLengths.slice(0, -1), half] : fftLengths
  if (shape.slice(-expected.length).join() !== expected.join() || fftLengths.some((size) => !(size > 0)))
    throw new ShapeError(
      fftType,
      `${formatArray(given.real)} for lengths [${fftLengths.join()}]`,
      `its last dimensions must be [${expected.join()}], at least 1 each`,
    )
  if (fftType === 'irfft') return toReal(given, fftLengths)
  const out = transform(given, fftLengths.length, fftType === 'ifft')
  return fftType === 'rfft' ? both(out, (part) => sliceInDim(part, 0, half, 1, part.ndim - 1)) : out
}
