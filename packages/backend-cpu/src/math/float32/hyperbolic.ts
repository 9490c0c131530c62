import type { Graph, Node } from '../../lane/graph.ts'
import { exp, halfExp, modestExp } from './exp.ts'
import { copySign } from './sign.ts'

/** Polynomials in x²: scripts/polynomials.py. Of (tanh(x) - x) / x³ for |x| <= 0.6, error 2⁻²⁸. */
const tangent = [
  -0.33333298563957214, 0.13331936299800873, -0.05378471687436104, 0.02079862542450428, -0.005897966679185629,
]
/** Of (sinh(x) - x) / x³ for |x| <= 1, error 2⁻³¹. */
const sine = [0.1666666716337204, 0.00833331048488617, 0.00019842895562760532, 2.7822131869470468e-6]

/** x + x³ P(x²). */
const odd = (g: Graph, x: Node, series: readonly number[]): Node => {
  const square = g.mul(x, x)
  return g.madd(g.mul(x, square), g.polynomial(square, series), x)
}

/** Of a float32: a polynomial near 0, else 1 - 2/(e^2|x| + 1). At most 1.5 ulp. */
export function tanh(g: Graph, x: Node): Node {
  const size = g.op('abs', x)
  const twice = g.op('atMost', g.add(size, size), g.f32(20))
  const outer = g.sub(g.f32(1), g.div(g.f32(2), g.add(modestExp(g, twice), g.f32(1))))
  return copySign(g, g.select(g.op('lt', size, g.f32(0.6)), odd(g, size, tangent), outer), x)
}

/** Of a float32: a polynomial near 0, else e^|x|/2 - e^-|x|/2. At most 2 ulp. */
export function sinh(g: Graph, x: Node): Node {
  const size = g.op('abs', x)
  const half = halfExp(g, g.op('atMost', size, g.f32(90)))
  const outer = g.sub(half, g.div(g.f32(0.25), half))
  return copySign(g, g.select(g.op('lt', size, g.f32(1)), odd(g, size, sine), outer), x)
}

/** Of a float32. At most 2 ulp. */
export function cosh(g: Graph, x: Node): Node {
  const half = halfExp(g, g.op('atMost', g.op('abs', x), g.f32(90)))
  return g.add(half, g.div(g.f32(0.25), half))
}

/** `1 / (1 + e^-x)` of a float32: with e = e^-|x| that is 1 - e/(1+e), or e (1 - e/(1+e)). At most 2 ulp. */
export function logistic(g: Graph, x: Node): Node {
  const e = exp(g, g.op('neg', g.op('abs', x)))
  const other = g.div(e, g.add(g.f32(1), e))
  const most = g.select(g.op('lt', x, g.f32(0)), e, g.f32(1))
  return g.madd(g.op('neg', most), other, most)
}
