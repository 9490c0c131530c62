import { type DType, dtypes, formatAval, sizeOf } from '@proj/backend'
import { type ArrayLike, formatArray, isNDArray, type NDArray } from '../array.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { canonicalAxis } from '../lax/movement.ts'
import { checkOptions } from '../options.ts'
import { broadcastTo } from './broadcast.ts'
import { asArray, convert, inexact, numeric, promoteInexact, truth } from './coerce.ts'
import { toInexact } from './promotion.ts'

/** One axis, several, or (`null`) all of them; negative ones count from the end. */
export type Axes = number | readonly number[] | null

export interface KeepOptions {
  readonly axis?: Axes
  /** Whether the axes stay, with size 1. */
  readonly keepdims?: boolean
}

export interface ReduceOptions extends KeepOptions {
  /** To compute in, and of the result. */
  readonly dtype?: DType
  /** Takes part like one more element. */
  readonly initial?: ArrayLike
  /** Bool, broadcast to the array: which elements take part. */
  readonly where?: ArrayLike
}

export interface VarianceOptions extends Omit<ReduceOptions, 'initial'> {
  /** Taken off the count that the sum of squares is divided by. Default: 0. */
  readonly ddof?: number
}

export interface ArgOptions {
  readonly axis?: number | null
  readonly keepdims?: boolean
}

const isOptions = (x: unknown): x is object => typeof x === 'object' && x !== null && !Array.isArray(x)

// What a function takes, for `checkOptions`.
export const keepOptions = ['axis', 'keepdims'] as const
export const reduceOptions = [...keepOptions, 'dtype', 'initial', 'where'] as const
export const varianceOptions = [...keepOptions, 'dtype', 'where', 'ddof'] as const

/** Options from `f(x, axis, options)` or `f(x, options)`. */
export function withAxis<O extends { readonly axis?: unknown }>(
  where: string,
  known: readonly (string & keyof O)[],
  axis: O['axis'] | O | undefined,
  options: O | undefined,
): O {
  if (isNDArray(axis))
    throw new ShapeError(
      'axis',
      `got the array ${formatAval(axis.aval)}`,
      'pass JavaScript numbers: x.item() outside of transforms, or a static argument of jit',
    )
  const given = isOptions(axis) ? (axis as O) : options
  if (given !== undefined) checkOptions(where, given, known)
  if (isOptions(axis)) return axis as O
  return (axis === undefined ? (options ?? {}) : { ...options, axis }) as O
}

/** The axes as sorted positions. */
export function positions(where: string, axis: Axes | undefined, of: NDArray): readonly number[] {
  if (axis === undefined || axis === null) return Array.from({ length: of.ndim }, (_, i) => i)
  if (typeof axis !== 'number' && !Array.isArray(axis))
    throw new ShapeError(where, `axis ${JSON.stringify(axis)}`, 'use an integer, a list of them, or null for all axes')
  const axes = (typeof axis === 'number' ? [axis] : axis).map((a) => canonicalAxis(where, a, of))
  if (new Set(axes).size !== axes.length)
    throw new ShapeError(where, `axes [${String(axis)}] of ${formatArray(of)}`, 'name each axis once')
  return axes.sort((a, b) => a - b)
}

const keep = (out: NDArray, axes: readonly number[], keepdims: boolean | undefined): NDArray =>
  keepdims === true ? lax.expandDims(out, axes) : out

function maskOf(where: string, mask: ArrayLike, x: NDArray): NDArray {
  const array = asArray(where, mask)
  if (array.dtype !== 'bool')
    throw new DTypeError(where, `a ${array.dtype} mask for where`, 'compare it to something, so that it is bool')
  return broadcastTo(array, x.shape)
}

interface Reduction {
  readonly name: string
  readonly reduce: (x: NDArray, axes: readonly number[]) => NDArray
  /** Of two elements. */
  readonly combine: (x: NDArray, y: NDArray) => NDArray
  /** What changes nothing, in a dtype; for those without one, what loses against everything. */
  readonly neutral: (dtype: DType) => number
  readonly hasIdentity: boolean
}

