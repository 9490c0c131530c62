import type { Params, Var } from '@proj/backend'
import { pushAddress } from '../lower/address.ts'
import type { FunctionContext } from '../lower/functionContext.ts'
import type { Frame, Layout, Slot } from '../memory.ts'
import { planRegions } from '../planRegions.ts'
import { bindResults, movesOf } from './bind.ts'
import { type ControlLowering, operandSlots, resultSlots, runFrame } from './lowering.ts'
import { emitMoves, inOrder, type Move } from './moves.ts'

export interface CondLayout extends Layout {
  /** One for each branch. */
  readonly frames: readonly Frame[]
  readonly moves: readonly (readonly Move[])[]
  readonly index: Slot
}

/** The index within the branches on the stack. */
function pushIndex({ body }: FunctionContext, slot: Slot, count: number): void {
  const index = body.local('i32')
  pushAddress(body, slot).memory('i32.load', 0).set(index)
  body.i32(0).get(index).get(index).i32(0).op('i32.lt_s', 'select').set(index)
  body
    .i32(count - 1)
    .get(index)
    .get(index)
    .i32(count)
    .op('i32.ge_s', 'select')
  body.release('i32', index)
}

/** Branches share their room; each writes the results itself. */
export const cond: ControlLowering<CondLayout> = {
  layout(region, slots, memory) {
    const { branches } = region.params as Params<'cond'>
    const [index, ...operands] = operandSlots(region, slots) as [Slot, ...Slot[]]
    const targets = resultSlots(region, slots).map((slot, i) => ({ slot, aval: (region.outputs[i] as Var).aval }))
    const parts = branches.map((branch) => {
      const plan = planRegions(branch)
      const binding = bindResults(plan, targets)
      const inputs = plan.inputs.map((input, i): [Var, Slot] => [input, operands[i] as Slot])
      const open = memory.frame({ plan, bound: new Map([...inputs, ...binding.bound]) })
      const moves = inOrder(movesOf(binding, open.frame), memory)
      moves.close()
      open.close()
      return { frame: open.frame, moves: moves.moves }
    })
    const layout = { frames: parts.map((part) => part.frame), moves: parts.map((part) => part.moves), index }
    return { layout, close: () => {} }
  },

  emit(context, { frames, moves, index }) {
    const { body } = context
    const branch = (i: number): void => {
      runFrame(context, frames[i] as Frame, 'each')
      emitMoves(body, moves[i] as readonly Move[])
    }
    /** Blocks in one another, the first branch behind the innermost. */
    const nest = (depth: number): void => {
      if (depth === 0) {
        pushIndex(context, index, frames.length)
        body.table(frames.length - 1)
        return
      }
      body.block(() => nest(depth - 1))
      branch(depth - 1)
      body.br(frames.length - depth)
    }
    body.block(() => nest(frames.length))
  },
}
