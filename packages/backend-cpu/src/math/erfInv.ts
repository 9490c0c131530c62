import type { Graph, Node } from '../lane/graph.ts'
import { erf, erfc } from './erf.ts'
import { exp } from './exp.ts'
import { log1p } from './log.ts'

/** Constant term first. Source: Giles, "Approximating the erfinv function", GPU Computing Gems Jade Edition, 2011, single precision. */
const central = [
  1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-6, -3.5233877e-6, 3.43273939e-7,
  2.81022636e-8,
]
const tails = [
  2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844, 0.00134934322, 0.000100950558,
  -0.000200214257,
]

/** Of a float64: Giles' approximation, then Halley's steps on erf, or on erfc where erf is flat. At most 4 ulp. */
export function erfInv(g: Graph, x: Node): Node {
  const size = g.op('abs', x)
  const w = g.op('neg', log1p(g, g.mul(g.op('neg', size), size)))
  const middle = g.mul(g.polynomial(g.sub(w, g.f64(2.5)), central), size)
  const outer = g.mul(g.polynomial(g.sub(g.op('sqrt', w), g.f64(3)), tails), size)
  const far = g.op('sqrt', g.sub(w, g.f64(Math.LN2)))
  let y = g.select(g.op('lt', w, g.f64(5)), middle, g.select(g.op('lt', w, g.f64(16)), outer, far))
  const isSmall = g.op('lt', size, g.f64(0.5))
  for (let step = 0; step < 3; step++) {
    const error = g.select(isSmall, g.sub(erf(g, y), size), g.sub(g.sub(g.f64(1), size), erfc(g, y)))
    const slope = g.mul(g.f64(2 / Math.sqrt(Math.PI)), exp(g, g.op('neg', g.mul(y, y))))
    const newton = g.div(error, slope)
    y = g.sub(y, g.div(newton, g.add(g.f64(1), g.mul(y, newton))))
  }
  const signed = g.select(g.op('lt', x, g.f64(0)), g.op('neg', y), y)
  const inner = g.select(g.op('eq', size, g.f64(0)), x, signed)
  const edge = g.select(g.op('eq', size, g.f64(1)), g.mul(x, g.f64(Infinity)), inner)
  return g.select(g.op('le', size, g.f64(1)), edge, g.f64(NaN))
}
