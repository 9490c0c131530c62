import type { FunctionContext } from '../lower/functionContext.ts'
import type { Body } from '../wasm/body.ts'
import { type Run, type WordOptions, writeKeyWords } from './keys.ts'
import { mergeSort } from './mergeSort.ts'
import { counterBytes, type Items, radixSort } from './radixSort.ts'

/** Whether so many items are sorted by their digits; fewer by merging. */
export const isLong = (length: number): boolean => length >= 200

/** Where a line is sorted: items, and room for as many more. Items are pairs of a key (the high half) and a position, or keys alone. */
export interface Rooms {
  readonly items: number
  readonly other: number
  readonly counters: number
}

const alignment = 16

const sizes = (length: number, width: 4 | 8): readonly number[] => {
  const items = Math.ceil((width * length) / alignment + 1) * alignment
  return [counterBytes(width), items, items]
}

/** For items of `width` bytes. */
export const roomBytes = (length: number, width: 4 | 8 = 8): number => sizes(length, width).reduce((sum, n) => sum + n)

/** Locals with the addresses of the rooms. */
export function roomsFor({ body, scratch }: FunctionContext, length: number, width: 4 | 8 = 8): Rooms {
  let offset = scratch
  const [counters, items, other] = sizes(length, width).map((size) => {
    const local = body.local('i32')
    body.get(0).i32(offset).op('i32.add').set(local)
    offset += size
    return local
  }) as [number, number, number]
  return { counters, items, other }
}

/** Pairs: only their keys count. */
export const pairs: Items = { width: 8, firstByte: 4 }

/** Sorts items, so many bytes of them as `bytes` leaves on the stack; `most` is how many there are at most. */
export function sortItems(context: FunctionContext, rooms: Rooms, kind: Items, bytes: () => Body, most: number): void {
  const { body } = context
  body.get(rooms.items).get(rooms.other)
  bytes()
  if (!isLong(most)) body.call(mergeSort(context))
  else body.get(rooms.counters).call(radixSort(context, kind))
}

/** Makes pairs of the elements of a line. If it is not the first that they are sorted by, equals stay in the order they are in. */
export function orderBy(
  context: FunctionContext,
  rooms: Rooms,
  line: { readonly run: Run; readonly length: number },
  { isFirst, ...options }: WordOptions & { readonly isFirst: boolean },
): void {
  const { body } = context
  const { run, length } = line
  writeKeyWords(context, length, run, { local: rooms.other, offset: 0 }, options)
  body.get(rooms.items).get(rooms.other).i32(length).call(pairUp(context, isFirst))
  sortItems(context, rooms, pairs, () => body.i32(8 * length), length)
}

/** `(pairs, keys, length)`: gives each pair the key of its position; the first time, its position too. */
function pairUp(context: FunctionContext, isFirst: boolean): number {
  return context.routine(isFirst ? 'pair up' : 'pair again', ['i32', 'i32', 'i32'], (body) => {
    const [pair, keys, length] = [0, 1, 2]
    const position = body.local('i32')
    body.loop(() => {
      if (!isFirst) body.get(pair).memory('i32.load', 0).set(position)
      body.get(pair).get(keys).get(position).i32(2).op('i32.shl', 'i32.add').memory('i32.load', 0)
      body.memory('i32.store', 4)
      if (isFirst) {
        body.get(pair).get(position).memory('i32.store', 0)
        body.get(position).i32(1).op('i32.add').set(position)
      }
      body.get(pair).i32(8).op('i32.add').set(pair)
      body.get(length).i32(1).op('i32.sub').tee(length).brIf(0)
    })
  })
}

/** Does `inside` for the first `count` pairs, given a local with the pair's address. */
export function eachPair(body: Body, { items }: Rooms, count: number, inside: (pair: number) => void): void {
  const pair = body.local('i32')
  body.get(items).set(pair)
  body.repeat(count, () => {
    inside(pair)
    body.get(pair).i32(8).op('i32.add').set(pair)
  })
  body.release('i32', pair)
}
