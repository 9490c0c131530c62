import type { DType } from '@proj/backend'
import { vmap } from '../api/vmap.ts'
import type { ArrayLike, NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { configKey } from '../config.ts'
import { ShapeError } from '../errors.ts'
import { customFlat } from '../lax/customFlat.ts'
import * as lax from '../lax/index.ts'
import { elementInDim } from '../lax/movement.ts'
import { repeatWhile, some } from '../lax/special/loop.ts'
import { asArray } from '../numpy/coerce.ts'
import type { DTypeOption } from '../numpy/creation.ts'
import { finfo } from '../numpy/limits.ts'
import { exponential, normal, rademacher } from './distributions.ts'
import { checkKey, split } from './key.ts'
import { splitKey } from './threefry.ts'
import { floatDtype, parameter, type Shape, sampleShape, uniform } from './uniform.ts'

// Gamma samples, and what is made of them. Source: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS
// 26, 2000; which bits are used for what is as in JAX.

/** `count` keys from each of many: uint32[n, 2] in, a list of as many out. */
const splitEach = (keys: NDArray, count: number): readonly NDArray[] => {
  const all = vmap((key: NDArray) => splitKey(key, [count]))(keys)
  return Array.from({ length: count }, (_, i) => elementInDim(all, i, 1))
}

/** One sample from each of many keys. */
const each = (keys: NDArray, sample: (key: NDArray) => NDArray): NDArray => vmap(sample)(keys)

/** `1 + c·x` with its standard normal `x`, drawn again where it is not positive; elsewhere than in `wanted` they mean nothing. */
function drawPositive(keys: NDArray, c: NDArray, wanted: NDArray): readonly [x: NDArray, v: NDArray] {
  const init = [keys, lax.fullLike(c, 0), lax.select(wanted, lax.fullLike(c, -1), lax.fullLike(c, 1))]
  const [, x, v] = repeatWhile(
    ([, , v]) => some(lax.le(v as NDArray, 0)),
    ([keys, x, v]) => {
      const [next, sub] = splitEach(keys as NDArray, 2) as [NDArray, NDArray]
      const again = lax.le(v as NDArray, 0)
      const drawn = each(sub, (key) => normal(key, [], c.dtype))
      return [
        next,
        lax.select(again, drawn, x as NDArray),
        lax.select(again, lax.add(1, lax.mul(drawn, c)), v as NDArray),
      ]
    },
    init,
  )
  return [x as NDArray, v as NDArray]
}

/** Whether a proposal `v³` is turned down; `square` is `x²`. */
function isRejected(square: NDArray, v: NDArray, u: NDArray, d: NDArray): NDArray {
  const squeeze = lax.ge(u, lax.sub(1, lax.mul(0.0331, lax.mul(square, square))))
  const bound = lax.add(lax.mul(square, 0.5), lax.mul(d, lax.add(lax.sub(1, v), lax.log(v))))
  return lax.bitwiseAnd(squeeze, lax.ge(lax.log(u), bound))
}

/** Samples of shape parameters `d + 1/3 ≥ 1`, divided by `d`; one key for each. */
function marsagliaTsang(keys: NDArray, d: NDArray): NDArray {
  const c = lax.div(1 / 3, lax.sqrt(d))
  const [, , v] = repeatWhile(
    ([, square, v, u]) => some(isRejected(square as NDArray, v as NDArray, u as NDArray, d)),
    ([keys, square, v, u]) => {
      const again = isRejected(square as NDArray, v as NDArray, u as NDArray, d)
      const [next, forX, forU] = splitEach(keys as NDArray, 3) as [NDArray, NDArray, NDArray]
      const [x, root] = drawPositive(forX, c, again)
      const keep = (drawn: NDArray, old: NDArray | undefined) => lax.select(again, drawn, old as NDArray)
      return [
        next,
        keep(lax.mul(x, x), square),
        keep(lax.mul(lax.mul(root, root), root), v),
        keep(
          each(forU, (key) => uniform(key, [], d.dtype)),
          u,
        ),
      ]
    },
    [keys, lax.fullLike(d, 0), lax.fullLike(d, 1), lax.fullLike(d, 2)],
  )
  return v as NDArray
}

/** Flat samples, one for each shape parameter in `a`, or their logarithms; below 1, `Γ(a) = Γ(a + 1) · U^(1/a)`. */
function gammaFlat(words: NDArray, a: NDArray, inLogs: boolean): NDArray {
  const isLarge = lax.ge(a, 1)
  const d = lax.sub(lax.select(isLarge, a, lax.add(a, 1)), 1 / 3)
  const [keys, boostKeys] = splitEach(splitKey(words, [a.size]), 2) as [NDArray, NDArray]
  const v = marsagliaTsang(keys, d)
  const power = lax.div(lax.fullLike(a, 1), a)
  if (!inLogs) {
    const u = lax.sub(
      1,
      each(boostKeys, (key) => uniform(key, [], a.dtype)),
    )
    return lax.mul(lax.mul(d, v), lax.select(isLarge, lax.fullLike(a, 1), lax.pow(u, power)))
  }
  const logU = lax.neg(each(boostKeys, (key) => exponential(key, [], a.dtype)))
  const boost = lax.select(lax.bitwiseOr(isLarge, lax.eq(logU, 0)), lax.fullLike(a, 0), lax.mul(logU, power))
  return lax.add(lax.add(lax.log(d), lax.log(v)), boost)
}

/** The derivative of samples by their shape parameter, the bits held fast. */
function derivative(samples: NDArray, a: NDArray, inLogs: boolean): NDArray {
  if (!inLogs) return lax.randomGammaGrad(a, samples)
  const plain = lax.exp(samples)
  const some = lax.select(lax.eq(plain, 0), lax.fullLike(plain, finfo(plain.dtype).tiny), plain)
  return lax.div(lax.randomGammaGrad(a, some), some)
}

/** Samples of flat shape parameters. Their derivative is that of the distribution, not of the loop that made them. */
function makeSampler(inLogs: boolean): ReturnType<typeof customFlat> {
  const run = customFlat(
    inLogs ? 'loggamma' : 'gamma',
    ([words, a]) => [gammaFlat(words as NDArray, a as NDArray, inLogs)],
    ([words, a], [, t]) => {
      const outs = run([words as NDArray, a as NDArray])
      const slope = () => derivative(outs[0] as NDArray, a as NDArray, inLogs)
      return [outs, [t === null || t === undefined ? null : lax.mul(t, slope())]]
    },
  )
  return run
}

/** The samplers under each configuration: how keys are split is part of what they record. */
const samplers = new Map<string, ReturnType<typeof customFlat>>()

function drawGamma(words: NDArray, a: NDArray, inLogs: boolean): NDArray {
  const name = `${configKey()},${inLogs}`
  const known = samplers.get(name)
  const run = known ?? makeSampler(inLogs)
  if (known === undefined) samplers.set(name, run)
  return lax.reshape(run([words, lax.reshape(a, [a.size])])[0] as NDArray, a.shape)
}

const gammaSampler = (name: string, inLogs: boolean) =>
  byName(
    name,
    ['key', 'a', 'shape', 'dtype'],
    (key: NDArray, a: ArrayLike, shape?: Shape | null, option?: DTypeOption): NDArray => {
      const dtype = floatDtype(name, option)
      const sizes = sampleShape(name, shape, a)
      return drawGamma(checkKey(name, key), parameter(name, a, sizes, dtype), inLogs)
    },
  )

/**
 * Density `x^(a-1) e^-x / Γ(a)` on x > 0. Differentiable by `a`.
 *
 * @example random.gamma(key, 2.5, [10])
 */
export const gamma = gammaSampler('gamma', false)

/**
 * The logarithm of a gamma sample, exact also where the sample itself would be 0: for small `a`.
 *
 * @example random.loggamma(key, 0.01, [4]) // f32[4]
 */
export const loggamma = gammaSampler('loggamma', true)

/**
 * Density `x^(a-1) (1-x)^(b-1) / B(a, b)` on [0, 1].
 *
 * @example random.beta(key, 2, [1, 2, 3]) // f32[3]
 */
export const beta = byName(
  'beta',
  ['key', 'a', 'b', 'shape', 'dtype'],
  (key: NDArray, a: ArrayLike, b: ArrayLike, shape?: Shape | null, option?: DTypeOption): NDArray => {
    const dtype = floatDtype('beta', option)
    const sizes = sampleShape('beta', shape, a, b)
    const [first, second] = split(checkKey('beta', key))
    const logA = loggamma(first, parameter('beta', a, sizes, dtype), sizes, dtype)
    const logB = loggamma(second, parameter('beta', b, sizes, dtype), sizes, dtype)
    const top = lax.max(logA, logB)
    const [forA, forB] = [lax.exp(lax.sub(logA, top)), lax.exp(lax.sub(logB, top))]
    return lax.div(forA, lax.add(forA, forB))
  },
)

/**
 * `df` squares of standard normals, summed.
 *
 * @example random.chisquare(key, 3, [4]) // f32[4]
 */
export const chisquare = byName(
  'chisquare',
  ['key', 'df', 'shape', 'dtype'],
  (key: NDArray, df: ArrayLike, shape?: Shape | null, option?: DTypeOption): NDArray => {
    const dtype = floatDtype('chisquare', option)
    const sizes = sampleShape('chisquare', shape, df)
    const half = lax.div(parameter('chisquare', df, sizes, dtype), 2)
    return lax.mul(lax.exp(loggamma(checkKey('chisquare', key), half, sizes, dtype)), 2)
  },
)

/**
 * The ratio of two `chisquare` samples, each divided by its degrees of freedom.
 *
 * @example random.f(key, 3, 5, [4]) // f32[4]
 */
export const f = byName(
  'f',
  ['key', 'dfnum', 'dfden', 'shape', 'dtype'],
  (key: NDArray, dfnum: ArrayLike, dfden: ArrayLike, shape?: Shape | null, option?: DTypeOption): NDArray => {
    const dtype = floatDtype('f', option)
    const sizes = sampleShape('f', shape, dfnum, dfden)
    const [forDen, forNum] = split(checkKey('f', key))
    const ratio = (k: NDArray, df: ArrayLike): NDArray =>
      lax.div(chisquare(k, df, sizes, dtype), parameter('f', df, sizes, dtype))
    return lax.div(ratio(forNum, dfnum), ratio(forDen, dfden))
  },
)

/**
 * Student's t with `df` degrees of freedom.
 *
 * @example random.t(key, 4, [4]) // f32[4]
 */
export const t = byName(
  't',
  ['key', 'df', 'shape', 'dtype'],
  (key: NDArray, df: ArrayLike, shape?: Shape | null, option?: DTypeOption): NDArray => {
    const dtype = floatDtype('t', option)
    const sizes = sampleShape('t', shape, df)
    const [forNormal, forGamma] = split(checkKey('t', key))
    const half = lax.div(parameter('t', df, sizes, dtype), 2)
    return lax.mul(normal(forNormal, sizes, dtype), lax.sqrt(lax.div(half, gamma(forGamma, half, sizes, dtype))))
  },
)

/**
 * Probabilities, in the last dimension, that sum to 1: gamma samples of `alpha` divided by their sum.
 *
 * @param shape of the batch; default: that of `alpha` without its last dimension
 * @throws {ShapeError} when `alpha` is a scalar
 * @example random.dirichlet(key, np.ones([3]), [10]) // f32[10,3]
 */
export const dirichlet = byName(
  'dirichlet',
  ['key', 'alpha', 'shape', 'dtype'],
  (key: NDArray, alpha: ArrayLike, shape?: Shape | null, option?: DTypeOption): NDArray => {
    const dtype = floatDtype('dirichlet', option)
    const given = asArray('dirichlet', alpha)
    const count = given.shape.at(-1)
    if (count === undefined) throw new ShapeError('dirichlet', 'a scalar alpha', 'give one number for each category')
    const batch = shape === undefined || shape === null ? given.shape.slice(0, -1) : sampleShape('dirichlet', shape)
    return softmax(loggamma(checkKey('dirichlet', key), given, [...batch, count], dtype))
  },
)

/** Over the last dimension. */
function softmax(x: NDArray): NDArray {
  const last = x.ndim - 1
  const spread = (y: NDArray): NDArray => lax.broadcastInDim(y, x.shape, [...y.shape.keys()])
  const shifted = lax.exp(lax.sub(x, lax.stopGradient(spread(lax.reduceMax(x, [last])))))
  return lax.div(shifted, spread(lax.reduceSum(shifted, [last])))
}

/** A number or array as the exponent that divides 1. */
const inverse = (where: string, p: ArrayLike, shape: readonly number[], dtype: DType): NDArray =>
  lax.div(lax.full(shape, 1, dtype), parameter(where, p, shape, dtype))

/**
 * Density proportional to `e^-|x|^p`: Laplace for 1, normal (of variance ½) for 2.
 *
 * @example random.generalizedNormal(key, 1.5, [4]) // f32[4]
 */
export const generalizedNormal = byName(
  'generalizedNormal',
  ['key', 'p', 'shape', 'dtype'],
  (key: NDArray, p: ArrayLike, shape: Shape = [], option?: DTypeOption): NDArray => {
    const dtype = floatDtype('generalizedNormal', option)
    const sizes = sampleShape('generalizedNormal', shape, p)
    const [forGamma, forSign] = split(checkKey('generalizedNormal', key))
    const power = inverse('generalizedNormal', p, sizes, dtype)
    return lax.mul(rademacher(forSign, sizes, dtype), lax.pow(gamma(forGamma, power, sizes, dtype), power))
  },
)

/**
 * Points spread evenly over the ball `Σ|xᵢ|^p ≤ 1` of `d` dimensions.
 *
 * @param p the norm; default 2, the round ball
 * @returns `f32[...shape, d]`
 * @example random.ball(key, 2, 2, [10]) // f32[10,2]
 */
export const ball = byName(
  'ball',
  ['key', 'd', 'p', 'shape', 'dtype'],
  (key: NDArray, d: number, p: ArrayLike = 2, shape: Shape = [], option?: DTypeOption): NDArray => {
    const dtype = floatDtype('ball', option)
    const batch = sampleShape('ball', shape)
    if (!Number.isInteger(d) || d < 1) throw new ShapeError('ball', `${d} dimensions`, 'use a positive integer')
    const sizes = [...batch, d]
    const [first, second] = split(checkKey('ball', key))
    const g = generalizedNormal(first, p, sizes, dtype)
    const powers = lax.reduceSum(lax.pow(lax.abs(g), parameter('ball', p, sizes, dtype)), [sizes.length - 1])
    const radius = lax.pow(lax.add(powers, exponential(second, batch, dtype)), inverse('ball', p, batch, dtype))
    return lax.div(g, lax.broadcastInDim(radius, sizes, [...batch.keys()]))
  },
)
