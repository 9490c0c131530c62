import { byteSize, type Plan, type Region, readsOf, storesOf, type Var } from '@proj/backend'
import { FreeList } from './freeList.ts'
import { hoist } from './hoist.ts'
import { inPlaceCandidates } from './inPlace.ts'

const alignment = 32

/** A slot's bytes: vector code may write up to three elements past the last. */
export const slotSize = (bytes: number): number => Math.ceil((bytes + 3 * 8) / alignment) * alignment

/** Arrays of so many bytes stay in the engine's memory from call to call; smaller ones are copied in and out. */
export const largeArray = 32768

/** Where a buffer is: so many bytes from the arena's start, or where word `index` of the arena points to. */
export type Slot =
  | { readonly kind: 'arena'; readonly offset: number }
  /** `isTight`: what lies behind must not be written over, not even by the lanes of a vector that are too many. */
  | { readonly kind: 'pointer'; readonly index: number; readonly isTight?: boolean }

/** Where the buffers of one plan are: the program's, or that of a Jaxpr inside a control op. */
export interface Frame {
  readonly regions: readonly Region[]
  /** The first so many give the same however often the frame is run. */
  readonly once: number
  readonly slots: ReadonlyMap<Var, Slot>
  /** By region: where its scratch room is. */
  readonly scratch: readonly number[]
  /** By region: what a control op is made of. */
  readonly layouts: readonly (Layout | undefined)[]
  /** Results that may lie where an operand of their own region lies. */
  readonly inPlace: ReadonlySet<Var>
}

/** What a control op is made of; which kind it is, its own file knows. */
export interface Layout {
  readonly frames: readonly Frame[]
}

/** Where everything lies. The arena starts with a table of pointers. */
export interface MemoryPlan extends Frame {
  /** Small results lie side by side, after the small inputs. */
  readonly resultsStart: number
  readonly resultsEnd: number
  /** Of the arena. */
  readonly size: number
  /** The most of the arena that is in use at one time. */
  readonly live: number
  /** Large results, by pointer, that may take the place of a large input, by position, that is given up. */
  readonly heirs: ReadonlyMap<number, readonly number[]>
}

/** What planning must know of the regions' code. */
export interface Needs {
  /** Bytes that a region needs for itself. */
  scratchOf(region: Region, inPlace: ReadonlySet<Var>): number
  layoutOf(region: Region, slots: ReadonlyMap<Var, Slot>, memory: FramePlanner): OpenLayout | undefined
}

/** Rooms of it are in use until it is closed. */
export interface OpenLayout {
  readonly layout: Layout
  close(): void
}

export interface OpenFrame {
  readonly frame: Frame
  close(): void
}

/** What is settled about a frame before it is planned. */
export interface FrameTask {
  readonly plan: Plan
  /** Inputs, and results whose place is given. */
  readonly bound: ReadonlyMap<Var, Slot>
  /** Of the bound results, those that lie where an input does. */
  readonly inPlace?: ReadonlySet<Var>
  /** For a frame that is run again and again: inputs that stay the same. */
  readonly constants?: ReadonlySet<Var>
}

interface Stretch {
  readonly start: number
  readonly size: number
}

/** The region that uses a variable last; results, and what is made once, are used to the end. */
function lastUses(regions: readonly Region[], once: number, { outputs }: Plan): Map<Var, number> {
  const last = new Map<Var, number>()
  regions.forEach((region, i) => {
    for (const variable of [...readsOf(region), ...storesOf(region)]) last.set(variable, i)
  })
  for (const region of regions.slice(0, once))
    for (const variable of storesOf(region)) last.set(variable, regions.length)
  for (const output of outputs) if (output.kind === 'buffer') last.set(output.source, regions.length)
  return last
}

/** Gives the buffers of frames their places in one arena; those not in use at the same time share room. */
export class FramePlanner {
  readonly #arena: FreeList
  readonly #needs: Needs
  #inUse = 0
  #kept: Stretch[] | undefined
  /** The most that was in use at one time. */
  live = 0

  constructor(start: number, needs: Needs) {
    this.#arena = new FreeList(start)
    this.#needs = needs
  }

  /** Of the arena. */
  get size(): number {
    return this.#arena.peak
  }

