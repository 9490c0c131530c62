import { makeEqn } from '../builder.ts'
import type { DType } from '../dtype.ts'
import { type Atom, type Eqn, isVar, type Literal, makeLiteral } from '../jaxpr.ts'
import type { Args, Each, OpName, Params } from '../ops.ts'
import { roundTo } from '../reference/element.ts'

/** What a rule may ask about the program so far. */
export interface Context {
  /** The equation that makes `atom`, if it is the only result of one. */
  definition<K extends OpName>(
    atom: Atom,
    op: K,
  ): { readonly inputs: Each<Args<K>, Atom>; readonly params: Params<K> } | undefined
}

/** An equation's only result is that atom, or is better made by another equation. Results are equal to the bit. */
export type Replacement = Atom | Eqn

export type Rule<K extends OpName> = (
  inputs: Each<Args<K>, Atom>,
  params: Params<K>,
  context: Context,
  output: Eqn['outputs'][number],
) => Replacement | undefined

export type RuleTable = { readonly [K in OpName]?: Rule<K> }

export type AnyRule = (
  inputs: readonly Atom[],
  params: Params<OpName>,
  context: Context,
  output: Eqn['outputs'][number],
) => Replacement | undefined

export const isAtom = (replacement: Replacement): replacement is Atom => 'kind' in replacement

/** The number that a literal repeats, as its dtype holds it. */
export const literalValue = ({ value, aval }: Literal): number => roundTo(aval.dtype, value)

/** Whether an atom is `value` everywhere; 0 and -0 are different. */
export const isAll = (atom: Atom, value: number): boolean => !isVar(atom) && Object.is(literalValue(atom), value)

/** Every element of `like` replaced by `value`. */
export const filled = (value: number, like: Atom): Literal => makeLiteral(value, like.aval)

export const instead = <K extends OpName>(op: K, inputs: Each<Args<K>, Atom>, params: Params<K>): Eqn =>
  makeEqn(op, inputs, params)

export const isFloatAtom = (atom: Atom): boolean => floats.has(atom.aval.dtype)

const floats: ReadonlySet<DType> = new Set<DType>(['float16', 'float32', 'float64'])
