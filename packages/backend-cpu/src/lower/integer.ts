import { type DType, dtypes } from '@proj/backend'
import type { Graph, Node } from '../lane/graph.ts'
import { isUnsigned, signOf, wrap } from './lanes.ts'

const least = -0x80000000

/** Toward zero; by zero all bits set. The instruction traps where this does not. */
export function divide(g: Graph, x: Node, y: Node, dtype: DType): Node {
  const byZero = g.op('eq', y, g.i32(0))
  const overflows = g.op('and', g.op('eq', x, g.i32(least)), g.op('eq', y, g.i32(-1)))
  const isUnsafe = isUnsigned(dtype) ? byZero : g.op('or', byZero, overflows)
  const quotient = g.op(`div_${signOf(dtype)}`, x, g.select(isUnsafe, g.i32(1), y))
  return wrap(g, g.select(byZero, g.i32(-1), quotient), dtype)
}

/** Of the dividend's sign; by zero the dividend. */
export function integerRemainder(g: Graph, x: Node, y: Node, dtype: DType): Node {
  const byZero = g.op('eq', y, g.i32(0))
  const rest = g.op(`rem_${signOf(dtype)}`, x, g.select(byZero, g.i32(1), y))
  return g.select(byZero, x, rest)
}

/** A count of the width or more, or below zero, is past every bit; the instruction would take it modulo the width. */
export function shiftBy(name: 'shl' | 'shr_s' | 'shr_u') {
  return (g: Graph, x: Node, count: Node, dtype: DType): Node => {
    const bits = dtypes[dtype].bytes * 8
    const filled = name === 'shr_s'
    const operand = operandOf(g, x, name, bits)
    if (count.op === 'const') {
      const by = (count.immediate as number) >>> 0
      if (by >= bits && !filled) return g.i32(0)
      return wrap(g, g.shift(name, operand, Math.min(by, bits - 1)), dtype)
    }
    const isPast = g.op('ge_u', count, g.i32(bits))
    const by = filled ? g.select(isPast, g.i32(bits - 1), count) : count
    const shifted = g.op(`${name}By`, operand, by)
    return wrap(g, filled ? shifted : g.select(isPast, g.i32(0), shifted), dtype)
  }
}

/** The bits that a right shift brings down: a narrow integer's own, whatever its sign as a number. */
function operandOf(g: Graph, x: Node, name: 'shl' | 'shr_s' | 'shr_u', bits: number): Node {
  if (bits === 32 || name === 'shl') return x
  if (name === 'shr_u') return g.op('and', x, g.i32(2 ** bits - 1))
  return g.shift('shr_s', g.shift('shl', x, 32 - bits), 32 - bits)
}
