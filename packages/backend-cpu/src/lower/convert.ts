import { type DType, dtypes } from '@proj/backend'
import type { Graph, Node } from '../lane/graph.ts'
import { roundToHalf } from './half.ts'
import { constant, laneTypes, signOf, wrap } from './lanes.ts'

const kind = (dtype: DType) => dtypes[dtype].kind

/** Truncates, then keeps within the range of narrow integers. */
function floatToInteger(g: Graph, x: Node, to: DType): Node {
  const whole = g.op(`toI32_${signOf(to)}`, x)
  if (dtypes[to].bytes === 4) return whole
  const [least, most] = to === 'int8' ? [-128, 127] : [0, 255]
  const high = g.select(g.op(`gt_${signOf(to)}`, whole, g.i32(most)), g.i32(most), whole)
  return to === 'int8' ? g.select(g.op('lt_s', high, g.i32(least)), g.i32(least), high) : high
}

function toFloat(g: Graph, x: Node, from: DType, to: DType): Node {
  if (to === 'float16') return roundToHalf(g, kind(from) === 'float' ? x : toFloat(g, x, from, 'float32'))
  const type = laneTypes[to]
  if (kind(from) === 'float') {
    if (x.type === type) return x
    return g.op(type === 'f64' ? 'promote' : 'demote', x)
  }
  return g.op(`${type === 'f64' ? 'toF64' : 'toF32'}_${isNeverNegative(x) ? 's' : signOf(from)}`, x)
}

/** Whether the sign bit is clear for sure. Vectors of signed integers become floats in one instruction, unsigned ones in many. */
const isNeverNegative = (x: Node): boolean => x.op === 'shr_u' && (x.immediate as number) > 0

/** The value in another dtype. */
export function convert(g: Graph, x: Node, from: DType, to: DType): Node {
  if (from === to) return x
  if (kind(to) === 'bool') return g.op('ne', x, constant(g, 0, from))
  if (kind(from) === 'bool') return convert(g, g.op('toI32', x), 'int32', to)
  if (kind(to) === 'float') return toFloat(g, x, from, to)
  return kind(from) === 'float' ? floatToInteger(g, x, to) : wrap(g, x, to)
}

/** The same bits under another dtype of the same width. */
export function bitcast(g: Graph, x: Node, to: DType): Node {
  const type = laneTypes[to]
  if (x.type === type) return wrap(g, x, to)
  return g.op(type === 'i32' ? 'bits' : 'float', x)
}
