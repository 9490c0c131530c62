import { type DType, isFloat } from '@proj/backend'
import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { canonicalAxis } from '../lax/movement.ts'
import { broadcastShapes, broadcastTo } from '../numpy/broadcast.ts'
import { clip } from '../numpy/choose.ts'
import { asArray, convert, inexact } from '../numpy/coerce.ts'
import { checkShape, type DTypeOption, dtypeOf } from '../numpy/creation.ts'
import { finfo } from '../numpy/limits.ts'
import { argmax, sum } from '../numpy/reduce.ts'
import { checkKey, split } from './key.ts'
import { floatDtype, parameter, type Shape, sampleShape, uniform } from './uniform.ts'

// Each distribution is a function of uniform (or normal) samples, in the order of operations that JAX has.

/** The least float above -1 (and, turned round, the largest below 1). */
const justAbove = (dtype: DType): number => 2 ** -(finfo(dtype).nmant + 1) - 1

/** A distribution without parameters, from a formula for samples of one dtype. */
const standard = (name: string, sample: (key: NDArray, shape: readonly number[], dtype: DType) => NDArray) =>
  byName(
    name,
    ['key', 'shape', 'dtype'],
    (key: NDArray, shape: Shape = [], option?: DTypeOption): NDArray =>
      sample(checkKey(name, key), checkShape(name, shape), floatDtype(name, option)),
  )

/**
 * Standard normal floats: `√2 · erfInv(u)`.
 *
 * @example random.normal(key, [2, 3])
 */
export const normal = standard('normal', (key, shape, dtype) =>
  lax.mul(Math.SQRT2, lax.erfInv(uniform(key, shape, { dtype, minval: justAbove(dtype), maxval: 1 }))),
)

/**
 * Standard normal floats, conditioned to lie between `lower` and `upper`.
 *
 * @example random.truncatedNormal(key, -2, 2, [100])
 */
export const truncatedNormal = byName(
  'truncatedNormal',
  ['key', 'lower', 'upper', 'shape', 'dtype'],
  (key: NDArray, lower: ArrayLike, upper: ArrayLike, shape?: Shape | null, option?: DTypeOption): NDArray => {
    const dtype = floatDtype('truncatedNormal', option)
    const sizes = sampleShape('truncatedNormal', shape, lower, upper)
    const [a, b] = [
      parameter('truncatedNormal', lower, sizes, dtype),
      parameter('truncatedNormal', upper, sizes, dtype),
    ]
    const edge = (x: NDArray): NDArray => lax.erf(lax.div(x, Math.SQRT2))
    const samples = lax.mul(Math.SQRT2, lax.erfInv(uniform(key, sizes, { dtype, minval: edge(a), maxval: edge(b) })))
    const inside = (x: NDArray, toward: number): NDArray => lax.nextafter(lax.stopGradient(x), lax.fullLike(x, toward))
    return clip(samples, inside(a, Infinity), inside(b, -Infinity))
  },
)

/**
 * `true` with probability `p` (default: ½).
 *
 * @throws {DTypeError} when `p` is an array of integers
 * @example random.bernoulli(key, 0.25, [4]) // bool[4]
 */
export const bernoulli = byName(
  'bernoulli',
  ['key', 'p', 'shape'],
  (key: NDArray, p: ArrayLike = 0.5, shape?: Shape | null): NDArray => {
    const chance = typeof p === 'number' ? lax.full([], p) : asArray('bernoulli', p)
    if (!isFloat(chance.dtype))
      throw new DTypeError('bernoulli', `probabilities of dtype ${chance.dtype}`, 'use floats')
    const sizes = sampleShape('bernoulli', shape, chance)
    return lax.lt(uniform(key, sizes, chance.dtype), parameter('bernoulli', chance, sizes, chance.dtype))
  },
)

/**
 * Density `e^-x` on x > 0.
 *
 * @example random.exponential(key, [3]) // f32[3]
 */
export const exponential = standard('exponential', (key, shape, dtype) =>
  lax.neg(lax.log1p(lax.neg(uniform(key, shape, dtype)))),
)

/**
 * Density `e^-(x + e^-x)`: the largest of many exponentials.
 *
 * @example random.gumbel(key, [3]) // f32[3]
 */
export const gumbel = standard('gumbel', (key, shape, dtype) =>
  lax.neg(lax.log(lax.neg(lax.log(uniform(key, shape, { dtype, minval: finfo(dtype).tiny, maxval: 1 }))))),
)

/**
 * Density `½ e^-|x|`.
 *
 * @example random.laplace(key, [3]) // f32[3]
 */
export const laplace = standard('laplace', (key, shape, dtype) => {
  const u = uniform(key, shape, { dtype, minval: justAbove(dtype), maxval: 1 })
  return lax.mul(lax.sign(u), lax.log1p(lax.neg(lax.abs(u))))
})

/**
 * Density `e^-x / (1 + e^-x)²`.
 *
 * @example random.logistic(key, [3], 'float64') // f64[3]
 */
