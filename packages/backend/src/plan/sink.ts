import type { Atom, Eqn, Jaxpr, Var } from '../jaxpr.ts'
import { families } from '../ops.ts'
import { isLocalView, type Place, type Placement, type PlanLimits, shapeKey } from './placement.ts'
import type { Origins } from './views.ts'

/** One use of a value: by which equation, and whether at its own point of a loop. */
interface Use {
  readonly eqn: number
  readonly local: boolean
}

/** A use by something that no equation can move next to: a result, a copy. */
const elsewhere: Use = { eqn: -1, local: false }

function usesOf(jaxpr: Jaxpr, eqns: readonly (Eqn | undefined)[], origins: Origins): Map<Var, Use[]> {
  const uses = new Map<Var, Use[]>()
  const note = (atom: Atom, eqn: number, shape: readonly number[]) => {
    const origin = origins.of(atom)
    if (origin.kind !== 'value') return
    const local = eqn >= 0 && isLocalView(origin) && shapeKey(shape) === shapeKey(origin.base.aval.shape)
    const list = uses.get(origin.base)
    const use = eqn < 0 ? elsewhere : { eqn, local }
    if (list === undefined) uses.set(origin.base, [use])
    else list.push(use)
  }
  eqns.forEach((eqn, i) => {
    const family = eqn && families[eqn.op]
    const looped = family === 'elementwise' || family === 'reduce'
    for (const atom of eqn?.inputs ?? []) note(atom, looped ? i : -1, atom.aval.shape)
  })
  for (const output of jaxpr.outputs) note(output, -1, output.aval.shape)
  return uses
}

const baseOf = (origins: Origins, atom: Atom): readonly Var[] => {
  const origin = origins.of(atom)
  return origin.kind === 'value' ? [origin.base] : []
}

/** Beyond so many uses a value is stored in any case worth thinking about. */
const manyUses = 16

const samePlace = (a: Place, b: Place): boolean => a.draft === b.draft && a.slot === b.slot

/**
 * Moves elementwise equations into the one later region that uses them, where that leaves less to store. Backwards over the
 * program, so that a chain moves link by link.
 */
export function sink(
  jaxpr: Jaxpr,
  eqns: readonly (Eqn | undefined)[],
  origins: Origins,
  placement: Placement,
  limits: PlanLimits,
): void {
  const uses = usesOf(jaxpr, eqns, origins)
  const { placeOf, places } = placement
  /** Values that can follow a user to its region. */
  const makers = new Set(
    eqns.flatMap((eqn) => (eqn !== undefined && families[eqn.op] === 'elementwise' ? eqn.outputs : [])),
  )

  /** Where all uses of `variable` are, if that is one place. */
  const onlyPlace = (variable: Var): Place | undefined => {
    const list = uses.get(variable) ?? []
    if (list.length > manyUses) return undefined
    let only: Place | undefined
    for (const { eqn, local } of list) {
      const place = placeOf[eqn]
      if (!local || place === undefined || (only !== undefined && !samePlace(only, place))) return undefined
      only = place
    }
    return only
  }

  const destination = (eqn: Eqn, index: number, from: Place): Place | undefined => {
    const targets = eqn.outputs.filter((output) => uses.has(output)).map((output) => onlyPlace(output))
    const [target] = targets
    if (target === undefined || target.draft.index <= from.draft.index) return undefined
    if (!targets.every((place) => place !== undefined && samePlace(place, target))) return undefined
    if (target.draft.steps >= limits.steps || placement.readsWith(target.draft, eqn) > limits.reads) return undefined
    return newlyStored(eqn, index, from) < targets.length ? target : undefined
  }

  /** Operands at home in `from` that would have to be stored for the equation to read them elsewhere. */
  const newlyStored = (eqn: Eqn, index: number, from: Place): number => {
    const bases = new Set(eqn.inputs.flatMap((atom) => baseOf(origins, atom)))
    let count = 0
    for (const base of bases) {
      const home = places.get(base)
      if (home?.draft !== from.draft) continue
      const others = (uses.get(base) ?? []).filter((use) => use.eqn !== index)
      const stays =
        others.length <= manyUses && others.every((use) => use.local && samePlace(placeOf[use.eqn] as Place, home))
      if (stays && (others.length > 0 || !makers.has(base))) count++
    }
    return count
  }

  for (let i = eqns.length - 1; i >= 0; i--) {
    const [eqn, from] = [eqns[i], placeOf[i]]
    if (eqn === undefined || from === undefined || families[eqn.op] !== 'elementwise') continue
    const target = destination(eqn, i, from)
    if (target === undefined) continue
    from.draft.steps--
    target.draft.steps++
    placeOf[i] = target
    for (const output of eqn.outputs) places.set(output, target)
    for (const base of eqn.inputs.flatMap((atom) => baseOf(origins, atom))) {
      if (places.get(base)?.draft !== target.draft) target.draft.reads.add(base)
    }
  }
}
