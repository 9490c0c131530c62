import {
  type Atom,
  type Aval,
  type Eqn,
  isVar,
  type Jaxpr,
  makeEqn,
  makeLiteral,
  makeVar,
  type OpName,
  type Params,
  type Var,
} from '@proj/backend'
import { type NDArray, Tracer } from '../array.ts'
import { ConcreteArray } from '../concrete.ts'
import { checkAlive, runTransform } from '../leaks.ts'
import {
  bind,
  captureSource,
  currentLine,
  printOrigin,
  sourcesUpTo,
  splat,
  type Trace,
  withLine,
  withTrace,
} from '../trace.ts'

/** Stands for a variable of the Jaxpr that is being recorded. */
export class StagedTracer extends Tracer {
  readonly trace: StagingTrace
  readonly variable: Var
  constructor(trace: StagingTrace, variable: Var) {
    super()
    this.trace = trace
    this.variable = variable
  }
  get aval(): Aval {
    return this.variable.aval
  }
  get origin(): string {
    return printOrigin(this.trace.eqns.find((eqn) => eqn.outputs.includes(this.variable)))
  }
}

/** Records every op as an equation. */
export class StagingTrace implements Trace {
  readonly transform: string
  finished = false
  readonly eqns: Eqn[] = []
  /** Values from outside, each with the input that brings it in. */
  readonly consts = new Map<NDArray, Var>()

  constructor(transform: string) {
    this.transform = transform
  }

  process(op: OpName, operands: readonly NDArray[], params: Params<OpName>): readonly NDArray[] {
    const source = this.eqns.length < sourcesUpTo ? captureSource() : undefined
    const eqn = makeEqn(op, operands.map((x) => this.lift(x)) as never, params as never, source)
    this.eqns.push(eqn)
    return eqn.outputs.map((variable) => new StagedTracer(this, variable))
  }

  /** A value as an operand of an equation: a variable of this Jaxpr, a literal, or one more input. */
  lift(x: NDArray): Atom {
    if (x instanceof StagedTracer && x.trace === this) return x.variable
    if (x instanceof ConcreteArray && x.splatValue !== undefined) return makeLiteral(x.splatValue, x.aval)
    checkAlive(x)
    let variable = this.consts.get(x)
    if (variable === undefined) {
      variable = makeVar(x.aval)
      this.consts.set(x, variable)
    }
    return variable
  }
}

/** A recorded function. The values it closed over are its first inputs. */
export interface Staged {
  readonly jaxpr: Jaxpr
  readonly consts: readonly NDArray[]
}

/** Records `f` on placeholders of these avals. */
export function stage(
  transform: string,
  f: (xs: readonly NDArray[]) => readonly NDArray[],
  avals: readonly Aval[],
): Staged {
  const trace = new StagingTrace(transform)
  const inputs = avals.map(makeVar)
  return runTransform(trace, () => {
    const outs = withTrace(trace, () => f(inputs.map((input) => new StagedTracer(trace, input))))
    const outputs = outs.map((out) => trace.lift(out))
    const jaxpr = { inputs: [...trace.consts.values(), ...inputs], eqns: trace.eqns, outputs }
    return { jaxpr, consts: [...trace.consts.keys()] }
  })
}

/** Does what a Jaxpr says, op by op, under whatever transform is running. */
export function evalJaxpr(jaxpr: Jaxpr, inputs: readonly NDArray[]): readonly NDArray[] {
  const values = new Map<Var, NDArray>()
  const read = (atom: Atom): NDArray => (isVar(atom) ? (values.get(atom) as NDArray) : splat(atom.value, atom.aval))
  jaxpr.inputs.forEach((input, i) => values.set(input, inputs[i] as NDArray))
  for (const eqn of jaxpr.eqns) {
    const line = eqn.source === undefined ? currentLine() : eqn
    const outs: readonly NDArray[] = withLine(line, () =>
      bind(eqn.op, eqn.inputs.map(read) as never, eqn.params as never),
    )
    eqn.outputs.forEach((output, i) => values.set(output, outs[i] as NDArray))
  }
  return jaxpr.outputs.map(read)
}
