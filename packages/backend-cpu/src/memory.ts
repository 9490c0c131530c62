import { byteSize, type Plan, type Region, readsOf, storesOf, type Var } from '@proj/backend'
import { FreeList } from './freeList.ts'

const alignment = 32

/** A slot's bytes: vector code may write up to three elements past the last. */
export const slotSize = (bytes: number): number => Math.ceil((bytes + 3 * 8) / alignment) * alignment

/** Arrays of so many bytes stay in the engine's memory from call to call; smaller ones are copied in and out. */
export const largeArray = 32768

/** Where a buffer is: so many bytes from the arena's start, or where word `index` of the arena points to. */
export type Slot =
  | { readonly kind: 'arena'; readonly offset: number }
  | { readonly kind: 'pointer'; readonly index: number }

/** Where everything lies. The arena starts with a table of pointers. */
export interface MemoryPlan {
  readonly slots: ReadonlyMap<Var, Slot>
  /** Small results lie side by side, after the small inputs. */
  readonly resultsStart: number
  readonly resultsEnd: number
  /** Of the arena. */
  readonly size: number
  /** By region: where its scratch room is. */
  readonly scratch: readonly number[]
  /** The most of the arena that is in use at one time. */
  readonly live: number
}

/** The region that reads a variable last. */
function lastUses({ regions }: Plan): Map<Var, number> {
  const last = new Map<Var, number>()
  regions.forEach((region, i) => {
    for (const variable of [...readsOf(region), ...storesOf(region)]) last.set(variable, i)
  })
  return last
}

/** Inputs and results: those that stay in memory by pointer, the others one after the other. */
class Boundary {
  readonly slots = new Map<Var, Slot>()
  #pointers = 0
  end: number

  constructor({ inputs, outputs }: Plan) {
    const all = new Set([...inputs, ...outputs.flatMap((output) => (output.kind === 'buffer' ? [output.source] : []))])
    for (const variable of all) {
      if (byteSize(variable.aval) >= largeArray) this.slots.set(variable, { kind: 'pointer', index: this.#pointers++ })
    }
    this.end = Math.ceil((4 * this.#pointers) / alignment) * alignment
  }

  place(variable: Var): void {
    if (this.slots.has(variable)) return
    this.slots.set(variable, { kind: 'arena', offset: this.end })
    this.end += slotSize(byteSize(variable.aval))
  }
}

/** Gives every buffer its place: inputs, results, then intermediates, which share room when they are not in use at the same time. */
export function planMemory(plan: Plan, scratchOf: (region: Region) => number): MemoryPlan {
  const boundary = new Boundary(plan)
  for (const input of plan.inputs) boundary.place(input)
  const resultsStart = boundary.end
  for (const output of plan.outputs) if (output.kind === 'buffer') boundary.place(output.source)
  const resultsEnd = boundary.end
  return { ...planIntermediates(plan, boundary, scratchOf), resultsStart, resultsEnd }
}

function planIntermediates(plan: Plan, { slots, end }: Boundary, scratchOf: (region: Region) => number) {
  const arena = new FreeList(end)
  const last = lastUses(plan)
  const dying = new Map<number, { start: number; size: number }[]>()
  let [inUse, live] = [0, 0]
  const take = (bytes: number, until: number): number => {
    const size = slotSize(bytes)
    const start = arena.take(size)
    inUse += size
    const list = dying.get(until)
    if (list === undefined) dying.set(until, [{ start, size }])
    else list.push({ start, size })
    return start
  }
  const scratch = plan.regions.map((region, i) => {
    for (const variable of storesOf(region)) {
      if (slots.has(variable)) continue
      slots.set(variable, { kind: 'arena', offset: take(byteSize(variable.aval), last.get(variable) as number) })
    }
    const bytes = scratchOf(region)
    const room = bytes === 0 ? 0 : take(bytes, i)
    live = Math.max(live, inUse)
    for (const { start, size } of dying.get(i) ?? []) {
      arena.give(start, size)
      inUse -= size
    }
    return room
  })
  return { slots, scratch, size: arena.peak, live: end + live }
}
