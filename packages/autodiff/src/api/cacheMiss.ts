import { type Aval, formatAval } from '@proj/backend'
import { printPath, type TreeDef } from '@proj/tree'
import type { Signature } from './jit.ts'
import type { FlatTree } from './leaves.ts'

/** An argument of a call that is traced: its position, and the leaves of it that are arrays. */
interface Dynamic {
  readonly position: number
  readonly input: FlatTree
}

/**
 * Why a call cannot run one of the programs there are: in what it differs from the one most like it.
 *
 * @returns `jit(f): retraced because argument 0 `.weight` went from f32[10] to f32[12]`
 */
export function explainMiss(
  name: string,
  earlier: readonly Signature[],
  now: Signature,
  inputs: readonly (FlatTree | null)[],
): string {
  const dynamic = inputs.flatMap((input, position) => (input === null ? [] : [{ position, input }]))
  const reasons = earlier
    .toReversed()
    .map((before) => differences(before, now, dynamic))
    .sort((a, b) => a.length - b.length)[0]
  if (reasons === undefined) return `${name}: traced, as it is called for the first time`
  const more = reasons.length > 4 ? ` and ${reasons.length - 4} more` : ''
  return `${name}: retraced because ${reasons.slice(0, 4).join('; ')}${more}`
}

function differences(before: Signature, now: Signature, dynamic: readonly Dynamic[]): readonly string[] {
  const reasons: string[] = []
  if (before.config !== now.config) reasons.push(`config went from ${before.config} to ${now.config}`)
  if (before.defs.length !== now.defs.length)
    return [...reasons, `there were ${before.defs.length} traced arguments and are ${now.defs.length}`]
  now.defs.forEach((def, i) => {
    const old = before.defs[i] as TreeDef
    if (old !== def) reasons.push(`argument ${dynamic[i]?.position} went from structure ${old} to ${def}`)
  })
  const sameLeaves = reasons.length === 0 && before.avals.length === now.avals.length
  if (sameLeaves) reasons.push(...changedAvals(before.avals, now.avals, dynamic))
  reasons.push(...changedStatics(before.statics, now.statics))
  return reasons.length > 0 ? reasons : ['its program closed over tracers of another call']
}

function changedAvals(before: readonly Aval[], now: readonly Aval[], dynamic: readonly Dynamic[]): readonly string[] {
  const names = dynamic.flatMap(({ position, input: { def, isArray } }) =>
    isArray.flatMap((is, leaf) =>
      is ? [def.isLeaf ? `argument ${position}` : `argument ${position} \`${printPath(def.paths[leaf] ?? [])}\``] : [],
    ),
  )
  return now.flatMap((aval, i) => {
    const old = before[i] as Aval
    return old === aval ? [] : [`${names[i]} went from ${formatAval(old)} to ${formatAval(aval)}`]
  })
}

function changedStatics(before: readonly unknown[], now: readonly unknown[]): readonly string[] {
  if (before.length !== now.length) return [`there were ${before.length} static values and are ${now.length}`]
  return now.flatMap((value, i) => {
    const old = before[i]
    if (Object.is(old, value)) return []
    const [from, to] = [printStatic(old), printStatic(value)]
    return [from === to ? `static ${to} is another one of that name` : `static ${from} became ${to}`]
  })
}

function printStatic(x: unknown): string {
  if (typeof x === 'function') return `function ${x.name || '(anonymous)'}`
  if (typeof x === 'object' && x !== null) return `object of class ${x.constructor?.name ?? 'Object'}`
  return typeof x === 'string' ? JSON.stringify(x) : String(x)
}
