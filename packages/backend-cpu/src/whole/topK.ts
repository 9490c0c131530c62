import { type Params, sizeOf, type Var, type WholeRegion } from '@proj/backend'
import { Emitter, type Mode } from '../lane/emit.ts'
import { Graph, type Leaf, type Node } from '../lane/graph.ts'
import { addressOf } from '../lower/copy.ts'
import { storedTypes } from '../lower/element.ts'
import type { FunctionContext } from '../lower/functionContext.ts'
import { load } from '../nest/memory.ts'
import type { Body } from '../wasm/body.ts'
import { type Turn, walkBox } from './box.ts'
import { keyWord, wordsOf } from './keys.ts'
import { type Line, runOf, widthOf } from './line.ts'
import type { WholeLowering } from './lowering.ts'
import { eachPair, orderBy, pairs, type Rooms, roomBytes, roomsFor, sortItems } from './order.ts'
import { permute } from './sort.ts'

/** So many candidates are gathered before all but the best of them are forgotten. */
const candidatesFor = (k: number): number => 2 * k + 64

/** Whether it pays to look for candidates. Keys of two words have no room in a pair. */
const selects = ({ dtype, shape }: Var['aval'], k: number): boolean =>
  wordsOf(dtype).length === 1 && 2 * candidatesFor(k) < (shape.at(-1) as number)

/** The first `length` elements as pairs, in descending order. */
function orderFirst(context: FunctionContext, rooms: Rooms, line: Line, length: number): void {
  wordsOf(line.dtype).forEach((word, i) =>
    orderBy(context, rooms, { run: runOf(line), length }, { word, isFirst: i === 0, descends: true }),
  )
}

/** Locals of a search: where the candidates end, the key that is too bad, and the element at hand. */
interface Search {
  readonly end: number
  readonly threshold: number
  readonly at: number
  readonly position: number
}

/** A leaf for the elements at hand, or for the threshold. */
interface Part extends Leaf {
  readonly kind: 'element' | 'threshold'
}

/** The keys of the elements at hand and whether they are good enough, ready to be emitted. */
function keysAtHand({ body, helper }: FunctionContext, { dtype, step }: Line, { at, threshold }: Search, mode: Mode) {
  const g = new Graph()
  const element = g.leaf(storedTypes[dtype], { key: 'element', level: 0, kind: 'element' } as Part)
  const key = keyWord(g, element, dtype, { word: 'high', descends: true })
  const isBetter = g.op('lt_u', key, g.leaf('i32', { key: 'threshold', level: 0, kind: 'threshold' } as Part))
  const emitter = new Emitter(g, [key, isBetter], mode, {
    body,
    helper: (one, mode) => helper(one, mode),
    leaf: (leaf, _, half) => {
      if ((leaf as Part).kind === 'element') return load(body, { pointer: at, offset: 0, dtype, step }, mode, half)
      body.get(threshold)
      if (mode === 'vector') body.op('i32x4.splat')
    },
  })
  emitter.level(0)
  return { emitter, key, isBetter }
}

/** Adds the element of a lane to the candidates if it is good enough. */
function consider(body: Body, { end, threshold, position }: Search, emitter: Emitter, key: Node, lane: number): void {
  const local = body.local('i32')
  emitter.lane(key, lane)
  body.tee(local).get(threshold).op('i32.lt_u')
  body.if(() => {
    body.get(end).get(position).i32(lane).op('i32.add').memory('i32.store', 0)
    body.get(end).get(local).memory('i32.store', 4)
    body.get(end).i32(8).op('i32.add').set(end)
  })
  body.release('i32', local)
}

/** The best `k` pairs of a line, by looking for elements better than the worst of the best so far. */
function select(context: FunctionContext, rooms: Rooms, line: Line, length: number, k: number): void {
  const { body } = context
  const count = candidatesFor(k)
  const [end, threshold, at, position] = Array.from({ length: 4 }, () => body.local('i32')) as [
    number,
    number,
    number,
    number,
  ]
  const search = { end, threshold, at, position }
  const forget = () => {
    body
      .get(rooms.items)
      .i32(8 * k)
      .op('i32.add')
      .set(end)
    body.get(end).i32(4).op('i32.sub').memory('i32.load', 0).set(threshold)
  }
  const next = (elements: number) => {
    body
      .get(at)
      .i32(elements * line.step)
      .op('i32.add')
      .set(at)
    body.get(position).i32(elements).op('i32.add').set(position)
  }
  const sortCandidates = () =>
    sortItems(context, rooms, pairs, () => body.get(end).get(rooms.items).op('i32.sub'), count)
  orderFirst(context, rooms, line, count)
  forget()
  body
    .get(line.pointer)
    .i32(count * line.step)
    .op('i32.add')
    .set(at)
  body.i32(count).set(position)
  body.repeat(Math.floor((length - count) / 4), () => {
    const { emitter, key, isBetter } = keysAtHand(context, line, search, 'vector')
    emitter.value(isBetter)
    body.op('v128.any_true').if(() => {
      for (const lane of [0, 1, 2, 3]) consider(body, search, emitter, key, lane)
      // Four more must find room.
      body
        .get(end)
        .get(rooms.items)
        .op('i32.sub')
        .i32(8 * (count - 4))
        .op('i32.gt_u')
      body.if(() => {
        sortCandidates()
        forget()
      })
    })
    next(4)
  })
  body.repeat((length - count) % 4, () => {
    const { emitter, key } = keysAtHand(context, line, search, 'scalar')
    consider(body, search, emitter, key, 0)
    next(1)
  })
  sortCandidates()
}

export const topK: WholeLowering = {
  scratchBytes: ({ inputs, params }) => {
    const { aval } = inputs[0] as WholeRegion['inputs'][number]
    const { k } = params as Params<'topK'>
    return roomBytes(selects(aval, k) ? candidatesFor(k) : (aval.shape.at(-1) as number))
  },

  emit(context, { inputs, outputs, params }) {
    const { body, slotOf } = context
    const { k } = params as Params<'topK'>
    const [{ aval, source }] = inputs as readonly [WholeRegion['inputs'][number]]
    const [values, indices] = outputs as readonly [Var, Var]
    const { shape, dtype } = aval
    if (sizeOf(shape) === 0 || k === 0) return
    const [length, step] = [shape.at(-1) as number, widthOf(dtype)]
    const from = { pointer: addressOf(body, slotOf(source)), step, dtype }
    const to = { pointer: addressOf(body, slotOf(values)), step, dtype }
    const places = addressOf(body, slotOf(indices))
    const turns: Turn[] = [{ times: sizeOf(shape.slice(0, -1)), steps: [step * length, step * k, 4 * k] }]
    const rooms = roomsFor(context, selects(aval, k) ? candidatesFor(k) : length)
    walkBox(body, turns, [from.pointer, to.pointer, places], () => {
      if (selects(aval, k)) select(context, rooms, from, length, k)
      else orderFirst(context, rooms, from, length)
      permute(body, rooms, k, to, from)
      const place = body.local('i32')
      body.get(places).set(place)
      eachPair(body, rooms, k, (pair) => {
        body.get(place).get(pair).memory('i32.load', 0).memory('i32.store', 0)
        body.get(place).i32(4).op('i32.add').set(place)
      })
      body.release('i32', place)
    })
  },
}
