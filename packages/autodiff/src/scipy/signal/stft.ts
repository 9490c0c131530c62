import { type ArrayLike, formatArray, type NDArray } from '../../array.ts'
import { ShapeError } from '../../errors.ts'
import type { Complex } from '../../lax/fft.ts'
import * as lax from '../../lax/index.ts'
import { canonicalAxis } from '../../lax/movement.ts'
import { asArray, convert, inexact } from '../../numpy/coerce.ts'
import { fftfreq, rfftfreq } from '../../numpy/fft/frequencies.ts'
import { fft, ifft, irfft, rfft } from '../../numpy/fft/transforms.ts'
import { pad } from '../../numpy/pad.ts'
import { moveaxis } from '../../numpy/shape.ts'
import { bartlett, blackman, hamming, hanning } from '../../numpy/windows.ts'

/** Windows by name; they are periodic, as is usual for spectra. */
const windows = { hann: hanning, hamming, blackman, bartlett }
export type WindowName = keyof typeof windows | 'boxcar'

interface SegmentOptions {
  /** Samples in a unit of time. Default: 1. */
  readonly fs?: number
  /** What each segment is multiplied by: a name, or a vector as long as a segment. Default: `hann`. */
  readonly window?: WindowName | ArrayLike
  /** Samples in a segment. */
  readonly nperseg?: number | null
  /** Samples that neighbours share. Default: half of them, rounded down. */
  readonly noverlap?: number | null
  /** Points of the Fourier transform; segments are filled up with zeros. Default: `nperseg`. */
  readonly nfft?: number | null
}

export interface StftOptions extends SegmentOptions {
  /** Only frequencies from 0 up: the others mirror them. Default: true. */
  readonly returnOnesided?: boolean
  /** What stands beyond the ends, half a segment of it; null for nothing. Default: `zeros`. */
  readonly boundary?: 'zeros' | 'constant' | 'even' | null
  /** Whether zeros fill up the last segment. Default: true. */
  readonly padded?: boolean
  /** Of time. Default: the last. */
  readonly axis?: number
}

export interface IstftOptions extends SegmentOptions {
  /** Whether the spectra have only frequencies from 0 up. Default: true. */
  readonly inputOnesided?: boolean
  /** Whether `stft` put something beyond the ends, which is cut off. Default: true. */
  readonly boundary?: boolean
  /** Default: the last. */
  readonly timeAxis?: number
  /** Default: the last but one. */
  readonly freqAxis?: number
}

/** How a signal is cut into segments. */
interface Segments {
  readonly window: NDArray
  readonly size: number
  readonly step: number
  readonly points: number
}

function windowOf(where: string, name: WindowName, size: number, like: NDArray): NDArray {
  if (name === 'boxcar') return lax.full([size], 1, like.dtype)
  if (!Object.hasOwn(windows, name))
    throw new ShapeError(where, `the window '${name}'`, `use ${Object.keys(windows).join(', ')}, boxcar or a vector`)
  return convert(lax.sliceInDim(windows[name](size + 1), 0, size), like.dtype)
}

function segmentsOf(
  where: string,
  like: NDArray,
  size: number,
  points: number | null,
  options: SegmentOptions,
): Segments {
  const { window = 'hann', noverlap = null } = options
  const values =
    typeof window === 'string' ? windowOf(where, window, size, like) : convert(asArray(where, window), like.dtype)
  const overlap = noverlap ?? Math.floor(size / 2)
  const count = points ?? size
  if (!Number.isInteger(size) || size < 1) throw new ShapeError(where, `segments of ${size}`, 'use a positive integer')
  if (values.ndim !== 1 || values.size !== size)
    throw new ShapeError(where, `a window ${formatArray(values)} for segments of ${size}`, 'make them equally long')
  if (overlap < 0 || overlap >= size)
    throw new ShapeError(where, `an overlap of ${overlap} of ${size}`, 'let neighbours share less than all')
  if (count < size) throw new ShapeError(where, `${count} points for segments of ${size}`, 'use at least as many')
  return { window: values, size, step: size - overlap, points: count }
}

