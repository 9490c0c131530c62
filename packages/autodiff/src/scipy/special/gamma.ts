import { DTypeError, isFloat } from '@proj/backend'
import type { ArrayLike, NDArray } from '../../array.ts'
import { ShapeError } from '../../errors.ts'
import * as lax from '../../lax/index.ts'
import { copysign } from '../../numpy/arithmetic.ts'
import { asArray } from '../../numpy/coerce.ts'
import { sum } from '../../numpy/reduce.ts'
import { binary, floats, unary } from './operands.ts'

const { add, div, eq, exp, lgamma, lt, mul, ne, select, sub } = lax

/** `log |Γ(x)|`. @example scipy.special.gammaln(5) // 3.1781 */
export const gammaln = unary('gammaln', lgamma)
/** `ψ(x)`, the derivative of `gammaln`. @example scipy.special.digamma(1) // -0.5772 */
export const digamma = unary('digamma', lax.digamma)

/** The sign of `Γ(x)`: 1 or -1, NaN at the negative integers. @example scipy.special.gammasgn([1.5, -1.5, -0.5]) // [1, 1, -1] */
export const gammasgn = unary('gammasgn', (x) => {
  const floor = lax.floor(x)
  const below = lt(x, 0)
  const isPole = lax.bitwiseOr(lax.bitwiseAnd(below, eq(x, floor)), ne(x, x))
  const isOdd = lax.bitwiseAnd(below, ne(lax.rem(floor, 2), 0))
  const isMinusZero = lax.bitwiseAnd(eq(x, 0), lt(copysign(1, x), 0))
  const sign = select(lax.bitwiseOr(isOdd, isMinusZero), lax.fullLike(x, -1), 1)
  return select(isPole, Number.NaN, sign)
})

/**
 * The gamma function.
 *
 * @example scipy.special.gamma(5) // 24
 */
export const gamma = unary('gamma', (x) => mul(gammasgn(x), exp(lgamma(x))))
/** `n!` for floats: `Γ(n + 1)`; 0 of negative numbers. @example scipy.special.factorial([3, 4]) // [6, 24] */
export const factorial = unary('factorial', (n) => select(lt(n, 0), 0, exp(lgamma(add(n, 1)))))

/** Coefficients of the difference of two Stirling series. Source: DiDonato and Morris, ALGDIV of "Algorithm 708", TOMS 1992. */
const stirling = [
  0.833333333333333e-1, -0.277777777760991e-2, 0.79365066682539e-3, -0.59520293135187e-3, 0.837308034031215e-3,
  -0.165322962780713e-2,
]

/** `log(Γ(b) / Γ(a + b))` for `b` of 8 or more, without cancellation. */
function logRatio(a: NDArray, b: NDArray): NDArray {
  const h = div(a, b)
  const x = div(h, add(h, 1))
  const square = mul(x, x)
  const sums = [lax.fullLike(x, 1)]
  for (let i = 1; i < stirling.length; i++) sums.push(add(add(x, mul(square, sums[i - 1] as NDArray)), 1))
  const t = lax.square(lax.reciprocal(b))
  const series = stirling.reduceRight<NDArray | null>((rest, c, i) => {
    const term = mul(sums[i] as NDArray, c)
    return rest === null ? term : add(mul(rest, t), term)
  }, null) as NDArray
  const w = mul(series, div(x, b))
  const u = mul(add(b, sub(a, 0.5)), lax.log1p(div(a, b)))
  const v = mul(a, sub(lax.log(b), 1))
  return select(lax.le(u, v), sub(sub(w, v), u), sub(sub(w, u), v))
}

/** `log |B(a, b)|`, for positive operands. @example scipy.special.betaln(2, 3) // -2.4849 */
export const betaln = binary('betaln', (x, y) => {
  const [a, b] = [lax.min(x, y), lax.max(x, y)]
  const small = add(lgamma(a), sub(lgamma(b), lgamma(add(a, b))))
  return select(lt(b, 8), small, add(lgamma(a), logRatio(a, b)))
})
/** The beta function, `Γ(a) Γ(b) / Γ(a + b)`. @example scipy.special.beta(2, 3) // 0.0833 */
export const beta = binary('beta', (a, b) =>
  mul(mul(mul(gammasgn(a), gammasgn(b)), gammasgn(add(a, b))), exp(betaln(a, b))),
)
/**
 * The regularized incomplete beta function `I_x(a, b)`, with `x` in [0, 1]. Differentiable by `x`.
 *
 * @example scipy.special.betainc(2, 3, 0.5) // 0.6875
 */
export const betainc = (a: ArrayLike, b: ArrayLike, x: ArrayLike): NDArray =>
  lax.betainc(...(floats('betainc', a, b, x) as [NDArray, NDArray, NDArray]))

/** The regularized lower incomplete gamma function `P(a, x)`. @example scipy.special.gammainc(1, 1) // 0.6321 */
export const gammainc = binary('gammainc', lax.igamma)
/** The regularized upper one, `Q(a, x) = 1 - P(a, x)`. @example scipy.special.gammaincc(1, 1) // 0.3679 */
export const gammaincc = binary('gammaincc', lax.igammac)

/**
 * The `n`-th derivative of `digamma` at `x`.
 *
 * @param n natural numbers, an integer array or number
 * @throws {DTypeError} for floats in place of `n`
 * @example scipy.special.polygamma(1, 1) // Math.PI ** 2 / 6
 */
export function polygamma(n: ArrayLike, x: ArrayLike): NDArray {
  const order = asArray('polygamma', n)
  if (isFloat(order.dtype) && !Array.isArray(n))
    throw new DTypeError('polygamma', `an order of dtype ${order.dtype}`, 'pass an integer')
  return lax.polygamma(...(floats('polygamma', order, x) as [NDArray, NDArray]))
}

/** Hurwitz's zeta function `ζ(x, q) = Σ (q + k)^-x`, for `x` above 1. @example scipy.special.zeta(2, 1) // 1.6449 */
export const zeta = binary('zeta', lax.zeta)

/**
 * The logarithm of the multivariate gamma function of dimension `d`: `d (d - 1) / 4 · log π + Σ log Γ(a - i / 2)` over i = 0 … d - 1.
 *
 * @throws {ShapeError} unless `d` is a positive integer
 * @example scipy.special.multigammaln(3, 2) // 1.5502
 */
export function multigammaln(a: ArrayLike, d: number): NDArray {
  if (!Number.isInteger(d) || d < 1) throw new ShapeError('multigammaln', `dimension ${d}`, 'pass a positive integer')
  const [x] = floats('multigammaln', a) as [NDArray]
  const shape = [...x.shape, d]
  const spread = lax.broadcastInDim(x, shape, [...x.shape.keys()])
  const halves = lax.div(lax.broadcastedIota(x.dtype, shape, x.ndim), 2)
  return add(sum(lgamma(sub(spread, halves)), -1), 0.25 * d * (d - 1) * Math.log(Math.PI))
}
