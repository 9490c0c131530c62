import type { NDArray } from '../array.ts'
import type { LaxOperand } from './constant.ts'
import { abs, add, exp, gt, log, log1p, mul, neg, reciprocal, select, sign, sub } from './elementwise.ts'
import { besselI0eValue, besselI1eValue } from './special/bessel.ts'
import { special } from './special/derivative.ts'
import { finite } from './special/finite.ts'
import { digammaValue, lgammaValue } from './special/gamma.ts'
import { betaincValue } from './special/incompleteBeta.ts'
import { igammacValue, igammaGradAValue, igammaValue, randomGammaGradValue } from './special/incompleteGamma.ts'
import { polygammaValue, zetaValue } from './special/zeta.ts'

// Elementwise, of floats of one shape and dtype; half precision is computed in single. Formulas and their cut-overs are XLA's, so that values
// agree with JAX's to a few units in the last place. Derivatives are written by hand, not taken of the loops.

type One = (x: LaxOperand) => NDArray
type Two = (a: LaxOperand, x: LaxOperand) => NDArray
type Three = (a: LaxOperand, b: LaxOperand, x: LaxOperand) => NDArray

/**
 * `log |Γ(x)|`; +∞ at 0 and the negative integers. Its derivative is `digamma`.
 *
 * @example lax.lgamma(np.array([5])) // [Math.log(24)]
 */
export const lgamma: One = special('lgamma', lgammaValue, [(x) => digamma(x)])

/**
 * The logarithmic derivative of the gamma function, `ψ(x)`; NaN at 0 and the negative integers.
 *
 * @example lax.digamma(np.array([1])) // [-0.5772157]; minus Euler's constant
 */
export const digamma: One = special('digamma', digammaValue, [(x) => polygamma(1, x)])

/**
 * `ψ⁽ᵐ⁾(x)`, the `m`-th derivative of `digamma`, for natural numbers `m` held as floats. Differentiable by `x`.
 *
 * @example lax.polygamma(1, np.array([1])) // [Math.PI ** 2 / 6]
 */
export const polygamma: Two = special('polygamma', polygammaValue, [null, (m, x) => polygamma(add(m, 1), x)])

/**
 * Hurwitz's zeta function `ζ(x, q) = Σ (q + k)^-x` over k = 0, 1, …, for `x` above 1.
 *
 * @example lax.zeta(np.array([2]), 1) // [Math.PI ** 2 / 6]
 */
export const zeta: Two = special('zeta', zetaValue)

/** `x^(a-1) e^-x / Γ(a)`. */
const gammaDensity = (a: NDArray, x: NDArray): NDArray => exp(sub(add(neg(x), mul(sub(a, 1), log(x))), lgamma(a)))

/**
 * The regularized lower incomplete gamma function `P(a, x) = 1/Γ(a) ∫₀ˣ t^(a-1) e^-t dt`; NaN for negative operands.
 *
 * @example lax.igamma(1, np.array([1])) // [1 - 1 / Math.E]
 */
export const igamma: Two = special('igamma', igammaValue, [(a, x) => igammaGradA(a, x), gammaDensity])

/**
 * The regularized upper incomplete gamma function `Q(a, x) = 1 - P(a, x)`, exact where it is small.
 *
 * @example lax.igammac(1, np.array([1])) // [1 / Math.E]
 */
export const igammac: Two = special('igammac', igammacValue, [
  (a, x) => neg(igammaGradA(a, x)),
  (a, x) => neg(gammaDensity(a, x)),
])

/** `∂P(a, x) / ∂a`. Itself not differentiable. @example lax.igammaGradA(np.array([1]), np.array([1])) // [-0.4317] */
export const igammaGradA: Two = special('igammaGradA', igammaGradAValue, [null, null])

/**
 * How a sample `x` of Gamma(a, 1) moves with `a`: `-(∂P/∂a) / (∂P/∂x)`. Itself not differentiable.
 *
 * @example lax.randomGammaGrad(np.array([1]), np.array([1])) // [1.1736]
 */
export const randomGammaGrad: Two = special('randomGammaGrad', randomGammaGradValue, [null, null])

/**
 * The regularized incomplete beta function `I_x(a, b) = 1/B(a, b) ∫₀ˣ t^(a-1) (1-t)^(b-1) dt`, for `x` in [0, 1]. Differentiable by `x`.
 *
 * @example lax.betainc(1, 1, np.array([0.25])) // [0.25]
 */
export const betainc: Three = special('betainc', betaincValue, [
  null,
  null,
  (a, b, x) => {
    const logBeta = sub(add(lgamma(a), lgamma(b)), lgamma(add(a, b)))
    return exp(sub(add(mul(sub(b, 1), log1p(neg(x))), mul(sub(a, 1), log(x))), logBeta))
  },
])

/**
 * `e^-|x| I₀(x)`, the modified Bessel function of the first kind of order 0, scaled so that it does not overflow.
 *
 * @example lax.besselI0e(np.array([0, 1])) // [1, 0.4658]
 */
export const besselI0e: One = special('besselI0e', besselI0eValue, [
  (x) => sub(besselI1e(x), mul(sign(x), besselI0e(x))),
])

/** `e^-|x| I₁(x)`. @example lax.besselI1e(np.array([0, 1])) // [0, 0.2079] */
export const besselI1e: One = special('besselI1e', besselI1eValue, [
  (x) => {
    // At 0 the derivative is ½, but I₁(x) / x is 0 / 0.
    const { eps } = finite(x)
    const isLarge = gt(abs(x), eps)
    const safe = select(isLarge, x, eps)
    return select(isLarge, sub(besselI0e(safe), mul(besselI1e(safe), add(sign(safe), reciprocal(safe)))), 0.5)
  },
])
