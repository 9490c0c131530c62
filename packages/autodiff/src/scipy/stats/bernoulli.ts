import type { ArrayLike, NDArray } from '../../array.ts'
import * as lax from '../../lax/index.ts'
import { xlog1py, xlogy } from '../special/entropy.ts'
import { floats } from '../special/operands.ts'

// 1 with probability `p`, else 0; `loc` moves both. Operands broadcast.

/** The logarithm of the probability of `k`; -∞ for what is neither. @example scipy.stats.bernoulli.logpmf(1, 0.25) // -1.3863 */
export function logpmf(k: ArrayLike, p: ArrayLike, loc: ArrayLike = 0): NDArray {
  const [at, share, start] = floats('bernoulli.logpmf', k, p, loc) as [NDArray, NDArray, NDArray]
  const x = lax.sub(at, start)
  const inside = lax.add(xlogy(x, share), xlog1py(lax.sub(1, x), lax.neg(share)))
  return lax.select(lax.bitwiseOr(lax.lt(x, 0), lax.gt(x, 1)), -Infinity, inside)
}
/** The probability of `k`. @example scipy.stats.bernoulli.pmf([0, 1], 0.25) // [0.75, 0.25] */
export const pmf = (k: ArrayLike, p: ArrayLike, loc: ArrayLike = 0): NDArray => lax.exp(logpmf(k, p, loc))

const isNoShare = (p: NDArray): NDArray => lax.bitwiseNot(lax.bitwiseAnd(lax.ge(p, 0), lax.le(p, 1)))

/** The probability of `k` or less; NaN unless `p` is in [0, 1]. @example scipy.stats.bernoulli.cdf([0, 1], 0.25) // [0.75, 1] */
export function cdf(k: ArrayLike, p: ArrayLike): NDArray {
  const [x, share] = floats('bernoulli.cdf', k, p) as [NDArray, NDArray]
  const inside = lax.select(lax.lt(x, 0), 0, lax.select(lax.lt(x, 1), lax.sub(1, share), 1))
  return lax.select(lax.bitwiseOr(lax.ne(x, x), isNoShare(share)), Number.NaN, inside)
}
/**
 * The least `k` with probability `q` or more at or below it; NaN unless both are in [0, 1].
 *
 * @example scipy.stats.bernoulli.ppf([0.5, 0.9], 0.25) // [0, 1]
 */
export function ppf(q: ArrayLike, p: ArrayLike): NDArray {
  const [below, share] = floats('bernoulli.ppf', q, p) as [NDArray, NDArray]
  const k = lax.select(lax.le(below, lax.sub(1, share)), lax.fullLike(below, 0), 1)
  return lax.select(lax.bitwiseOr(isNoShare(below), isNoShare(share)), Number.NaN, k)
}
