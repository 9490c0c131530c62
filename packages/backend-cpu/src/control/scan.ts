import { type Aval, byteSize, makeAval, type Params, type Var } from '@proj/backend'
import { pushAddress } from '../lower/address.ts'
import type { Frame, Layout, Slot } from '../memory.ts'
import { planRegions } from '../planRegions.ts'
import type { Body } from '../wasm/body.ts'
import { bindResults, movesOf, type Target } from './bind.ts'
import { type ControlLowering, closing, operandSlots, resultSlots, runFrame } from './lowering.ts'
import { emitMoves, inOrder, type Move } from './moves.ts'

/** An array that is gone through row by row: a pointer to the row, and where the first one is. */
interface Rows {
  readonly pointer: Slot & { readonly kind: 'pointer' }
  readonly array: Slot
  readonly rowBytes: number
}

export interface ScanLayout extends Layout {
  readonly frames: readonly [Frame]
  readonly length: number
  readonly isReversed: boolean
  readonly rows: readonly Rows[]
  readonly begin: readonly Move[]
  readonly commit: readonly Move[]
}

function emitPointers(body: Body, { rows, length, isReversed }: ScanLayout): void {
  for (const { pointer, array, rowBytes } of rows) {
    body.get(0)
    pushAddress(body, array)
    body
      .i32(isReversed ? rowBytes * (length - 1) : 0)
      .op('i32.add')
      .memory('i32.store', 4 * pointer.index)
  }
}

function emitAdvance(body: Body, { rows, isReversed }: ScanLayout): void {
  for (const { pointer, rowBytes } of rows) {
    body.get(0)
    pushAddress(body, pointer)
    body
      .i32(isReversed ? -rowBytes : rowBytes)
      .op('i32.add')
      .memory('i32.store', 4 * pointer.index)
  }
}

/** The carry stays in the results' own slots; rows are read and written where they are in their arrays. */
export const scan: ControlLowering<ScanLayout> = {
  layout(region, slots, memory) {
    const { jaxpr, length, reverse, numConsts, numCarry } = region.params as Params<'scan'>
    const plan = planRegions(jaxpr)
    const [operands, results] = [operandSlots(region, slots), resultSlots(region, slots)]
    const numRows = operands.length - numConsts - numCarry + results.length - numCarry
    const room = memory.take(4 * numRows)
    const rows: Rows[] = []
    const rowOf = (array: Slot, aval: Aval, isTight: boolean): Slot => {
      const isBounded = isTight || (array.kind === 'pointer' && array.isTight === true)
      const pointer = { kind: 'pointer', index: room.start / 4 + rows.length, isTight: isBounded } as const
      rows.push({ pointer, array, rowBytes: byteSize(makeAval(aval.shape.slice(1), aval.dtype)) })
      return pointer
    }
    const inputs = plan.inputs.map((input, i): [Var, Slot] => {
      if (i < numConsts) return [input, operands[i] as Slot]
      if (i < numConsts + numCarry) return [input, results[i - numConsts] as Slot]
      return [input, rowOf(operands[i] as Slot, (region.inputs[i] as { aval: Aval }).aval, false)]
    })
    const targets = results.map((slot, i): Target => {
      const { aval } = region.outputs[i] as Var
      if (i < numCarry) return { slot, aval, replaces: plan.inputs[numConsts + i] as Var }
      // Rows that come from the last to the first have finished ones behind them, as the last row of a bounded array may.
      return { slot: rowOf(slot, aval, reverse), aval: makeAval(aval.shape.slice(1), aval.dtype) }
    })
    const constants = new Set(plan.inputs.slice(0, numConsts))
    const binding = bindResults(plan, targets, constants)
    const bound = new Map([...inputs, ...binding.bound])
    const open = memory.frame({ plan, bound, inPlace: binding.inPlace, constants })
    const commit = inOrder(movesOf(binding, open.frame), memory)
    const begin = Array.from({ length: numCarry }, (_, i): Move => {
      return { from: operands[numConsts + i] as Slot, to: results[i] as Slot, aval: (region.outputs[i] as Var).aval }
    })
    const layout: ScanLayout = { frames: [open.frame], length, isReversed: reverse, rows, begin, commit: commit.moves }
    return { layout, ...closing(open, commit, { close: () => memory.give(room) }) }
  },

  emit(context, layout) {
    const { body } = context
    const [frame] = layout.frames
    emitMoves(body, layout.begin)
    if (layout.length === 0) return
    runFrame(context, frame, 'once')
    emitPointers(body, layout)
    body.repeat(layout.length, () => {
      runFrame(context, frame, 'each')
      emitMoves(body, layout.commit)
      emitAdvance(body, layout)
    })
  },
}