  take(bytes: number): Stretch {
    const size = slotSize(bytes)
    this.#inUse += size
    this.live = Math.max(this.live, this.#inUse)
    return { start: this.#arena.take(size), size }
  }

  give(room: Stretch): void {
    if (this.#kept !== undefined) return void this.#kept.push(room)
    this.#arena.give(room.start, room.size)
    this.#inUse -= room.size
  }

  /** A frame whose room nobody else gets until it is closed: for what is run again and again between the turns of another frame. */
  frameApart(task: FrameTask): OpenFrame {
    const outer = this.#kept
    const kept: Stretch[] = (this.#kept = [])
    const { frame, close } = this.frame(task)
    this.#kept = outer
    return {
      frame,
      close: () => {
        close()
        for (const room of kept) this.give(room)
      },
    }
  }

  frame({ plan, bound, inPlace = new Set(), constants }: FrameTask): OpenFrame {
    const { regions, once } =
      constants === undefined ? { regions: plan.regions, once: 0 } : hoist(plan.regions, constants)
    const last = lastUses(regions, once, plan)
    const slots = new Map(bound)
    const held = new Map<Var, Stretch>()
    const shared = new Set(inPlace)
    const scratch: number[] = []
    const layouts: (Layout | undefined)[] = []
    regions.forEach((region, i) => {
      for (const variable of storesOf(region)) {
        if (slots.has(variable)) continue
        const old = inPlaceCandidates(region, variable).find((one) => held.has(one) && last.get(one) === i)
        const room = old === undefined ? this.take(byteSize(variable.aval)) : (held.get(old) as Stretch)
        if (old !== undefined) {
          held.delete(old)
          shared.add(variable)
        }
        held.set(variable, room)
        slots.set(variable, { kind: 'arena', offset: room.start })
      }
      const open = this.#needs.layoutOf(region, slots, this)
      layouts.push(open?.layout)
      const bytes = this.#needs.scratchOf(region, shared)
      const own = bytes === 0 ? undefined : this.take(bytes)
      scratch.push(own?.start ?? 0)
      open?.close()
      if (own !== undefined) this.give(own)
      for (const variable of [...readsOf(region), ...storesOf(region)])
        if (last.get(variable) === i) this.#drop(held, variable)
    })
    const close = () => {
      for (const variable of [...held.keys()]) this.#drop(held, variable)
    }
    return { frame: { regions, once, slots, scratch, layouts, inPlace: shared }, close }
  }

  #drop(held: Map<Var, Stretch>, variable: Var): void {
    const room = held.get(variable)
    if (room === undefined) return
    held.delete(variable)
    this.give(room)
  }
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

/** Which large results may be written over which large inputs: those that the result's own region reads last, each element at its place. */
function findHeirs(plan: Plan, slots: ReadonlyMap<Var, Slot>): { heirs: Map<number, number[]>; inPlace: Set<Var> } {
  const last = lastUses(plan.regions, 0, plan)
  const heirs = new Map<number, number[]>()
  const inPlace = new Set<Var>()
  plan.regions.forEach((region, i) => {
    for (const variable of storesOf(region)) {
      const slot = slots.get(variable)
      if (slot?.kind !== 'pointer') continue
      const inputs = inPlaceCandidates(region, variable)
        .filter((one) => last.get(one) === i)
        .map((one) => plan.inputs.indexOf(one))
        .filter((input) => input >= 0)
      if (inputs.length === 0) continue
      heirs.set(slot.index, inputs)
      inPlace.add(variable)
    }
  })
  return { heirs, inPlace }
}

/** Gives every buffer its place: inputs, results, then intermediates. */
export function planMemory(plan: Plan, needs: Needs): MemoryPlan {
  const boundary = new Boundary(plan)
  for (const input of plan.inputs) boundary.place(input)
  const resultsStart = boundary.end
  for (const output of plan.outputs) if (output.kind === 'buffer') boundary.place(output.source)
  const resultsEnd = boundary.end
  const { heirs, inPlace } = findHeirs(plan, boundary.slots)
  const planner = new FramePlanner(resultsEnd, needs)
  const { frame } = planner.frame({ plan, bound: boundary.slots, inPlace })
  return { ...frame, resultsStart, resultsEnd, size: planner.size, live: resultsEnd + planner.live, heirs }
}