/** Reduces in `compute`; the result keeps that dtype. */
function run(
  { name, reduce, combine, neutral, hasIdentity }: Reduction,
  x: NDArray,
  compute: DType,
  options: ReduceOptions,
): NDArray {
  const axes = positions(name, options.axis, x)
  if (options.initial === undefined && !hasIdentity) {
    if (options.where !== undefined)
      throw new ShapeError(
        name,
        'a mask without an initial value',
        'pass initial as well: there may be nothing to choose from',
      )
    if (axes.some((axis) => x.shape[axis] === 0))
      throw new ShapeError(name, `no elements along axes [${axes.join()}] of ${formatArray(x)}`, 'pass initial')
  }
  const cast = convert(x, compute)
  const chosen =
    options.where === undefined ? cast : lax.select(maskOf(name, options.where, cast), cast, neutral(compute))
  const out = reduce(chosen, axes)
  if (options.initial === undefined) return keep(out, axes, options.keepdims)
  const initial = convert(asArray(name, options.initial), compute)
  if (initial.ndim !== 0) throw new ShapeError(name, `an initial value ${formatArray(initial)}`, 'pass a scalar')
  return keep(combine(broadcastTo(initial, out.shape), out), axes, options.keepdims)
}

/** Sums and products of narrow integers are taken in 32 bits, and of bool in int32. */
const widened = (dtype: DType): DType => {
  const { kind } = dtypes[dtype]
  return kind === 'float' ? dtype : kind === 'uint' ? 'uint32' : 'int32'
}

/** float16 is summed in float32. */
const computeDtype = (dtype: DType): DType => (dtype === 'float16' ? 'float32' : dtype)

const accumulate =
  (reduction: Reduction) =>
  (x: ArrayLike, axis?: Axes | ReduceOptions, options?: ReduceOptions): NDArray => {
    const all = withAxis<ReduceOptions>(reduction.name, reduceOptions, axis, options)
    const array = numeric(reduction.name, x)
    const result = all.dtype ?? widened(array.dtype)
    if (result === 'bool') return truth(reduction.name, run(reduction, truth(reduction.name, x), 'int32', all))
    const compute = all.dtype === undefined ? computeDtype(result) : result
    return convert(run(reduction, array, compute, all), result)
  }

const extreme =
  (reduction: Reduction) =>
  (x: ArrayLike, axis?: Axes | ReduceOptions, options?: ReduceOptions): NDArray => {
    const array = asArray(reduction.name, x)
    const all = withAxis<ReduceOptions>(reduction.name, reduceOptions, axis, options)
    return run(reduction, array, all.dtype ?? array.dtype, all)
  }

const logical =
  (reduction: Reduction) =>
  (x: ArrayLike, axis?: Axes | ReduceOptions, options?: ReduceOptions): NDArray =>
    run(
      reduction,
      truth(reduction.name, x),
      'bool',
      withAxis<ReduceOptions>(reduction.name, reduceOptions, axis, options),
    )

/** The least and the largest value of a dtype. */
function limits(dtype: DType): readonly [least: number, largest: number] {
  const { kind, bytes } = dtypes[dtype]
  if (kind === 'float') return [-Infinity, Infinity]
  if (kind === 'bool') return [0, 1]
  return kind === 'uint' ? [0, 2 ** (8 * bytes) - 1] : [-(2 ** (8 * bytes - 1)), 2 ** (8 * bytes - 1) - 1]
}

/**
 * The sum over `axis`; 0 of no elements. Narrow integers are summed in 32 bits.
 *
 * @example np.sum([[1, 2], [3, 4]], 0) // [4, 6]
 */
export const sum = accumulate({
  name: 'sum',
  reduce: lax.reduceSum,
  combine: lax.add,
  neutral: () => 0,
  hasIdentity: true,
})
/** The product over `axis`; 1 of no elements. @example np.prod([1, 2, 3]) // 6 */
export const prod = accumulate({
  name: 'prod',
  reduce: lax.reduceProd,
  combine: lax.mul,
  neutral: () => 1,
  hasIdentity: true,
})
/**
 * The largest over `axis`; NaN if there is one. Its derivative is shared equally by elements that attain it.
 *
 * @throws {ShapeError} of no elements without `initial`
 * @example np.max([[1, 4], [3, 2]], 1) // [4, 3]
 */
