import { type DType, decodeFloat16, dtypes, encodeFloat16, makeAval, splat } from '@proj/backend'
import type { Graph, Node } from '../lane/graph.ts'
import type { LaneType } from '../lane/ops.ts'
import { roundToHalf } from './half.ts'

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

/** An element as its buffer holds it: what 32 bits have too much is cut off or rounded away. */
export function wrap(g: Graph, x: Node, dtype: DType): Node {
  if (dtype === 'uint8') return g.op('and', x, g.i32(255))
  if (dtype === 'int8') return g.shift('shr_s', g.shift('shl', x, 24), 24)
  return dtype === 'float16' ? roundToHalf(g, x) : x
}

/** A literal. */
export function constant(g: Graph, value: number, dtype: DType): Node {
  const type = laneTypes[dtype]
  if (type === 'mask') return g.mask(value !== 0)
  if (dtype === 'float16') return g.f32(decodeFloat16(encodeFloat16(value)))
  return type === 'i32' ? wrap(g, g.i32(value), dtype) : g[type as 'f32' | 'f64'](value)
}

/** The bits of a number as a buffer of `dtype` holds it. */
export function bitsOf(value: number, dtype: DType): bigint {
  const element = new Uint8Array(8)
  element.set(new Uint8Array(splat(value, makeAval([], dtype)).buffer))
  return new DataView(element.buffer).getBigInt64(0, true)
}
