import { formatAval, type Params } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { add } from '../lax/index.ts'
import { addTangents, type Backward, Linear, NotLinear, type Tangent } from '../primitives/rules.ts'
import { rulesOf } from '../primitives/table.ts'
import { withLine } from '../trace.ts'
import { type Pending, type PendingEqn, partialEval } from './partial.ts'

/**
 * The backward pass over a linear program: cotangents of its inputs from those of its outputs.
 *
 * @returns one for each input of the program; `null` is zero
 */
export function transposePending(pending: Pending, cts: readonly Tangent[], where = 'autodiff'): readonly Tangent[] {
  const cotangents = new Map<NDArray, Tangent>()
  const accumulate = (x: NDArray, ct: Tangent): void => {
    if (ct !== null && pending.isPending(x)) cotangents.set(x, addTangents(cotangents.get(x) ?? null, ct, add))
  }
  const take = (x: NDArray): Tangent => cotangents.get(x) ?? null
  pending.outputs.forEach((out, i) => accumulate(out, cts[i] as Tangent))
  const back = ({ op, operands, params, results }: PendingEqn): void => {
    const outCts = results.map(take)
    if (outCts.every((ct) => ct === null)) return
    const { transpose } = rulesOf(op)
    const linear = operands.filter(pending.isPending)
    if (transpose === undefined) throw notLinear(where, op, linear)
    const xs = operands.map((x) => (pending.isPending(x) ? new Linear(x.aval) : x))
    const operandCts = refusing(
      () => transpose(outCts, xs, params as Params<'jit'>, backwardFlat),
      () => notLinear(where, op, linear),
    )
    operands.forEach((x, i) => accumulate(x, operandCts[i] as Tangent))
  }
  for (const eqn of pending.eqns.toReversed()) withLine(eqn.line, () => back(eqn))
  return pending.inputs.map(take)
}

const notLinear = (where: string, op: string, linear: readonly NDArray[]): TransformError =>
  new TransformError(
    where,
    `${op} was to be run backwards, and it is not linear in ${linear.map((x) => formatAval(x.aval)).join(' and ')}${linear.length > 1 ? ' together' : ''}`,
    where === 'autodiff'
      ? 'if no custom rule of yours made it, this is a bug in a jvp rule'
      : 'give a function that is linear',
  )

/** Runs a rule; what it cannot do is said with the op and the transform. */
function refusing<T>(rule: () => T, why: () => Error): T {
  try {
    return rule()
  } catch (error) {
    throw error instanceof NotLinear ? why() : error
  }
}

/** Cotangents of the linear ones among `xs` (and only those, in order), given those of the results of `f`. */
const backwardInputs = (
  f: Parameters<Backward>[0],
  xs: Parameters<Backward>[1],
  cts: readonly Tangent[],
): readonly Tangent[] => transposePending(partialEval(f, xs), cts)

export const backwardFlat: Backward = (f, xs, cts) => {
  const linear = backwardInputs(f, xs, cts)[Symbol.iterator]()
  return xs.map((x) => (x instanceof Linear ? (linear.next().value as Tangent) : null))
}
