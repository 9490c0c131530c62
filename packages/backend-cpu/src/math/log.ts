import type { Graph, Node } from '../lane/graph.ts'

/** Of (log((1+s)/(1-s)) - 2s) / s³, s² < 0.03. Source: FreeBSD msun, e_log.c and e_logf.c. */
const series64 = [
  6.66666666666673513e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1,
  1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860510658591e-1,
]
const series32 = [0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841]

const ln2Hi64 = 6.9314718036912381649e-1
const ln2Lo64 = 1.90821492927058770002e-10
const ln2Hi32 = 6.9313812256e-1
const ln2Lo32 = 9.0580006145e-6

/** `x = 2^k m` with m in [√½, √2); `k` as a float. For positive finite x. */
export function splitExponent(g: Graph, x: Node): { k: Node; m: Node } {
  const is32 = x.type === 'f32'
  const [width, least, up] = is32 ? [23, 2 ** -126, 24] : [52, 2 ** -1022, 54]
  const tiny = g.op('lt', x, g.same(x, least))
  const scaled = g.select(tiny, g.mul(x, g.same(x, 2 ** up)), x)
  const bits = g.op('bits', scaled)
  // √½'s bits are taken away, so that the exponent steps there and not at powers of 2.
  const root = is32 ? g.i32(0x3f3504f3) : g.i64(0x3fe6a09e667f3bcdn)
  const above = g.sub(bits, root)
  const exponent = g.shift('shr_s', is32 ? above : g.op('high', above), is32 ? width : width - 32)
  const k = g.op(is32 ? 'toF32_s' : 'toF64_s', exponent)
  const fraction = g.op('and', above, is32 ? g.i32(0x7fffff) : g.i64(0xfffffffffffffn))
  const m = g.op('float', g.add(fraction, root))
  return { k: g.sub(k, g.select(tiny, g.same(x, up), g.same(x, 0))), m }
}

/** log of `2^k m`, m in [√½, √2). */
function logOfParts(g: Graph, k: Node, m: Node): Node {
  const is32 = m.type === 'f32'
  const f = g.sub(m, g.same(m, 1))
  const s = g.div(f, g.add(g.same(m, 2), f))
  const z = g.mul(s, s)
  const r = g.mul(z, g.polynomial(z, is32 ? series32 : series64))
  const half = g.mul(g.same(m, 0.5), f, f)
  const low = g.add(g.mul(s, g.add(half, r)), g.mul(k, g.same(m, is32 ? ln2Lo32 : ln2Lo64)))
  return g.sub(g.mul(k, g.same(m, is32 ? ln2Hi32 : ln2Hi64)), g.sub(g.sub(half, low), f))
}

/** Puts in what holds outside of (0, ∞). */
function outsideDomain(g: Graph, x: Node, inside: Node): Node {
  const zero = g.same(x, 0)
  const finite = g.select(g.op('eq', x, g.same(x, Infinity)), x, inside)
  const positive = g.select(g.op('eq', x, zero), g.same(x, -Infinity), finite)
  return g.select(g.op('ge', x, zero), positive, g.same(x, NaN))
}

/** Natural logarithm of a float32 or float64. Source: FreeBSD msun. At most 1 ulp. */
export function log(g: Graph, x: Node): Node {
  const { k, m } = splitExponent(g, x)
  return outsideDomain(g, x, logOfParts(g, k, m))
}

/** `log(1 + x)` of a float64: the logarithm of the rounded sum, and a first-order correction for what rounding lost (Kahan). */
export function log1p(g: Graph, x: Node): Node {
  const one = g.same(x, 1)
  const u = g.add(one, x)
  const lost = g.sub(x, g.sub(u, one))
  const { k, m } = splitExponent(g, u)
  const sum = outsideDomain(g, u, g.add(logOfParts(g, k, m), g.div(lost, u)))
  return g.select(g.op('eq', x, g.same(x, 0)), x, sum)
}
