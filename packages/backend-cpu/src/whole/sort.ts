import { type DType, isFloat, type Params, sizeOf, type Var, type WholeRegion } from '@proj/backend'
import { addressOf, loadOf, storeOf } from '../lower/copy.ts'
import type { FunctionContext } from '../lower/functionContext.ts'
import type { Body } from '../wasm/body.ts'
import { type Turn, walkBox } from './box.ts'
import { keyHolder, readKeys, wordsOf, writeKeys } from './keys.ts'
import { type Line, runOf, widthOf } from './line.ts'
import type { WholeLowering } from './lowering.ts'
import { eachPair, isLong, orderBy, type Rooms, roomBytes, roomsFor, sortItems } from './order.ts'
import { restoreZeros } from './zeros.ts'

/** `to[i] = from[position of pair i]` for the first `count`. */
export function permute(body: Body, rooms: Rooms, count: number, to: Line, from: Line): void {
  const place = body.local('i32')
  const width = widthOf(from.dtype)
  body.get(to.pointer).set(place)
  eachPair(body, rooms, count, (pair) => {
    body.get(place).get(from.pointer).get(pair).memory('i32.load', 0).i32(from.step).op('i32.mul', 'i32.add')
    body.memory(loadOf(width), 0).memory(storeOf(width), 0)
    body.get(place).i32(to.step).op('i32.add').set(place)
  })
  body.release('i32', place)
}

/** Pairs in the order of lines, by the last first: a stable sort by each in turn is one by all. */
function orderByLines(context: FunctionContext, rooms: Rooms, lines: readonly Line[], length: number): void {
  const words = lines.toReversed().flatMap((line) => wordsOf(line.dtype).map((word) => ({ line, word })))
  words.forEach(({ line, word }, i) =>
    orderBy(context, rooms, { run: runOf(line), length }, { word, isFirst: i === 0, descends: false }),
  )
}

const keyWidth = (dtype: DType): 4 | 8 => widthOf(keyHolder(dtype)) as 4 | 8

/** A line that is sorted by itself: its keys are all that must be moved. */
function sortKeys(context: FunctionContext, rooms: Rooms, from: Line, to: Line, length: number): void {
  const { body } = context
  const width = keyWidth(from.dtype)
  const keys = { local: rooms.items, offset: 0 }
  writeKeys(context, length, runOf(from), keys)
  sortItems(context, rooms, { width, firstByte: 0 }, () => body.i32(width * length), length)
  readKeys(context, length, keys, runOf(to))
  if (isFloat(from.dtype)) restoreZeros(context, from, to, length)
}

interface Task {
  readonly length: number
  /** Bytes of what is moved about. */
  readonly itemWidth: 4 | 8
}

function taskOf({ inputs, params }: Pick<WholeRegion, 'inputs' | 'params'>): Task {
  const [{ aval }] = inputs as readonly [WholeRegion['inputs'][number]]
  const length = aval.shape[(params as Params<'sort'>).dimension] as number
  return { length, itemWidth: inputs.length === 1 && isLong(length) ? keyWidth(aval.dtype) : 8 }
}

export const sort: WholeLowering = {
  scratchBytes: (region) => {
    const { length, itemWidth } = taskOf(region)
    return roomBytes(length, itemWidth)
  },

  emit(context, region) {
    const { body, slotOf } = context
    const { inputs, outputs } = region
    const { dimension, numKeys } = region.params as Params<'sort'>
    const { shape } = (inputs[0] as WholeRegion['inputs'][number]).aval
    if (sizeOf(shape) === 0) return
    const { length, itemWidth } = taskOf(region)
    const inner = sizeOf(shape.slice(dimension + 1))
    const lineOf = (source: Var, { dtype }: Var['aval']): Line => ({
      pointer: addressOf(body, slotOf(source)),
      step: inner * widthOf(dtype),
      dtype,
    })
    const from = inputs.map(({ source, aval }) => lineOf(source, aval))
    const to = outputs.map((output) => lineOf(output, output.aval))
    const all = [...from, ...to]
    const turns: Turn[] = [
      { times: sizeOf(shape.slice(0, dimension)), steps: all.map(({ step }) => step * length) },
      { times: inner, steps: all.map(({ dtype }) => widthOf(dtype)) },
    ]
    const rooms = roomsFor(context, length, itemWidth)
    const pointers = all.map(({ pointer }) => pointer)
    walkBox(body, turns, pointers, () => {
      if (from.length === 1 && isLong(length)) return sortKeys(context, rooms, from[0] as Line, to[0] as Line, length)
      orderByLines(context, rooms, from.slice(0, numKeys), length)
      to.forEach((line, i) => permute(body, rooms, length, line, from[i] as Line))
    })
  },
}
