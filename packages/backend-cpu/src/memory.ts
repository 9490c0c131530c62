import type { Plan, Region, Var } from '@proj/backend'
import { Boundary, findHeirs, type Heritage } from './boundary.ts'
import { FramePlanner } from './framePlanner.ts'
import { livenessOf } from './liveness.ts'
import { type Packing, pack, type Room, Rooms, type Stay } from './rooms.ts'
import { findTenancies, type Tenancies, type Tenancy } from './tenants.ts'

/** Where a buffer is: so many bytes from the arena's start, or where word `index` of the arena points to. */
export type Slot =
  | { readonly kind: 'arena'; readonly offset: number }
  /** `isTight`: what lies behind must not be written over, not even by the lanes of a vector that are too many. */
  | { readonly kind: 'pointer'; readonly index: number; readonly isTight?: boolean }

type Pointer = Slot & { readonly kind: 'pointer' }

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
  /** By region: the planner's turn when all that it uses has its place. */
  readonly turns: readonly number[]
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
  /** Of the large inputs and results. */
  readonly largeBytes: number
  /** The most that is in use at one time, of the arena and of large inputs and results. */
  readonly live: number
  /** What is in use when, for pictures. */
  readonly stays: readonly Stay[]
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
  /** For the frame of a whole program. */
  readonly program?: {
    /** Inputs that may be written over after their last use. */
    readonly arrivals: ReadonlyMap<Var, Room>
    readonly tenancies: ReadonlyMap<Var, Tenancy>
  }
}

/** Of what is in use at one time: places that take so much more are worth a second try. */
const tolerance = 0.05

/** Memory comes in pages, so that who saves less than one saves little. */
const pageBytes = 65536

/** The time that the second try takes grows with the square of their number: of more stays than these, only for a page. */
const few = 256

/** Gives every buffer its place: results, inputs, then intermediates. */
export function planMemory(plan: Plan, needs: Needs): MemoryPlan {
  const boundary = new Boundary(plan)
  const liveness = livenessOf(plan)
  const heritage = findHeirs(plan, boundary.slots, liveness)
  const tenancies = findTenancies(plan, heritage, liveness)
  const attempt = (packing?: Packing) => placed(plan, needs, boundary, heritage, tenancies, packing)
  const first = attempt()
  const inVain = first.size + first.largeBytes - first.live
  if (inVain <= tolerance * first.live || (inVain < pageBytes && first.stays.length > few)) return first
  const packing = pack(first.stays, boundary.start)
  return packing !== undefined && packing.end < first.size ? attempt(packing) : first
}

function placed(
  plan: Plan,
  needs: Needs,
  boundary: Boundary,
  { heirs }: Heritage,
  { tenancies, inPlace }: Tenancies,
  packing?: Packing,
): MemoryPlan {
  const rooms = new Rooms(boundary.end, packing)
  rooms.occupy(boundary.start + boundary.inputBytes)
  const arrivals = boundary.arrive(rooms)
  const bound = new Map(boundary.slots)
  for (const [input, { start }] of arrivals) bound.set(input, { kind: 'arena', offset: start })
  const { frame } = new FramePlanner(rooms, needs).frame({ plan, bound, inPlace, program: { arrivals, tenancies } })
  const byPointer = [...heirs].map(([result, inputs]) => [(bound.get(result) as Pointer).index, inputs] as const)
  return {
    ...frame,
    resultsStart: boundary.start,
    resultsEnd: boundary.end,
    size: rooms.end,
    largeBytes: boundary.largeBytes,
    live: rooms.live,
    stays: rooms.stays,
    heirs: new Map(byPointer),
  }
}
