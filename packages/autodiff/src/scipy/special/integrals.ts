import type { NDArray } from '../../array.ts'
import * as lax from '../../lax/index.ts'
import { special } from '../../lax/special/derivative.ts'
import { finite } from '../../lax/special/finite.ts'
import { repeatWhile, some } from '../../lax/special/loop.ts'
import { unary } from './operands.ts'
import { rational } from './polynomial.ts'

const { add, div, eq, exp, gt, le, log, lt, mul, ne, neg, select, sub } = lax
const eulerGamma = 0.57721566490153286061

// Rational approximations of Ei on (0, 2], (2, 4], (4, 8] … and above 64. Source: Cephes, ei.c.
// biome-ignore-start format: tables
const pieces = [
  {
    top: [
      -5.350447357812542947283, 2.18504916881661339383e2, -4.176572384826693777058e3, 5.541176756393557601232e4,
      -3.313381331178144034309e5, 1.59262716338494541422e6,
    ],
    bottom: [
      1.0, -5.250547959112862969197e1, 1.259616186786790571525e3, -1.756549581973534652631e4, 1.493062117002725991967e5,
      -7.294949239640527645655e5, 1.592627163384945429726e6,
    ],
  },
  {
    top: [
      1.981808503259689673238e-2, -1.271645625984917501326, -2.08816033568122831892, 2.755544509187936721172,
      -4.409507048701600257171e-1, 4.665623805935891391017e-2, -1.54504267967348526258e-3, 7.059980605299617478514e-5,
    ],
    bottom: [
      1.0, 1.476498670914921440652, 5.629177174822436244827e-1, 1.699017897879307263248e-1, 2.291647179034212017463e-2,
      4.450150439728752875043e-3, 1.727439612206521482874e-4, 3.953167195549672482304e-5,
    ],
  },
  {
    top: [
      -1.373215375871208729803, -7.084559133740838761406e-1, 1.580806855547941010501, -2.601500427425622944234e-1,
      2.994674694113713763365e-2, -1.038086040188744005513e-3, 4.371064420753005429514e-5, 2.141783679522602903795e-6,
    ],
    bottom: [
      1.0, 8.585231423622028380768e-1, 4.483285822873995129957e-1, 7.687932158124475434091e-2,
      2.449868241021887685904e-2, 8.832165941927796567926e-4, 4.590952299511353531215e-4, -4.729848351866523044863e-6,
      2.665195537390710170105e-6,
    ],
  },
  {
    top: [
      -2.106934601691916512584, 1.732733869664688041885, -2.423619178935841904839e-1, 2.322724180937565842585e-2,
      2.372880440493179832059e-4, -8.343219561192552752335e-5, 1.363408795605250394881e-5, -3.655412321999253963714e-7,
      1.464941733975961318456e-8, 6.176407863710360207074e-10,
    ],
    bottom: [
      1.0, -2.298062239901678075778e-1, 1.105077041474037862347e-1, -1.566542966630792353556e-2,
      2.761106850817352773874e-3, -2.089148012284048449115e-4, 1.708528938807675304186e-5, -4.459311796356686423199e-7,
      1.394634930353847498145e-8, 6.150865933977338354138e-10,
    ],
  },
  {
    top: [
      -2.458119367674020323359e-1, -1.483382253322077687183e-1, 7.248291795735551591813e-2, -1.348315687380940523823e-2,
      1.342775069788636972294e-3, -7.942465637159712264564e-5, 2.644179518984235952241e-6, -4.239473659313765177195e-8,
    ],
    bottom: [
      1.0, -1.044225908443871106315e-1, -2.676453128101402655055e-1, 9.695000254621984627876e-2,
      -1.601745692712991078208e-2, 1.496414899205908021882e-3, -8.462452563778485013756e-5, 2.728938403476726394024e-6,
      -4.239462431819542051337e-8,
    ],
  },
  {
    top: [
      1.212561118105456670844e-1, -5.823133179043894485122e-1, 2.348887314557016779211e-1, -3.04003431811324823728e-2,
      1.510082146865190661777e-3, -2.523137095499571377122e-5,
    ],
    bottom: [
      1.0, -1.002252150365854016662, 2.928709694872224144953e-1, -3.337004338674007801307e-2,
      1.560544881127388842819e-3, -2.523137093603234562648e-5,
    ],
  },
  {
    top: [
      -7.657847078286127362028e-1, 6.88619241556670505175e-1, -2.132598113545206124553e-1, 3.346107552384193813594e-2,
      -3.076541477344756050249e-3, 1.74711931645490747738e-4, -6.103711682274170530369e-6, 1.218032765428652199087e-7,
      -1.086076102793290233007e-9,
    ],
    bottom: [
      1.0, -1.888802868662308731041, 1.06669168721140889685, -2.751915982306380647738e-1, 3.930852688233823569726e-2,
      -3.414684558602365085394e-3, 1.866844370703555398195e-4, -6.345146083130515357861e-6, 1.239754287483206878024e-7,
      -1.086076102793126632978e-9,
    ],
  },
] as const
const dilogarithm = {
  top: [
    4.65128586073990045278e-5, 7.31589045238094711071e-3, 1.3384763957830901865e-1, 8.79691311754530315341e-1,
    2.7114985119655346992, 4.25697156008121755724, 3.29771340985225106936, 1.00000000000000000126,
  ],
  bottom: [
    6.90990488912553276999e-4, 2.54043763932544379113e-2, 2.82974860602568089943e-1, 1.41172597751831069617,
    3.63800533345137075418, 5.0327888014331699039, 3.54771340985225096217, 9.9999999999999999874e-1,
  ],
}
// biome-ignore-end format: tables

