import type { NDArray } from '../../array.ts'
import { fullLike } from '../constant.ts'
import {
  abs,
  add,
  bitwiseAnd,
  bitwiseOr,
  div,
  eq,
  exp,
  floor,
  integerPow,
  le,
  lt,
  mul,
  ne,
  neg,
  pow,
  rem,
  select,
  square,
  sub,
} from '../elementwise.ts'
import { finite } from './finite.ts'
import { digammaValue, lgammaValue } from './gamma.ts'

/** Terms that are summed one by one. */
const leading = 9
/** `(2k)! / B_2k` for k = 12 … 1: the coefficients of Euler and Maclaurin's formula. Source: Cephes, zeta.c. */
const euler = [
  -7.1661652561756670113e18, 1.8152105401943546773e17, -4.5979787224074726105e15, 1.1646782814350067249e14,
  -2.950130727918164224e12, 7.47242496e10, -1.8924375803183791606e9, 47900160, -1209600, 30240, -720,
]

/** Hurwitz's `ζ(x, q) = Σ (q + k)^-x`, from nine terms and Euler and Maclaurin's formula for the rest. Source: Cephes, zeta.c, as in XLA. */
export function zetaValue(x: NDArray, q: NDArray): NDArray {
  const power = (a: NDArray): NDArray => pow(a, neg(x))
  let a = q
  let head = power(a)
  for (let k = 0; k < leading; k++) {
    a = add(a, 1)
    head = add(head, power(a))
  }
  a = add(a, 1)
  const last = power(a)
  const inverseSquare = integerPow(square(a), -1)
  const correction = euler.reduce(
    (sum, c, i) => {
      const factor = mul(add(x, 22 - 2 * i), add(x, 21 - 2 * i))
      return mul(mul(factor, inverseSquare), add(sum, 1 / c))
    },
    fullLike(a, 0),
  )
  const tail = add(div(mul(last, a), sub(x, 1)), mul(last, add(mul(div(x, a), add(correction, 1 / 12)), 0.5)))
  const isEnough = lt(abs(last), mul(abs(head), finite(x).eps))
  return edges(select(isEnough, head, add(head, tail)), x, q)
}

/** Poles and the ends of the domain. */
function edges(sum: NDArray, x: NDArray, q: NDArray): NDArray {
  const isIntegral = (y: NDArray): NDArray => eq(y, floor(y))
  const below = le(q, 0)
  const isEven = bitwiseAnd(eq(rem(x, 2), 0), isIntegral(x))
  const inDomain = select(eq(x, 1), Infinity, select(lt(x, 1), Number.NaN, sum))
  const isUndefined = bitwiseAnd(below, ne(x, floor(x)))
  const atPole = bitwiseAnd(below, isIntegral(q))
  const pole = select(isEven, fullLike(x, Infinity), Number.NaN)
  return select(atPole, pole, select(isUndefined, Number.NaN, inDomain))
}

/** The `n`-th derivative of digamma: `(-1)^(n+1) n! ζ(n + 1, x)`; NaN unless `n` is a natural number. */
export function polygammaValue(n: NDArray, x: NDArray): NDArray {
  const next = add(n, 1)
  const sign = sub(mul(rem(n, 2), 2), 1)
  const derivative = mul(mul(sign, exp(lgammaValue(next))), zetaValue(next, x))
  const isOutside = bitwiseOr(ne(n, floor(n)), lt(n, 0))
  return select(isOutside, Number.NaN, select(eq(n, 0), digammaValue(x), derivative))
}