export const logistic = standard('logistic', (key, shape, dtype) => {
  const u = uniform(key, shape, { dtype, minval: finfo(dtype).tiny, maxval: 1 })
  return lax.sub(lax.log(u), lax.log1p(lax.neg(u)))
})

/**
 * Density `1 / (π (1 + x²))`.
 *
 * @example random.cauchy(key, [3]) // f32[3]
 */
export const cauchy = standard('cauchy', (key, shape, dtype) => {
  const u = uniform(key, shape, { dtype, minval: finfo(dtype).eps, maxval: 1 })
  return lax.tan(lax.mul(Math.PI, lax.sub(u, 0.5)))
})

/**
 * The length of a standard normal vector in space.
 *
 * @example random.maxwell(key, [3]) // f32[3]
 */
export const maxwell = standard('maxwell', (key, shape, dtype) =>
  lax.sqrt(sum(lax.square(normal(key, [...shape, 3], dtype)), -1)),
)

/**
 * -1 or 1, as likely.
 *
 * @example random.rademacher(key, [3]) // i32[3]
 */
export const rademacher = byName(
  'rademacher',
  ['key', 'shape', 'dtype'],
  (key: NDArray, shape: Shape = [], option?: DTypeOption): NDArray => {
    const dtype = dtypeOf('rademacher', option) ?? 'int32'
    const heads = convert(bernoulli(key, 0.5, shape), dtype)
    return lax.sub(lax.mul(heads, 2), 1)
  },
)

/** A distribution of one parameter that its samples have the shape of. */
const ofParameter = <const N extends string>(
  name: string,
  parameterName: N,
  sample: (key: NDArray, x: NDArray, shape: readonly number[], dtype: DType) => NDArray,
) =>
  byName(
    name,
    ['key', parameterName, 'shape', 'dtype'],
    (key: NDArray, x: ArrayLike, shape?: Shape | null, option?: DTypeOption): NDArray => {
      const dtype = floatDtype(name, option)
      const sizes = sampleShape(name, shape, x)
      return sample(checkKey(name, key), parameter(name, x, sizes, dtype), sizes, dtype)
    },
  )

/**
 * Density `b / x^(b+1)` on x ≥ 1. `pareto(key, b, shape)`.
 *
 * @example random.pareto(key, 3, [4]) // f32[4]
 */
export const pareto = ofParameter('pareto', 'b', (key, b, shape, dtype) =>
  lax.exp(lax.div(exponential(key, shape, dtype), b)),
)

/**
 * `e^(σ·z)` of a standard normal `z`. `lognormal(key, sigma, shape)`.
 *
 * @example random.lognormal(key, 0.5, [4]) // f32[4]
 */
export const lognormal = ofParameter('lognormal', 'sigma', (key, sigma, shape, dtype) =>
  lax.exp(lax.mul(normal(key, shape, dtype), sigma)),
)

/**
 * The length of a normal vector in the plane. `rayleigh(key, scale, shape)`.
 *
 * @example random.rayleigh(key, [1, 2, 3]) // f32[3]
 */
export const rayleigh = ofParameter('rayleigh', 'scale', (key, scale, shape, dtype) =>
  lax.mul(scale, lax.sqrt(lax.mul(lax.log(uniform(key, shape, dtype)), -2))),
)

/**
 * Inverse Gaussian: when a Brownian motion with drift first passes 1. `wald(key, mean, shape)`.
 *
 * @example random.wald(key, 2, [4]) // f32[4]
 */
export const wald = ofParameter('wald', 'mean', (key, mean, shape, dtype) => {
  const [first, second] = split(key)
  const y = lax.square(normal(first, shape, dtype))
  const meanSquare = lax.square(mean)
  const root = lax.sqrt(lax.add(lax.mul(lax.mul(4, mean), y), lax.mul(meanSquare, lax.square(y))))
  const x = lax.sub(lax.add(mean, lax.div(lax.mul(meanSquare, y), 2)), lax.mul(lax.div(mean, 2), root))
  const keep = lax.le(uniform(second, shape, dtype), lax.div(mean, lax.add(mean, x)))
  return lax.select(keep, x, lax.div(meanSquare, x))
})

/**
 * How many trials, each with probability `p`, up to the first success; integers.
 *
 * @example random.geometric(key, 0.25, [4]) // i32[4]
 */
export const geometric = byName(
  'geometric',
  ['key', 'p', 'shape', 'dtype'],
  (key: NDArray, p: ArrayLike, shape?: Shape | null, option?: DTypeOption): NDArray => {
    const chance = inexact('geometric', p)
    const sizes = sampleShape('geometric', shape, chance)
    const u = uniform(key, sizes, chance.dtype)
    const logU = lax.log(lax.select(lax.eq(u, 0), 1, u))
    const trials = lax.floor(lax.div(logU, broadcastTo(lax.log1p(lax.neg(chance)), sizes)))
    return convert(lax.add(trials, 1), dtypeOf('geometric', option) ?? 'int32')
  },
)

