import { type Aval, formatAval, isFloat, sameAval } from '@proj/backend'
import { isTracer, type NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { convertElementType } from '../lax/index.ts'
import type { CustomRules } from '../primitives/custom.ts'
import { filled } from '../primitives/derived.ts'
import type { Tangent } from '../primitives/rules.ts'
import { bind } from '../trace.ts'
import { type AnyFunction, flattenArrays, nameLeaf, unflattenArrays } from './leaves.ts'
import { countArrays, type Program, type Structure, trace } from './program.ts'

// What customJvp, customVjp and customVmap share: a function recorded as one call, with rules that its author wrote over trees.

export interface CustomOptions {
  /** Arguments that are no data but part of the function, such as other functions; rules get them first. */
  readonly nondiffArgnums?: readonly number[]
}

/** One call of a custom function: what it was called on, and how its rules see that. */
export interface CustomCall {
  readonly where: string
  readonly program: Program
  /** Structures of the arguments that are data. */
  readonly inputs: readonly Structure[]
  /** The arguments that are not, in order. */
  readonly fixed: readonly unknown[]
  /** All arguments in their places, given those that are data. */
  readonly place: (data: readonly unknown[]) => readonly unknown[]
}

interface Bound {
  readonly fixed: readonly unknown[]
  readonly f: AnyFunction
}

/** A function with some of its arguments fixed, the same object for the same values. */
function binder(f: AnyFunction, at: readonly number[]): (fixed: readonly unknown[]) => AnyFunction {
  if (at.length === 0) return () => f
  let known: readonly Bound[] = []
  return (fixed) => {
    const found = known.find((bound) => bound.fixed.every((x, i) => Object.is(x, fixed[i])))
    if (found !== undefined) return found.f
    const bound = { fixed, f: (...data: unknown[]) => f(...placed(at, fixed, data)) }
    known = [...known.slice(-31), bound]
    return bound.f
  }
}

function placed(at: readonly number[], fixed: readonly unknown[], data: readonly unknown[]): unknown[] {
  const next = data[Symbol.iterator]()
  return Array.from({ length: fixed.length + data.length }, (_, i) =>
    at.includes(i) ? fixed[at.indexOf(i)] : next.next().value,
  )
}

/** A function of trees that is recorded as one call under rules; `rulesFor` makes them, once for each recording. */
export function customFunction(
  where: string,
  f: AnyFunction,
  { nondiffArgnums = [] }: CustomOptions,
  rulesFor: (call: CustomCall) => CustomRules,
): AnyFunction {
  const bindFixed = binder(f, nondiffArgnums)
  const rules = new WeakMap<Program, CustomRules>()
  return (...args: unknown[]): unknown => {
    const fixed = nondiffArgnums.map((n) => checkFixed(where, n, args))
    const data = args.filter((_, i) => !nondiffArgnums.includes(i)).map(flattenArrays)
    const arrays = data.flatMap((input) => input.arrays)
    const program = trace(
      where,
      bindFixed(fixed),
      data,
      arrays.map((x) => x.aval),
    )
    let own = rules.get(program)
    if (own === undefined) {
      const inputs = data.map(({ def, statics, isArray }) => ({ def, statics, isArray }))
      const place = (some: readonly unknown[]) => placed(nondiffArgnums, fixed, some)
      rules.set(program, (own = rulesFor({ where, program, inputs, fixed, place })))
    }
    const params = { jaxpr: program.jaxpr, name: f.name || where, rules: own }
    return unflattenArrays(program.output, bind('customCall', [...program.consts, ...arrays], params))
  }
}

function checkFixed(where: string, n: number, args: readonly unknown[]): unknown {
  const value = args[n]
  if (n in args && !flattenArrays(value).arrays.some(isTracer)) return value
  throw new TransformError(
    where,
    n in args
      ? `argument ${n} is in nondiffArgnums and is being traced`
      : `nondiffArgnums names argument ${n} of ${args.length}`,
    n in args ? 'pass it as an ordinary argument' : 'name an argument that is passed',
  )
}

/** The arguments of a call from their arrays. */
export function dataOf({ inputs }: CustomCall, arrays: readonly NDArray[]): unknown[] {
  let start = 0
  return inputs.map((input) => unflattenArrays(input, arrays.slice(start, (start += countArrays(input)))))
}

/** Tangents or cotangents with zeros for what is missing. */
export const fillLike = (ts: readonly Tangent[], xs: readonly NDArray[]): NDArray[] =>
  filled(
    ts,
    xs.map((x) => x.aval),
  )

/** A list of two that a rule must return. */
export function pairFrom(where: string, what: string, value: unknown, form: string): readonly [unknown, unknown] {
  if (Array.isArray(value) && value.length === 2) return value as [unknown, unknown]
  throw new TransformError(where, `${what} returned ${flattenArrays(value).def}`, `return ${form}`)
}

/** The arrays of a tree that must be like another: of its structure, shapes and dtypes; weak numbers take the dtype. */
export function arraysLike(
  where: string,
  what: string,
  value: unknown,
  model: Structure,
  avals: readonly Aval[],
): readonly NDArray[] {
  const flat = flattenArrays(value)
  if (flat.def !== model.def || flat.arrays.length !== avals.length)
    throw new TransformError(
      where,
      `${what} has structure ${flat.def} instead of ${model.def}`,
      'give it that structure',
    )
  return flat.arrays.map((x, i) => {
    const aval = avals[i] as Aval
    if (sameAval(x.aval, aval)) return x
    const leaf = flat.isArray.flatMap((is, n) => (is ? [n] : []))[i] as number
    if (x.weakType && x.shape.join() === aval.shape.join()) return convertElementType(x, aval.dtype)
    throw new TransformError(
      where,
      `${nameLeaf(what, flat.def, leaf)} is ${formatAval(x.aval)} instead of ${formatAval(aval)}`,
      'give it that shape and dtype',
    )
  })
}

export const outAvals = ({ program }: CustomCall): readonly Aval[] => program.jaxpr.outputs.map((out) => out.aval)

/** Only floats have tangents. */
export const onlyFloats = (ts: readonly NDArray[], avals: readonly Aval[]): readonly Tangent[] =>
  ts.map((t, i) => (isFloat((avals[i] as Aval).dtype) ? t : null))

/** What was asked for before it was defined. */
export function undefinedRule(where: string, name: string, call: string): never {
  throw new TransformError(where, `${name || 'the function'} has no rule yet`, `define it with ${call}`)
}