/** `Ei(x)` for positive `x`. */
function positive(x: NDArray): NDArray {
  const [first, ...others] = pieces
  const small = add(add(mul(x, rational(first.top, first.bottom, x)), eulerGamma), log(x))
  const inverse = lax.reciprocal(x)
  const large = others.map(({ top, bottom }) =>
    mul(mul(exp(x), inverse), add(mul(inverse, rational(top, bottom, inverse)), 1)),
  )
  return large.reduce((out, value, i) => select(gt(x, 2 ** (i + 1)), value, out), small)
}

/** Elements go on from `before` to `after` only where `on` holds. */
const advance = (on: NDArray, after: readonly NDArray[], before: readonly NDArray[]): NDArray[] =>
  after.map((x, i) => select(on, x, before[i] as NDArray))

/** `E₁(x)` by its power series, where `on` holds. */
function series(x: NDArray, on: NDArray): NDArray {
  const { eps } = finite(x)
  const zero = lax.fullLike(x, 0)
  const step = ([active, ...before]: readonly NDArray[]): NDArray[] => {
    const [k0, y0, sum0] = before as [NDArray, NDArray, NDArray]
    const k = add(k0, 1)
    const y = mul(y0, div(neg(x), k))
    const sum = add(sum0, div(y, k))
    const goesOn = lax.bitwiseAnd(active as NDArray, gt(lax.abs(div(y, sum)), eps))
    return [goesOn, ...advance(active as NDArray, [k, y, sum], before)]
  }
  const carry = repeatWhile(([active]) => some(active as NDArray), step, [on, zero, lax.fullLike(x, 1), zero])
  return sub(sub(-eulerGamma, log(x)), carry[3] as NDArray)
}

