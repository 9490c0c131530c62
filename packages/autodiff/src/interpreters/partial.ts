import { type Aval, infer, type OpName, type Params } from '@proj/backend'
import { isTracer, type NDArray, Tracer } from '../array.ts'
import { type Flat, isLinear, type Linear, type PendingOp, type Split } from '../primitives/rules.ts'
import { rulesOf } from '../primitives/table.ts'
import {
  bind,
  captureSource,
  currentLine,
  currentTrace,
  type Line,
  printOrigin,
  sourcesUpTo,
  type Trace,
  withinOp,
  withLine,
  withTrace,
} from '../trace.ts'

/** A value that is not known yet: it waits for the operands of the program it belongs to. */
export class UnknownTracer extends Tracer {
  readonly trace: PartialTrace
  readonly aval: Aval
  constructor(trace: PartialTrace, aval: Aval) {
    super()
    this.trace = trace
    this.aval = aval
  }
  get origin(): string {
    const eqn = this.trace.eqns.find(({ results }) => results.includes(this))
    return printOrigin(eqn && { op: eqn.op, source: eqn.line.source })
  }
}

/** An op that waits. Operands that are no `UnknownTracer` of the same program are known. */
export interface PendingEqn {
  readonly op: OpName
  readonly operands: readonly NDArray[]
  readonly params: Params<OpName>
  readonly results: readonly UnknownTracer[]
  /** What it was done for, and will be done for when it is done, forwards or backwards. */
  readonly line: Line
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
    return withinOp(this.outer, () => {
      const unknown = operands.map(this.owns)
      if (!unknown.includes(true)) return bind(op, operands as never, params as never)
      const { partial } = rulesOf(op)
      if (partial === undefined) return this.postpone({ op, operands, params })
      const { outs, pending } = partial(unknown, operands, params as Params<'jit'>, split)
      const waiting = (pending === null ? [] : this.postpone(pending))[Symbol.iterator]()
      return outs.map((out) => out ?? (waiting.next().value as NDArray))
    })
  }

  postpone({ op, operands, params, results: kept }: PendingOp): readonly UnknownTracer[] {
    const results = infer(
      op,
      operands.map((x) => x.aval),
      params,
    ).map((aval) => new UnknownTracer(this, aval))
    const line = currentLine() ?? {}
    if (this.eqns.length < sourcesUpTo) line.source ??= captureSource()
    this.eqns.push({ op, operands, params, results, line })
    return kept === undefined ? results : kept.map((i) => results[i] as UnknownTracer)
  }
}

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
  for (const { op, operands, params, results, line } of pending.eqns) {
    const outs: readonly NDArray[] = withLine(line, () => bind(op, operands.map(read) as never, params as never))
    results.forEach((result, i) => values.set(result, outs[i] as NDArray))
  }
  return pending.outputs.map(read)
}

/** The known values that pending equations refer to. Constants need no passing on: they are the same in every run. */
function residualsOf(pending: Pending, forced: readonly NDArray[]): readonly NDArray[] {
  const residuals = new Set<NDArray>()
  const keep = (x: NDArray): void => {
    if (isTracer(x) && !pending.isPending(x)) residuals.add(x)
  }
  for (const { operands } of pending.eqns) operands.forEach(keep)
  forced.forEach(keep)
  return [...residuals]
}

export const split: Split = (f, xs, forced = []) => {
  const pending = partialEval(f, xs)
  const waits = pending.outputs.map((out, i) => pending.isPending(out) || forced[i] === true)
  const waiting = pending.outputs.filter((_, i) => waits[i])
  const residuals = residualsOf(pending, waiting)
  return {
    known: pending.outputs.map((out, i) => (waits[i] ? null : out)),
    residuals,
    rest: (values, unknowns) => {
      const stand = new Map(residuals.map((residual, i) => [residual, values[i] as NDArray]))
      return resume({ ...pending, outputs: waiting }, unknowns, (x) => stand.get(x) ?? x)
    },
  }
}
