import { type Aval, type Literal, type Plan, readsOf, storesOf, type Var } from '@proj/backend'
import { hoist } from '../hoist.ts'
import { mayReplace } from '../inPlace.ts'
import type { Frame, Slot } from '../memory.ts'
import type { Move } from './moves.ts'

/** Where a result of an inner plan has to be when the plan has run. */
export interface Target {
  readonly slot: Slot
  readonly aval: Aval
  /** The input that lies there before. */
  readonly replaces?: Var
}

/** What of the results lies in its place by itself, and what has to be put there. */
export interface Binding {
  readonly bound: ReadonlyMap<Var, Slot>
  readonly inPlace: ReadonlySet<Var>
  readonly pending: readonly Pending[]
}

interface Pending {
  readonly from: Var | Literal
  readonly target: Target
}

/**
 * Lets regions write results straight to their targets, where nothing that they write over is read afterwards. `constants` are those of a
 * frame that is run again and again: see `FrameTask`.
 */
export function bindResults(plan: Plan, targets: readonly Target[], constants?: ReadonlySet<Var>): Binding {
  const { regions, once } =
    constants === undefined ? { regions: plan.regions, once: 0 } : hoist(plan.regions, constants)
  const makers = new Map<Var, number>()
  const lastReads = new Map<Var, number>()
  regions.forEach((region, i) => {
    for (const variable of storesOf(region)) makers.set(variable, i)
    for (const variable of readsOf(region)) lastReads.set(variable, i)
  })
  const results = new Set(plan.outputs.flatMap((output) => (output.kind === 'buffer' ? [output.source] : [])))
  const bound = new Map<Var, Slot>()
  const inPlace = new Set<Var>()
  const fits = (variable: Var, { replaces }: Target): boolean => {
    const maker = makers.get(variable)
    if (maker === undefined || maker < once || bound.has(variable)) return false
    if (replaces === undefined) return true
    const region = regions[maker] as (typeof regions)[number]
    const isReadLater = (lastReads.get(replaces) ?? -1) > maker
    if (isReadLater || results.has(replaces) || !mayReplace(region, variable, replaces)) return false
    if (readsOf(region).has(replaces)) inPlace.add(variable)
    return true
  }
  const pending = plan.outputs.flatMap((output, i): Pending[] => {
    const target = targets[i] as Target
    if (output.kind === 'literal') return [{ from: output.literal, target }]
    if (!fits(output.source, target)) return [{ from: output.source, target }]
    bound.set(output.source, target.slot)
    return []
  })
  return { bound, inPlace, pending }
}

/** What is left to be done when the frame has run. */
export const movesOf = ({ pending }: Binding, { slots }: Frame): Move[] =>
  pending.map(({ from, target }) => ({
    from: from.kind === 'literal' ? from : (slots.get(from) as Slot),
    to: target.slot,
    aval: target.aval,
  }))
