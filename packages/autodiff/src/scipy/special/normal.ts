import type { ArrayLike, NDArray } from '../../array.ts'
import { ShapeError } from '../../errors.ts'
import { customFlat } from '../../lax/customFlat.ts'
import * as lax from '../../lax/index.ts'
import { inexact } from '../../numpy/coerce.ts'
import { unary } from './operands.ts'
import { rational } from './polynomial.ts'

const { add, div, eq, exp, ge, gt, log, lt, mul, neg, select, square, sub } = lax

/** `2/√π ∫₀ˣ e^(-t²) dt`. @example scipy.special.erf([0, 1]) // [0, 0.8427] */
export const erf = unary('erf', lax.erf)
/** `1 - erf(x)`, exact for large `x`. @example scipy.special.erfc([0, 1]) // [1, 0.1573] */
export const erfc = unary('erfc', lax.erfc)
/** The inverse of `erf`, on (-1, 1). @example scipy.special.erfinv([0, 0.5]) // [0, 0.4769] */
export const erfinv = unary('erfinv', lax.erfInv)

function ndtrOf(x: NDArray): NDArray {
  const w = mul(x, Math.SQRT1_2)
  const z = lax.abs(w)
  const tail = lax.erfc(z)
  const sides = select(gt(w, 0), sub(2, tail), tail)
  return mul(select(lt(z, Math.SQRT1_2), add(lax.erf(w), 1), sides), 0.5)
}

/**
 * The distribution function of the standard normal distribution: the share that lies below `x`.
 *
 * @example scipy.special.ndtr(0) // 0.5
 */
export const ndtr = unary('ndtr', ndtrOf)

// Source: Cephes, ndtri.c.
// biome-ignore-start format: tables
const central = {
  top: [
    -5.99633501014107895267e1, 9.80010754185999661536e1, -5.66762857469070293439e1, 1.39312609387279679503e1,
    -1.23916583867381258016,
  ],
  bottom: [
    1, 1.95448858338141759834, 4.67627912898881538453, 8.63602421390890590575e1, -2.25462687854119370527e2,
    2.00260212380060660359e2, -8.20372256168333339912e1, 1.59056225126211695515e1, -1.18331621121330003142,
  ],
}
const middle = {
  top: [
    4.05544892305962419923, 3.15251094599893866154e1, 5.71628192246421288162e1, 4.408050738932008347e1,
    1.46849561928858024014e1, 2.18663306850790267539, -1.40256079171354495875e-1, -3.50424626827848203418e-2,
    -8.57456785154685413611e-4,
  ],
  bottom: [
    1, 1.57799883256466749731e1, 4.53907635128879210584e1, 4.1317203825467203044e1, 1.50425385692907503408e1,
    2.50464946208309415979, -1.42182922854787788574e-1, -3.80806407691578277194e-2, -9.33259480895457427372e-4,
  ],
}
const far = {
  top: [
    3.2377489177694603597, 6.91522889068984211695, 3.93881025292474443415, 1.33303460815807542389,
    2.01485389549179081538e-1, 1.23716634817820021358e-2, 3.01581553508235416007e-4, 2.65806974686737550832e-6,
    6.2397453918498329373e-9,
  ],
  bottom: [
    1, 6.02427039364742014255, 3.67983563856160859403, 1.37702099489081330271, 2.1623699359449663589e-1,
    1.34204006088543189037e-2, 3.28014464682127739104e-4, 2.89247864745380683936e-6, 6.79019408009981274425e-9,
  ],
}
// biome-ignore-end format: tables

/**
 * The inverse of `ndtr`: the quantile of the standard normal distribution; ±∞ at 0 and 1.
 *
 * @example scipy.special.ndtri([0.5, 0.975]) // [0, 1.9600]
 *
 * Source: Cephes, ndtri.c.
 */
export const ndtri = unary('ndtri', (p) => {
  const edge = Math.exp(-2)
  const upper = gt(p, -Math.expm1(-2))
  const folded = select(upper, sub(1, p), p)
  const safe = select(eq(folded, 0), 0.5, folded)
  const w = sub(safe, 0.5)
  const ww = square(w)
  const nearMiddle = mul(add(w, mul(mul(w, ww), rational(central.top, central.bottom, ww))), -Math.sqrt(2 * Math.PI))
  const z = lax.sqrt(mul(log(safe), -2))
  const first = sub(z, div(log(z), z))
  const inverse = lax.reciprocal(z)
  const tail = ({ top, bottom }: typeof far): NDArray => sub(first, div(rational(top, bottom, inverse), z))
  const beyond = select(ge(z, 8), tail(far), tail(middle))
  const x = select(gt(safe, edge), nearMiddle, beyond)
  const signed = select(gt(p, 1 - edge), x, neg(x))
  return select(eq(p, 0), -Infinity, select(eq(p, 1), Infinity, signed))
})

/** `1 - 1/x² + 3/x⁴ - 15/x⁶ …`, of `order` terms after the first: the asymptotic series of the tail. */
function tailSeries(x: NDArray, order: number): NDArray {
  const squared = square(x)
  let [sum, power, factorial] = [lax.fullLike(x, 1), squared, 1]
  for (let n = 1; n <= order; n++) {
    factorial *= 2 * n - 1
    const term = div(factorial, power)
    sum = n % 2 === 1 ? sub(sum, term) : add(sum, term)
    power = mul(power, squared)
  }
  return sum
}

function logNdtrOf(x: NDArray, order: number): NDArray {
  const [lower, upper] = x.dtype === 'float64' ? [-20, 8] : [-10, 5]
  const isUpper = gt(x, upper)
  const value = ndtrOf(select(isUpper, neg(x), lax.max(x, lower)))
  const below = lax.min(x, lower)
  const scale = sub(sub(mul(square(below), -0.5), log(neg(below))), 0.5 * Math.log(2 * Math.PI))
  const tail = add(scale, log(tailSeries(below, order)))
  return select(isUpper, neg(value), select(gt(x, lower), log(value), tail))
}

const logNdtrFlat = (order: number): ReturnType<typeof customFlat> =>
  customFlat(
    'logNdtr',
    ([x]) => [logNdtrOf(x as NDArray, order)],
    ([x], [t = null]) => {
      const [out] = logNdtrFlat(order)([x as NDArray]) as [NDArray]
      const logDensity = sub(mul(square(x as NDArray), -0.5), 0.5 * Math.log(2 * Math.PI))
      return [[out], [t === null ? null : mul(t, exp(sub(logDensity, out)))]]
    },
  )

/**
 * The logarithm of `ndtr`, exact where that is tiny.
 *
 * @param seriesOrder terms of the asymptotic series that is used far below 0
 * @throws {ShapeError} unless the order is an integer from 0 to 30
 * @example scipy.special.logNdtr([0, -10]) // [-0.6931, -53.2313]
 */
export function logNdtr(x: ArrayLike, options: { readonly seriesOrder?: number } = {}): NDArray {
  const { seriesOrder = 3 } = options
  if (!Number.isInteger(seriesOrder) || seriesOrder < 0 || seriesOrder > 30)
    throw new ShapeError('logNdtr', `series of order ${seriesOrder}`, 'pass an integer from 0 to 30')
  return logNdtrFlat(seriesOrder)([inexact('logNdtr', x)])[0] as NDArray
}
