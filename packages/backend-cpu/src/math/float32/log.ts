import type { Graph, Helper, Node } from '../../lane/graph.ts'
import { ln2Parts } from './exp.ts'

/** (log(1 + f) - f + f²/2) / f³ for 1 + f from √½ to √2: scripts/polynomials.py, error 2⁻²⁷. */
const logarithm = [
  0.3333333134651184, -0.2500081956386566, 0.2000124156475067, -0.166234090924263, 0.14201581478118896,
  -0.1315961331129074, 0.12762199342250824, -0.07636399567127228,
]
const rootBits = 0x3f3504f3 // √½
const leastNormal = 0x0080_0000

/** `2^k (1 + f)` with 1 + f in [√½, √2), `k` as an integer. */
interface Split {
  readonly k: Node
  readonly f: Node
}

/** Of a positive normal float. */
export function splitExponent(g: Graph, x: Node): Split {
  const above = g.sub(g.op('bits', x), g.i32(rootBits))
  const fraction = g.op('and', above, g.i32(0x007f_ffff))
  return { k: g.shift('shr_s', above, 23), f: g.sub(g.op('float', g.add(fraction, g.i32(rootBits))), g.f32(1)) }
}

/** The same for a positive float that may be denormal. */
export function splitAny(g: Graph, x: Node): Split {
  const isTiny = g.op('lt', x, g.f32(2 ** -126))
  const { k, f } = splitExponent(g, g.select(isTiny, g.mul(x, g.f32(2 ** 24)), x))
  return { k: g.sub(k, g.select(isTiny, g.i32(24), g.i32(0))), f }
}

/** log(2^k (1 + f)), `k` as a float. */
function ofParts(g: Graph, k: Node, f: Node): Node {
  const [high, low] = ln2Parts(g)
  const square = g.mul(f, f)
  const cubic = g.madd(g.mul(g.polynomial(f, logarithm), f), square, g.mul(k, g.f32(low)))
  return g.madd(k, g.f32(high), g.add(f, g.madd(square, g.f32(-0.5), cubic)))
}

/** Puts in what holds outside of (0, ∞). */
function outsideDomain(g: Graph, x: Node, inside: Node): Node {
  const finite = g.select(g.op('eq', x, g.f32(Infinity)), x, inside)
  const positive = g.select(g.op('eq', x, g.f32(0)), g.f32(-Infinity), finite)
  return g.select(g.op('ge', x, g.f32(0)), positive, g.f32(NaN))
}

/** Of any float32. */
const logOfAny: Helper = {
  name: 'log of any float32',
  params: ['f32'],
  result: 'f32',
  body: (g, [x]) => {
    const { k, f } = splitAny(g, x as Node)
    return outsideDomain(g, x as Node, ofParts(g, g.op('toF32_s', k), f))
  },
}

/** Whether the bits are not those of a positive float from the least normal to below 2^limit. */
export const isOutside = (g: Graph, x: Node, limit: number): Node =>
  g.op('ge_u', g.sub(g.op('bits', x), g.i32(leastNormal)), g.i32((limit + 126) << 23))

/** Natural logarithm of a float32. At most 1 ulp. */
export function log(g: Graph, x: Node): Node {
  const { k, f } = splitExponent(g, x)
  return g.rare(isOutside(g, x, 128), ofParts(g, g.op('toF32_s', k), f), logOfAny, x)
}

/** `log(1 + x)` of a float32: of the rounded sum, with what rounding lost put back into `f`. At most 1 ulp. */
export function log1p(g: Graph, x: Node): Node {
  const sum = g.add(g.f32(1), x)
  const lost = g.sub(x, g.sub(sum, g.f32(1)))
  const { k, f } = splitExponent(g, sum)
  const scale = g.op('float', g.shift('shl', g.sub(g.i32(127), k), 23)) // 2^-k
  const value = ofParts(g, g.op('toF32_s', k), g.madd(lost, scale, f))
  return g.rare(isOutside(g, sum, 126), g.select(g.op('eq', x, g.f32(0)), x, value), logOfAny, sum)
}
