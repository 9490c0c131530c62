import type { Var, WholeRegion } from '@proj/backend'
import type { Mode } from '../lane/emit.ts'
import type { Helper } from '../lane/graph.ts'
import type { Frame, Slot } from '../memory.ts'
import type { Base } from '../nest/kernel.ts'
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
}

/** The local that holds the arena's address in every region's function. */
export const arenaLocal = 0
