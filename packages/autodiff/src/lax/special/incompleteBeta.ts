import type { NDArray } from '../../array.ts'
import { full, fullLike } from '../constant.ts'
import {
  abs,
  add,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  convertElementType,
  div,
  eq,
  exp,
  ge,
  gt,
  log,
  log1p,
  lt,
  mul,
  ne,
  neg,
  reciprocal,
  rem,
  select,
  sub,
} from '../elementwise.ts'
import { broadcastInDim } from '../movement.ts'
import { finite } from './finite.ts'
import { lgammaValue } from './gamma.ts'
import { repeatWhile, some } from './loop.ts'

const or = (...xs: readonly NDArray[]): NDArray => xs.reduce(bitwiseOr)

/** The `n`-th partial numerator; `n` is a scalar int32 from 1 on. Source: https://dlmf.nist.gov/8.17.E23. */
function partialNumerator(n: NDArray, a: NDArray, b: NDArray, x: NDArray): NDArray {
  const spread = (y: NDArray): NDArray => broadcastInDim(y, a.shape, [])
  const m = spread(convertElementType(div(sub(n, 1), 2), a.dtype))
  const twice = add(a, mul(m, 2))
  // With m = 0 one factor cancels, which a tiny `a` would lose.
  const first = div(mul(neg(add(a, b)), x), add(a, 1))
  const even = div(mul(mul(neg(add(a, m)), add(add(a, b), m)), x), mul(twice, add(twice, 1)))
  const odd = div(mul(mul(m, sub(b, m)), x), mul(sub(twice, 1), twice))
  const isEven = spread(eq(rem(n, 2), 0))
  const later = select(isEven, select(eq(m, 0), first, even), odd)
  return select(spread(eq(n, 1)), 1, later)
}

/** `1 / (1 + n₂ / (1 + n₃ / (1 + …)))` by the modified method of Lentz; all partial denominators are 1. */
function continuedFraction(a: NDArray, b: NDArray, x: NDArray): NDArray {
  const small = finite(x).eps / 2
  const most = x.dtype === 'float64' ? 600 : 200
  const awayFromZero = (y: NDArray): NDArray => select(lt(abs(y), small), small, y)
  const start = fullLike(x, small)
  const carry = repeatWhile(
    ([n, goesOn]) => bitwiseAnd(lt(n as NDArray, most), goesOn as NDArray),
    ([n, , c0, d0, h]) => {
      const numerator = partialNumerator(n as NDArray, a, b, x)
      const c = awayFromZero(add(div(numerator, c0 as NDArray), 1))
      const d = reciprocal(awayFromZero(add(mul(numerator, d0 as NDArray), 1)))
      const change = mul(c, d)
      return [add(n as NDArray, 1), some(ge(abs(sub(change, 1)), small)), c, d, mul(h as NDArray, change)]
    },
    [full([], 1, 'int32'), full([], true, 'bool'), start, fullLike(x, 0), start],
  )
  return carry[4] as NDArray
}

/** The regularized incomplete beta function `I_x(a, b)`. */
export function betaincValue(a: NDArray, b: NDArray, x: NDArray): NDArray {
  // Beyond the mean the mirror image converges faster: https://dlmf.nist.gov/8.17.E4.
  const isDirect = lt(x, div(add(a, 1), add(add(a, b), 2)))
  const [p, q] = [select(isDirect, a, b), select(isDirect, b, a)]
  const y = select(isDirect, x, sub(1, x))
  const part = mul(continuedFraction(p, q, y), factor(p, q, y))
  return edges(select(isDirect, part, sub(1, part)), a, b, x)
}

/** `x^a (1 - x)^b / (a B(a, b))`; a tiny `a` times its gamma function is 1. */
function factor(a: NDArray, b: NDArray, x: NDArray): NDArray {
  const tiny = 2 * finite(x).tiny
  const logRest = sub(lgammaValue(b), lgammaValue(add(a, b)))
  const tail = mul(log1p(neg(x)), b)
  const ordinary = div(exp(sub(add(mul(log(x), a), tail), add(lgammaValue(a), logRest))), a)
  return select(lt(a, tiny), exp(sub(tail, logRest)), ordinary)
}

/** Limits, and NaN outside the domain. */
function edges(inside: NDArray, a: NDArray, b: NDArray, x: NDArray): NDArray {
  const aVanishes = or(eq(a, 0), eq(b, Infinity))
  const bVanishes = or(eq(b, 0), eq(a, Infinity))
  const [atZero, atOne] = [eq(x, 0), eq(x, 1)]
  const isZero = or(bitwiseAnd(bVanishes, bitwiseNot(atOne)), bitwiseAnd(aVanishes, atZero))
  const isOne = or(bitwiseAnd(aVanishes, bitwiseNot(atZero)), bitwiseAnd(bVanishes, atOne))
  const isOutside = or(lt(a, 0), lt(b, 0), lt(x, 0), gt(x, 1), bitwiseAnd(aVanishes, bVanishes))
  const isUndefined = or(isOutside, ne(a, a), ne(b, b), ne(x, x))
  return select(isUndefined, Number.NaN, select(isOne, 1, select(isZero, 0, inside)))
}
