import { type Eqn, isVar, type Var } from '../jaxpr.ts'
import { families } from '../ops.ts'
import { isDense } from './affine.ts'
import type { Origin, Origins } from './views.ts'

/** What one region may hold, so that a shader's samplers or a compiler's registers suffice. */
export interface PlanLimits {
  /** Distinct buffers read. */
  readonly reads: number
  readonly steps: number
}

/** A region that is still growing. Equations are known by their position. */
export interface Draft {
  readonly index: number
  kind: 'loop' | 'reduce' | 'dot' | 'move' | 'whole'
  /** Shape of the main stage, or of a dot's result, as `shapeKey` writes it. */
  readonly key: string
  axes: string
  epilogueKey: string
  steps: number
  readonly reads: Set<Var>
}

export interface Place {
  readonly draft: Draft
  /** `whole`: made by the region as such (a move's target, the results of a `whole` one), local to nothing. */
  readonly slot: 'main' | 'epilogue' | 'whole'
}

const keys = new WeakMap<readonly number[], string>()

/** Shapes that differ by dimensions of size 1 run in one loop. */
export function shapeKey(shape: readonly number[]): string {
  let key = keys.get(shape)
  if (key === undefined) keys.set(shape, (key = shape.filter((n) => n !== 1).join()))
  return key
}

/** Whether a value seen so is its base's own element at each point of a loop over `shape`. */
export const isLocalView = ({ at, base }: Origin & { kind: 'value' }): boolean =>
  isDense(at) && (at.shape === base.aval.shape || shapeKey(at.shape) === shapeKey(base.aval.shape))

const keyAt = ({ draft, slot }: Place): string | undefined => {
  if (slot === 'whole') return undefined
  return slot === 'main' ? draft.key : draft.epilogueKey
}

/** Two unrelated loops share a region only where starting a loop weighs as much as running it. */
const smallLoop = 4096

/**
 * Puts each equation into a region, in one pass over the program. A region only ever gains equations whose operands come from
 * itself or from regions of a smaller index, so running them by index is always right.
 */
export class Placement {
  readonly places = new Map<Var, Place>()
  /** By position of the equation. */
  readonly placeOf: (Place | undefined)[] = []
  readonly drafts: Draft[] = []
  readonly #origins: Origins
  readonly #limits: PlanLimits
  readonly #lastLoop = new Map<string, Draft>()
  readonly #lastReduce = new Map<string, Draft>()

  constructor(origins: Origins, limits: PlanLimits) {
    this.#origins = origins
    this.#limits = limits
  }

  add(eqn: Eqn, index: number): void {
    const bases = this.#basesOf(eqn)
    const place = this.#choose(eqn, bases)
    const { draft, slot } = place
    draft.steps++
    for (const base of bases) if (this.places.get(base)?.draft !== draft) draft.reads.add(base)
    for (const output of eqn.outputs)
      this.places.set(output, slot === 'main' && families[eqn.op] === 'reduce' ? { draft, slot: 'epilogue' } : place)
    this.placeOf[index] = place
  }

  /** A region that only fills `target`. */
  addMove(target: Var): Draft {
    const draft = this.#open('move', '')
    this.places.set(target, { draft, slot: 'whole' })
    return draft
  }

