import type { Graph, Helper, Node } from '../../lane/graph.ts'
import { scaleByPower } from './exp.ts'
import { isOutside, splitAny, splitExponent } from './log.ts'

/** (log₂((1+s)/(1-s)) - 2s/ln 2) / s³ in s², |s| <= 0.172, for a float64: scripts/polynomials.py, error 2⁻³⁷ of the logarithm. */
const series = [0.9617966789393086, 0.5770829166708779, 0.4117018412215222, 0.34031052434997866]
const twice = 2 / Math.LN2
/** (2^r - 1) / r for a float64 |r| <= ½, error 2⁻³⁴ of 2^r. */
const power = [
  0.6931471807068613, 0.2402265107100373, 0.055504103599489006, 0.009618037405411114, 0.0013333938089150083,
  0.00015467008691205764, 1.5195926995818071e-5,
]

/** log₂ of `2^k (1 + f)`, as a float64 right to 37 bits. */
function log2OfParts(g: Graph, k: Node, f: Node): Node {
  const wide = g.op('promote', f)
  const s = g.div(wide, g.add(wide, g.f64(2)))
  const square = g.mul(s, s)
  return g.madd(s, g.madd(square, g.polynomial(square, series), g.f64(twice)), g.op('toF64_s', k))
}

/** 2^(y l) for a float64 `l`. */
function ofLogarithm(g: Graph, l: Node, y: Node): Node {
  const product = g.mul(g.op('promote', y), l)
  const bounded = g.op('atMost', g.op('atLeast', product, g.f64(-151)), g.f64(129))
  const k = g.op('nearest', bounded)
  const r = g.sub(bounded, k)
  return scaleByPower(g, g.op('demote', g.madd(r, g.polynomial(r, power), g.f64(1))), g.op('demote', k))
}

function ofNormal(g: Graph, x: Node, y: Node): Node {
  const { k, f } = splitExponent(g, x)
  return ofLogarithm(g, log2OfParts(g, k, f), y)
}

/** |x|^y where |x| may be denormal, but neither 0 nor infinite. */
function ofSize(g: Graph, size: Node, y: Node): Node {
  const { k, f } = splitAny(g, size)
  return ofLogarithm(g, log2OfParts(g, k, f), y)
}

/** The special cases of C. */
function ofAny(g: Graph, x: Node, y: Node): Node {
  const [zero, one] = [g.f32(0), g.f32(1)]
  const size = g.op('abs', x)
  const isUp = g.op('gt', y, zero)
  const ends = (up: number, down: number) => g.select(isUp, g.f32(up), g.f32(down))
  // Of an infinite exponent only the sign counts, and on which side of 1 the base lies.
  const grows = g.op('not', g.op('xor', isUp, g.op('gt', size, one)))
  const endless = g.select(g.op('eq', size, one), one, g.select(grows, g.f32(Infinity), zero))
  const inside = g.select(g.op('eq', g.op('abs', y), g.f32(Infinity)), endless, ofSize(g, size, y))
  const isInfinite = g.op('eq', size, g.f32(Infinity))
  const positive = g.select(g.op('eq', size, zero), ends(0, Infinity), g.select(isInfinite, ends(Infinity, 0), inside))
  const half = g.mul(y, g.f32(0.5))
  const isWhole = g.op('eq', g.op('floor', y), y)
  const isOdd = g.op('and', isWhole, g.op('ne', g.op('floor', half), half))
  const isNegative = g.op('lt_s', g.op('bits', x), g.i32(0))
  const signed = g.select(g.op('and', isNegative, isOdd), g.op('neg', positive), positive)
  const isReal = g.op('or', isWhole, g.op('or', g.op('ge', x, zero), isInfinite))
  const isNumber = g.op('and', g.op('eq', x, x), g.op('eq', y, y))
  const value = g.select(g.op('and', isReal, isNumber), signed, g.f32(NaN))
  return g.select(g.op('or', g.op('eq', y, zero), g.op('eq', x, one)), one, value)
}

const any: Helper = {
  name: 'pow of any float32',
  params: ['f32', 'f32'],
  result: 'f32',
  body: (g, [x, y]) => ofAny(g, x as Node, y as Node),
}

/** `x^y` of float32s: by way of logarithms in float64. At most 0.51 ulp, 1 where it is denormal. */
export function pow(g: Graph, x: Node, y: Node): Node {
  const isPlain = g.op('lt', g.op('abs', y), g.f32(Infinity))
  const isSpecial = g.op('or', isOutside(g, x, 128), g.op('not', isPlain))
  return g.rare(isSpecial, ofNormal(g, x, y), any, x, y)
}
