import type { Graph, Node } from '../../lane/graph.ts'

/** Polynomials: scripts/polynomials.py, for |r| <= ½ ln 2. Of (e^r - 1 - r) / r², error 2⁻²⁸ of e^r. */
const exponential = [
  0.4999999403953552, 0.16666516661643982, 0.041668280959129333, 0.008369248360395432, 0.0013820742024108768,
]
/** The same, error 2⁻³¹ of e^r - 1. */
const exponentialLess1 = [
  0.5, 0.1666666567325592, 0.041666485369205475, 0.008333541452884674, 0.0013933228328824043, 0.00019766994228120893,
]
/** (2^r - 1) / r for |r| <= ½, error 2⁻²⁸ of 2^r. */
const power = [
  0.6931471824645996, 0.24022647738456726, 0.05550359562039375, 0.009618504904210567, 0.0013391023967415094,
  0.00015327172877732664,
]

/** ln 2 in two parts: of 24 bits, which fused operations multiply exactly, or of 10, whose products with exponents are exact. */
const ln2Fused = [0.6931471824645996, -1.904654323148236e-9] as const
const ln2Plain = [0.693359375, -2.1219444005469057e-4] as const
export const ln2Parts = ({ isFused }: Graph): readonly [high: number, low: number] => (isFused ? ln2Fused : ln2Plain)

/** Adding it leaves an integer, plus twice the exponent's bias, in the last bits. */
const whole = 1.5 * 2 ** 23 + 2 * 127

/** An integral `k`, and the float whose last bits hold `k + 254`. */
interface Whole {
  readonly k: Node
  readonly held: Node
}

function nearest(g: Graph, x: Node, scale: number): Whole {
  const held = g.madd(x, g.f32(scale), g.f32(whole))
  return { k: g.sub(held, g.f32(whole)), held }
}

/** `x = k ln 2 + r` with |r| <= 0.35. */
function reduce(g: Graph, x: Node): Whole & { readonly r: Node } {
  const parts = nearest(g, x, Math.LOG2E)
  const [high, low] = ln2Parts(g)
  const r = g.madd(parts.k, g.f32(-low), g.madd(parts.k, g.f32(-high), x))
  return { ...parts, r }
}

/** `y · 2^k` for any k of a float32's size, by two factors, as one would leave the range. */
function scaled(g: Graph, y: Node, { held }: Whole): Node {
  const bits = g.op('bits', held)
  const half = g.shift('shr_s', bits, 1)
  const power = (biased: Node) => g.op('float', g.shift('shl', biased, 23))
  return g.mul(y, power(half), power(g.sub(bits, half)))
}

/** 2^k for k from -126 to 127. */
const powerOf = (g: Graph, { held }: Whole): Node =>
  g.op('float', g.shift('shl', g.add(g.op('bits', held), g.i32(-127)), 23))

export const clampTo = (g: Graph, x: Node, least: number, most: number): Node =>
  g.op('atMost', g.op('atLeast', x, g.f32(least)), g.f32(most))

/** e^r of a reduced `r`. */
const ofRest = (g: Graph, r: Node): Node => g.add(g.madd(g.mul(r, r), g.polynomial(r, exponential), r), g.f32(1))

/** `e^x` of a float32. Range reduction by multiples of ln 2 (Cody & Waite). At most 1.1 ulp. */
export function exp(g: Graph, x: Node): Node {
  const parts = reduce(g, clampTo(g, x, -104, 89))
  return scaled(g, ofRest(g, parts.r), parts)
}

/** The same where |x| < 87: with one factor. */
export function modestExp(g: Graph, x: Node): Node {
  const parts = reduce(g, x)
  return g.mul(ofRest(g, parts.r), powerOf(g, parts))
}

/** `y · 2^k` for integral `k` from -151 to 129, also where that is denormal or no float. */
export const scaleByPower = (g: Graph, y: Node, k: Node): Node => scaled(g, y, { k, held: g.add(k, g.f32(whole)) })

/** `2^x` of a float32. At most 1.1 ulp. */
export function exp2(g: Graph, x: Node): Node {
  const clamped = clampTo(g, x, -151, 129)
  const parts = nearest(g, clamped, 1)
  const r = g.sub(clamped, parts.k)
  return scaled(g, g.madd(r, g.polynomial(r, power), g.f32(1)), parts)
}

/** e^x / 2 for x from 0 to 90, also where e^x is no float. */
export function halfExp(g: Graph, x: Node): Node {
  const { k, held, r } = reduce(g, x)
  return scaled(g, ofRest(g, r), { k, held: g.sub(held, g.f32(1)) })
}

/** `e^x - 1` of a float32, exact near 0: 2^k (e^r - 1) + (2^k - 1). At most 2 ulp. */
export function expm1(g: Graph, x: Node): Node {
  const parts = reduce(g, clampTo(g, x, -18, 89))
  const { r, k, held } = parts
  const p = g.madd(g.mul(r, r), g.polynomial(r, exponentialLess1), r)
  // One factor of 2 is kept for the end, as 2^128 is no float.
  const half = powerOf(g, { k, held: g.sub(held, g.f32(1)) })
  const shifted = g.mul(g.madd(half, p, g.sub(half, g.f32(0.5))), g.f32(2))
  return g.select(g.op('eq', k, g.f32(0)), g.select(g.op('eq', x, g.f32(0)), x, p), shifted)
}
