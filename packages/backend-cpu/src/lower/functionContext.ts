import type { Var, WholeRegion } from '@proj/backend'
import type { Mode } from '../lane/emit.ts'
import type { Helper } from '../lane/graph.ts'
import type { Frame, Slot } from '../memory.ts'
import type { Base } from '../nest/access.ts'
import type { Body, ValType } from '../wasm/body.ts'

/** Writes a call of a region's code into a function whose first parameter is the arena's address. */
export type RegionCall = (caller: Body) => void

/** The function that a region becomes. */
export interface FunctionContext {
  readonly body: Body
  /** Where a stored variable or an input is. */
  baseOf(variable: Var): Base
  slotOf(variable: Var): Slot
  /** Results that may lie where an operand of their own region lies. */
  readonly inPlace: ReadonlySet<Var>
  helper(helper: Helper, mode: Mode): number
  /** The number of a function without results that several regions may call; `write` writes it the first time. */
  routine(name: string, params: readonly ValType[], write: (body: Body) => void): number
  /** How the regions of an inner frame are run, in order. */
  callsOf(frame: Frame): readonly RegionCall[]
  /** Calls the reference for a region. */
  callHost(region: WholeRegion): void
  /** Whether the engine has fused multiply-adds. */
  readonly hasRelaxed: boolean
  /** Where this region's scratch room is, from the arena's start. */
  readonly scratch: number
  /** How many threads there are to share work. */
  readonly threads: number
  /** Has work done by several threads where that is sooner. `write` writes the code for a share of it. */
  divide(work: DivisibleWork, write: WriteShare): void
}

/** Work in units that do not depend on each other, so that it does not matter who does which, or when. */
export interface DivisibleWork {
  readonly units: Count
  /** What all of them take at most. */
  readonly nanoseconds: number
  /** When the count is known only later: at most so many. */
  readonly atMost?: number
  /** Locals, of `i32`, that the code of a share needs besides the arena and the buffers. */
  readonly handed?: readonly number[]
}

/** A number that is known, or in a local. */
export type Count = number | { readonly local: number }

/** The units from local `from` to before local `to`, done by the thread whose number is in `thread`. */
export interface Share {
  readonly from: number
  readonly to: number
  readonly thread: number
}

/**
 * Writes a share's code in a function of its own, where `handed` are the locals that were handed on; or, for one thread alone, that of all
 * units, in the region's own function.
 *
 * @returns about how many nanoseconds a unit takes
 */
export type WriteShare = (context: FunctionContext, share: Share | undefined, handed: readonly number[]) => number

export const pushCount = (body: Body, count: Count): Body =>
  typeof count === 'number' ? body.i32(count) : body.get(count.local)

/** The local that holds the arena's address in every region's function. */
export const arenaLocal = 0
