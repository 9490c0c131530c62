import { type ArrayLike, formatArray, type NDArray } from '../../array.ts'
import { ShapeError } from '../../errors.ts'
import { type Complex, conj, type FftType, isComplex, fft as laxFft } from '../../lax/fft.ts'
import * as lax from '../../lax/index.ts'
import { canonicalAxis } from '../../lax/movement.ts'
import { convert, inexact } from '../coerce.ts'
import { moveaxis } from '../shape.ts'

/** Where the factor 1 / size goes: to the inverse (the default), to the forward transform, or its square root to both. */
export type FftNorm = 'backward' | 'ortho' | 'forward'

/** Of the transforms along one axis. */
export interface FftOptions {
  /** Points to transform; the axis is cut or filled up with zeros. Default: its size. */
  readonly n?: number | null
  /** Default: -1, the last. */
  readonly axis?: number
  readonly norm?: FftNorm | null
}

/** Of the transforms along several axes. */
export interface FftnOptions {
  /** Points along each of `axes`. Default: their sizes. */
  readonly s?: readonly number[] | null
  /** Default: the last ones, as many as `s` has, else all. */
  readonly axes?: readonly number[] | null
  readonly norm?: FftNorm | null
}

type Input = ArrayLike | Complex

function each(x: NDArray | Complex, f: (part: NDArray) => NDArray): NDArray | Complex {
  return isComplex(x) ? { real: f(x.real), imag: f(x.imag) } : f(x)
}

/** Floats of single precision or more, of one dtype in both parts. */
function floats(name: string, x: Input): NDArray | Complex {
  const widened = (part: ArrayLike): NDArray => {
    const array = inexact(name, part)
    return convert(array, array.dtype === 'float64' ? 'float64' : 'float32')
  }
  if (!isComplex(x)) return widened(x)
  const [real, imag] = [widened(x.real), widened(x.imag)]
  const dtype = real.dtype === 'float64' || imag.dtype === 'float64' ? 'float64' : 'float32'
  return lax.complex(convert(real, dtype), convert(imag, dtype))
}

const realPart = (x: NDArray | Complex): NDArray => (isComplex(x) ? x.real : x)

/** Sizes of the last dimensions cut, or filled up with zeros. */
function resize(x: NDArray, sizes: readonly number[]): NDArray {
  const lead = x.ndim - sizes.length
  return lax.pad(
    x,
    0,
    x.shape.map((size, i) => [0, i < lead ? 0 : (sizes[i - lead] as number) - size, 0] as const),
  )
}

interface Plan {
  readonly name: string
  readonly type: FftType
  /** Of the result of a transform with the norm 'backward', for `points` points in all. */
  readonly scale: (norm: FftNorm, points: number) => number
}

const forward = (norm: FftNorm, points: number): number =>
  norm === 'forward' ? 1 / points : norm === 'ortho' ? 1 / Math.sqrt(points) : 1
const backward = (norm: FftNorm, points: number): number =>
  norm === 'forward' ? points : norm === 'ortho' ? Math.sqrt(points) : 1

const norms: readonly unknown[] = ['backward', 'ortho', 'forward']
function checkNorm(name: string, norm: FftNorm | null | undefined): FftNorm {
  if (norm === undefined || norm === null) return 'backward'
  if (!norms.includes(norm)) throw new ShapeError(name, `norm '${String(norm)}'`, `use ${norms.join(', ')}`)
  return norm
}

/** Which axes are transformed, and how many points along each, of the input for forward transforms and of the result for inverse ones. */
function layout(name: string, type: FftType, of: NDArray, options: FftnOptions) {
  const { s, axes } = options
  const { shape } = of
  const rank = shape.length
  const places =
    axes?.map((axis) => canonicalAxis(name, axis, of)) ??
    [...Array(s?.length ?? rank).keys()].map((i) => i + rank - (s?.length ?? rank))
  if (new Set(places).size !== places.length || places.some((axis) => axis < 0))
    throw new ShapeError(name, `axes [${places.join()}] of ${formatArray(of)}`, 'name each axis once')
  if (s && s.length !== places.length)
    throw new ShapeError(name, `${s.length} sizes for ${places.length} axes`, 'pass one for each')
  const sizes = places.map((axis) => shape[axis] as number)
  const lengths = s ?? (type === 'irfft' ? sizes.with(-1, 2 * ((sizes.at(-1) as number) - 1)) : sizes)
  if (lengths.some((n) => !(Number.isInteger(n) && n > 0)))
    throw new ShapeError(name, `[${lengths.join()}] points`, 'pass at least one point along each axis')
  return { places, lengths }
}

/** The op takes its axes last; so many it does at once. */
function run({ name, type, scale }: Plan, x: Input, options: FftnOptions): NDArray | Complex {
  const given = floats(name, x)
  const { places, lengths } = layout(name, type, realPart(given), options)
  const last = places.map((_, i) => i - places.length)
  const half = Math.floor((lengths.at(-1) ?? 0) / 2) + 1
  const read = type === 'irfft' ? lengths.with(-1, half) : lengths
  const placed = each(given, (part) => resize(moveaxis(part, places, last), read))
  const points = lengths.reduce((n, size) => n * size, 1)
  const factor = scale(checkNorm(name, options.norm), points)
  const out = (laxFft as (x: NDArray | Complex, type: FftType, lengths: readonly number[]) => NDArray | Complex)(
    placed,
    type,
    lengths,
  )
  return each(out, (part) => moveaxis(factor === 1 ? part : lax.mul(part, factor), last, places))
}

