import { type Aval, formatAval, makeAval, sameAval } from '../aval.ts'
import { ShapeError } from '../errors.ts'
import { rowOf } from '../jaxpr.ts'
import { type OpName, type Params, signatures } from '../ops.ts'
import { elementwiseShapes } from './elementwise.ts'
import { movementShapes } from './movement.ts'
import { reduceShapes } from './reduce.ts'
import type { ShapeTable } from './rule.ts'

export const shapeRules: ShapeTable<OpName> = {
  ...elementwiseShapes,
  ...movementShapes,
  ...reduceShapes,
  jit: (ins, { jaxpr, name }) => {
    const wanted = jaxpr.inputs.map((input) => input.aval)
    if (ins.length !== wanted.length || ins.some((aval, i) => !sameAval(aval, wanted[i] as Aval)))
      throw new ShapeError(
        `jit(${name})`,
        `got (${ins.map(formatAval).join(', ')})`,
        `it was traced for (${wanted.map(formatAval).join(', ')})`,
      )
    return jaxpr.outputs.map((output) => output.aval)
  },
}

type AnyRule = (ins: readonly Aval[], params: Params<OpName>, where: string) => readonly Aval[]

/** Ops whose rule says itself how weak their results are, because a dtype is given or is the body's. */
// biome-ignore format: words
const decidesWeakness: ReadonlySet<OpName> = new Set<OpName>([
  'convertElementType', 'bitcastConvertType', 'argmax', 'argmin', 'iota', 'jit',
])

/**
 * The avals of an op's results. A result is weakly typed when every operand is, unless a dtype was asked for; the predicate of a `select`,
 * being bool, has no say.
 *
 * @throws {ShapeError | DTypeError} when the operands do not fit
 * @example infer('add', [makeAval([2], 'float32'), makeAval([2], 'float32')], {}) // [f32[2]]
 */
export function infer(op: OpName, ins: readonly Aval[], params: Params<OpName>): readonly Aval[] {
  const { arity } = signatures[op]
  if (arity !== null && ins.length !== arity) throw new ShapeError(op, `got ${ins.length} operands`, `give ${arity}`)
  const outs = rowOf<AnyRule>(shapeRules, op)(ins, params, op)
  const voices = op === 'select' ? ins.slice(1) : ins
  if (decidesWeakness.has(op) || !voices.every((aval) => aval.weakType)) return outs
  return outs.map((aval) => makeAval(aval.shape, aval.dtype, true))
}
