import type { ArrayLike, NDArray } from '../../array.ts'
import * as lax from '../../lax/index.ts'
import { xlog1py, xlogy } from '../special/entropy.ts'
import { betainc, betaln } from '../special/gamma.ts'
import { floats } from '../special/operands.ts'

// The beta distribution of shape `a` and `b`, on [loc, loc + scale], by default [0, 1]. Operands broadcast.

type Five = [x: NDArray, a: NDArray, b: NDArray, loc: NDArray, scale: NDArray]
type Density = (x: ArrayLike, a: ArrayLike, b: ArrayLike, loc?: ArrayLike, scale?: ArrayLike) => NDArray

/**
 * The logarithm of the density at `x`; -∞ outside, NaN for shapes or a scale that are not positive.
 *
 * @example scipy.stats.beta.logpdf(0.5, 2, 3) // 0.4055
 */
export const logpdf: Density = (x, a, b, loc = 0, scale = 1) => {
  const [at, p, q, start, size] = floats('beta.logpdf', x, a, b, loc, scale) as Five
  const y = lax.div(lax.sub(at, start), size)
  const powers = lax.add(xlogy(lax.sub(p, 1), y), xlog1py(lax.sub(q, 1), lax.neg(y)))
  const inside = lax.sub(lax.sub(powers, betaln(p, q)), lax.log(size))
  const isOutside = lax.bitwiseOr(lax.gt(at, lax.add(start, size)), lax.lt(at, start))
  const isBad = lax.bitwiseOr(lax.bitwiseOr(lax.le(p, 0), lax.le(q, 0)), lax.le(size, 0))
  return lax.select(isBad, Number.NaN, lax.select(isOutside, -Infinity, inside))
}
/** The density at `x`. @example scipy.stats.beta.pdf(0.5, 2, 3) // 1.5 */
export const pdf: Density = (x, a, b, loc = 0, scale = 1) => lax.exp(logpdf(x, a, b, loc, scale))
/** The share below `x`. @example scipy.stats.beta.cdf(0.5, 2, 3) // 0.6875 */
export const cdf: Density = (x, a, b, loc = 0, scale = 1) => {
  const [at, p, q, start, size] = floats('beta.cdf', x, a, b, loc, scale) as Five
  return betainc(p, q, lax.clamp(0, lax.div(lax.sub(at, start), size), 1))
}
/** The logarithm of the share below `x`. @example scipy.stats.beta.logcdf(0.5, 2, 3) // -0.3747 */
export const logcdf: Density = (x, a, b, loc = 0, scale = 1) => lax.log(cdf(x, a, b, loc, scale))
/** The share above `x`. @example scipy.stats.beta.sf(0.5, 2, 3) // 0.3125 */
export const sf: Density = (x, a, b, loc = 0, scale = 1) => {
  const [at, p, q, start, size] = floats('beta.sf', x, a, b, loc, scale) as Five
  return betainc(q, p, lax.sub(1, lax.clamp(0, lax.div(lax.sub(at, start), size), 1)))
}
/** The logarithm of the share above `x`. @example scipy.stats.beta.logsf(0.5, 2, 3) // -1.1632 */
export const logsf: Density = (x, a, b, loc = 0, scale = 1) => lax.log(sf(x, a, b, loc, scale))
