import type { Aval } from './aval.ts'
import { makeAval } from './aval.ts'
import type { Args, Each, OpName, Outs, Params } from './ops.ts'

/** A value that an equation defines or an input brings; compared by identity. */
export interface Var {
  readonly kind: 'var'
  readonly aval: Aval
}

/** A constant known when the Jaxpr was made: one number, repeated over its shape. Bool is 0 or 1. */
export interface Literal {
  readonly kind: 'literal'
  readonly value: number
  readonly aval: Aval
}

export type Atom = Var | Literal

/** Where in the user's program an equation came from; formatted only when it is asked for. */
export interface Source {
  describe(): string
}

/** `outputs = op[params](inputs)`. */
export interface EqnOf<K extends OpName> {
  readonly op: K
  readonly params: Params<K>
  readonly inputs: Each<Args<K>, Atom>
  readonly outputs: Each<Outs<K>, Var>
  readonly source?: Source | undefined
}

/** Any equation; its op is known by name only, so look its meaning up with `rowOf`. */
export interface Eqn {
  readonly op: OpName
  readonly params: Params<OpName>
  readonly inputs: readonly Atom[]
  readonly outputs: readonly Var[]
  readonly source?: Source | undefined
}

/** A pure function of arrays, straight-line and typed: each variable is defined once, before its uses. */
export interface Jaxpr {
  readonly inputs: readonly Var[]
  readonly eqns: readonly Eqn[]
  readonly outputs: readonly Atom[]
}

export const makeVar = (aval: Aval): Var => ({ kind: 'var', aval })

export const makeLiteral = (value: number, aval: Aval): Literal => ({ kind: 'literal', value, aval })

export const scalarLiteral = (value: number, dtype: Aval['dtype']): Literal => makeLiteral(value, makeAval([], dtype))

export const isVar = (atom: Atom): atom is Var => atom.kind === 'var'

/** A table with one row for each op. */
export type OpTable<Row> = { readonly [K in OpName]: Row }

/**
 * The row of a typed table, total or partial, for an equation whose op is known only at run time. TypeScript cannot see that `eqn.op`,
 * `eqn.inputs` and `eqn.params` belong together; the check of `makeEqn` makes it true, and this is the one place that says so.
 */
export function rowOf<Row>(table: { readonly [K in OpName]?: unknown }, op: OpName): Row {
  return table[op] as Row
}
