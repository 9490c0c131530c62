import type { Graph, Helper, Node } from '../lane/graph.ts'
import { largeAngle } from './largeAngle.ts'

/** Source of the polynomials and of the parts of π/2: FreeBSD msun, k_sin.c, k_cos.c, e_rem_pio2.c. */
const sine64 = [
  -1.66666666666666324348e-1, 8.33333333332248946124e-3, -1.98412698298579493134e-4, 2.75573137070700676789e-6,
  -2.50507602534068634195e-8, 1.58969099521155010221e-10,
]
const cosine64 = [
  4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5, -2.75573143513906633035e-7,
  2.0875723212981748279e-9, -1.13596475577881948265e-11,
]
/** π/2 in parts of 33 bits, whose products with integers up to 2²⁰ are exact, and the rest. */
const halfPi = [
  1.57079632673412561417, 6.0771005063039659766e-11, 2.0222662487111664558e-21, 8.47842766036889956997e-32,
] as const

/** Beyond this the parts of π/2 no longer suffice. */
const largest = 2 ** 20

/** An angle as a multiple of π/2, in the low bits of the float `turns`, and a rest in [-π/4, π/4] of two parts. */
export interface Reduced {
  readonly quadrant: Node
  readonly rest: Node
  readonly restLow: Node
}

/** The two's complement of an integral float64 of at most 2⁵¹, in the low word. */
const lowBits = (g: Graph, k: Node): Node => g.op('low', g.op('bits', g.add(k, g.f64(1.5 * 2 ** 52))))

function reduce(g: Graph, x: Node): Reduced {
  const k = g.op('nearest', g.mul(x, g.f64(2 / Math.PI)))
  const [p1, p2, p3, p4] = halfPi.map((part) => g.mul(k, g.f64(part))) as [Node, Node, Node, Node]
  const first = g.sub(x, p1)
  const second = g.sub(first, p2)
  const lost = g.sub(g.sub(first, second), p2) // what `second` was rounded by
  const small = g.sub(g.add(p3, p4), lost)
  const rest = g.sub(second, small)
  return { quadrant: lowBits(g, k), rest, restLow: g.sub(g.sub(second, rest), small) }
}

export function sineOf(g: Graph, r: Node, low?: Node): Node {
  const z = g.mul(r, r)
  const cube = g.mul(z, r)
  const tail = g.polynomial(z, sine64.slice(1))
  if (low === undefined) return g.add(r, g.mul(cube, g.add(g.f64(sine64[0] as number), g.mul(z, tail))))
  const correction = g.sub(g.mul(z, g.sub(g.mul(g.f64(0.5), low), g.mul(cube, tail))), low)
  return g.sub(r, g.sub(correction, g.mul(cube, g.f64(sine64[0] as number))))
}

export function cosineOf(g: Graph, r: Node, low?: Node): Node {
  const z = g.mul(r, r)
  const one = g.f64(1)
  const half = g.mul(g.f64(0.5), z)
  const tail = g.mul(g.mul(z, z), g.polynomial(z, cosine64))
  const head = g.sub(one, half)
  const lost = g.sub(g.sub(one, head), half)
  return g.add(head, g.add(lost, low === undefined ? tail : g.sub(tail, g.mul(r, low))))
}

/** sin, cos or tan of a reduced angle. */
export function ofReduced(
  g: Graph,
  name: 'sin' | 'cos' | 'tan',
  { quadrant, rest, restLow }: Reduced,
  low = rest.type === 'f64',
): Node {
  const sine = sineOf(g, rest, low ? restLow : undefined)
  const cosine = cosineOf(g, rest, low ? restLow : undefined)
  const isOdd = g.op('ne', g.op('and', quadrant, g.i32(1)), g.i32(0))
  if (name === 'tan') {
    const negated = g.op('neg', cosine)
    return g.div(g.select(isOdd, negated, sine), g.select(isOdd, sine, cosine))
  }
  const turned = name === 'sin' ? quadrant : g.add(quadrant, g.i32(1))
  const value = g.select(isOdd, name === 'sin' ? cosine : sine, name === 'sin' ? sine : cosine)
  return g.select(g.op('ne', g.op('and', turned, g.i32(2)), g.i32(0)), g.op('neg', value), value)
}

const largeHelper = (name: 'sin' | 'cos' | 'tan'): Helper => ({
  name: `large ${name}`,
  params: ['f64'],
  result: 'f64',
  body: (g, [x]) => ofReduced(g, name, largeAngle(g, x as Node), false),
})
const large = { sin: largeHelper('sin'), cos: largeHelper('cos'), tan: largeHelper('tan') }

/** sin, cos or tan of a float64. At most 1 ulp (tan 2.5); 2.5 beyond 1.6 million. */
export function trigonometric(g: Graph, name: 'sin' | 'cos' | 'tan', x: Node): Node {
  const near = ofReduced(g, name, reduce(g, x))
  const signed = name === 'cos' ? near : g.select(g.op('eq', x, g.f64(0)), x, near)
  return g.rare(g.op('gt', g.op('abs', x), g.f64(largest)), signed, large[name], x)
}

export const sin = (g: Graph, x: Node): Node => trigonometric(g, 'sin', x)
export const cos = (g: Graph, x: Node): Node => trigonometric(g, 'cos', x)
export const tan = (g: Graph, x: Node): Node => trigonometric(g, 'tan', x)
