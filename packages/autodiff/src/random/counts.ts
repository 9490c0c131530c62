import { type DType, isInteger } from '@proj/backend'
import type { ArrayLike, NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { scan } from '../control/scan.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { repeatWhile, some } from '../lax/special/loop.ts'
import { broadcastShapes, broadcastTo } from '../numpy/broadcast.ts'
import { clip } from '../numpy/choose.ts'
import { convert, inexact, promoteDtypes } from '../numpy/coerce.ts'
import { checkShape, type DTypeOption, dtypeOf } from '../numpy/creation.ts'
import { moveaxis } from '../numpy/shape.ts'
import { checkKey, split } from './key.ts'
import { floatDtype, parameter, type Shape, sampleShape, uniform } from './uniform.ts'

// Numbers of events. Every draw of a loop is made for all samples at once, as in JAX, so that the same bits give the same counts.

type Carry = readonly NDArray[]
const or = (first: NDArray, ...more: readonly NDArray[]): NDArray => more.reduce((x, y) => lax.bitwiseOr(x, y), first)
const isNaNOf = (x: NDArray): NDArray => lax.ne(x, x)

/** Draws again, with new keys, where no proposal has been accepted yet. */
function rejection(
  key: NDArray,
  like: NDArray,
  propose: (u: NDArray, v: NDArray) => readonly [k: NDArray, isAccepted: NDArray],
): NDArray {
  const { shape, dtype } = like
  const step = ([k, accepted, key]: Carry): Carry => {
    const [next, forU, forV] = split(key as NDArray, 3)
    const u = lax.sub(uniform(forU, shape, dtype), 0.5)
    const [drawn, accept] = propose(u, uniform(forV, shape, dtype))
    return [lax.select(accept, drawn, k as NDArray), lax.bitwiseOr(accepted as NDArray, accept), next]
  }
  const init = [lax.full(shape, -1, dtype), lax.full(shape, false, 'bool'), key]
  return repeatWhile(([, accepted]) => some(lax.bitwiseNot(accepted as NDArray)), step, init)[0] as NDArray
}

/** How many waiting times fit into a span: the sum of those `wait` draws reaches beyond `span`. */
function countUntil(
  key: NDArray,
  like: NDArray,
  isWithin: (sum: NDArray) => NDArray,
  wait: (key: NDArray) => readonly [waited: NDArray, next: NDArray],
): NDArray {
  const step = ([count, sum, key]: Carry): Carry => {
    const [waited, next] = wait(key as NDArray)
    const more = lax.add(count as NDArray, lax.convertElementType(isWithin(sum as NDArray), like.dtype))
    return [more, lax.add(sum as NDArray, waited), next]
  }
  const zero = lax.full(like.shape, 0, like.dtype)
  const [count] = repeatWhile(([, sum]) => some(isWithin(sum as NDArray)), step, [zero, zero, key])
  return lax.sub(count as NDArray, 1)
}

/** For small rates: the product of uniform numbers falls below `e^-λ`. Source: Knuth, The Art of Computer Programming 2, 3.4.1. */
const poissonKnuth = (key: NDArray, rate: NDArray): NDArray =>
  countUntil(
    key,
    rate,
    (logProduct) => lax.gt(logProduct, lax.neg(rate)),
    (key) => {
      const [next, sub] = split(key)
      return [lax.log(uniform(sub, rate.shape, rate.dtype)), next]
    },
  )

/** For rates from 10 on. Source: Hörmann, "The transformed rejection method for generating Poisson random variables", 1993. */
function poissonRejection(key: NDArray, rate: NDArray): NDArray {
  const logRate = lax.log(rate)
  const b = lax.add(0.931, lax.mul(2.53, lax.sqrt(rate)))
  const a = lax.add(-0.059, lax.mul(0.02483, b))
  const inverseAlpha = lax.add(1.1239, lax.div(1.1328, lax.sub(b, 3.4)))
  const squeeze = lax.sub(0.9277, lax.div(3.6224, lax.sub(b, 2)))
  return rejection(key, rate, (u, v) => {
    const us = lax.sub(0.5, lax.abs(u))
    const slope = lax.add(lax.div(lax.mul(2, a), us), b)
    const k = lax.floor(lax.add(lax.add(lax.mul(slope, u), rate), 0.43))
    const s = lax.log(lax.div(lax.mul(v, inverseAlpha), lax.add(lax.div(a, lax.mul(us, us)), b)))
    const t = lax.sub(lax.add(lax.neg(rate), lax.mul(k, logRate)), lax.lgamma(lax.add(k, 1)))
    const inside = lax.bitwiseAnd(lax.ge(us, 0.07), lax.le(v, squeeze))
    const outside = or(lax.lt(k, 0), lax.bitwiseAnd(lax.lt(us, 0.013), lax.gt(v, us)))
    return [k, or(inside, lax.bitwiseAnd(lax.bitwiseNot(outside), lax.le(s, t)))]
  })
}

/**
 * How many events happen in a span in which `rate` of them are expected; integers.
 *
 * @param rate `λ ≥ 0`, computed with in float32; where it is negative, infinite or NaN the result is -1
 * @param option the dtype; default: int32
 * @throws {DTypeError} for a dtype that is no integer
 * @example random.poisson(key, 3.5, [10])
 */
export const poisson = byName(
  'poisson',
  ['key', 'lam', 'shape', 'dtype'],
  (key: NDArray, rate: ArrayLike, shape?: Shape | null, option?: DTypeOption): NDArray => {
    const dtype = dtypeOf('poisson', option) ?? 'int32'
    if (!isInteger(dtype)) throw new DTypeError('poisson', dtype, 'use an integer dtype')
    const words = checkKey('poisson', key)
    const sizes = sampleShape('poisson', shape, rate)
    const given = parameter('poisson', rate, sizes, 'float32')
    // No proposal for an infinite rate is ever accepted; it counts as NaN.
    const lambda = lax.select(lax.eq(given, Infinity), lax.fullLike(given, Number.NaN), given)
    const isSmall = or(isNaNOf(lambda), lax.lt(lambda, 10))
    const small = poissonKnuth(words, lax.select(isSmall, lambda, lax.fullLike(lambda, 0)))
    const large = poissonRejection(words, lax.select(isSmall, lax.fullLike(lambda, 1e5), lambda))
    return convert(lax.select(lax.eq(lambda, 0), lax.fullLike(lambda, 0), lax.select(isSmall, small, large)), dtype)
  },
)

/** For few expected successes: sums of geometric waiting times. */
function binomialInversion(key: NDArray, count: NDArray, p: NDArray): NDArray {
  const logMiss = lax.log1p(lax.neg(p))
  return countUntil(
    key,
    p,
    (sum) => lax.le(sum, count),
    (key) => {
      const [sub, next] = split(key)
      return [lax.ceil(lax.div(lax.log(uniform(sub, p.shape, p.dtype)), logMiss)), next]
    },
  )
}

/** `log k! - log(√(2π) (k+1)^(k+½) e^-(k+1))` for k = 0 … 9. Source: Hörmann 1993, table 1. */
const stirlingTails = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
  0.0138761288230707, 0.0118967099458917, 0.010411265261972, 0.00925546218271273, 0.00833056343336287,
]