/** Options of one axis as those of several. */
function single(n: number | null | FftOptions | undefined, options: FftOptions | undefined): FftnOptions {
  const all: FftOptions =
    typeof n === 'object' && n !== null ? n : n === undefined ? (options ?? {}) : { ...options, n }
  return {
    s: all.n === undefined || all.n === null ? null : [all.n],
    axes: [all.axis ?? -1],
    norm: all.norm ?? null,
  }
}

const isList = (x: unknown): x is readonly number[] => Array.isArray(x)

function several(
  s: readonly number[] | null | FftnOptions | undefined,
  options: FftnOptions | undefined,
  axes: readonly number[] | null,
): FftnOptions {
  const all = isList(s) || s === null || s === undefined ? { ...options, ...(s === undefined ? {} : { s }) } : s
  return { axes, ...all }
}

type Along<Out, In> = (x: In, n?: number | null | FftOptions, options?: FftOptions) => Out
type Over<Out, In> = (x: In, s?: readonly number[] | null | FftnOptions, options?: FftnOptions) => Out

const along =
  <Out, In extends Input>(plan: Plan): Along<Out, In> =>
  (x, n, options) =>
    run(plan, x, single(n, options)) as Out
const over =
  <Out, In extends Input>(plan: Plan, axes: readonly number[] | null): Over<Out, In> =>
  (x, s, options) =>
    run(plan, x, several(s, options, axes)) as Out
const plane = [-2, -1]

// Complex results and operands are pairs `{ real, imag }`; where a pair is taken, real numbers are too. Conventions are NumPy's.

/**
 * The discrete Fourier transform along an axis: `X[k] = Σ x[n] e^(-2πi kn/N)`.
 *
 * @throws {ShapeError} for an axis that is not there, or fewer than one point
 * @example np.fft.fft([1, 0, 0, 0]).real // [1, 1, 1, 1]
 */
export const fft = along<Complex, Input>({ name: 'fft', type: 'fft', scale: forward })
/** The inverse of `fft`. @example np.fft.ifft(np.fft.fft([1, 2, 3])).real // [1, 2, 3] */
export const ifft = along<Complex, Input>({ name: 'ifft', type: 'ifft', scale: backward })
/**
 * The first `n/2 + 1` values of the transform of real numbers; the others are their conjugates.
 *
 * @example np.fft.rfft([1, 2, 3, 4]) // { real: [10, -2, -2], imag: [0, 2, 0] }
 */
export const rfft = along<Complex, ArrayLike>({ name: 'rfft', type: 'rfft', scale: forward })
/** The real numbers whose `rfft` is `x`; `n` of them, by default `2 (size - 1)`. @example np.fft.irfft(np.fft.rfft([1, 2, 3, 4])) // [1, 2, 3, 4] */
export const irfft = along<NDArray, Input>({ name: 'irfft', type: 'irfft', scale: backward })
/** `fft` along the last two axes. @example np.fft.fft2(np.ones([2, 2])).real // [[4, 0], [0, 0]] */
export const fft2 = over<Complex, Input>({ name: 'fft2', type: 'fft', scale: forward }, plane)
/** The inverse of `fft2`. @example np.fft.ifft2(np.fft.fft2(np.ones([2, 2]))).real // [[1, 1], [1, 1]] */
export const ifft2 = over<Complex, Input>({ name: 'ifft2', type: 'ifft', scale: backward }, plane)
/** `rfft` along the last axis, then `fft` along the one before. @example np.fft.rfft2(np.eye(2)).real // [[2, 0], [0, 2]] */
export const rfft2 = over<Complex, ArrayLike>({ name: 'rfft2', type: 'rfft', scale: forward }, plane)
/** The inverse of `rfft2`. @example np.fft.irfft2(np.fft.rfft2(np.eye(2))) // [[1, 0], [0, 1]] */
export const irfft2 = over<NDArray, Input>({ name: 'irfft2', type: 'irfft', scale: backward }, plane)
/** `fft` along several axes, by default all. @example np.fft.fftn(np.ones([2, 2])).real // [[4, 0], [0, 0]] */
export const fftn = over<Complex, Input>({ name: 'fftn', type: 'fft', scale: forward }, null)
/** The inverse of `fftn`. @example np.fft.ifftn(np.fft.fftn(np.ones([2, 2]))).real // [[1, 1], [1, 1]] */
export const ifftn = over<Complex, Input>({ name: 'ifftn', type: 'ifft', scale: backward }, null)
/** `rfft` along the last of several axes, then `fft` along the others. @example np.fft.rfftn(np.eye(2)).real // [[2, 0], [0, 2]] */
export const rfftn = over<Complex, ArrayLike>({ name: 'rfftn', type: 'rfft', scale: forward }, null)
/** The inverse of `rfftn`. @example np.fft.irfftn(np.fft.rfftn(np.eye(2))) // [[1, 0], [0, 1]] */
export const irfftn = over<NDArray, Input>({ name: 'irfftn', type: 'irfft', scale: backward }, null)

/**
 * The spectrum, real, of a signal whose negative half mirrors the positive one given: `n` values, by default `2 (size - 1)`.
 *
 * @example np.fft.hfft([1, 2, 3]) // [8, -2, 0, -2]
 */
export const hfft: Along<NDArray, Input> = (x, n, options) => {
  const plan: Plan = { name: 'hfft', type: 'irfft', scale: (norm, points) => points * forward(norm, points) }
  return run(plan, conj(floats('hfft', x)), single(n, options)) as NDArray
}
/** The inverse of `hfft`: the positive half of the signal. @example np.fft.ihfft([1, 2, 3, 2]).real // [2, -0.5, 0] */
export const ihfft: Along<Complex, ArrayLike> = (x, n, options) => {
  const plan: Plan = { name: 'ihfft', type: 'rfft', scale: (norm, points) => backward(norm, points) / points }
  return conj(run(plan, x, single(n, options)) as Complex)
}