  #choose(eqn: Eqn, bases: readonly Var[]): Place {
    const family = families[eqn.op]
    if (family === 'elementwise') return this.#placeElementwise(eqn, bases)
    if (family === 'reduce') return this.#placeReduction(eqn, bases)
    if (family === 'whole' || family === 'control') return { draft: this.#open('whole', ''), slot: 'whole' }
    if (family === 'dot' || family === 'window') {
      const key = shapeKey((eqn.outputs[0] as Var).aval.shape)
      const draft = this.#open('dot', '')
      draft.epilogueKey = key
      return { draft, slot: 'epilogue' }
    }
    return { draft: this.#open('move', ''), slot: 'whole' }
  }

  #placeElementwise(eqn: Eqn, bases: readonly Var[]): Place {
    const key = shapeKey((eqn.outputs[0] as Var).aval.shape)
    let first = 0
    let beside: Place | undefined
    for (const { place, local } of this.#operandPlaces(eqn)) {
      const joins = local && keyAt(place) === key && this.#fits(place.draft, bases)
      const least = place.draft.index + (joins ? 0 : 1)
      if (least > first) beside = undefined
      if (joins && least >= first) beside ??= place
      first = Math.max(first, least)
    }
    if (beside !== undefined) return beside
    const loop = this.#lastLoop.get(key)
    if (loop?.kind === 'loop' && loop.index >= first && this.#fits(loop, bases) && this.#belongs(loop, eqn, bases))
      return { draft: loop, slot: 'main' }
    const draft = this.#open('loop', key)
    this.#lastLoop.set(key, draft)
    return { draft, slot: 'main' }
  }

  #placeReduction(eqn: Eqn, bases: readonly Var[]): Place {
    const [input] = eqn.inputs
    const shape = (input as Var).aval.shape
    const params = eqn.params as { axes?: readonly number[]; axis?: number }
    const axes = squeezedAxes(shape, params.axes ?? [params.axis as number])
    const key = shapeKey(shape)
    const [operand] = this.#operandPlaces(eqn)
    if (operand?.local && operand.place.slot === 'main' && operand.place.draft.key === key) {
      const { draft } = operand.place
      if (draft.kind === 'loop' || draft.axes === axes.join()) return this.#reduce(draft, shape, axes)
    }
    const first = operand === undefined ? 0 : operand.place.draft.index + 1
    const takesUp = (draft: Draft | undefined): draft is Draft =>
      draft !== undefined &&
      draft.index >= first &&
      this.#fits(draft, bases) &&
      bases.some((base) => draft.reads.has(base))
    const last = this.#lastReduce.get(`${key}|${axes.join()}`)
    if (takesUp(last)) return { draft: last, slot: 'main' }
    const loop = this.#lastLoop.get(key)
    return this.#reduce(takesUp(loop) && loop.kind === 'loop' ? loop : this.#open('loop', key), shape, axes)
  }

  #reduce(draft: Draft, shape: readonly number[], axes: readonly number[]): Place {
    draft.kind = 'reduce'
    draft.axes = axes.join()
    const squeezed = shape.filter((n) => n !== 1)
    draft.epilogueKey = squeezed.filter((_, d) => !axes.includes(d)).join()
    this.#lastReduce.set(`${draft.key}|${draft.axes}`, draft)
    return { draft, slot: 'main' }
  }

  #open(kind: Draft['kind'], key: string): Draft {
    const draft: Draft = { index: this.drafts.length, kind, key, axes: '', epilogueKey: '', steps: 0, reads: new Set() }
    this.drafts.push(draft)
    return draft
  }

  #basesOf(eqn: Eqn): Var[] {
    const bases: Var[] = []
    for (const atom of eqn.inputs) {
      const origin = this.#origins.of(atom)
      if (origin.kind === 'value') bases.push(origin.base)
    }
    return bases
  }

  #operandPlaces(eqn: Eqn): { place: Place; local: boolean }[] {
    const found: { place: Place; local: boolean }[] = []
    for (const atom of eqn.inputs) {
      if (!isVar(atom)) continue
      const origin = this.#origins.of(atom)
      const place = origin.kind === 'value' ? this.places.get(origin.base) : undefined
      if (origin.kind === 'value' && place !== undefined) found.push({ place, local: isLocalView(origin) })
    }
    return found
  }

  #fits(draft: Draft, bases: readonly Var[]): boolean {
    return draft.steps < this.#limits.steps && this.#readsOf(draft, bases) <= this.#limits.reads
  }

  readsWith(draft: Draft, eqn: Eqn): number {
    return this.#readsOf(draft, this.#basesOf(eqn))
  }

  #readsOf(draft: Draft, bases: readonly Var[]): number {
    let reads = draft.reads.size
    for (const base of bases) if (!draft.reads.has(base) && this.places.get(base)?.draft !== draft) reads++
    return reads
  }

  /** An equation belongs into a loop that reads what it reads, or that is small. */
  #belongs(loop: Draft, eqn: Eqn, bases: readonly Var[]): boolean {
    const size = (eqn.outputs[0] as Var).aval.shape.reduce((product, n) => product * n, 1)
    return size <= smallLoop || bases.some((base) => loop.reads.has(base))
  }
}

/** Positions of `axes` once dimensions of size 1 are gone. */
export function squeezedAxes(shape: readonly number[], axes: readonly number[]): number[] {
  const kept = shape.flatMap((n, d) => (n === 1 ? [] : [d]))
  return axes.flatMap((axis) => (shape[axis] === 1 ? [] : [kept.indexOf(axis)]))
}
