import { type Atom, type Eqn, isVar, type Jaxpr, makeVar, type Var } from '../jaxpr.ts'
import { families, type Params } from '../ops.ts'

const bodyOf = ({ op, params }: Eqn): Jaxpr | undefined =>
  families[op] === 'call' ? (params as Params<'jit' | 'customCall' | 'checkpoint'>).jaxpr : undefined

class Inliner {
  readonly eqns: Eqn[] = []

  /** Appends the equations of `jaxpr` for those arguments, with fresh variables, and says what its outputs became. */
  call(jaxpr: Jaxpr, args: readonly Atom[]): Atom[] {
    const names = new Map<Var, Atom>()
    jaxpr.inputs.forEach((input, i) => names.set(input, args[i] as Atom))
    const renamed = (atom: Atom): Atom => (isVar(atom) ? (names.get(atom) as Atom) : atom)
    for (const eqn of jaxpr.eqns) {
      const inputs = eqn.inputs.map(renamed)
      const body = bodyOf(eqn)
      const results = body === undefined ? this.append(eqn, inputs) : this.call(body, inputs)
      eqn.outputs.forEach((output, i) => names.set(output, results[i] as Atom))
    }
    return jaxpr.outputs.map(renamed)
  }

  private append(eqn: Eqn, inputs: readonly Atom[]): readonly Var[] {
    const outputs = eqn.outputs.map((output) => makeVar(output.aval))
    this.eqns.push({ ...eqn, inputs, outputs })
    return outputs
  }
}

/** The same program without calls: the body of each in its place, however deep. Jaxprs of control ops are left as they are. */
export function inline(jaxpr: Jaxpr): Jaxpr {
  if (!jaxpr.eqns.some((eqn) => bodyOf(eqn) !== undefined)) return jaxpr
  const inliner = new Inliner()
  const outputs = inliner.call(jaxpr, jaxpr.inputs)
  return { inputs: jaxpr.inputs, eqns: inliner.eqns, outputs }
}
