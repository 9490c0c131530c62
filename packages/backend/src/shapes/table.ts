import { type Aval, makeAval } from '../aval.ts'
import { ShapeError } from '../errors.ts'
import { rowOf } from '../jaxpr.ts'
import { type OpName, type Params, signatures } from '../ops.ts'
import { controlShapes } from './control.ts'
import { elementwiseShapes } from './elementwise.ts'
import { indexingShapes } from './indexing.ts'
import { linalgShapes } from './linalg.ts'
import { markShapes } from './marks.ts'
import { movementShapes } from './movement.ts'
import { orderShapes } from './order.ts'
import { reduceShapes } from './reduce.ts'
import type { ShapeTable } from './rule.ts'
import { windowShapes } from './windows.ts'

export const shapeRules: ShapeTable<OpName> = {
  ...elementwiseShapes,
  ...movementShapes,
  ...reduceShapes,
  ...windowShapes,
  ...indexingShapes,
  ...orderShapes,
  ...linalgShapes,
  ...controlShapes,
  ...markShapes,
}

type AnyRule = (ins: readonly Aval[], params: Params<OpName>, where: string) => readonly Aval[]

/** Ops whose rule says itself how weak their results are, because a dtype is given, is the body's, or differs between results. */
// biome-ignore format: words
const decidesWeakness: ReadonlySet<OpName> = new Set<OpName>([
  'convertElementType', 'bitcastConvertType', 'argmax', 'argmin', 'iota', 'sort', 'topK', 'lu', 'jit', 'customCall', 'checkpoint',
  'while', 'scan', 'cond', 'optimizationBarrier', 'callback', 'axisIndex',
])

/** The operands whose weakness counts, where others only choose between elements or say where they lie. */
const voices: { readonly [K in OpName]?: (ins: readonly Aval[]) => readonly Aval[] } = {
  select: (ins) => ins.slice(1),
  gather: (ins) => ins.slice(0, 1),
  scatter: ([x, , updates]) => [x as Aval, updates as Aval],
  dynamicSlice: (ins) => ins.slice(0, 1),
  dynamicUpdateSlice: (ins) => ins.slice(0, 2),
}

/** Fewer operands than these are a mistake that no rule needs to meet. */
const leastOperands: { readonly [K in OpName]?: number } = { dynamicSlice: 1, dynamicUpdateSlice: 2, cond: 1 }

/**
 * The avals of an op's results. A result is weakly typed when every operand is, unless a dtype was asked for; the predicate of a `select`
 * and indices have no say.
 *
 * @throws {ShapeError | DTypeError} when the operands do not fit
 * @example infer('add', [makeAval([2], 'float32'), makeAval([2], 'float32')], {}).map(formatAval) // ['f32[2]']
 */
export function infer(op: OpName, ins: readonly Aval[], params: Params<OpName>): readonly Aval[] {
  const { arity } = signatures[op]
  const least = leastOperands[op] ?? 0
  if (arity === null ? ins.length < least : ins.length !== arity)
    throw new ShapeError(op, `got ${ins.length} operands`, arity === null ? `give at least ${least}` : `give ${arity}`)
  const outs = rowOf<AnyRule>(shapeRules, op)(ins, params, op)
  if (decidesWeakness.has(op) || !(voices[op]?.(ins) ?? ins).every((aval) => aval.weakType)) return outs
  return outs.map((aval) => makeAval(aval.shape, aval.dtype, true))
}