const modes = { zeros: 'constant', constant: 'edge', even: 'reflect' } as const

/** The last axis with `before` and `after` elements more. */
const padLast = (x: NDArray, before: number, after: number, mode: (typeof modes)[keyof typeof modes]): NDArray =>
  before + after === 0 ? x : pad(x, [...x.shape.slice(1).map(() => [0, 0] as const), [before, after]], { mode })

/** Windows of `size` elements of the last axis, `step` apart: [..., count, size]. */
function cut(x: NDArray, size: number, step: number): NDArray {
  const last = x.ndim - 1
  const count = Math.floor(((x.shape[last] as number) - size) / step) + 1
  const rows = lax.broadcastedIota('int32', [count, size], 0)
  const places = lax.add(lax.mul(rows, step), lax.broadcastedIota('int32', [count, size], 1))
  const taken = lax.indexTake(x, [lax.reshape(places, [count * size])], [last])
  return lax.reshape(moveaxis(taken, 0, -1), [...x.shape.slice(0, -1), count, size])
}

const both = (x: Complex, f: (part: NDArray) => NDArray): Complex => ({ real: f(x.real), imag: f(x.imag) })

/**
 * The short-time Fourier transform: spectra of overlapping segments of real signals.
 *
 * @param x `[..., time]`, real; `nperseg` is 256 unless told, and at most the length of the signal
 * @returns frequencies `[f]`, times `[t]` of the segments' middles, and the spectra, a pair of `[..., f, t]`
 * @throws {ShapeError} when window, overlap or points do not fit the segments
 * @example const [frequencies, times, spectra] = scipy.signal.stft(np.ones([1024]))
 *
 * Source: Oppenheim and Schafer, Discrete-Time Signal Processing; scaled as in SciPy, so that a sine of amplitude 1 has a peak of ½.
 */
export function stft(
  x: ArrayLike,
  options: StftOptions = {},
): readonly [frequencies: NDArray, times: NDArray, spectra: Complex] {
  const { fs = 1, nperseg = null, nfft = null, boundary = 'zeros', padded = true, returnOnesided = true } = options
  const given = inexact('stft', x)
  const axis = canonicalAxis('stft', options.axis ?? -1, given)
  const { window: chosen } = options
  const wanted = nperseg ?? (chosen === undefined || typeof chosen === 'string' ? 256 : asArray('stft', chosen).size)
  const length = given.shape[axis] as number
  const segments = segmentsOf('stft', given, Math.min(wanted, Math.max(1, length)), nfft, options)
  const { window, size, step, points } = segments
  if (boundary !== null && !Object.hasOwn(modes, boundary))
    throw new ShapeError('stft', `the boundary '${boundary}'`, `use ${Object.keys(modes).join(', ')} or null`)
  const half = boundary === null ? 0 : Math.floor(size / 2)
  const extended = padLast(moveaxis(given, axis, -1), half, half, modes[boundary ?? 'zeros'])
  const rest = modulo(modulo(size - (extended.shape.at(-1) as number), step), size)
  const signal = padded ? padLast(extended, 0, rest, 'constant') : extended
  const pieces = cut(signal, size, step)
  const scaled = lax.div(window, over(lax.reduceSum(window, [0]), [size]))
  const weighted = lax.mul(pieces, lax.broadcastInDim(scaled, pieces.shape, [pieces.ndim - 1]))
  const spectra = returnOnesided ? rfft(weighted, points) : fft(weighted, points)
  const starts = lax.mul(lax.convertElementType(lax.iota('int32', pieces.shape.at(-2) as number), given.dtype), step)
  const middle = boundary === null ? size / 2 : 0
  const frequencies = (returnOnesided ? rfftfreq : fftfreq)(points, 1 / fs)
  return [
    convert(frequencies, given.dtype),
    lax.div(lax.add(starts, middle), fs),
    both(spectra, (part) => moveaxis(part, -1, axis)),
  ]
}

