import type { ArrayLike, NDArray } from '../../array.ts'
import * as lax from '../../lax/index.ts'
import { xlogy } from '../special/entropy.ts'
import { gammainc, gammaincc, gammaln } from '../special/gamma.ts'
import { floats } from '../special/operands.ts'

// The gamma distribution of shape `a`, from `loc` (default 0) on, with `scale` (default 1). Operands broadcast.

type Four = [x: NDArray, a: NDArray, loc: NDArray, scale: NDArray]
type Density = (x: ArrayLike, a: ArrayLike, loc?: ArrayLike, scale?: ArrayLike) => NDArray

/** The logarithm of the density at `x`; -∞ below `loc`. @example scipy.stats.gamma.logpdf(1, 2) // -1 */
export const logpdf: Density = (x, a, loc = 0, scale = 1) => {
  const [at, shape, start, size] = floats('gamma.logpdf', x, a, loc, scale) as Four
  const inside = lax.ge(at, start)
  const y = lax.select(inside, lax.div(lax.sub(at, start), size), 1)
  const powers = lax.sub(xlogy(lax.sub(shape, 1), y), y)
  return lax.select(inside, lax.sub(powers, lax.add(gammaln(shape), lax.log(size))), -Infinity)
}
/** The density at `x`. @example scipy.stats.gamma.pdf(1, 2) // 0.3679 */
export const pdf: Density = (x, a, loc = 0, scale = 1) => lax.exp(logpdf(x, a, loc, scale))
/** The share below `x`. @example scipy.stats.gamma.cdf(1, 2) // 0.2642 */
export const cdf: Density = (x, a, loc = 0, scale = 1) => {
  const [at, shape, start, size] = floats('gamma.cdf', x, a, loc, scale) as Four
  return gammainc(shape, lax.clamp(0, lax.div(lax.sub(at, start), size), Infinity))
}
/** The logarithm of the share below `x`. @example scipy.stats.gamma.logcdf(1, 2) // -1.3309 */
export const logcdf: Density = (x, a, loc = 0, scale = 1) => lax.log(cdf(x, a, loc, scale))
/** The share above `x`. @example scipy.stats.gamma.sf(1, 2) // 0.7358 */
export const sf: Density = (x, a, loc = 0, scale = 1) => {
  const [at, shape, start, size] = floats('gamma.sf', x, a, loc, scale) as Four
  const y = lax.div(lax.sub(at, start), size)
  return lax.select(lax.lt(y, 0), 1, gammaincc(shape, y))
}
/** The logarithm of the share above `x`. @example scipy.stats.gamma.logsf(1, 2) // -0.3069 */
export const logsf: Density = (x, a, loc = 0, scale = 1) => lax.log(sf(x, a, loc, scale))