export const max = extreme({
  name: 'max',
  reduce: lax.reduceMax,
  combine: lax.max,
  neutral: (d) => limits(d)[0],
  hasIdentity: false,
})
/** The smallest over `axis`, as `max`. @example np.min([[1, 4], [3, 2]], 1) // [1, 2] */
export const min = extreme({
  name: 'min',
  reduce: lax.reduceMin,
  combine: lax.min,
  neutral: (d) => limits(d)[1],
  hasIdentity: false,
})
export { max as amax, min as amin }
/** Whether all elements are not 0. @example np.all([[true, false], [true, true]], 1) // [false, true] */
export const all = logical({
  name: 'all',
  reduce: lax.reduceAnd,
  combine: lax.bitwiseAnd,
  neutral: () => 1,
  hasIdentity: true,
})
/** Whether any element is not 0. @example np.any([[true, false], [false, false]], 1) // [true, false] */
export const any = logical({
  name: 'any',
  reduce: lax.reduceOr,
  combine: lax.bitwiseOr,
  neutral: () => 0,
  hasIdentity: true,
})

/** The number of elements that are not 0, int32. @example np.countNonzero([0, 2, 3]) // 2 */
export const countNonzero = (x: ArrayLike, axis?: Axes | KeepOptions, options?: KeepOptions): NDArray =>
  sum(truth('countNonzero', x), withAxis<KeepOptions>('countNonzero', keepOptions, axis, options))

/** The largest less the smallest. @example np.ptp([1, 5, 3]) // 4 */
export function ptp(x: ArrayLike, axis?: Axes | KeepOptions, options?: KeepOptions): NDArray {
  const array = asArray('ptp', x)
  const all = withAxis<KeepOptions>('ptp', keepOptions, axis, options)
  return lax.sub(max(array, all), min(array, all))
}

/** How many elements take part: a number, or with a mask an array in the shape of the result. */
function count(where: string, x: NDArray, options: ReduceOptions, dtype: DType): NDArray | number {
  if (options.where === undefined)
    return sizeOf(positions(where, options.axis, x).map((axis) => x.shape[axis] as number))
  return sum(maskOf(where, options.where, x), {
    axis: options.axis ?? null,
    keepdims: options.keepdims ?? false,
    dtype,
  })
}

/** `x / n`, where `n` is a count. */
const over = (x: NDArray, n: NDArray | number): NDArray => lax.div(x, typeof n === 'number' ? lax.fullLike(x, n) : n)

/**
 * The mean over `axis`, a float; NaN of no elements.
 *
 * @example np.mean([[1, 2], [3, 4]], { axis: 0, keepdims: true }) // [[2, 3]]
 */
export function mean(x: ArrayLike, axis?: Axes | ReduceOptions, options?: ReduceOptions): NDArray {
  const all = withAxis<ReduceOptions>('mean', reduceOptions, axis, options)
  const array = asArray('mean', x)
  const result = all.dtype ?? toInexact(array.dtype)
  const compute = all.dtype === undefined ? computeDtype(result) : result
  const n = count('mean', array, all, compute)
  return convert(over(sum(array, { ...all, dtype: compute }), n), result)
}

/** The variance over `axis`: the mean squared distance from the mean, over `n - ddof`. @example np.var([1, 3]) // 1 */
function variance(x: ArrayLike, axis?: Axes | VarianceOptions, options?: VarianceOptions): NDArray {
  const all = withAxis<VarianceOptions>('var', varianceOptions, axis, options)
  const { ddof = 0, dtype, ...rest } = all
  const array = asArray('var', x)
  const compute = dtype ?? toInexact(array.dtype)
  const cast = convert(array, compute)
  const n = count('var', cast, rest, compute)
  const centered = lax.sub(cast, broadcastTo(mean(cast, { ...rest, keepdims: true, dtype: compute }), cast.shape))
  const total = sum(lax.square(centered), { ...rest, dtype: compute })
  if (typeof n === 'number') return n > ddof ? over(total, n - ddof) : lax.fullLike(total, Number.NaN)
  const freedom = lax.sub(n, ddof)
  return lax.select(lax.gt(freedom, 0), lax.div(total, freedom), Number.NaN)
}

