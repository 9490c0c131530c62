import { hasEffect } from '../bodies.ts'
import { type Atom, type Eqn, type EqnOf, isVar, type Jaxpr, rowOf, type Var } from '../jaxpr.ts'
import { paramsKey } from '../key.ts'
import { families, type OpName } from '../ops.ts'
import { algebra } from './algebra.ts'
import { fold } from './fold.ts'
import { movement } from './movement.ts'
import { type AnyRule, type Context, isAtom, literalValue, type RuleTable } from './rule.ts'

const rules: RuleTable = { ...algebra, ...movement }

/** Their operands may be swapped: equal to the bit, the payload of a NaN aside. */
const commutes: ReadonlySet<OpName> = new Set<OpName>(['add', 'mul', 'max', 'min', 'and', 'or', 'xor', 'eq', 'ne'])

/** What is behind a barrier is not what is before it, and an effect happens as often as it is written. */
const isMergeable = (eqn: Eqn): boolean => families[eqn.op] !== 'barrier' && !hasEffect(eqn)

/** One walk from the first equation to the last, in which each sees its operands in their final form. */
class Simplifier implements Context {
  readonly eqns: Eqn[] = []
  private readonly names = new Map<Var, Atom>()
  private readonly definitions = new Map<Var, Eqn>()
  private readonly numbers = new Map<Var, number>()
  private readonly known = new Map<string, Eqn>()

  readonly resolve = (atom: Atom): Atom => (isVar(atom) ? (this.names.get(atom) ?? atom) : atom)

  definition<K extends OpName>(atom: Atom, op: K): EqnOf<K> | undefined {
    const eqn = isVar(atom) ? this.definitions.get(atom) : undefined
    return eqn?.op === op ? (eqn as unknown as EqnOf<K>) : undefined
  }

  visit(eqn: Eqn): void {
    const results = this.simplified({ ...eqn, inputs: eqn.inputs.map(this.resolve) })
    eqn.outputs.forEach((output, i) => {
      if (results[i] !== output) this.names.set(output, results[i] as Atom)
    })
  }

  /** What the results of an equation are: literals, older variables, or those of a better equation. */
  private simplified(eqn: Eqn): readonly Atom[] {
    const literals = fold(eqn)
    if (literals !== undefined) return literals
    const rule = rowOf<AnyRule | undefined>(rules, eqn.op)
    const replacement = rule?.(eqn.inputs, eqn.params, this, eqn.outputs[0] as Var)
    if (replacement === undefined) return this.shared(eqn)
    return isAtom(replacement) ? [replacement] : this.simplified({ ...replacement, source: eqn.source })
  }

  /** The results of an equal equation met before, or of this one from now on. */
  private shared(eqn: Eqn): readonly Var[] {
    if (isMergeable(eqn)) {
      const key = this.key(eqn)
      const before = this.known.get(key)
      if (before !== undefined) return before.outputs
      this.known.set(key, eqn)
    }
    this.eqns.push(eqn)
    if (eqn.outputs.length === 1) this.definitions.set(eqn.outputs[0] as Var, eqn)
    return eqn.outputs
  }

  private key({ op, params, inputs }: Eqn): string {
    const operands = inputs.map((atom) => this.operandKey(atom))
    if (commutes.has(op)) operands.sort()
    return `${op}${paramsKey(params)}${operands.join()}`
  }

  private operandKey(atom: Atom): string {
    if (!isVar(atom)) {
      const value = literalValue(atom)
      return `${Object.is(value, -0) ? '-0' : value}:${atom.aval.dtype}[${atom.aval.shape.join(' ')}]`
    }
    let number = this.numbers.get(atom)
    if (number === undefined) this.numbers.set(atom, (number = this.numbers.size))
    return `%${number}`
  }
}

/**
 * Constant folding, identities that hold to the bit, and common subexpressions, in one walk. Equations that became useless stay: see
 * `removeDeadCode`.
 */
export function simplify(jaxpr: Jaxpr): Jaxpr {
  const simplifier = new Simplifier()
  for (const eqn of jaxpr.eqns) simplifier.visit(eqn)
  return { inputs: jaxpr.inputs, eqns: simplifier.eqns, outputs: jaxpr.outputs.map(simplifier.resolve) }
}
