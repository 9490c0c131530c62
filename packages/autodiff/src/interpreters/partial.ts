import { type Aval, infer, type Jaxpr, type OpName, type Params } from '@proj/backend'
import { type NDArray, Tracer } from '../array.ts'
import { type Flat, isLinear, type Linear, type PartialCall, type Split } from '../primitives/rules.ts'
import { rulesOf } from '../primitives/table.ts'
import { bind, currentTrace, type Trace, withTrace } from '../trace.ts'

/** A value that is not known yet: it waits for the operands of the program it belongs to. */
export class UnknownTracer extends Tracer {
  readonly trace: PartialTrace
  readonly aval: Aval
  constructor(trace: PartialTrace, aval: Aval) {
    super()
    this.trace = trace
    this.aval = aval
  }
}

/** An op that waits. Operands that are no `UnknownTracer` of the same program are known. */
export interface PendingEqn {
  readonly op: OpName
  readonly operands: readonly NDArray[]
  readonly params: Params<OpName>
  readonly results: readonly UnknownTracer[]
}

/** What could not be computed yet, in order. */
export interface Pending {
  readonly inputs: readonly UnknownTracer[]
  readonly eqns: readonly PendingEqn[]
  /** Known results are plain values. */
  readonly outputs: readonly NDArray[]
  readonly isPending: (x: NDArray) => x is UnknownTracer
}

/** Computes what it can by the trace outside, and puts off the rest. */
class PartialTrace implements Trace {
  readonly transform = 'linearize'
  finished = false
  readonly outer: Trace
  readonly eqns: PendingEqn[] = []
  constructor(outer: Trace) {
    this.outer = outer
  }

  readonly owns = (x: NDArray): x is UnknownTracer => x instanceof UnknownTracer && x.trace === this

  process(op: OpName, operands: readonly NDArray[], params: Params<OpName>): readonly NDArray[] {
    return withTrace(this.outer, () => {
      const unknown = operands.map(this.owns)
      if (!unknown.includes(true)) return bind(op, operands as never, params as never)
      const { partial } = rulesOf(op)
      if (partial === undefined) return this.postpone(op, operands, params)
      const { name } = params as Params<'jit'>
      return this.cut(name, operands, unknown, partial(unknown, params as Params<'jit'>, split))
    })
  }

  postpone(op: OpName, operands: readonly NDArray[], params: Params<OpName>): readonly UnknownTracer[] {
    const results = infer(
      op,
      operands.map((x) => x.aval),
      params,
    ).map((aval) => new UnknownTracer(this, aval))
    this.eqns.push({ op, operands, params, results })
    return results
  }

  /** Runs the known half of a call, and postpones the other. */
  cut(name: string, operands: readonly NDArray[], unknown: readonly boolean[], call: PartialCall): readonly NDArray[] {
    const known = bindCall(call.known, [...call.knownConsts, ...operands.filter((_, i) => unknown[i] === false)], name)
    const knownCount = call.outUnknown.filter((u) => !u).length
    const rest = [...call.restConsts, ...known.slice(knownCount), ...operands.filter((_, i) => unknown[i] === true)]
    const pending = call.rest.outputs.length === 0 ? [] : this.postpone('jit', rest, { jaxpr: call.rest, name })
    const [fromKnown, fromRest] = [known[Symbol.iterator](), pending[Symbol.iterator]()]
    return call.outUnknown.map((u) => (u ? fromRest : fromKnown).next().value as NDArray)
  }
}

const bindCall = (jaxpr: Jaxpr, operands: readonly NDArray[], name: string): readonly NDArray[] =>
  jaxpr.outputs.length === 0 ? [] : bind('jit', operands, { jaxpr, name })

/** Runs `f` with the linear ones among `xs` unknown. */
export function partialEval(f: Flat, xs: readonly (NDArray | Linear)[]): Pending {
  const trace = new PartialTrace(currentTrace())
  const operands = xs.map((x) => (isLinear(x) ? new UnknownTracer(trace, x.aval) : x))
  try {
    const outputs = withTrace(trace, () => f(operands))
    return { inputs: operands.filter(trace.owns), eqns: trace.eqns, outputs, isPending: trace.owns }
  } finally {
    trace.finished = true
  }
}

/** Does what was put off, now that the unknown operands are there; `substitute` may stand in for known values. */
export function resume(
  pending: Pending,
  inputs: readonly NDArray[],
  substitute: (x: NDArray) => NDArray = (x) => x,
): readonly NDArray[] {
  const values = new Map<NDArray, NDArray>(pending.inputs.map((x, i) => [x, inputs[i] as NDArray]))
  const read = (x: NDArray): NDArray => values.get(x) ?? substitute(x)
  for (const { op, operands, params, results } of pending.eqns) {
    const outs: readonly NDArray[] = bind(op, operands.map(read) as never, params as never)
    results.forEach((result, i) => values.set(result, outs[i] as NDArray))
  }
  return pending.outputs.map(read)
}

/** The known values that pending equations and outputs refer to. */
function residualsOf(pending: Pending): readonly NDArray[] {
  const residuals = new Set<NDArray>()
  for (const { operands } of pending.eqns) for (const x of operands) if (!pending.isPending(x)) residuals.add(x)
  return [...residuals]
}

export const split: Split = (f, xs) => {
  const pending = partialEval(f, xs)
  const residuals = residualsOf(pending)
  const unknownOutputs = pending.outputs.filter(pending.isPending)
  return {
    known: pending.outputs.map((out) => (pending.isPending(out) ? null : out)),
    residuals,
    rest: (values, unknowns) => {
      const stand = new Map(residuals.map((residual, i) => [residual, values[i] as NDArray]))
      return resume({ ...pending, outputs: unknownOutputs }, unknowns, (x) => stand.get(x) ?? x)
    },
  }
}
