import type { NDArray } from '../../array.ts'
import { full, fullLike } from '../constant.ts'
import {
  abs,
  add,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  div,
  eq,
  exp,
  ge,
  gt,
  le,
  log,
  lt,
  mul,
  ne,
  neg,
  select,
  sub,
} from '../elementwise.ts'
import { broadcastInDim } from '../movement.ts'
import { finite } from './finite.ts'
import { digammaValue, lgammaValue } from './gamma.ts'
import { repeatWhile, some } from './loop.ts'

// Source: Cephes, igam.c, with the derivatives of Moore, "Algorithm AS 187", 1982, carried along, as in XLA's math library.

/**
 * What of the incomplete gamma function is wanted: its value, its derivative by `a`, or the derivative by `a` of the `x` at which it has a
 * given value, which is what differentiates a sample of the gamma distribution.
 */
type Wanted = 'value' | 'derivative' | 'sampleDerivative'

const or = (...xs: readonly NDArray[]): NDArray => xs.reduce(bitwiseOr)
const isNaN = (x: NDArray): NDArray => ne(x, x)

/** `log(xᵃ e^-x / Γ(a))`. */
const logDensity = (a: NDArray, x: NDArray): NDArray => sub(sub(mul(a, log(x)), x), lgammaValue(a))

/** One element goes on from `before` to `after` only where `enabled`. */
const advance = (enabled: NDArray, after: readonly NDArray[], before: readonly NDArray[]): NDArray[] =>
  after.map((x, i) => select(enabled, x, before[i] as NDArray))

/** The power series, for `x` that is small beside `a`. */
function series(density: NDArray, x: NDArray, a: NDArray, enabled: NDArray, wanted: Wanted): NDArray {
  const { eps } = finite(x)
  const step = ([on, ...before]: readonly NDArray[]): NDArray[] => {
    const [r0, c0, sum0, dc0, dsum0] = before as [NDArray, NDArray, NDArray, NDArray, NDArray]
    const r = add(r0, 1)
    const ratio = div(x, r)
    const dc = sub(mul(dc0, ratio), div(mul(c0, x), mul(r, r)))
    const dsum = add(dsum0, dc)
    const c = mul(c0, ratio)
    const sum = add(sum0, c)
    const change = wanted === 'value' ? div(c, sum) : abs(div(dc, dsum))
    return [bitwiseAnd(on as NDArray, gt(change, eps)), ...advance(on as NDArray, [r, c, sum, dc, dsum], before)]
  }
  const [one, zero] = [fullLike(a, 1), fullLike(a, 0)]
  const carry = repeatWhile(([on]) => some(on as NDArray), step, [enabled, a, one, one, zero, zero])
  const [sum, dsum] = [carry[3] as NDArray, carry[5] as NDArray]
  if (wanted === 'value') return div(mul(sum, density), a)
  const dlog = sub(log(x), digammaValue(add(a, 1)))
  if (wanted === 'derivative') return div(mul(density, add(mul(sum, dlog), dsum)), a)
  return div(mul(neg(add(dsum, mul(sum, dlog))), x), a)
}

/** Beyond this many steps the continued fraction gives what it has. */
const mostSteps = 2000

/** The continued fraction of the complement, for the other `x`. */
function fraction(density: NDArray, x: NDArray, a: NDArray, enabled: NDArray, wanted: Wanted): NDArray {
  const { eps } = finite(x)
  const carry = repeatWhile(
    ([on, count]) => bitwiseAnd(lt(count as NDArray, mostSteps), some(on as NDArray)),
    ([on, count, ...before]) => {
      const next = add(count as NDArray, 1)
      const c = broadcastInDim(next, x.shape, [])
      const { after, change } = fractionStep(before, c, eps, wanted)
      return [bitwiseAnd(on as NDArray, gt(change, eps)), next, ...advance(on as NDArray, after, before)]
    },
    [enabled, full([], 0, x.dtype), ...fractionStart(x, a)],
  )
  const [ans, dans] = [carry[2] as NDArray, carry[3] as NDArray]
  if (wanted === 'value') return mul(ans, density)
  const dlog = sub(log(x), digammaValue(a))
  if (wanted === 'derivative') return mul(density, add(mul(ans, dlog), dans))
  return neg(mul(add(dans, mul(ans, dlog)), x))
}

/** Value and its derivative; the partial denominators; then the last two convergents `p / q` and their derivatives. */
function fractionStart(x: NDArray, a: NDArray): NDArray[] {
  const y = sub(1, a)
  const z = add(add(x, y), 1)
  const [one, zero] = [fullLike(x, 1), fullLike(x, 0)]
  const [p, q, dq] = [add(x, 1), mul(z, x), neg(x)]
  const ans = div(p, q)
  return [ans, div(neg(mul(ans, dq)), q), y, z, p, q, one, x, zero, dq, zero, zero]
}

