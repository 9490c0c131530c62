import type { Graph, Node } from '../lane/graph.ts'

const factorials = [1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880, 3628800, 39916800, 479001600, 6227020800]
/** 1/2!, 1/3! … : of (e^r - 1 - r) / r². */
const taylor = factorials.slice(2).map((n) => 1 / n)

const ln2Hi64 = 6.9314718036912381649e-1 // its last 21 bits are 0, so that its product with any exponent is exact
const ln2Lo64 = 1.90821492927058770002e-10
const ln2Hi32 = 0.693359375
const ln2Lo32 = -2.1219444e-4

/** `y · 2^k` for an integral float `k` between -2200 and 2200 (-300 and 300 for float32), by two factors so that neither leaves the range. */
export function scaleByPower(g: Graph, y: Node, k: Node): Node {
  const [bias, width] = y.type === 'f32' ? [127, 23] : [1023, 52]
  const half = g.op('floor', g.mul(k, g.same(k, 0.5)))
  const power = (n: Node) => {
    // Adding 1.5 · 2^52 (or 2^23) leaves n in the last bits of the significand.
    const bits = g.op('bits', g.add(n, g.same(n, 1.5 * 2 ** width + bias)))
    return g.op('float', g.shift('shl', bits, width))
  }
  return g.mul(y, power(half), power(g.sub(k, half)))
}

/** `x = k ln 2 + r + low` with |r| <= 0.35; `low` is what `r` was rounded by. */
function reduce(g: Graph, x: Node): { k: Node; r: Node; low: Node } {
  const is32 = x.type === 'f32'
  const k = g.op('nearest', g.mul(x, g.same(x, Math.LOG2E)))
  const head = g.sub(x, g.mul(k, g.same(x, is32 ? ln2Hi32 : ln2Hi64)))
  const small = g.mul(k, g.same(x, is32 ? ln2Lo32 : ln2Lo64))
  const r = g.sub(head, small)
  return { k, r, low: g.sub(g.sub(head, r), small) }
}

const clampTo = (g: Graph, x: Node, least: number, most: number): Node =>
  g.op('atMost', g.op('atLeast', x, g.same(x, least)), g.same(x, most))

/** (e^r - 1 - r) / r² for small r. */
const tail = (g: Graph, r: Node): Node => g.polynomial(r, r.type === 'f32' ? taylor.slice(0, 6) : taylor)

/** 2^k e^(r + low). */
const powerOfParts = (g: Graph, k: Node, r: Node, low: Node): Node =>
  scaleByPower(g, g.add(g.add(g.add(g.mul(g.mul(r, r), tail(g, r)), low), r), g.same(r, 1)), k)

/** `e^x` of a float32 or float64. Range reduction by multiples of ln 2 (Cody & Waite), then Taylor's series. At most 1.1 ulp. */
export function exp(g: Graph, x: Node): Node {
  const [least, most] = x.type === 'f32' ? [-110, 90] : [-760, 720]
  const { k, r, low } = reduce(g, clampTo(g, x, least, most))
  return powerOfParts(g, k, r, low)
}

/** `e^(x + low)` of float64s, `low` small beside `x` and 1. */
export function expOfSum(g: Graph, x: Node, low: Node): Node {
  const clamped = clampTo(g, x, -760, 720)
  const parts = reduce(g, clamped)
  const more = g.add(parts.low, g.select(g.op('eq', clamped, x), low, g.f64(0)))
  const r = g.add(parts.r, more)
  return powerOfParts(g, parts.k, r, g.add(g.sub(parts.r, r), more))
}

/** `2^x`. */
export function exp2(g: Graph, x: Node): Node {
  const [least, most] = x.type === 'f32' ? [-160, 130] : [-1090, 1030]
  const clamped = clampTo(g, x, least, most)
  const k = g.op('nearest', clamped)
  return powerOfParts(g, k, g.mul(g.sub(clamped, k), g.same(x, Math.LN2)), g.same(x, 0))
}

/** `e^x - 1` of a float64, exact near 0: 2^k (e^r - 1) + (2^k - 1). */
export function expm1(g: Graph, x: Node): Node {
  const { k, r, low } = reduce(g, clampTo(g, x, -50, 710))
  const p = g.add(g.add(g.mul(g.mul(r, r), tail(g, r)), low), r)
  // One factor of 2 is kept for the end, as 2^1024 is no float.
  const half = scaleByPower(g, g.same(x, 0.5), k)
  const shifted = g.mul(g.add(g.mul(half, p), g.sub(half, g.same(x, 0.5))), g.same(x, 2))
  const result = g.select(g.op('eq', k, g.same(x, 0)), p, shifted)
  return g.select(g.op('eq', x, g.same(x, 0)), x, result)
}
