import { dtypes, type Params, sizeOf, type Var, type WholeRegion } from '@proj/backend'
import { addressOf, loadOf, storeOf, type Width } from '../lower/copy.ts'
import type { FunctionContext } from '../lower/functionContext.ts'
import { type Turn, walkBox } from './box.ts'
import type { WholeLowering } from './lowering.ts'
import { beginOrder, copyInOrder, type Keys, type Rooms, refineOrder, roomBytes, roomsFor, wordsOf } from './order.ts'

type Input = WholeRegion['inputs'][number]

/** An array's line at hand: where it starts, and bytes from one element to the next. */
interface Line {
  readonly pointer: number
  readonly step: number
  readonly width: Width
}

const widthOf = ({ dtype }: Input['aval']): Width => dtypes[dtype].bytes as Width

/** `to[i] = from[order[i]]` for the first `count`. */
function permute(body: FunctionContext['body'], rooms: Rooms, count: number, to: Line, from: Line): void {
  copyInOrder(body, rooms, count, (place, index) => {
    body.get(to.pointer)
    place(to.step).op('i32.add').get(from.pointer)
    index().i32(from.step).op('i32.mul', 'i32.add')
    body.memory(loadOf(from.width), 0).memory(storeOf(from.width), 0)
  })
}

/** By the last key first: a stable sort by each in turn is one by all. */
export const sort: WholeLowering = {
  scratchBytes: ({ inputs, params }) =>
    roomBytes((inputs[0] as Input).aval.shape[(params as Params<'sort'>).dimension] as number),

  emit(context, { inputs, outputs, params }) {
    const { body, slotOf } = context
    const { dimension, numKeys } = params as Params<'sort'>
    const { shape } = (inputs[0] as Input).aval
    if (sizeOf(shape) === 0) return
    const length = shape[dimension] as number
    const inner = sizeOf(shape.slice(dimension + 1))
    const lines = (arrays: readonly { aval: Input['aval']; source: Var }[]): Line[] =>
      arrays.map(({ aval, source }) => {
        return { pointer: addressOf(body, slotOf(source)), step: inner * widthOf(aval), width: widthOf(aval) }
      })
    const from = lines(inputs)
    const to = lines(outputs.map((output) => ({ aval: output.aval, source: output })))
    const all = [...from, ...to]
    const turns: Turn[] = [
      { times: sizeOf(shape.slice(0, dimension)), steps: all.map(({ step }) => step * length) },
      { times: inner, steps: all.map(({ width }) => width) },
    ]
    const rooms = roomsFor(context, length)
    walkBox(
      body,
      turns,
      all.map(({ pointer }) => pointer),
      () => {
        beginOrder(body, rooms, length)
        for (let key = numKeys - 1; key >= 0; key--) {
          const { dtype } = (inputs[key] as Input).aval
          const { pointer, step } = from[key] as Line
          const keys: Keys = { pointer, step, dtype, length, descends: false }
          for (const word of wordsOf(dtype)) refineOrder(context, rooms, keys, word)
        }
        to.forEach((line, i) => permute(body, rooms, length, line, from[i] as Line))
      },
    )
  },
}

export const topK: WholeLowering = {
  scratchBytes: ({ inputs }) => roomBytes((inputs[0] as Input).aval.shape.at(-1) as number),

  emit(context, { inputs, outputs, params }) {
    const { body, slotOf } = context
    const { k } = params as Params<'topK'>
    const [x, [values, indices]] = [inputs[0] as Input, outputs as readonly [Var, Var]]
    const { shape, dtype } = x.aval
    if (sizeOf(shape) === 0 || k === 0) return
    const [length, width] = [shape.at(-1) as number, widthOf(x.aval)]
    const from = { pointer: addressOf(body, slotOf(x.source)), step: width, width }
    const to = { pointer: addressOf(body, slotOf(values)), step: width, width }
    const places = addressOf(body, slotOf(indices))
    const turns: Turn[] = [{ times: sizeOf(shape.slice(0, -1)), steps: [width * length, width * k, 4 * k] }]
    const rooms = roomsFor(context, length)
    walkBox(body, turns, [from.pointer, to.pointer, places], () => {
      beginOrder(body, rooms, length)
      const keys: Keys = { ...from, dtype, length, descends: true }
      for (const word of wordsOf(dtype)) refineOrder(context, rooms, keys, word)
      permute(body, rooms, k, to, from)
      body
        .get(places)
        .get(rooms.order)
        .i32(4 * k)
        .copyMemory()
    })
  },
}
