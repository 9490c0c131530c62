import { type ArrayLike, formatArray, type NDArray } from '../../array.ts'
import { ShapeError } from '../../errors.ts'
import type { Complex } from '../../lax/fft.ts'
import * as lax from '../../lax/index.ts'
import { inexact, promoteDtypes } from '../../numpy/coerce.ts'
import { irfftn, rfftn } from '../../numpy/fft/transforms.ts'

/** All places where the operands meet; as many as the first has; only those where one lies wholly inside the other. */
export type ConvolutionMode = 'full' | 'same' | 'valid'

/** Of the convolutions. */
export interface ConvolveOptions {
  /** Default: 'full'. */
  readonly mode?: ConvolutionMode
}
/** Of those that may go through the Fourier transform. */
export interface MethodOptions extends ConvolveOptions {
  /** Default: 'direct'. */
  readonly method?: 'auto' | 'direct' | 'fft'
}

type Pair = readonly [NDArray, NDArray]
const modes: readonly unknown[] = ['full', 'same', 'valid']

function operands(where: string, x: ArrayLike, y: ArrayLike, mode: ConvolutionMode, rank?: number): Pair {
  const [a, b] = promoteDtypes(where, [x, y]).map((side) => inexact(where, side)) as [NDArray, NDArray]
  const found = () => `${formatArray(a)} and ${formatArray(b)}`
  if (!modes.includes(mode)) throw new ShapeError(where, `mode '${String(mode)}'`, `use ${modes.join(', ')}`)
  if (a.ndim !== b.ndim || (rank !== undefined && a.ndim !== rank))
    throw new ShapeError(where, found(), rank === undefined ? 'pass arrays of one rank' : `pass arrays of rank ${rank}`)
  if (a.size === 0 || b.size === 0) throw new ShapeError(where, found(), 'pass arrays that are not empty')
  return [a, b]
}

const fits = (outer: NDArray, inner: NDArray): boolean => outer.shape.every((n, i) => n >= (inner.shape[i] as number))
const axesOf = (x: NDArray): number[] => [...x.shape.keys()]

/** The larger operand first. */
function ordered(where: string, a: NDArray, b: NDArray): Pair {
  if (fits(a, b) && !fits(b, a)) return [a, b]
  if (fits(b, a)) return [b, a]
  throw new ShapeError(
    where,
    `${formatArray(a)} and ${formatArray(b)}`,
    'one must be no larger than the other along each axis',
  )
}

/** Padding along one axis for a second operand of `size`; `own` is what 'same' measures by. */
function padding(mode: ConvolutionMode, size: number, own: number): readonly [number, number] {
  if (mode === 'valid') return [0, 0]
  if (mode === 'full') return [size - 1, size - 1]
  const half = Math.floor((own - 1) / 2)
  return [size - 1 - half, size - own + half]
}

function direct(where: string, x: NDArray, y: NDArray, mode: ConvolutionMode): NDArray {
  const [a, b] = ordered(where, x, y)
  const pads = b.shape.map((size, i) => padding(mode, size, y.shape[i] as number))
  const strides = b.shape.map(() => 1)
  const out = lax.convGeneralDilated(
    lax.expandDims(a, [0, 1]),
    lax.expandDims(lax.rev(b, axesOf(b)), [0, 1]),
    strides,
    pads,
  )
  return lax.squeeze(out, [0, 1])
}

/** The product of two spectra. */
const times = (x: Complex, y: Complex): Complex => ({
  real: lax.sub(lax.mul(x.real, y.real), lax.mul(x.imag, y.imag)),
  imag: lax.add(lax.mul(x.real, y.imag), lax.mul(x.imag, y.real)),
})

/**
 * The convolution of two real arrays of one rank by the Fourier transform: faster than `convolve` when both are large.
 *
 * @throws {ShapeError} for different ranks, empty arrays, or, with 'valid', when neither contains the other
 * @example scipy.signal.fftconvolve([1, 2, 3], [0, 1, 0.5]) // [0, 1, 2.5, 4, 1.5]
 */
export function fftconvolve(x: ArrayLike, y: ArrayLike, { mode = 'full' }: ConvolveOptions = {}): NDArray {
  const given = operands('fftconvolve', x, y, mode)
  const [a, b] = mode === 'valid' ? ordered('fftconvolve', ...given) : given
  const full = a.shape.map((n, i) => n + (b.shape[i] as number) - 1)
  const out = irfftn(times(rfftn(a, full), rfftn(b, full)), full)
  const wanted = full.map((n, i) => {
    const [m, k] = [a.shape[i] as number, b.shape[i] as number]
    return mode === 'full' ? n : mode === 'same' ? m : m - k + 1
  })
  const starts = full.map((n, i) => Math.floor((n - (wanted[i] as number)) / 2))
  return lax.slice(
    out,
    starts,
    starts.map((start, i) => start + (wanted[i] as number)),
  )
}

/**
 * The convolution of two arrays of one rank: `Σ x[k] y[n - k]`.
 *
 * @throws {ShapeError} for different ranks, empty arrays, or when neither contains the other
 * @example scipy.signal.convolve([1, 2, 3], [0, 1, 0.5]) // [0, 1, 2.5, 4, 1.5]
 */
export function convolve(x: ArrayLike, y: ArrayLike, { mode = 'full', method = 'auto' }: MethodOptions = {}): NDArray {
  if (method === 'fft') return fftconvolve(x, y, { mode })
  return direct('convolve', ...operands('convolve', x, y, mode), mode)
}

/** The convolution of two matrices. @example scipy.signal.convolve2d(np.eye(2), np.ones([2, 2])) // [[1, 1, 0], [1, 2, 1], [0, 1, 1]] */
export const convolve2d = (x: ArrayLike, y: ArrayLike, { mode = 'full' }: ConvolveOptions = {}): NDArray =>
  direct('convolve2d', ...operands('convolve2d', x, y, mode, 2), mode)

/**
 * The cross-correlation of two arrays of one rank: the convolution with the second one turned round.
 *
 * @example scipy.signal.correlate([1, 2, 3], [0, 1, 0.5]) // [0.5, 2, 3.5, 3, 0]
 */
export function correlate(x: ArrayLike, y: ArrayLike, options: MethodOptions = {}): NDArray {
  const [a, b] = operands('correlate', x, y, options.mode ?? 'full')
  return convolve(a, lax.rev(b, axesOf(b)), options)
}

/**
 * The cross-correlation of two matrices, with SciPy's choice of the middle for 'same'.
 *
 * @example scipy.signal.correlate2d(np.eye(2), np.ones([2, 2]), { mode: 'valid' }) // [[2]]
 */
export function correlate2d(x: ArrayLike, y: ArrayLike, { mode = 'full' }: ConvolveOptions = {}): NDArray {
  const [a, b] = operands('correlate2d', x, y, mode, 2)
  const turned = (side: NDArray): NDArray => lax.rev(side, axesOf(side))
  const isSmaller = fits(b, a) && (mode === 'full' || !fits(a, b))
  if (mode !== 'same' && isSmaller) return direct('correlate2d', turned(b), a, mode)
  return turned(direct('correlate2d', turned(a), b, mode))
}
