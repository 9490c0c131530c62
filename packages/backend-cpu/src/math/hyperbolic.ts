import type { Graph, Node } from '../lane/graph.ts'
import { exp, expm1 } from './exp.ts'
import { log, log1p } from './log.ts'

const withSignOf = (g: Graph, x: Node, size: Node): Node => {
  const signed = g.select(g.op('lt', x, g.f64(0)), g.op('neg', size), size)
  return g.select(g.op('eq', x, g.f64(0)), x, signed)
}

/** e^size / 2 where e^size itself may be too large. */
function halfExp(g: Graph, size: Node): Node {
  const root = exp(g, g.mul(size, g.f64(0.5)))
  return g.mul(g.mul(g.f64(0.5), root), root)
}

/** Of a float64. At most 2 ulp. */
export function sinh(g: Graph, x: Node): Node {
  const size = g.op('abs', x)
  const e = expm1(g, size)
  const inner = g.mul(g.f64(0.5), g.add(e, g.div(e, g.add(e, g.f64(1)))))
  return withSignOf(g, x, g.select(g.op('lt', size, g.f64(40)), inner, halfExp(g, size)))
}

/** Of a float64. At most 2 ulp. */
export function cosh(g: Graph, x: Node): Node {
  const size = g.op('abs', x)
  const e = exp(g, size)
  const inner = g.add(g.mul(g.f64(0.5), e), g.div(g.f64(0.5), e))
  return g.select(g.op('lt', size, g.f64(40)), inner, halfExp(g, size))
}

/** Of a float64: -t/(t+2) with t = e^(-2|x|) - 1. At most 3 ulp. */
export function tanh(g: Graph, x: Node): Node {
  const t = expm1(g, g.mul(g.f64(-2), g.op('abs', x)))
  return withSignOf(g, x, g.div(g.op('neg', t), g.add(t, g.f64(2))))
}

/** Of a float64. At most 2 ulp. */
export function asinh(g: Graph, x: Node): Node {
  const size = g.op('abs', x)
  const square = g.mul(size, size)
  const inner = log1p(g, g.add(size, g.div(square, g.add(g.f64(1), g.op('sqrt', g.add(g.f64(1), square))))))
  const outer = g.add(log(g, size), g.f64(Math.LN2))
  return withSignOf(g, x, g.select(g.op('lt', size, g.f64(2 ** 28)), inner, outer))
}

/** Of a float64 of at least 1. At most 2 ulp. */
export function acosh(g: Graph, x: Node): Node {
  const t = g.sub(x, g.f64(1))
  const inner = log1p(g, g.add(t, g.op('sqrt', g.add(g.mul(t, g.f64(2)), g.mul(t, t)))))
  const outer = g.add(log(g, x), g.f64(Math.LN2))
  const value = g.select(g.op('gt', x, g.f64(2 ** 28)), outer, inner)
  return g.select(g.op('ge', x, g.f64(1)), value, g.f64(NaN))
}

/** Of a float64 in (-1, 1). At most 2 ulp. */
export function atanh(g: Graph, x: Node): Node {
  const size = g.op('abs', x)
  const twice = g.add(size, size)
  const quotient = g.div(g.mul(twice, size), g.sub(g.f64(1), size))
  const near = g.add(twice, quotient)
  const far = g.div(twice, g.sub(g.f64(1), size))
  const value = log1p(g, g.select(g.op('lt', size, g.f64(0.5)), near, far))
  return withSignOf(g, x, g.mul(g.f64(0.5), value))
}

/** `1 / (1 + e^-x)` of a float64, without overflow. At most 2 ulp. */
export function logistic(g: Graph, x: Node): Node {
  const e = exp(g, g.op('neg', g.op('abs', x)))
  const one = g.f64(1)
  return g.div(g.select(g.op('lt', x, g.f64(0)), e, one), g.add(one, e))
}
