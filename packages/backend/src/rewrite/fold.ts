import { type Aval, makeAval, sizeOf } from '../aval.ts'
import { hasEffect } from '../bodies.ts'
import type { TypedArray } from '../dtype.ts'
import { type Eqn, isVar, type Literal, makeLiteral, rowOf } from '../jaxpr.ts'
import type { AnyKernel } from '../kernel.ts'
import { type Family, families, type Params } from '../ops.ts'
import { read, splat } from '../reference/element.ts'
import { referenceKernels } from '../reference/evaluate.ts'
import { literalValue } from './rule.ts'

/** Folding more elements than this is the device's work. */
const mostTerms = 1 << 16

/** What the reference makes of an op when each operand is one number repeated over `shape`. */
function valuesOf(
  eqn: Eqn,
  operands: readonly Literal[],
  shape: readonly number[],
  params: Params<Eqn['op']>,
): number[] {
  const inputs = operands.map(({ value, aval }) => {
    const small = makeAval(shape, aval.dtype)
    return { buffer: splat(value, small), aval: small }
  })
  const outs = eqn.outputs.map((output) => makeAval([], output.aval.dtype))
  const results = rowOf<AnyKernel<TypedArray>>(referenceKernels, eqn.op)(inputs, params, outs)
  return results.map((buffer, i) => read({ buffer, aval: outs[i] as Aval })(0))
}

/** Elements that are all alike stay so wherever they are moved. */
function moved(operands: readonly Literal[]): number[] | undefined {
  const [first, ...others] = operands.map(literalValue)
  return first !== undefined && others.every((value) => Object.is(value, first)) ? [first] : undefined
}

/** As many terms as there are, in one row. */
function reduced(eqn: Eqn, operands: readonly Literal[]): number[] | undefined {
  if ('axis' in eqn.params) return [0]
  const terms =
    sizeOf((operands[0] as Literal).aval.shape) / sizeOf((eqn.outputs[0] as Eqn['outputs'][number]).aval.shape)
  return terms <= mostTerms ? valuesOf(eqn, operands, [terms], { axes: [0] }) : undefined
}

const values: { readonly [F in Family]: (eqn: Eqn, operands: readonly Literal[]) => number[] | undefined } = {
  elementwise: (eqn, operands) => valuesOf(eqn, operands, [], eqn.params),
  creation: () => undefined,
  movement: (_eqn, operands) => moved(operands),
  reduce: reduced,
  dot: () => undefined,
  window: () => undefined,
  whole: () => undefined,
  control: () => undefined,
  call: () => undefined,
  barrier: () => undefined,
  collective: () => undefined,
}

/**
 * The results of an equation as literals, when that is what they are: all operands are literals and each result is one number repeated, or
 * the results have no elements.
 */
export function fold(eqn: Eqn): readonly Literal[] | undefined {
  const { inputs, outputs } = eqn
  if (hasEffect(eqn)) return undefined
  if (outputs.every((output) => sizeOf(output.aval.shape) === 0))
    return outputs.map((output) => makeLiteral(0, output.aval))
  if (inputs.some(isVar)) return undefined
  return values[families[eqn.op]](eqn, inputs as readonly Literal[])?.map((value, i) =>
    makeLiteral(value, (outputs[i] as Literal | Eqn['outputs'][number]).aval),
  )
}
