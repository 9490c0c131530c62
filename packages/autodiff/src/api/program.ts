import type { Aval, Jaxpr } from '@proj/backend'
import { isTracer, type NDArray } from '../array.ts'
import { axesKey } from '../axes.ts'
import { configKey } from '../config.ts'
import { stage } from '../interpreters/staging.ts'
import { checkFunction, FlatFunction } from './flat.ts'
import type { AnyFunction, FlatTree } from './leaves.ts'

/** A tree's structure, with what stands at leaves that are no arrays. */
export type Structure = Omit<FlatTree, 'arrays'>

/** A recorded function of trees. What it closed over are its first inputs. */
export interface Program {
  readonly jaxpr: Jaxpr
  readonly consts: readonly NDArray[]
  readonly output: Structure
}

interface Kept extends Program {
  readonly key: readonly unknown[]
}

/** Programs of one function that are kept; with more, the oldest is forgotten. */
const mostKept = 64
const programs = new WeakMap<AnyFunction, Kept[]>()

const sameKey = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((x, i) => Object.is(x, b[i]))

/**
 * `f` recorded for arguments of these structures and avals. The same function object is recorded once for each of them, so it must not depend
 * on variables that change; what closed over tracers is recorded every time.
 */
export function trace(where: string, f: AnyFunction, inputs: readonly Structure[], avals: readonly Aval[]): Program {
  checkFunction(where, f)
  const statics = inputs.flatMap((input) => [
    input.isArray.map(Number).join(''),
    ...input.statics.map(({ value }) => value),
  ])
  const key = [configKey(), axesKey(), ...inputs.map(({ def }) => def), ...avals, ...statics]
  const kept = programs.get(f) ?? []
  const found = kept.find((program) => sameKey(program.key, key))
  if (found !== undefined) return found
  const flat = new FlatFunction(f, inputs)
  const { jaxpr, consts } = stage(where, flat.call, avals)
  const program = { jaxpr, consts, output: flat.output as Structure, key }
  if (!consts.some(isTracer)) programs.set(f, [...kept.slice(1 - mostKept), program])
  return program
}

/** The structures of the items of a list, of which `output` is the structure. */
export function itemsOf({ def, statics, isArray }: Structure): readonly Structure[] {
  const next = statics[Symbol.iterator]()
  let start = 0
  return def.children.map((child) => {
    const own = isArray.slice(start, (start += child.numLeaves))
    const ownStatics = own.flatMap((is) => (is ? [] : [next.next().value as Structure['statics'][number]]))
    return { def: child, isArray: own, statics: ownStatics }
  })
}

/** How many of the leaves are arrays. */
export const countArrays = ({ isArray }: Structure): number => isArray.filter((is) => is).length