/**
 * Density rising from `left` to `mode` and falling to `right`.
 *
 * @example random.triangular(key, 0, 1, 4, [5]) // f32[5]
 */
export const triangular = byName(
  'triangular',
  ['key', 'left', 'mode', 'right', 'shape', 'dtype'],
  (
    key: NDArray,
    left: ArrayLike,
    mode: ArrayLike,
    right: ArrayLike,
    shape?: Shape | null,
    option?: DTypeOption,
  ): NDArray => {
    const dtype = floatDtype('triangular', option)
    const sizes = sampleShape('triangular', shape, left, mode, right)
    const [a, c, b] = [left, mode, right].map((x) => parameter('triangular', x, sizes, dtype)) as [
      NDArray,
      NDArray,
      NDArray,
    ]
    const [width, rise, fall] = [lax.sub(b, a), lax.sub(c, a), lax.sub(b, c)]
    const u = uniform(key, sizes, dtype)
    const rising = lax.add(a, lax.sqrt(lax.mul(lax.mul(u, width), rise)))
    const falling = lax.sub(b, lax.sqrt(lax.mul(lax.mul(lax.sub(1, u), width), fall)))
    return lax.select(lax.lt(u, lax.div(rise, width)), rising, falling)
  },
)

/**
 * Density that falls like `e^-(x/scale)^concentration` on x ≥ 0.
 *
 * @example random.weibullMin(key, 2, 1.5, [4]) // f32[4]
 */
export const weibullMin = byName(
  'weibullMin',
  ['key', 'scale', 'concentration', 'shape', 'dtype'],
  (key: NDArray, scale: ArrayLike, concentration: ArrayLike, shape?: Shape | null, option?: DTypeOption): NDArray => {
    const dtype = floatDtype('weibullMin', option)
    const sizes = sampleShape('weibullMin', shape, scale, concentration)
    const power = lax.div(lax.full(sizes, 1, dtype), parameter('weibullMin', concentration, sizes, dtype))
    return lax.mul(lax.pow(exponential(key, sizes, dtype), power), parameter('weibullMin', scale, sizes, dtype))
  },
)

/**
 * A `maxwell` sample of either sign, scaled and moved.
 *
 * @example random.doubleSidedMaxwell(key, 0, 1, [4]) // f32[4]
 */
export const doubleSidedMaxwell = byName(
  'doubleSidedMaxwell',
  ['key', 'loc', 'scale', 'shape', 'dtype'],
  (key: NDArray, loc: ArrayLike, scale: ArrayLike, shape: Shape = [], option?: DTypeOption): NDArray => {
    const dtype = floatDtype('doubleSidedMaxwell', option)
    const own = sampleShape('doubleSidedMaxwell', null, loc, scale)
    const given = checkShape('doubleSidedMaxwell', shape)
    const sizes = [...(given.length === 0 ? own : given), ...own]
    const [first, second] = split(key)
    const lengths = maxwell(first, sizes, dtype)
    const signs = rademacher(second, sizes, dtype)
    const scaled = lax.mul(lax.mul(signs, lengths), parameter('doubleSidedMaxwell', scale, sizes, dtype))
    return lax.add(scaled, parameter('doubleSidedMaxwell', loc, sizes, dtype))
  },
)

export interface CategoricalOptions {
  /** The axis of the logits that runs over the categories; default: the last. */
  readonly axis?: number
  /** Of the samples; it must end with the shape of the logits without that axis, which is the default. */
  readonly shape?: Shape | null
}

/**
 * Positions along `axis`, each with a probability proportional to `e^logit`; int32.
 *
 * @example random.categorical(key, np.log([0.1, 0.9]), { shape: [5] })
 */
export function categorical(key: NDArray, logits: ArrayLike, options: number | CategoricalOptions = {}): NDArray {
  const { axis = -1, shape } = typeof options === 'number' ? { axis: options } : options
  const given = inexact('categorical', logits)
  const at = canonicalAxis('categorical', axis, given)
  const batch = given.shape.toSpliced(at, 1)
  const sizes = shape === undefined || shape === null ? batch : checkShape('categorical', shape)
  const lead = sizes.slice(0, sizes.length - batch.length)
  if (sizes.length < batch.length || broadcastShapes('categorical', [sizes, batch]).some((n, i) => n !== sizes[i]))
    throw new ShapeError(
      'categorical',
      `samples [${sizes.join()}] of logits ${formatArray(given)}`,
      'the shape must end with that of the logits without the axis',
    )
  // Gumbel noise on each logit makes the largest of them a sample.
  const grown = [...lead, ...sizes.slice(lead.length).toSpliced(at, 0, given.shape[at] as number)]
  const noise = gumbel(key, grown, given.dtype)
  return argmax(lax.add(noise, broadcastTo(given, grown)), lead.length + at)
}
