import type { Graph, Helper, Node } from '../../lane/graph.ts'
import { trigonometric } from '../trigonometry.ts'

/**
 * (sin(r) - r) / r³ in r², |r| <= π/2: scripts/polynomials.py, error 2⁻²⁷, then moved by a few units to where the largest error of all
 * roundings together is least and sin ½ π is 1.
 */
const sine = [-0.16666659712791443, 0.008333072997629642, -0.00019809766672551632, 2.605245981612825e-6]
/** (tan(r) - r) / r³ in r², |r| <= π/4: scripts/polynomials.py, error 2⁻²⁹. */
const tangent = [
  0.3333335220813751, 0.13332577049732208, 0.0540698803961277, 0.021229833364486694, 0.010973682627081871,
  -8.774608431849629e-5, 0.004464850760996342,
]

/** π in parts of 24 bits, which fused operations multiply exactly, and the largest angle that they suffice for. */
const piFused = {
  parts: [3.1415927410125732, -8.742277657347586e-8, -3.4302490200117637e-15],
  largest: 2 ** 17,
} as const
/** π in parts of 8, 11, 11 and 24 bits, whose products (but the last) with halves of integers up to 2¹² are exact. */
const piPlain = {
  parts: [3.140625, 9.675025939941406e-4, 1.5099067240953445e-7, 5.126688136514179e-12],
  largest: 12800,
} as const

const exactHelper = (name: 'sin' | 'cos' | 'tan'): Helper => ({
  name: `${name} by float64`,
  params: ['f32'],
  result: 'f32',
  body: (g, [x]) => g.op('demote', trigonometric(g, name, g.op('promote', x as Node))),
})
const exact = { sin: exactHelper('sin'), cos: exactHelper('cos'), tan: exactHelper('tan') }

const takeParts = (g: Graph, from: Node, turns: Node, parts: readonly number[]): Node =>
  parts.reduce((rest, part) => g.madd(turns, g.f32(-part), rest), from)

/** size - turns π, rounded once, and what it was rounded by; exact up to there but for sizes below 1 with turns. */
function preciseRest(g: Graph, size: Node, turns: Node): { readonly rest: Node; readonly low: Node } {
  const [p1, p2, p3, p4] = piPlain.parts
  const near = takeParts(g, size, turns, [p1, p2]) // exact
  const rounded = takeParts(g, near, turns, [p3])
  const lost = takeParts(g, g.sub(near, rounded), turns, [p3, p4])
  const rest = g.add(rounded, lost)
  return { rest, low: g.add(g.sub(rounded, rest), lost) }
}

/** The same rest for sin and cos. Below 1, whose last bits are lost beside a half turn, cos needs to put them back. */
function plainRest(g: Graph, name: 'sin' | 'cos', size: Node, turns: Node): Node {
  const { rest, low } = preciseRest(g, size, turns)
  if (name === 'sin') return rest
  const [most] = piPlain.parts
  const back = g.add(takeParts(g, size, turns, [most]), g.mul(turns, g.f32(most)))
  return g.add(rest, g.add(low, g.sub(size, back)))
}

const isBeyond = (g: Graph, size: Node, { largest }: { readonly largest: number }): Node =>
  g.op('gt', size, g.f32(largest))

/** sin or cos of a float32, in float32: |x| = (k + ½ for cos) π + r, |r| <= π/2, is ± sin r. At most 2 ulp. */
function sineOrCosine(g: Graph, name: 'sin' | 'cos', x: Node): Node {
  const size = g.op('abs', x)
  const whole = g.f32(1.5 * 2 ** 23) // adding it leaves an integer in the last bits
  const scaled = (offset: Node) => g.madd(size, g.f32(1 / Math.PI), offset)
  const turns = name === 'sin' ? scaled(whole) : g.add(scaled(g.f32(0.5)), whole)
  const k = g.sub(turns, whole)
  const count = name === 'sin' ? k : g.sub(k, g.f32(0.5))
  const r = g.isFused ? takeParts(g, size, count, piFused.parts) : plainRest(g, name, size, count)
  const z = g.mul(r, r)
  const value = g.madd(g.mul(r, z), g.polynomial(z, sine), r)
  const isOdd = g.shift('shl', g.op('bits', turns), 31)
  const sign = name === 'sin' ? g.op('xor', isOdd, g.op('and', g.op('bits', x), g.i32(-0x80000000))) : isOdd
  const signed = g.op('float', g.op('xor', g.op('bits', value), sign))
  return g.rare(isBeyond(g, size, g.isFused ? piFused : piPlain), signed, exact[name], x)
}

/** tan of a float32: |x| = k π/2 + r, |r| <= π/4, has the tangent of r or of r - π/2. At most 2 ulp. */
export function tan(g: Graph, x: Node): Node {
  const size = g.op('abs', x)
  const whole = g.f32(1.5 * 2 ** 23)
  const turns = g.madd(size, g.f32(2 / Math.PI), whole)
  const { rest: r, low } = preciseRest(g, size, g.mul(g.sub(turns, whole), g.f32(0.5)))
  const z = g.mul(r, r)
  const lost = g.madd(low, z, low) // low · tan' r, nearly
  const more = g.madd(g.mul(r, z), g.polynomial(z, tangent), lost)
  const inner = g.add(more, r)
  const isOdd = g.op('ne', g.op('and', g.op('bits', turns), g.i32(1)), g.i32(0))
  const inverse = g.div(g.f32(-1), inner)
  const outer = g.madd(g.mul(inverse, inverse), g.sub(more, g.sub(inner, r)), inverse)
  const value = g.select(isOdd, outer, inner)
  const sign = g.op('and', g.op('bits', x), g.i32(-0x80000000))
  const signed = g.op('float', g.op('xor', g.op('bits', value), sign))
  return g.rare(isBeyond(g, size, piPlain), signed, exact.tan, x)
}

export const sin = (g: Graph, x: Node): Node => sineOrCosine(g, 'sin', x)
export const cos = (g: Graph, x: Node): Node => sineOrCosine(g, 'cos', x)
