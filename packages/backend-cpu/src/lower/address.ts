import type { Slot } from '../memory.ts'
import type { Body } from '../wasm/body.ts'
import { arenaLocal } from './functionContext.ts'

/** Leaves the address of a slot on the stack as it is now. */
export function pushAddress(body: Body, slot: Slot): Body {
  body.get(arenaLocal)
  return slot.kind === 'arena' ? body.i32(slot.offset).op('i32.add') : body.memory('i32.load', 4 * slot.index)
}
