import type { Graph, Node } from '../lane/graph.ts'

/** The float32 or float64 next to `x` on the way to `y`: bits of one sign count up with magnitude. */
export function nextafter(g: Graph, x: Node, y: Node): Node {
  const bits = g.op('bits', x)
  const zero = g.same(x, 0)
  const grows = g.op('not', g.op('xor', g.op('gt', y, x), g.op('gt', x, zero)))
  const next = g.op('float', g.add(bits, g.select(grows, g.same(bits, 1), g.same(bits, -1))))
  const least = g.op('float', g.same(bits, 1))
  const fromZero = g.select(g.op('lt', y, zero), g.op('neg', least), least)
  const moved = g.select(g.op('eq', x, zero), fromZero, next)
  const isNumber = g.op('and', g.op('eq', x, x), g.op('eq', y, y))
  return g.select(g.op('eq', x, y), y, g.select(isNumber, moved, g.same(x, NaN)))
}