/** The next convergent of each element, and by how much it differs from the last. */
function fractionStep(before: readonly NDArray[], c: NDArray, eps: number, wanted: Wanted) {
  const [ans0, dans0, y0, z0, p1, q1, p2, q2, dp1, dq1, dp2, dq2] = before as Twelve
  const [y, z] = [add(y0, 1), add(z0, 2)]
  const yc = mul(y, c)
  const p = sub(mul(p1, z), mul(p2, yc))
  const q = sub(mul(q1, z), mul(q2, yc))
  const isFraction = ne(q, 0)
  const r = div(p, q)
  const change = select(isFraction, abs(div(sub(ans0, r), r)), 1)
  const ans = select(isFraction, r, ans0)
  const dp = add(sub(sub(mul(dp1, z), p1), mul(dp2, yc)), mul(p2, c))
  const dq = add(sub(sub(mul(dq1, z), q1), mul(dq2, yc)), mul(q2, c))
  const dans = select(isFraction, div(sub(dp, mul(ans, dq)), q), dans0)
  const dchange = select(isFraction, abs(sub(dans, dans0)), 1)
  const isLarge = gt(abs(p), 1 / eps)
  const scaled = [p, q, p1, q1, dp, dq, dp1, dq1].map((u) => select(isLarge, mul(u, eps), u))
  return { after: [ans, dans, y, z, ...scaled], change: wanted === 'value' ? change : dchange }
}
type Twelve = [
  NDArray,
  NDArray,
  NDArray,
  NDArray,
  NDArray,
  NDArray,
  NDArray,
  NDArray,
  NDArray,
  NDArray,
  NDArray,
  NDArray,
]

/** Where nothing has to be summed up: the density vanishes, or the answer is known. */
function split(a: NDArray, x: NDArray) {
  const exponent = logDensity(a, x)
  return { density: exp(exponent), underflows: lt(exponent, -Math.log(finite(x).max)) }
}

const outside = (a: NDArray, x: NDArray): NDArray =>
  or(lt(x, 0), lt(a, 0), bitwiseAnd(eq(a, 0), eq(x, 0)), isNaN(a), isNaN(x))

/** The regularized lower incomplete gamma function `P(a, x) = 1/Γ(a) ∫₀ˣ t^(a-1) e^-t dt`. */
export function igammaValue(a: NDArray, x: NDArray): NDArray {
  const [isZero, isInfinite, isOutside] = [eq(x, 0), eq(x, Infinity), outside(a, x)]
  const byFraction = bitwiseAnd(ge(x, 1), gt(x, a))
  const { density, underflows } = split(a, x)
  const enabled = bitwiseNot(or(isZero, isOutside, underflows, isInfinite))
  const upper = fraction(density, x, a, bitwiseAnd(enabled, byFraction), 'value')
  const lower = series(density, x, a, bitwiseAnd(enabled, bitwiseNot(byFraction)), 'value')
  const inside = select(byFraction, sub(1, upper), lower)
  return select(isOutside, Number.NaN, select(isInfinite, 1, select(isZero, 0, inside)))
}

/** The complement, `Q(a, x) = 1 - P(a, x)`. */
export function igammacValue(a: NDArray, x: NDArray): NDArray {
  const isOutside = outside(a, x)
  const vanishes = or(eq(x, Infinity), eq(a, 0))
  const bySeries = or(lt(x, 1), lt(x, a))
  const { density, underflows } = split(a, x)
  const enabled = bitwiseNot(or(isOutside, underflows, vanishes))
  const lower = series(density, x, a, bitwiseAnd(enabled, bySeries), 'value')
  const upper = fraction(density, x, a, bitwiseAnd(enabled, bitwiseNot(bySeries)), 'value')
  return select(isOutside, Number.NaN, select(vanishes, 0, select(bySeries, sub(1, lower), upper)))
}

/** A derivative by `a`, from whichever expansion converges. */
function byShape(a: NDArray, x: NDArray, wanted: Wanted): NDArray {
  const isZero = eq(x, 0)
  const isOutside = or(lt(x, 0), le(a, 0), isNaN(a), isNaN(x))
  const byFraction = bitwiseAnd(gt(x, 1), gt(x, a))
  const { density, underflows } = split(a, x)
  const enabled = bitwiseNot(or(isZero, isOutside, underflows))
  const upper = fraction(density, x, a, bitwiseAnd(enabled, byFraction), wanted)
  const lower = series(density, x, a, bitwiseAnd(enabled, bitwiseNot(byFraction)), wanted)
  const inside = select(byFraction, neg(upper), lower)
  return select(isOutside, Number.NaN, select(isZero, 0, inside))
}

/** `∂P(a, x) / ∂a`. */
export const igammaGradAValue = (a: NDArray, x: NDArray): NDArray => byShape(a, x, 'derivative')
/** `dx / da` at a constant `P(a, x)`: the derivative of a sample `x` of Gamma(a, 1). */
export const randomGammaGradValue = (a: NDArray, x: NDArray): NDArray => byShape(a, x, 'sampleDerivative')
