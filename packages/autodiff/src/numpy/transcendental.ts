import type { ArrayLike, NDArray } from '../array.ts'
import * as lax from '../lax/index.ts'
import { logAddExp, logAddExp2 } from '../lax/logAdd.ts'
import { convert, inexact, promoteInexact } from './coerce.ts'

type Unary = (x: ArrayLike) => NDArray

/** A function of floats; integers and booleans become float32 first. */
const ofFloats =
  (name: string, f: (x: NDArray) => NDArray): Unary =>
  (x) =>
    f(inexact(name, x))

/** `e^x`. @example np.exp([0, 1]) // [1, 2.7183] */
export const exp = ofFloats('exp', lax.exp)
/** `2^x`. @example np.exp2([0, 3]) // [1, 8] */
export const exp2 = ofFloats('exp2', lax.exp2)
/** `e^x - 1`, exact near 0. @example np.expm1([0, 1]) // [0, 1.7183] */
export const expm1 = ofFloats('expm1', lax.expm1)
/** The natural logarithm; NaN below 0, -∞ at 0. @example np.log([1, 2]) // [0, 0.6931] */
export const log = ofFloats('log', lax.log)
/** `log(1 + x)`, exact near 0. @example np.log1p([0, 1]) // [0, 0.6931] */
export const log1p = ofFloats('log1p', lax.log1p)
/** The logarithm to base 2. @example np.log2([1, 8]) // [0, 3] */
export const log2 = ofFloats('log2', (x) => lax.div(lax.log(x), lax.log(lax.fullLike(x, 2))))
/** The logarithm to base 10. @example np.log10([10, 1000]) // [1, 3] */
export const log10 = ofFloats('log10', (x) => lax.mul(lax.log(x), Math.LOG10E))
/** `√x`; NaN below 0. @example np.sqrt([4, 2]) // [2, 1.4142] */
export const sqrt = ofFloats('sqrt', lax.sqrt)
/** `∛x`, of any sign. @example np.cbrt([8, -27]) // [2, -3] */
export const cbrt = ofFloats('cbrt', lax.cbrt)

// Angles are in radians.
/** Sine. @example np.sin([0, 1]) // [0, 0.8415] */
export const sin = ofFloats('sin', lax.sin)
/** Cosine. @example np.cos([0, np.pi]) // [1, -1] */
export const cos = ofFloats('cos', lax.cos)
/** Tangent. @example np.tan([0, 1]) // [0, 1.5574] */
export const tan = ofFloats('tan', lax.tan)
/** Inverse sine. @example np.arcsin([0, 1]) // [0, 1.5708] */
export const arcsin = ofFloats('arcsin', lax.asin)
/** Inverse cosine. @example np.acos([1, 0]) // [0, 1.5708] */
export const arccos = ofFloats('arccos', lax.acos)
/** Inverse tangent. @example np.arctan([0, 1]) // [0, 0.7854] */
export const arctan = ofFloats('arctan', lax.atan)
/** The angle of the point `(y, x)` from the positive x axis, in (-π, π]. @example np.arctan2(1, [1, -1]) // [0.7854, 2.3562] */
export const arctan2 = (y: ArrayLike, x: ArrayLike): NDArray => lax.atan2(...promoteInexact('arctan2', y, x))
/** Hyperbolic sine. @example np.sinh([0, 1]) // [0, 1.1752] */
export const sinh = ofFloats('sinh', lax.sinh)
/** Hyperbolic cosine. @example np.cosh([0, 1]) // [1, 1.5431] */
export const cosh = ofFloats('cosh', lax.cosh)
/** Hyperbolic tangent. @example np.tanh([0, 1]) // [0, 0.7616] */
export const tanh = ofFloats('tanh', lax.tanh)
/** Inverse hyperbolic sine. @example np.arcsinh([0, 1]) // [0, 0.8814] */
export const arcsinh = ofFloats('arcsinh', lax.asinh)
/** Inverse hyperbolic cosine. @example np.acosh([1, 2]) // [0, 1.3170] */
export const arccosh = ofFloats('arccosh', lax.acosh)
/** Inverse hyperbolic tangent. @example np.arctanh([0, 0.5]) // [0, 0.5493] */
export const arctanh = ofFloats('arctanh', lax.atanh)
export {
  arccos as acos,
  arccosh as acosh,
  arcsin as asin,
  arcsinh as asinh,
  arctan as atan,
  arctan2 as atan2,
  arctanh as atanh,
}

/** Degrees to radians. @example np.deg2rad([180, 90]) // [3.1416, 1.5708] */
export const deg2rad = ofFloats('deg2rad', (x) => lax.mul(x, Math.PI / 180))
/** Radians to degrees. @example np.degrees(np.pi) // 180 */
export const rad2deg = ofFloats('rad2deg', (x) => lax.mul(x, 180 / Math.PI))
export { deg2rad as radians, rad2deg as degrees }

/** `sin(πx) / (πx)`, 1 at 0. @example np.sinc([0, 0.5]) // [1, 0.6366] */
export const sinc = ofFloats('sinc', (x) => {
  const atZero = lax.eq(x, 0)
  const u = lax.mul(Math.PI, x)
  const safe = lax.select(atZero, 1, u)
  // The series at 0, where it is exact and so are its derivatives, up to the fifth.
  const square = lax.square(u)
  const series = lax.add(lax.sub(1, lax.mul(square, 1 / 6)), lax.mul(lax.square(square), 1 / 120))
  return lax.select(atZero, series, lax.div(lax.sin(safe), safe))
})

/** `log(e^x + e^y)` without overflow in between. @example np.logaddexp(1000, 1000) // 1000.6932 */
export const logaddexp = (x: ArrayLike, y: ArrayLike): NDArray => logAddExp(...promoteInexact('logaddexp', x, y))
/** `log2(2^x + 2^y)` without overflow in between. @example np.logaddexp2(3, 3) // 4 */
export function logaddexp2(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteInexact('logaddexp2', x, y)
  // As in JAX, a base other than e makes the result a definite float32.
  return convert(logAddExp2(a, b), a.dtype)
}