function stirlingTail(k: NDArray): NDArray {
  const next = lax.add(k, 1)
  const square = lax.mul(next, next)
  const series = lax.div(lax.sub(1 / 12, lax.div(lax.sub(1 / 360, lax.div(1 / 1260, square)), square)), next)
  const small = stirlingTails.reduce(
    (out, tail, i) => lax.select(lax.eq(lax.floor(k), i), lax.fullLike(k, tail), out),
    lax.fullLike(k, stirlingTails[0] as number),
  )
  return lax.select(lax.le(k, 9), small, series)
}

/** For many. Source: Hörmann, "The generation of binomial random variates", J. Stat. Comput. Simul. 46, 1993 (algorithm BTRS). */
function binomialRejection(key: NDArray, count: NDArray, p: NDArray): NDArray {
  const { add, sub, mul, div } = lax
  const deviation = lax.sqrt(mul(mul(count, p), sub(1, p)))
  const b = add(1.15, mul(2.53, deviation))
  const a = add(add(-0.0873, mul(0.0248, b)), mul(0.01, p))
  const c = add(mul(count, p), 0.5)
  const squeeze = sub(0.92, div(4.2, b))
  const odds = div(p, sub(1, p))
  const alpha = mul(add(2.83, div(5.1, b)), deviation)
  const mode = lax.floor(mul(add(count, 1), p))
  const left = (k: NDArray): NDArray => add(sub(count, k), 1)
  return rejection(key, p, (u, v) => {
    const us = sub(0.5, lax.abs(u))
    const k = lax.floor(add(mul(add(div(mul(2, a), us), b), u), c))
    const level = lax.log(div(mul(v, alpha), add(div(a, mul(us, us)), b)))
    const bound = [
      mul(add(mode, 0.5), lax.log(div(add(mode, 1), mul(odds, left(mode))))),
      mul(add(count, 1), lax.log(div(left(mode), left(k)))),
      mul(add(k, 0.5), lax.log(div(mul(odds, left(k)), add(k, 1)))),
      stirlingTail(mode),
      stirlingTail(sub(count, mode)),
      lax.neg(stirlingTail(k)),
      lax.neg(stirlingTail(sub(count, k))),
    ].reduce((x, y) => add(x, y))
    const inside = lax.bitwiseAnd(lax.ge(us, 0.07), lax.le(v, squeeze))
    const outside = or(lax.lt(k, 0), lax.gt(k, count))
    return [k, or(inside, lax.bitwiseAnd(lax.bitwiseNot(outside), lax.le(level, bound)))]
  })
}