const modulo = (a: number, b: number): number => ((a % b) + b) % b
const over = (x: NDArray, shape: readonly number[]): NDArray => lax.broadcastInDim(x, shape, [])

/** Rows `[..., count, size]` laid `step` apart and added up. */
function overlapAdd(x: NDArray, step: number): NDArray {
  const [count, size] = x.shape.slice(-2) as [number, number]
  const length = step * (count - 1) + size
  const rows = lax.broadcastedIota('int32', [count, size], 0)
  const places = lax.add(lax.mul(rows, step), lax.broadcastedIota('int32', [count, size], 1))
  const batch = x.shape.slice(0, -2)
  const flat = moveaxis(lax.reshape(x, [...batch, count * size]), -1, 0)
  const numbers = {
    updateWindowDims: batch.map((_, i) => i + 1),
    insertedWindowDims: [0],
    scatterDimsToOperandDims: [0],
  }
  const zeros = lax.full([length, ...batch], 0, x.dtype)
  return moveaxis(lax.scatterAdd(zeros, lax.reshape(places, [count * size, 1]), flat, numbers), 0, -1)
}

/**
 * The signal whose `stft` this is, by overlapping inverse transforms; exact where the squares of the windows leave no gaps.
 *
 * @param spectra a pair of `[..., f, t]`
 * @returns times `[n]` and the signal `[..., n]`
 * @throws {ShapeError} when window, overlap or points do not fit the segments
 * @example scipy.signal.istft(scipy.signal.stft([1, 2, 3, 4], { nperseg: 4 })[2], { nperseg: 4 })[1] // [1, 2, 3, 4]
 *
 * Source: Griffin and Lim, "Signal estimation from modified short-time Fourier transform", IEEE Trans. ASSP 32, 1984.
 */
export function istft(spectra: Complex, options: IstftOptions = {}): readonly [times: NDArray, signal: NDArray] {
  const { fs = 1, inputOnesided = true, boundary = true, timeAxis = -1, freqAxis = -2 } = options
  const rank = spectra.real.ndim
  if (rank < 2) throw new ShapeError('istft', `spectra of rank ${rank}`, 'pass [..., frequency, time]')
  const [time, frequency] = [canonicalAxis('istft', timeAxis, rank), canonicalAxis('istft', freqAxis, rank)]
  if (time === frequency) throw new ShapeError('istft', `axis ${time} for both`, 'name two axes')
  // Segments in rows, to transform along the last dimension.
  const rows = both(spectra, (part) => moveaxis(inexact('istft', part), [time, frequency], [-2, -1]))
  const bins = rows.real.shape.at(-1) as number
  const usual = inputOnesided ? 2 * (bins - 1) : bins
  const size = options.nperseg ?? usual
  const points = options.nfft ?? (inputOnesided && size === usual + 1 ? size : usual)
  const { window, step } = segmentsOf('istft', rows.real, size, points, options)
  const whole = inputOnesided ? irfft(rows, points) : ifft(rows, points).real
  const pieces = lax.sliceInDim(whole, 0, size, 1, -1)
  const weights = lax.mul(window, over(lax.reduceSum(window, [0]), [size]))
  const signal = overlapAdd(lax.mul(pieces, lax.broadcastInDim(weights, pieces.shape, [rank - 1])), step)
  const squares = lax.broadcastInDim(lax.square(window), pieces.shape.slice(-2), [1])
  const norm = overlapAdd(squares, step)
  const safe = lax.select(lax.gt(norm, 1e-10), norm, 1)
  const normed = lax.div(signal, lax.broadcastInDim(safe, signal.shape, [signal.ndim - 1]))
  const cutOff = boundary ? Math.floor(size / 2) : 0
  const length = (normed.shape.at(-1) as number) - 2 * cutOff
  const kept = lax.sliceInDim(normed, cutOff, cutOff + length, 1, -1)
  const at = frequency < time ? time - 1 : time
  return [lax.div(lax.convertElementType(lax.iota('int32', length), kept.dtype), fs), moveaxis(kept, -1, at)]
}
