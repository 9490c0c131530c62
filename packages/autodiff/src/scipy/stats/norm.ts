import type { ArrayLike, NDArray } from '../../array.ts'
import * as lax from '../../lax/index.ts'
import { logNdtr, ndtr, ndtri } from '../special/normal.ts'
import { floats } from '../special/operands.ts'

// The normal distribution with mean `loc` (default 0) and standard deviation `scale` (default 1). Operands broadcast.

type Three = [x: NDArray, loc: NDArray, scale: NDArray]
const standard = (where: string, x: ArrayLike, loc: ArrayLike, scale: ArrayLike): NDArray => {
  const [at, mean, deviation] = floats(where, x, loc, scale) as Three
  return lax.div(lax.sub(at, mean), deviation)
}

/** The logarithm of the density at `x`. @example scipy.stats.norm.logpdf(0) // -0.9189 */
export function logpdf(x: ArrayLike, loc: ArrayLike = 0, scale: ArrayLike = 1): NDArray {
  const [at, mean, deviation] = floats('norm.logpdf', x, loc, scale) as Three
  const variance = lax.square(deviation)
  const normalizer = lax.log(lax.mul(variance, 2 * Math.PI))
  return lax.div(lax.add(normalizer, lax.div(lax.square(lax.sub(at, mean)), variance)), -2)
}
/** The density at `x`. @example scipy.stats.norm.pdf([0, 1]) // [0.3989, 0.2420] */
export const pdf = (x: ArrayLike, loc: ArrayLike = 0, scale: ArrayLike = 1): NDArray => lax.exp(logpdf(x, loc, scale))
/** The share below `x`. @example scipy.stats.norm.cdf([0, 1.96]) // [0.5, 0.9750] */
export const cdf = (x: ArrayLike, loc: ArrayLike = 0, scale: ArrayLike = 1): NDArray =>
  ndtr(standard('norm.cdf', x, loc, scale))
/** The logarithm of the share below `x`. @example scipy.stats.norm.logcdf(0) // -0.6931 */
export const logcdf = (x: ArrayLike, loc: ArrayLike = 0, scale: ArrayLike = 1): NDArray =>
  logNdtr(standard('norm.logcdf', x, loc, scale))
/** The share above `x`. @example scipy.stats.norm.sf(1.96) // 0.0250 */
export const sf = (x: ArrayLike, loc: ArrayLike = 0, scale: ArrayLike = 1): NDArray =>
  ndtr(lax.neg(standard('norm.sf', x, loc, scale)))
/** The logarithm of the share above `x`. @example scipy.stats.norm.logsf(0) // -0.6931 */
export const logsf = (x: ArrayLike, loc: ArrayLike = 0, scale: ArrayLike = 1): NDArray =>
  logNdtr(lax.neg(standard('norm.logsf', x, loc, scale)))
/** The `x` with the share `q` below it. @example scipy.stats.norm.ppf(0.975) // 1.9600 */
export function ppf(q: ArrayLike, loc: ArrayLike = 0, scale: ArrayLike = 1): NDArray {
  const [share, mean, deviation] = floats('norm.ppf', q, loc, scale) as Three
  return lax.add(lax.mul(ndtri(share), deviation), mean)
}
/** The `x` with the share `q` above it. @example scipy.stats.norm.isf(0.025) // 1.9600 */
export function isf(q: ArrayLike, loc: ArrayLike = 0, scale: ArrayLike = 1): NDArray {
  const [share] = floats('norm.isf', q) as [NDArray]
  return ppf(lax.sub(1, share), loc, scale)
}
