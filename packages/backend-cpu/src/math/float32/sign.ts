import type { Graph, Node } from '../../lane/graph.ts'

const signBit = -0x8000_0000

/** A float32 that is not negative, with the sign of `x`. */
export const copySign = (g: Graph, size: Node, x: Node): Node =>
  g.op('float', g.op('or', g.op('bits', size), g.op('and', g.op('bits', x), g.i32(signBit))))
