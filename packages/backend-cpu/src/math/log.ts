import type { Graph, Node } from '../lane/graph.ts'

/** Of (log((1+s)/(1-s)) - 2s) / s³, s² < 0.03. Source: FreeBSD msun, e_log.c. */
const series = [
  6.66666666666673513e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1,
  1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860510658591e-1,
]

const ln2Hi = 6.9314718036912381649e-1
const ln2Lo = 1.90821492927058770002e-10

/** `x = 2^k m` with m in [√½, √2); `k` as a float. For positive finite x. */
export function splitExponent(g: Graph, x: Node): { k: Node; m: Node } {
  const tiny = g.op('lt', x, g.f64(2 ** -1022))
  const scaled = g.select(tiny, g.mul(x, g.f64(2 ** 54)), x)
  const bits = g.op('bits', scaled)
  // √½'s bits are taken away, so that the exponent steps there and not at powers of 2.
  const root = g.i64(0x3fe6a09e667f3bcdn)
  const above = g.sub(bits, root)
  const k = g.op('toF64_s', g.shift('shr_s', g.op('high', above), 20))
  const m = g.op('float', g.add(g.op('and', above, g.i64(0xfffffffffffffn)), root))
  return { k: g.sub(k, g.select(tiny, g.f64(54), g.f64(0))), m }
}

/** log of `2^k m`, m in [√½, √2). */
function logOfParts(g: Graph, k: Node, m: Node): Node {
  const f = g.sub(m, g.f64(1))
  const s = g.div(f, g.add(g.f64(2), f))
  const z = g.mul(s, s)
  const r = g.mul(z, g.polynomial(z, series))
  const half = g.mul(g.f64(0.5), f, f)
  const low = g.add(g.mul(s, g.add(half, r)), g.mul(k, g.f64(ln2Lo)))
  return g.sub(g.mul(k, g.f64(ln2Hi)), g.sub(g.sub(half, low), f))
}

/** Puts in what holds outside of (0, ∞). */
function outsideDomain(g: Graph, x: Node, inside: Node): Node {
  const zero = g.f64(0)
  const finite = g.select(g.op('eq', x, g.f64(Infinity)), x, inside)
  const positive = g.select(g.op('eq', x, zero), g.f64(-Infinity), finite)
  return g.select(g.op('ge', x, zero), positive, g.f64(NaN))
}

/** Natural logarithm of a float64. Source: FreeBSD msun. At most 1 ulp. */
export function log(g: Graph, x: Node): Node {
  const { k, m } = splitExponent(g, x)
  return outsideDomain(g, x, logOfParts(g, k, m))
}

/** `log(1 + x)` of a float64: the logarithm of the rounded sum, and a first-order correction for what rounding lost (Kahan). */
export function log1p(g: Graph, x: Node): Node {
  const one = g.f64(1)
  const u = g.add(one, x)
  const lost = g.sub(x, g.sub(u, one))
  const { k, m } = splitExponent(g, u)
  const sum = outsideDomain(g, u, g.add(logOfParts(g, k, m), g.div(lost, u)))
  return g.select(g.op('eq', x, g.f64(0)), x, sum)
}
