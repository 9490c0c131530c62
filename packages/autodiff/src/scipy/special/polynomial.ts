import type { NDArray } from '../../array.ts'
import * as lax from '../../lax/index.ts'

/** A polynomial by Horner's rule, highest power first. */
export const horner = (coefficients: readonly number[], x: NDArray): NDArray =>
  coefficients.slice(1).reduce((sum, c) => lax.add(lax.mul(sum, x), c), lax.fullLike(x, coefficients[0] as number))

/** The quotient of two. */
export const rational = (top: readonly number[], bottom: readonly number[], x: NDArray): NDArray =>
  lax.div(horner(top, x), horner(bottom, x))
