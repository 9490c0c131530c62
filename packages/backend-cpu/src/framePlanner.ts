import { byteSize, type Region, readsOf, storesOf, type Var } from '@proj/backend'
import { hoist } from './hoist.ts'
import { inPlaceCandidates } from './inPlace.ts'
import { lastUses } from './liveness.ts'
import type { FrameTask, Layout, Needs, OpenFrame, Slot } from './memory.ts'
import { type Room, type Rooms, type Stay, slotSize } from './rooms.ts'
import type { Tenancy } from './tenants.ts'

/** What a variable occupies until its last use: room of its own, or a result's place. */
type Hold = { readonly room: Room } | { readonly stay: Stay }

/** Gives the buffers of frames their places in one arena; those not in use at the same time share room. */
export class FramePlanner {
  readonly rooms: Rooms
  readonly #needs: Needs
  #kept: Room[] | undefined

  constructor(rooms: Rooms, needs: Needs) {
    this.rooms = rooms
    this.#needs = needs
  }

  take(bytes: number): Room {
    return this.rooms.take(bytes)
  }

  give(room: Room): void {
    if (this.#kept === undefined) this.rooms.give(room)
    else this.#kept.push(room)
  }

  /** A frame whose room nobody else gets until it is closed: for what is run again and again between the turns of another frame. */
  frameApart(task: FrameTask): OpenFrame {
    const outer = this.#kept
    const kept: Room[] = (this.#kept = [])
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

  frame(task: FrameTask): OpenFrame {
    const { plan, constants } = task
    const { regions, once } =
      constants === undefined ? { regions: plan.regions, once: 0 } : hoist(plan.regions, constants)
    const places = new Places(this, task, lastUses(regions, once, plan))
    const scratch: number[] = []
    const layouts: (Layout | undefined)[] = []
    const turns: number[] = []
    regions.forEach((region, i) => {
      places.make(region, i)
      const open = this.#needs.layoutOf(region, places.slots, this)
      layouts.push(open?.layout)
      const bytes = this.#needs.scratchOf(region, places.inPlace)
      const own = bytes === 0 ? undefined : this.take(bytes)
      scratch.push(own?.start ?? 0)
      turns.push(this.rooms.turn)
      open?.close()
      if (own !== undefined) this.give(own)
      places.drop(region, i)
    })
    const { slots, inPlace } = places
    return { frame: { regions, once, slots, scratch, layouts, inPlace, turns }, close: () => places.close() }
  }
}

/** Where the variables of one frame are, from the region that makes them to the last that uses them. */
class Places {
  readonly slots: Map<Var, Slot>
  readonly inPlace: Set<Var>
  readonly #planner: FramePlanner
  readonly #last: ReadonlyMap<Var, number>
  readonly #program: FrameTask['program']
  readonly #held = new Map<Var, Hold>()

  constructor(planner: FramePlanner, { bound, inPlace, program }: FrameTask, last: ReadonlyMap<Var, number>) {
    this.#planner = planner
    this.#last = last
    this.#program = program
    this.slots = new Map(bound)
    this.inPlace = new Set(inPlace)
    for (const [variable, room] of program?.arrivals ?? []) {
      if (last.has(variable)) this.#held.set(variable, { room })
      else planner.give(room)
    }
  }

  make(region: Region, index: number): void {
    for (const variable of storesOf(region)) {
      const tenancy = this.#program?.tenancies.get(variable)
      if (tenancy !== undefined) this.#moveIn(variable, tenancy)
      else if (!this.slots.has(variable) && !this.#replace(region, variable, index)) this.#take(variable)
    }
  }

  drop(region: Region, index: number): void {
    for (const variable of [...readsOf(region), ...storesOf(region)])
      if (this.#last.get(variable) === index) this.#letGo(variable)
  }

  close(): void {
    for (const variable of [...this.#held.keys()]) this.#letGo(variable)
  }

  /** To a result's place. */
  #moveIn(variable: Var, { host, over }: Tenancy): void {
    const before = over === undefined ? undefined : this.#held.get(over)
    if (over !== undefined) this.#held.delete(over)
    this.#held.set(variable, before ?? { stay: this.#occupy(variable, host) })
    this.slots.set(variable, this.slots.get(host) as Slot)
  }

  /** Over an operand that dies. */
  #replace(region: Region, variable: Var, index: number): boolean {
    const old = inPlaceCandidates(region, variable).find((one) => {
      const hold = this.#held.get(one)
      return hold !== undefined && 'room' in hold && this.#last.get(one) === index
    })
    if (old === undefined) return false
    this.#held.set(variable, this.#held.get(old) as Hold)
    this.#held.delete(old)
    this.inPlace.add(variable)
    this.slots.set(variable, this.slots.get(old) as Slot)
    return true
  }

  #take(variable: Var): void {
    const room = this.#planner.take(byteSize(variable.aval))
    this.#held.set(variable, { room })
    this.slots.set(variable, { kind: 'arena', offset: room.start })
  }

  #occupy({ aval }: Var, host: Var): Stay {
    const slot = this.slots.get(host) as Slot
    return this.#planner.rooms.occupy(slotSize(byteSize(aval)), slot.kind === 'arena' ? slot.offset : undefined)
  }

  #letGo(variable: Var): void {
    const hold = this.#held.get(variable)
    if (hold === undefined) return
    this.#held.delete(variable)
    if ('room' in hold) this.#planner.give(hold.room)
    else this.#planner.rooms.vacate(hold.stay)
  }
}