/**
 * How many of `n` trials succeed, each with probability `p`; floats that hold integers.
 *
 * @param n cut down to integers; infinite ones give ∞, negative ones NaN
 * @param p in [0, 1]; NaN outside
 * @param option the dtype; default: float32
 * @throws {DTypeError} for a dtype that is no float
 * @example random.binomial(key, 10, 0.3, [5])
 */
export const binomial = byName(
  'binomial',
  ['key', 'n', 'p', 'shape', 'dtype'],
  (key: NDArray, n: ArrayLike, p: ArrayLike, shape?: Shape | null, option?: DTypeOption): NDArray => {
    const dtype = floatDtype('binomial', option)
    const sizes = sampleShape('binomial', shape, n, p)
    return convert(drawBinomial(checkKey('binomial', key), n, inexact('binomial', p), sizes), dtype)
  },
)

function drawBinomial(key: NDArray, n: ArrayLike, p: NDArray, shape: readonly number[]): NDArray {
  const given = parameter('binomial', n, shape, p.dtype)
  const chance = parameter('binomial', p, shape, p.dtype)
  const isRare = lax.lt(chance, 0.5)
  const rarer = lax.select(isRare, chance, lax.sub(1, chance))
  const badCount = or(isNaNOf(given), lax.lt(given, 0))
  const badChance = or(isNaNOf(rarer), lax.lt(rarer, 0))
  const q = lax.select(badChance, lax.fullLike(rarer, 0.01), rarer)
  const isFew = or(badCount, lax.le(lax.mul(given, q), 10))
  const count = lax.floor(given)
  const few = binomialInversion(key, lax.select(isFew, count, lax.fullLike(count, 0)), q)
  const many = binomialRejection(
    key,
    lax.select(isFew, lax.fullLike(count, 1e4), count),
    lax.select(isFew, lax.fullLike(q, 0.5), q),
  )
  const drawn = lax.select(isFew, few, many)
  const isBad = or(badCount, badChance)
  const isInfinite = lax.eq(lax.abs(given), Infinity)
  const flipped = lax.select(or(isRare, isInfinite), drawn, lax.sub(count, drawn))
  return lax.select(isBad, Number.NaN, lax.select(isInfinite, lax.fullLike(flipped, Infinity), flipped))
}

export interface MultinomialOptions {
  /** With the categories last; default: that of `p`. */
  readonly shape?: Shape | null
  readonly dtype?: DType
}

/**
 * How `n` trials spread over categories with probabilities `p`; floats that hold integers and sum to `n`.
 *
 * @param n `[...batch]`
 * @param p `[...batch, categories]`
 * @throws {ShapeError} when `p` is a scalar
 * @example random.multinomial(key, 10, [0.2, 0.3, 0.5])
 */
export function multinomial(key: NDArray, n: ArrayLike, p: ArrayLike, options: MultinomialOptions = {}): NDArray {
  const [given, chances] = promoteDtypes('multinomial', [n, p]).map((x) => inexact('multinomial', x)) as [
    NDArray,
    NDArray,
  ]
  if (chances.ndim === 0) throw new ShapeError('multinomial', 'a scalar p', 'give one probability for each category')
  const sizes =
    options.shape === undefined || options.shape === null ? chances.shape : checkShape('multinomial', options.shape)
  const batch = sizes.slice(0, -1)
  const counts = broadcastTo(given, broadcastShapes('multinomial', [batch, given.shape]))
  const rows = moveaxis(broadcastTo(chances, sizes), -1, 0)
  const rest = lax.cumsum(rows, 0, { reverse: true })
  const ratios = lax.div(rows, lax.select(lax.eq(rest, 0), 1, rest))
  const keys = split(checkKey('multinomial', key), [ratios.shape[0] as number])
  const [, drawn] = scan(
    (left: NDArray, [ratio, key]: readonly [NDArray, NDArray]) => {
      const count = drawBinomial(key, left, clip(ratio, 0, 1), batch)
      return [lax.sub(left, count), count] as const
    },
    counts,
    [ratios, keys],
  )
  return convert(moveaxis(drawn, 0, -1), options.dtype ?? chances.dtype)
}
