import { type DType, dtypes, type OpName, type Params } from '@proj/backend'
import type { Graph, Node } from '../lane/graph.ts'
import type { LaneType } from '../lane/ops.ts'
import { convert } from './convert.ts'
import { max, min } from './elementwise.ts'
import { constant, laneTypes, wrap } from './lanes.ts'

/** How a reduction is accumulated: in one value or, where it must remember a position, in two. */
export interface Accumulator {
  readonly types: readonly LaneType[]
  /** Over no elements; `isEmpty` tells whether there will be none. */
  initial(g: Graph, isEmpty: boolean): readonly Node[]
  /** An element, and its position along the axis, as an accumulator of its own. */
  lift(g: Graph, x: Node, position: Node): readonly Node[]
  merge(g: Graph, left: readonly Node[], right: readonly Node[]): readonly Node[]
  finish(g: Graph, values: readonly Node[]): Node
}

const isFloat = (dtype: DType): boolean => dtypes[dtype].kind === 'float'
const isBool = (dtype: DType): boolean => dtype === 'bool'

type Fold = (g: Graph, x: Node, y: Node, dtype: DType) => Node

/** The dtype's least or greatest value. */
function extremeOf(dtype: DType, side: -1 | 1): number {
  if (isFloat(dtype)) return side * Infinity
  const { kind, bytes } = dtypes[dtype]
  if (kind === 'bool') return side < 0 ? 0 : 1
  if (kind === 'uint') return side < 0 ? 0 : 2 ** (8 * bytes) - 1
  return side < 0 ? -(2 ** (8 * bytes - 1)) : 2 ** (8 * bytes - 1) - 1
}

const plain =
  (fold: Fold, identity: (dtype: DType) => number) =>
  (dtype: DType): Accumulator => ({
    types: [laneTypes[dtype]],
    initial: (g) => [constant(g, identity(dtype), dtype)],
    lift: (_, x) => [x],
    merge: (g, [x], [y]) => [fold(g, x as Node, y as Node, dtype)],
    finish: (_, [x]) => x as Node,
  })

/** Float32 is summed in float64 and rounded once. -0 is what adding changes nothing to, also for a sum of -0 alone. */
const inDouble =
  (name: 'add' | 'mul', identity: number) =>
  (dtype: DType): Accumulator => {
    if (!isFloat(dtype))
      return plain(
        (g, x, y) => wrap(g, g.op(name, x, y), dtype),
        () => Math.abs(identity),
      )(dtype)
    return {
      types: ['f64'],
      initial: (g, isEmpty) => [g.f64(isEmpty ? Math.abs(identity) : identity)],
      lift: (g, x) => [convert(g, x, dtype, 'float64')],
      merge: (g, [x], [y]) => [g.op(name, x as Node, y as Node)],
      finish: (g, [x]) => convert(g, x as Node, 'float64', dtype),
    }
  }

/** The first position of what beats all others; NaN beats every number. */
const position =
  (beats: 'gt' | 'lt') =>
  (dtype: DType, params: { readonly indexDtype: DType }): Accumulator => {
    const value = isBool(dtype) ? 'int32' : dtype
    const compare = isFloat(dtype) ? beats : `${beats}_${dtypes[dtype].kind === 'uint' ? 'u' : 's'}`
    return {
      types: [laneTypes[value], 'i32'],
      initial: (g) => [constant(g, extremeOf(value, beats === 'gt' ? -1 : 1), value), g.i32(0x7fffffff)],
      lift: (g, x, at) => [convert(g, x, dtype, value), at],
      merge: (g, [x, i], [y, j]) => {
        const [left, at, right, other] = [x, i, y, j] as [Node, Node, Node, Node]
        const isEarlier = g.op('lt_s', other, at)
        const isNaN = (node: Node) => (isFloat(dtype) ? g.op('ne', node, node) : g.mask(false))
        const ties = g.op('or', g.op('eq', left, right), g.op('and', isNaN(left), isNaN(right)))
        const wins = g.op('or', g.op(compare, right, left), g.op('and', isNaN(right), g.op('not', isNaN(left))))
        const takes = g.op('or', g.op('and', wins, g.op('not', isNaN(left))), g.op('and', ties, isEarlier))
        return [g.select(takes, right, left), g.select(takes, other, at)]
      },
      finish: (g, [, at]) => wrap(g, at as Node, params.indexDtype),
    }
  }

const allBits = (dtype: DType): number => (isBool(dtype) ? 1 : -1)

/** Total over the reductions. */
export const reductions = {
  reduceSum: inDouble('add', -0),
  reduceProd: inDouble('mul', 1),
  reduceMax: plain(max, (dtype) => extremeOf(dtype, -1)),
  reduceMin: plain(min, (dtype) => extremeOf(dtype, 1)),
  reduceAnd: plain((g, x, y) => g.op('and', x, y), allBits),
  reduceOr: plain(
    (g, x, y) => g.op('or', x, y),
    () => 0,
  ),
  argmax: position('gt'),
  argmin: position('lt'),
} satisfies { readonly [K in OpName]?: (dtype: DType, params: Params<K>) => Accumulator }