/** `E₁(x)` by its continued fraction, where `on` holds. */
function fraction(x: NDArray, on: NDArray): NDArray {
  const { eps } = finite(x)
  const large = 2 ** 57
  const one = lax.fullLike(x, 1)
  const step = ([active, ...before]: readonly NDArray[]): NDArray[] => {
    const [k0, p1, q1, p2, q2, ans0] = before as [NDArray, NDArray, NDArray, NDArray, NDArray, NDArray]
    const k = add(k0, 1)
    const isOdd = eq(lax.rem(k, 2), 1)
    const y = select(isOdd, one, x)
    const factor = select(isOdd, add(div(sub(k, 1), 2), 1), div(k, 2))
    const [p, q] = [add(mul(p1, y), mul(p2, factor)), add(mul(q1, y), mul(q2, factor))]
    const isFraction = ne(q, 0)
    const r = div(p, q)
    const change = select(isFraction, lax.abs(div(sub(ans0, r), r)), 1)
    const isLarge = gt(lax.abs(p), large)
    const scaled = [p, q, p1, q1].map((u) => select(isLarge, div(u, large), u))
    const goesOn = lax.bitwiseAnd(active as NDArray, gt(change, eps))
    return [goesOn, ...advance(active as NDArray, [k, ...scaled, select(isFraction, r, ans0)], before)]
  }
  const start = [on, one, one, add(x, 1), one, x, lax.reciprocal(add(x, 1))]
  const carry = repeatWhile(([active]) => some(active as NDArray), step, start)
  return mul(carry[6] as NDArray, exp(neg(x)))
}

/** `E₁(x)`; ∞ at 0, NaN below. */
function exp1Value(x: NDArray): NDArray {
  const bySeries = le(x, 1)
  const isInside = lax.bitwiseAnd(gt(x, 0), lt(x, Infinity))
  const low = series(x, lax.bitwiseAnd(isInside, bySeries))
  const high = fraction(x, lax.bitwiseAnd(isInside, lax.bitwiseNot(bySeries)))
  const inside = select(bySeries, low, select(eq(x, Infinity), 0, high))
  return select(lt(x, 0), Number.NaN, select(eq(x, 0), Infinity, inside))
}

const expiFlat = special(
  'expi',
  (x: NDArray) => select(lt(x, 0), neg(exp1Value(lax.abs(x))), select(eq(x, 0), -Infinity, positive(x))),
  [(x: NDArray) => div(exp(x), x)],
)
const exp1Flat = special('exp1', exp1Value, [(x: NDArray) => neg(div(exp(neg(x)), x))])

/** The exponential integral `Ei(x)`, the principal value of `∫ e^t / t dt` from -∞ to `x`. @example scipy.special.expi(1) // 1.8951 */
export const expi = unary('expi', expiFlat)
/** The exponential integral `E₁(x) = ∫ e^-t / t dt` from `x` to ∞, for positive `x`. @example scipy.special.exp1(1) // 0.2194 */
export const exp1 = unary('exp1', exp1Flat)

function spenceValue(given: NDArray): NDArray {
  const isLarge = gt(given, 2)
  const x = select(isLarge, lax.reciprocal(given), given)
  const [above, below] = [gt(x, 1.5), lt(x, 0.5)]
  const w = select(above, sub(lax.reciprocal(x), 1), select(below, neg(x), sub(x, 1)))
  const y = mul(neg(w), rational(dilogarithm.top, dilogarithm.bottom, w))
  const reflected = sub(sub(Math.PI ** 2 / 6, mul(log(x), log(sub(1, x)))), y)
  const z = select(below, reflected, y)
  const out = select(lax.bitwiseOr(isLarge, above), sub(mul(lax.square(log(x)), -0.5), z), z)
  const atEdge = select(eq(given, 0), lax.fullLike(out, Math.PI ** 2 / 6), select(eq(given, 1), 0, out))
  return select(lt(given, 0), Number.NaN, atEdge)
}

const spenceFlat = special('spence', spenceValue, [(x: NDArray) => div(log(x), sub(1, x))])
/**
 * The dilogarithm, `∫ log(t) / (1 - t) dt` from 1 to `x`; NaN below 0. Source: Cephes, spence.c.
 *
 * @example scipy.special.spence([0, 1]) // [1.6449, 0]
 */
export const spence = unary('spence', spenceFlat)
