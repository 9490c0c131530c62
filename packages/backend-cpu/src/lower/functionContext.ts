import type { Var } from '@proj/backend'
import type { Helper } from '../lane/graph.ts'
import type { Base } from '../nest/kernel.ts'
import type { Body, ValType } from '../wasm/body.ts'

/** The function that a region becomes. */
export interface FunctionContext {
  readonly body: Body
  /** Where a stored variable or an input is. */
  baseOf(variable: Var): Base
  helper(helper: Helper): number
  /** The number of a function without results that several regions may call; `write` writes it the first time. */
  routine(name: string, params: readonly ValType[], write: (body: Body) => void): number
  /** Whether the engine has fused multiply-adds. */
  readonly hasRelaxed: boolean
  /** Where this region's scratch room is, from the arena's start. */
  readonly scratch: number
}

/** The local that holds the arena's address in every region's function. */
export const arenaLocal = 0
