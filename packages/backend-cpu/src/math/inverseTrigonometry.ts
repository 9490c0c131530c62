import type { Graph, Node } from '../lane/graph.ts'

/** Source of all coefficients: FreeBSD msun, e_asin.c, s_atan.c. Of (asin(x) - x) / x, as P(x²)/Q(x²), |x| <= 1/2. */
const asinP = [
  0, 1.66666666666666657415e-1, -3.25565818622400915405e-1, 2.01212532134862925881e-1, -4.00555345006794114027e-2,
  7.91534994289814532176e-4, 3.4793310759602116757e-5,
]
const asinQ = [1, -2.40339491173441421878, 2.02094576023350569471, -6.8828397160545329303e-1, 7.70381505559019352791e-2]
/** Of 1 - atan(x)/x in powers of x², from x² on, |x| <= 7/16. */
const atanSeries = [
  3.33333333333329318027e-1, -1.99999999998764832476e-1, 1.42857142725034663711e-1, -1.1111110405462355788e-1,
  9.09088713343650656196e-2, -7.69187620504482999495e-2, 6.66107313738753120669e-2, -5.83357013379057348645e-2,
  4.97687799461593236017e-2, -3.6531572744216915527e-2, 1.62858201153657823623e-2,
]
const piHi = Math.PI
const piLo = 1.2246467991473531772e-16
const halfPiHi = Math.PI / 2
const halfPiLo = 6.12323399573676603587e-17

const ratio = (g: Graph, z: Node): Node => g.div(g.polynomial(z, asinP), g.polynomial(z, asinQ))

/** For |x| > 1/2: asin and acos through √((1-|x|)/2). */
function nearOne(g: Graph, x: Node) {
  const z = g.mul(g.sub(g.f64(1), g.op('abs', x)), g.f64(0.5))
  const root = g.op('sqrt', z)
  return g.add(root, g.mul(root, ratio(g, z)))
}

const withSign = (g: Graph, value: Node, sign: Node): Node =>
  g.select(g.op('lt', sign, g.f64(0)), g.op('neg', value), value)

/** Of a float64. At most 1.5 ulp. */
export function asin(g: Graph, x: Node): Node {
  const inner = g.add(x, g.mul(x, ratio(g, g.mul(x, x))))
  const outer = g.sub(g.f64(halfPiHi), g.sub(g.mul(g.f64(2), nearOne(g, x)), g.f64(halfPiLo)))
  return g.select(g.op('lt', g.op('abs', x), g.f64(0.5)), inner, withSign(g, outer, x))
}

/** Of a float64. At most 1.5 ulp. */
export function acos(g: Graph, x: Node): Node {
  const inner = g.sub(g.f64(halfPiHi), g.sub(x, g.sub(g.f64(halfPiLo), g.mul(x, ratio(g, g.mul(x, x))))))
  const twice = g.mul(g.f64(2), nearOne(g, x))
  const outer = g.select(g.op('lt', x, g.f64(0)), g.sub(g.f64(piHi), g.sub(twice, g.f64(piLo))), twice)
  return g.select(g.op('lt', g.op('abs', x), g.f64(0.5)), inner, outer)
}

/** Upper bounds of |x|, the point whose angle is taken off, and that angle in two parts. */
const pieces = [
  { below: 7 / 16, point: 0, high: 0, low: 0 },
  { below: 11 / 16, point: 0.5, high: 4.63647609000806093515e-1, low: 2.26987774529616870924e-17 },
  { below: 19 / 16, point: 1, high: 7.85398163397448278999e-1, low: 3.06161699786838301793e-17 },
  { below: 39 / 16, point: 1.5, high: 9.82793723247329054082e-1, low: 1.39033110312309984516e-17 },
] as const

/** Of a float64 that is not negative. */
function atanOfSize(g: Graph, size: Node): Node {
  let [top, bottom] = [g.f64(-1), size]
  let [high, low] = [g.f64(halfPiHi), g.f64(halfPiLo)]
  for (const piece of [...pieces].reverse()) {
    const isHere = g.op('lt', size, g.f64(piece.below))
    top = g.select(isHere, g.sub(size, g.f64(piece.point)), top)
    bottom = g.select(isHere, g.add(g.f64(1), g.mul(size, g.f64(piece.point))), bottom)
    high = g.select(isHere, g.f64(piece.high), high)
    low = g.select(isHere, g.f64(piece.low), low)
  }
  const t = g.div(top, bottom)
  const z = g.mul(t, t)
  const tail = g.mul(t, g.mul(z, g.polynomial(z, atanSeries)))
  return g.sub(high, g.sub(g.sub(tail, low), t))
}

/** Of a float64. At most 1 ulp. */
export function atan(g: Graph, x: Node): Node {
  const value = withSign(g, atanOfSize(g, g.op('abs', x)), x)
  return g.select(g.op('eq', x, g.f64(0)), x, value)
}

const isBelowZero = (g: Graph, x: Node): Node => g.op('lt_s', g.op('bits', x), g.i64(0n))

/** The angle of the point (y, x), float64s; signed zeros and infinities as C. At most 2 ulp. */
export function atan2(g: Graph, y: Node, x: Node): Node {
  const [height, width] = [g.op('abs', y), g.op('abs', x)]
  const both = (value: number) => g.op('and', g.op('eq', height, g.f64(value)), g.op('eq', width, g.f64(value)))
  const slope = g.div(height, width)
  const tangent = g.select(both(0), g.f64(0), g.select(both(Infinity), g.f64(1), slope))
  const angle = atanOfSize(g, tangent)
  const turned = g.sub(g.f64(piHi), g.sub(angle, g.f64(piLo)))
  const size = g.select(isBelowZero(g, x), turned, angle)
  const signed = g.select(isBelowZero(g, y), g.op('neg', size), size)
  const isNumber = g.op('and', g.op('eq', x, x), g.op('eq', y, y))
  return g.select(isNumber, signed, g.f64(NaN))
}
