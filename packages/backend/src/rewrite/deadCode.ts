import { hasEffect } from '../bodies.ts'
import { type Atom, type Eqn, isVar, type Jaxpr, type Var } from '../jaxpr.ts'

/** The same program without the equations whose results nobody uses, unless they have an effect. Inputs stay. */
export function removeDeadCode(jaxpr: Jaxpr): Jaxpr {
  const used = new Set<Var>()
  const use = (atom: Atom): void => {
    if (isVar(atom)) used.add(atom)
  }
  jaxpr.outputs.forEach(use)
  const eqns: Eqn[] = []
  for (const eqn of jaxpr.eqns.toReversed()) {
    if (!eqn.outputs.some((output) => used.has(output)) && !hasEffect(eqn)) continue
    eqn.inputs.forEach(use)
    eqns.push(eqn)
  }
  return { inputs: jaxpr.inputs, eqns: eqns.reverse(), outputs: jaxpr.outputs }
}
