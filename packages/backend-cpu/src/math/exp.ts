import type { Graph, Node } from '../lane/graph.ts'

const factorials = [1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880, 3628800, 39916800, 479001600, 6227020800]
/** 1/2!, 1/3! … : of (e^r - 1 - r) / r². */
const taylor = factorials.slice(2).map((n) => 1 / n)

const ln2Hi = 6.9314718036912381649e-1 // its last 21 bits are 0, so that its product with any exponent is exact
const ln2Lo = 1.90821492927058770002e-10

/** `y · 2^k` for an integral float `k` between -2200 and 2200, by two factors so that neither leaves the range. */
export function scaleByPower(g: Graph, y: Node, k: Node): Node {
  const half = g.op('floor', g.mul(k, g.f64(0.5)))
  const power = (n: Node) => {
    // Adding 1.5 · 2^52 leaves n in the last bits of the significand.
    const bits = g.op('bits', g.add(n, g.f64(1.5 * 2 ** 52 + 1023)))
    return g.op('float', g.shift('shl', bits, 52))
  }
  return g.mul(y, power(half), power(g.sub(k, half)))
}

/** `x = k ln 2 + r + low` with |r| <= 0.35; `low` is what `r` was rounded by. */
function reduce(g: Graph, x: Node): { k: Node; r: Node; low: Node } {
  const k = g.op('nearest', g.mul(x, g.f64(Math.LOG2E)))
  const head = g.sub(x, g.mul(k, g.f64(ln2Hi)))
  const small = g.mul(k, g.f64(ln2Lo))
  const r = g.sub(head, small)
  return { k, r, low: g.sub(g.sub(head, r), small) }
}

const clampTo = (g: Graph, x: Node, least: number, most: number): Node =>
  g.op('atMost', g.op('atLeast', x, g.f64(least)), g.f64(most))

/** (e^r - 1 - r) / r² for small r. */
const tail = (g: Graph, r: Node): Node => g.polynomial(r, taylor)

/** 2^k e^(r + low). */
const powerOfParts = (g: Graph, k: Node, r: Node, low: Node): Node =>
  scaleByPower(g, g.add(g.add(g.add(g.mul(g.mul(r, r), tail(g, r)), low), r), g.same(r, 1)), k)

/** `e^x` of a float64. Range reduction by multiples of ln 2 (Cody & Waite), then Taylor's series. At most 1.1 ulp. */
export function exp(g: Graph, x: Node): Node {
  const { k, r, low } = reduce(g, clampTo(g, x, -760, 720))
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

/** `2^x` of a float64. */
export function exp2(g: Graph, x: Node): Node {
  const clamped = clampTo(g, x, -1090, 1030)
  const k = g.op('nearest', clamped)
  return powerOfParts(g, k, g.mul(g.sub(clamped, k), g.f64(Math.LN2)), g.f64(0))
}

/** `e^x - 1` of a float64, exact near 0: 2^k (e^r - 1) + (2^k - 1). */
export function expm1(g: Graph, x: Node): Node {
  const { k, r, low } = reduce(g, clampTo(g, x, -50, 710))
  const p = g.add(g.add(g.mul(g.mul(r, r), tail(g, r)), low), r)
  // One factor of 2 is kept for the end, as 2^1024 is no float.
  const half = scaleByPower(g, g.f64(0.5), k)
  const shifted = g.mul(g.add(g.mul(half, p), g.sub(half, g.f64(0.5))), g.f64(2))
  const result = g.select(g.op('eq', k, g.f64(0)), p, shifted)
  return g.select(g.op('eq', x, g.f64(0)), x, result)
}
