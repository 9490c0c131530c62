import { byteSize, type Plan, type Var } from '@proj/backend'
import { inPlaceCandidates } from './inPlace.ts'
import { type Liveness, positionsOf, resultsOf } from './liveness.ts'
import type { Slot } from './memory.ts'
import { alignment, type Room, type Rooms, slotSize } from './rooms.ts'

/** Arrays of so many bytes stay in the engine's memory from call to call; smaller ones are copied in and out. */
export const largeArray = 32768

const isLarge = ({ aval }: Var): boolean => byteSize(aval) >= largeArray

/** The places of inputs and results: large ones stay where they are and are pointed to, the others are in the arena. */
export class Boundary {
  readonly slots = new Map<Var, Slot>()
  /** The small results lie side by side, after the table of pointers. */
  readonly start: number
  readonly end: number
  /** Of large inputs. */
  readonly inputBytes: number
  /** Of all large arrays. */
  readonly largeBytes: number
  readonly #inputs: readonly Var[]

  constructor(plan: Plan) {
    const results = resultsOf(plan)
    const large = [...plan.inputs, ...results].filter(isLarge)
    large.forEach((variable, index) => {
      this.slots.set(variable, { kind: 'pointer', index })
    })
    this.start = Math.ceil((4 * large.length) / alignment) * alignment
    let end = this.start
    for (const result of results) {
      if (isLarge(result)) continue
      this.slots.set(result, { kind: 'arena', offset: end })
      end += slotSize(byteSize(result.aval))
    }
    this.end = end
    this.#inputs = plan.inputs
    this.largeBytes = bytesOf(large)
    this.inputBytes = bytesOf(plan.inputs.filter(isLarge))
  }

  /** Takes room for the small inputs, which are copied in and may be written over when they are not needed any more. */
  arrive(rooms: Rooms): ReadonlyMap<Var, Room> {
    const small = this.#inputs.filter((input) => !isLarge(input))
    return new Map(small.map((input) => [input, rooms.take(byteSize(input.aval))]))
  }
}

const bytesOf = (variables: readonly Var[]): number =>
  variables.reduce((sum, { aval }) => sum + slotSize(byteSize(aval)), 0)

/** Which large inputs, by position, a large result may lie in the place of when they are given up. */
export type Heirs = ReadonlyMap<Var, readonly number[]>

export interface Heritage {
  readonly heirs: Heirs
  /** Results that may be written over what their regions read. */
  readonly inPlace: ReadonlySet<Var>
}

/**
 * A result may be written over an input that its region reads last, each element at its place; or take the place of one that no region uses any
 * more when it is made, which each is for one result at most.
 */
export function findHeirs(plan: Plan, slots: ReadonlyMap<Var, Slot>, { last, makers }: Liveness): Heritage {
  const isPointedTo = (variable: Var): boolean => slots.get(variable)?.kind === 'pointer'
  const positions = positionsOf(plan.inputs)
  const results = [...makers].filter(([variable]) => isPointedTo(variable))
  const heirs = new Map<Var, number[]>()
  const inPlace = new Set<Var>()
  const spoken = new Set<number>()
  for (const [result, maker] of results) {
    const candidates = inPlaceCandidates(plan.regions[maker] as Plan['regions'][number], result)
    const inputs = candidates
      .filter((input) => last.get(input) === maker && isPointedTo(input))
      .map((input) => positions.get(input))
      .filter((input) => input !== undefined)
      .sort((x, y) => x - y)
    if (inputs.length === 0) continue
    heirs.set(result, inputs)
    inPlace.add(result)
    for (const input of inputs) spoken.add(input)
  }
  const deathOf = (i: number): number => last.get(plan.inputs[i] as Var) ?? -1
  const free = [...plan.inputs.keys()].filter((i) => isPointedTo(plan.inputs[i] as Var) && !spoken.has(i))
  const bySize = new Map<number, number[]>()
  for (const i of free.sort((x, y) => deathOf(y) - deathOf(x) || y - x)) {
    const bytes = byteSize((plan.inputs[i] as Var).aval)
    bySize
      .set(bytes, bySize.get(bytes) ?? [])
      .get(bytes)
      ?.push(i)
  }
  for (const [result, maker] of results) {
    const dying = heirs.has(result) ? undefined : bySize.get(byteSize(result.aval))
    const first = dying?.at(-1)
    if (first === undefined || deathOf(first) >= maker) continue
    heirs.set(result, [first])
    dying?.pop()
  }
  return { heirs, inPlace }
}
