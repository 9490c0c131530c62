import type { FunctionContext } from '../lower/functionContext.ts'
import type { Body } from '../wasm/body.ts'

/** What is sorted: items of so many bytes, by those from `firstByte` on, as unsigned numbers. */
export interface Items {
  readonly width: 4 | 8
  readonly firstByte: 0 | 4
}

const digits = 256

/** Room for how many items have each value of each byte. */
export const counterBytes = (width: 4 | 8): number => 4 * digits * width

interface Locals {
  readonly from: number
  readonly end: number
  readonly counters: number
}

/** `for (at = from; at < end; at += width)`, with the item's digits at hand. */
function eachItem(body: Body, { width }: Items, { from, end }: Locals, inside: (at: number) => void): void {
  const at = body.local('i32')
  body.get(from).set(at)
  body.loop(() => {
    inside(at)
    body.get(at).i32(width).op('i32.add').tee(at).get(end).op('i32.lt_u').brIf(0)
  })
  body.release('i32', at)
}

/** Leaves the address of a digit's counter on the stack; what it counts by is in a local of 32 bits. */
function pushCounter(body: Body, counters: number, word: number, byte: number): void {
  const shift = 8 * (byte % 4)
  body.get(word)
  if (shift > 0) body.i32(shift).op('i32.shr_u')
  if (shift < 24) body.i32(255).op('i32.and')
  body
    .i32(2)
    .op('i32.shl')
    .get(counters)
    .i32(4 * digits * byte)
    .op('i32.add', 'i32.add')
}

/** Counts all digits in one reading. */
function countDigits(body: Body, items: Items, locals: Locals): void {
  const { width, firstByte } = items
  const word = body.local('i32')
  body.get(locals.counters).i32(0).i32(counterBytes(width)).fillMemory()
  eachItem(body, items, locals, (at) => {
    for (let start = firstByte; start < width; start += 4) {
      body.get(at).memory('i32.load', start).set(word)
      for (let byte = start; byte < start + 4; byte++) {
        const counter = body.local('i32')
        pushCounter(body, locals.counters, word, byte)
        body.tee(counter).get(counter).memory('i32.load', 0).i32(1).op('i32.add').memory('i32.store', 0)
        body.release('i32', counter)
      }
    }
  })
  body.release('i32', word)
}

/** Leaves on the stack whether all items have the same digit as the first. */
function allAlike(body: Body, { width }: Items, { from, end, counters }: Locals, byte: number): void {
  const word = body.local('i32')
  body
    .get(from)
    .memory('i32.load', byte & 4)
    .set(word)
  pushCounter(body, counters, word, byte)
  body.memory('i32.load', 0).i32(width).op('i32.mul').get(end).get(from).op('i32.sub', 'i32.eq')
  body.release('i32', word)
}

/** The counts of a digit become the addresses where items with it go. */
function countsToPlaces(body: Body, { width }: Items, counters: number, byte: number, to: number): void {
  const [at, place, count] = [body.local('i32'), body.local('i32'), body.local('i32')]
  body
    .get(counters)
    .i32(4 * digits * byte)
    .op('i32.add')
    .set(at)
  body.get(to).set(place)
  body.repeat(digits, () => {
    body.get(at).memory('i32.load', 0).set(count)
    body.get(at).get(place).memory('i32.store', 0)
    body.get(count).i32(width).op('i32.mul').get(place).op('i32.add').set(place)
    body.get(at).i32(4).op('i32.add').set(at)
  })
  for (const local of [at, place, count]) body.release('i32', local)
}

function moveItems(body: Body, items: Items, locals: Locals, byte: number): void {
  const [word, counter, place] = [body.local('i32'), body.local('i32'), body.local('i32')]
  const type = items.width === 8 ? 'i64' : 'i32'
  const item = body.local(type)
  eachItem(body, items, locals, (at) => {
    body.get(at).memory(`${type}.load`, 0).set(item)
    if (type === 'i64')
      body
        .get(at)
        .memory('i32.load', byte & 4)
        .set(word)
    pushCounter(body, locals.counters, type === 'i64' ? word : item, byte)
    body.tee(counter).memory('i32.load', 0).tee(place).get(item).memory(`${type}.store`, 0)
    body.get(counter).get(place).i32(items.width).op('i32.add').memory('i32.store', 0)
  })
  for (const local of [word, counter, place]) body.release('i32', local)
  body.release(type, item)
}

/**
 * A routine `(items, other, bytes, counters)` that sorts by one byte after the other, the least first; equals keep their order. `other` is room as
 * large as the items, `counters` that of `counterBytes`. A byte that all items share costs nothing but its counting.
 */
export function radixSort(context: FunctionContext, items: Items): number {
  const { width, firstByte } = items
  return context.routine(`radix sort ${width} ${firstByte}`, ['i32', 'i32', 'i32', 'i32'], (body) => {
    const [start, other, bytes, counters] = [0, 1, 2, 3]
    const [from, to, end] = [body.local('i32'), body.local('i32'), body.local('i32')]
    const locals = { from, end, counters }
    const endOf = () => body.get(from).get(bytes).op('i32.add').set(end)
    body.get(start).set(from).get(other).set(to)
    endOf()
    countDigits(body, items, locals)
    for (let byte = firstByte; byte < width; byte++) {
      allAlike(body, items, locals, byte)
      body.op('i32.eqz').if(() => {
        body
          .get(from)
          .get(to)
          .get(bytes)
          .get(counters)
          .call(radixPass(context, items, byte))
        body.get(from).get(to).set(from).set(to)
        endOf()
      })
    }
    body.get(from).get(start).op('i32.ne')
    body.if(() => body.get(start).get(from).get(bytes).copyMemory())
  })
}

/** `(from, to, bytes, counters)`: one pass. A function of its own, so that its loop is optimised early. */
function radixPass(context: FunctionContext, items: Items, byte: number): number {
  return context.routine(`radix pass ${items.width} ${byte}`, ['i32', 'i32', 'i32', 'i32'], (body) => {
    const [from, to, bytes, counters] = [0, 1, 2, 3]
    const end = body.local('i32')
    body.get(from).get(bytes).op('i32.add').set(end)
    countsToPlaces(body, items, counters, byte, to)
    moveItems(body, items, { from, end, counters }, byte)
  })
}
