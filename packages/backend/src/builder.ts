import type { Aval } from './aval.ts'
import { type Atom, type Eqn, type Jaxpr, makeVar, type Source, type Var } from './jaxpr.ts'
import type { Args, Each, OpName, Outs, Params } from './ops.ts'
import { infer } from './shapes/table.ts'

/** An equation with fresh result variables, its operands checked against the op's shape rule. */
export function makeEqn<K extends OpName>(op: K, inputs: Each<Args<K>, Atom>, params: Params<K>, source?: Source): Eqn {
  const atoms: readonly Atom[] = inputs
  const outputs = infer(
    op,
    atoms.map((atom) => atom.aval),
    params,
  ).map(makeVar)
  return { op, inputs: atoms, params, outputs, source }
}

/**
 * Writes a Jaxpr equation by equation.
 *
 * @example
 * const b = new JaxprBuilder()
 * const x = b.input(makeAval([3], 'float32'))
 * const [y] = b.emit('sin', [x], {})
 * const jaxpr = b.finish([y])
 */
export class JaxprBuilder {
  readonly inputs: Var[] = []
  readonly eqns: Eqn[] = []

  input(aval: Aval): Var {
    const input = makeVar(aval)
    this.inputs.push(input)
    return input
  }

  emit<K extends OpName>(op: K, inputs: Each<Args<K>, Atom>, params: Params<K>, source?: Source): Each<Outs<K>, Var> {
    const eqn = makeEqn(op, inputs, params, source)
    this.eqns.push(eqn)
    return eqn.outputs as unknown as Each<Outs<K>, Var> // `infer` gives one aval for each result of `K`
  }

  finish(outputs: readonly Atom[]): Jaxpr {
    return { inputs: [...this.inputs], eqns: [...this.eqns], outputs: [...outputs] }
  }
}
