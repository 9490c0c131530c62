import type { DType, Monoid } from '@proj/backend'
import type { Graph, Node } from '../lane/graph.ts'
import { max, min } from './elementwise.ts'
import { wrap } from './lanes.ts'
import { type Accumulator, reductions } from './reduce.ts'

/** How two values are combined in their own dtype. */
export const combine: { readonly [M in Monoid]: (g: Graph, x: Node, y: Node, dtype: DType) => Node } = {
  add: (g, x, y, dtype) => wrap(g, g.add(x, y), dtype),
  mul: (g, x, y, dtype) => wrap(g, g.mul(x, y), dtype),
  min,
  max,
}

/** How many values are. */
export const accumulators: { readonly [M in Monoid]: (dtype: DType) => Accumulator } = {
  add: reductions.reduceSum,
  mul: reductions.reduceProd,
  min: reductions.reduceMin,
  max: reductions.reduceMax,
}
