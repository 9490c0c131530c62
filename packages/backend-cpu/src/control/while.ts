import { makeAval, type Params, type Var } from '@proj/backend'
import { pushAddress } from '../lower/address.ts'
import type { Frame, Layout, Slot } from '../memory.ts'
import { planRegions } from '../planRegions.ts'
import { bindResults, movesOf, type Target } from './bind.ts'
import { type ControlLowering, closing, operandSlots, resultSlots, runFrame } from './lowering.ts'
import { emitMoves, inOrder, type Move } from './moves.ts'

export interface WhileLayout extends Layout {
  readonly frames: readonly [condition: Frame, body: Frame]
  readonly begin: readonly Move[]
  /** Puts the condition's answer where it is looked for. */
  readonly answer: readonly Move[]
  readonly answerAt: Slot
  readonly commit: readonly Move[]
}

/** The carry stays in the results' own slots. */
export const whileLoop: ControlLowering<WhileLayout> = {
  layout(region, slots, memory) {
    const { condJaxpr, bodyJaxpr, condConsts, bodyConsts } = region.params as Params<'while'>
    const [condPlan, bodyPlan] = [planRegions(condJaxpr), planRegions(bodyJaxpr)]
    const [operands, carry] = [operandSlots(region, slots), resultSlots(region, slots)]
    const numConsts = condConsts + bodyConsts
    const inputsOf = (inputs: readonly Var[], consts: readonly Slot[]) =>
      inputs.map((input, i): [Var, Slot] => [input, [...consts, ...carry][i] as Slot])

    const room = memory.take(1)
    const answerAt: Slot = { kind: 'arena', offset: room.start }
    const condConstants = new Set(condPlan.inputs.slice(0, condConsts))
    const asked = bindResults(condPlan, [{ slot: answerAt, aval: makeAval([], 'bool') }], condConstants)
    // What the body makes once must outlast the condition's turns.
    const condition = memory.frameApart({
      plan: condPlan,
      bound: new Map([...inputsOf(condPlan.inputs, operands.slice(0, condConsts)), ...asked.bound]),
      constants: condConstants,
    })

    const targets = region.outputs.map(({ aval }, i): Target => {
      return { slot: carry[i] as Slot, aval, replaces: bodyPlan.inputs[bodyConsts + i] as Var }
    })
    const bodyConstants = new Set(bodyPlan.inputs.slice(0, bodyConsts))
    const made = bindResults(bodyPlan, targets, bodyConstants)
    const turn = memory.frame({
      plan: bodyPlan,
      bound: new Map([...inputsOf(bodyPlan.inputs, operands.slice(condConsts, numConsts)), ...made.bound]),
      inPlace: made.inPlace,
      constants: bodyConstants,
    })
    const commit = inOrder(movesOf(made, turn.frame), memory)
    const begin = carry.map((to, i): Move => {
      return { from: operands[numConsts + i] as Slot, to, aval: (region.outputs[i] as Var).aval }
    })
    const layout: WhileLayout = {
      frames: [condition.frame, turn.frame],
      begin,
      answer: movesOf(asked, condition.frame),
      answerAt,
      commit: commit.moves,
    }
    return { layout, ...closing(condition, turn, commit, { close: () => memory.give(room) }) }
  },

  emit(context, { frames: [condition, turn], begin, answer, answerAt, commit }) {
    const { body } = context
    emitMoves(body, begin)
    runFrame(context, condition, 'once')
    runFrame(context, turn, 'once')
    body.block(() => {
      body.loop(() => {
        runFrame(context, condition, 'each')
        emitMoves(body, answer)
        pushAddress(body, answerAt).memory('i32.load8_u', 0).op('i32.eqz').brIf(1)
        runFrame(context, turn, 'each')
        emitMoves(body, commit)
        body.br(0)
      })
    })
  },
}
