import { type Aval, formatAval, makeAval, sameAval } from '@proj/backend'
import { printPath } from '@proj/tree'
import type { Program, Structure } from '../api/program.ts'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { evalJaxpr, stage } from '../interpreters/staging.ts'
import { convertElementType } from '../lax/index.ts'
import { promoteAvals } from '../numpy/promotion.ts'

// What a loop carries round must come out as it went in. Bare numbers do not insist on their dtype.

/** ` at .weight`, or nothing for a single leaf; `n` counts arrays. */
export function placeOf({ def, isArray }: Structure, n: number): string {
  const leaf = isArray.flatMap((is, i) => (is ? [i] : []))[n] as number
  return def.isLeaf ? '' : ` at ${printPath(def.paths[leaf] ?? [])}`
}

/** @throws {TransformError} when the structures differ */
export function checkStructure(where: string, what: string, wanted: Structure, found: Structure): void {
  if (found.def !== wanted.def || found.isArray.join() !== wanted.isArray.join())
    throw new TransformError(
      where,
      `the ${what} has structure ${wanted.def} going in and ${found.def} coming out`,
      'return the same structure from the body',
    )
}

/**
 * What the carry must be for the next attempt, or `null` when it fits: weak leaves take the dtype that comes out.
 *
 * @throws {TransformError} naming the leaf and both avals
 */
export function widenCarry(
  where: string,
  structure: Structure,
  ins: readonly Aval[],
  outs: readonly Aval[],
): readonly Aval[] | null {
  if (ins.every((aval, i) => sameAval(aval, outs[i] as Aval))) return null
  return ins.map((aval, i) => {
    const out = outs[i] as Aval
    if (sameAval(aval, out)) return aval
    const sameShape = aval.shape.join() === out.shape.join()
    const dtype = promoteAvals([aval, out]).dtype
    if (sameShape && aval.weakType && dtype !== aval.dtype) return makeAval(aval.shape, dtype)
    throw new TransformError(
      where,
      `the carry${placeOf(structure, i)} is ${formatAval(aval)} going in and ${formatAval(out)} coming out`,
      sameShape
        ? 'cast it with astype, before the loop or in the body'
        : 'give it one shape, before the loop or in the body',
    )
  })
}

/** Records a body until what it carries round keeps its type: at most once more for each leaf. */
export function settle(
  record: (carry: readonly Aval[]) => Program,
  widen: (carry: readonly Aval[], program: Program) => readonly Aval[] | null,
  start: readonly Aval[],
): { readonly program: Program; readonly carry: readonly Aval[] } {
  for (let carry = start; ; ) {
    const program = record(carry)
    const wider = widen(carry, program)
    if (wider === null) return { program, carry }
    carry = wider
  }
}

/** Arrays in the dtypes of these avals. */
export const castTo = (xs: readonly NDArray[], avals: readonly Aval[]): NDArray[] =>
  xs.map((x, i) => {
    const { dtype } = avals[i] as Aval
    return x.dtype === dtype ? x : convertElementType(x, dtype)
  })

const casts = new WeakMap<Program, Map<string, Program>>()

/** The same program with its results in the dtypes of `avals`. */
export function castOutputs(program: Program, avals: readonly Aval[]): Program {
  const { jaxpr, consts, output } = program
  if (jaxpr.outputs.every((out, i) => out.aval.dtype === avals[i]?.dtype)) return program
  const key = avals.map(formatAval).join()
  const known = casts.get(program) ?? new Map<string, Program>()
  let cast = known.get(key)
  if (cast === undefined) {
    const body = (xs: readonly NDArray[]) => castTo(evalJaxpr(jaxpr, xs), avals)
    const staged = stage(
      'cond',
      body,
      jaxpr.inputs.map((input) => input.aval),
    )
    cast = { jaxpr: staged.jaxpr, consts, output }
    casts.set(program, known.set(key, cast))
  }
  return cast
}