export { variance as var }

/** The standard deviation over `axis`: the root of `var`. @example np.std([1, 3]) // 1 */
export const std = (x: ArrayLike, axis?: Axes | VarianceOptions, options?: VarianceOptions): NDArray =>
  lax.sqrt(variance(x, axis, options))

/**
 * The mean weighted by `weights`, which have the shape of `x` or, with one axis, its size there.
 *
 * @throws {ShapeError} when the weights fit neither way
 * @example np.average([1, 3], { weights: [3, 1] }) // 1.5
 */
export function average(x: ArrayLike, axis?: Axes | AverageOptions, options?: AverageOptions): NDArray {
  const { weights, ...all } = withAxis<AverageOptions>('average', [...keepOptions, 'weights'], axis, options)
  if (weights === undefined) return mean(inexact('average', x), all)
  const [array, given] = [asArray('average', x), asArray('average', weights)]
  const axes = positions('average', all.axis, array)
  const fits = given.ndim === axes.length && axes.every((a, i) => array.shape[a] === given.shape[i])
  if (given.shape.join() !== array.shape.join() && (all.axis === undefined || !fits))
    throw new ShapeError(
      'average',
      `weights ${formatArray(given)} for ${formatArray(array)}`,
      'give them its shape, or axis and the sizes there',
    )
  const spread =
    given.ndim === array.ndim
      ? given
      : lax.reshape(
          given,
          array.shape.map((n, i) => (axes.includes(i) ? n : 1)),
        )
  const [values, shares] = promoteInexact('average', array, spread)
  return lax.div(sum(lax.mul(values, shares), all), sum(shares, all))
}

export interface AverageOptions extends KeepOptions {
  readonly weights?: ArrayLike
}

const position =
  (name: string, reduce: (x: NDArray, axis: number) => NDArray) =>
  (x: ArrayLike, axis?: number | null | ArgOptions, options?: ArgOptions): NDArray => {
    const all = withAxis<ArgOptions>(name, keepOptions, axis, options)
    const array = asArray(name, x)
    const flat = all.axis === undefined || all.axis === null
    const at = flat ? 0 : canonicalAxis(name, all.axis, array)
    const line = flat ? lax.reshape(array, [array.size]) : array
    if (line.shape[at] === 0)
      throw new ShapeError(
        name,
        `no elements along axis ${at} of ${formatArray(line)}`,
        'make sure that there are some',
      )
    const out = reduce(line, at)
    if (all.keepdims !== true) return out
    return flat
      ? lax.reshape(
          out,
          array.shape.map(() => 1),
        )
      : lax.expandDims(out, [at])
  }

/**
 * The first position of the largest element (or of a NaN) along `axis`, by default in the flattened array; int32.
 *
 * @example np.argmax([1, 3, 2]) // 1
 */
export const argmax = position('argmax', lax.argmax)
/** The first position of the smallest element, as `argmax`. @example np.argmin([[4, 3], [1, 2]], 1) // [1, 0] */
export const argmin = position('argmin', lax.argmin)

/**
 * `log Σ e^x` over `axis`, without overflow in between.
 *
 * @example np.logsumexp([1000, 1000]) // 1000 + Math.log(2)
 */
export function logsumexp(x: ArrayLike, axis?: Axes | KeepOptions, options?: KeepOptions): NDArray {
  const all = withAxis<KeepOptions>('logsumexp', keepOptions, axis, options)
  const array = inexact('logsumexp', x)
  const peak = max(array, { ...all, keepdims: true, initial: -Infinity })
  const shift = lax.stopGradient(lax.select(lax.isFinite(peak), peak, 0))
  const total = sum(lax.exp(lax.sub(array, broadcastTo(shift, array.shape))), { ...all, keepdims: true })
  const out = lax.add(lax.log(total), shift)
  return all.keepdims === true ? out : lax.squeeze(out, positions('logsumexp', all.axis, array))
}
