import { type DType, dtypes } from '@proj/backend'
import type { Graph, Node } from '../lane/graph.ts'
import type { LaneType } from '../lane/ops.ts'

/** What computes with a dtype's elements. Narrow integers live in 32 bits, brought back into range after each step. */
export const laneTypes: { readonly [D in DType]: LaneType } = {
  float32: 'f32',
  float64: 'f64',
  float16: 'f32',
  int32: 'i32',
  uint32: 'i32',
  int8: 'i32',
  uint8: 'i32',
  bool: 'mask',
}

export const isUnsigned = (dtype: DType): boolean => dtypes[dtype].kind === 'uint'

/** `s` or `u`, as instructions on integers are named. */
export const signOf = (dtype: DType): 's' | 'u' => (isUnsigned(dtype) ? 'u' : 's')

/** An element as its buffer holds it: what 32 bits have too much is cut off. */
export function wrap(g: Graph, x: Node, dtype: DType): Node {
  if (dtype === 'uint8') return g.op('and', x, g.i32(255))
  if (dtype === 'int8') return g.shift('shr_s', g.shift('shl', x, 24), 24)
  return x
}

/** A literal. */
export function constant(g: Graph, value: number, dtype: DType): Node {
  const type = laneTypes[dtype]
  if (type === 'mask') return g.mask(value !== 0)
  return type === 'i32' ? wrap(g, g.i32(value), dtype) : g[type as 'f32' | 'f64'](value)
}
