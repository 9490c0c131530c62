import type { DType } from '@proj/backend'
import type { FunctionContext } from '../lower/functionContext.ts'
import type { Body } from '../wasm/body.ts'

/** Which 32 bits of a key: narrower keys have only high ones. */
export type Word = 'low' | 'high'

/** The words of a key, the one that matters least first. */
export const wordsOf = (dtype: DType): readonly Word[] => (dtype === 'float64' ? ['low', 'high'] : ['high'])

const least = -0x8000_0000

/** Bits of a float count up with its size, for both signs: of negative ones, those below the sign are turned round. */
function floatToInteger(body: Body, bits: number, type: 'i32' | 'i64'): void {
  const [constant, shift] =
    type === 'i32'
      ? [() => body.i32(0x7fff_ffff), () => body.i32(31)]
      : [() => body.i64(2n ** 63n - 1n), () => body.i64(63n)]
  body.get(bits).get(bits)
  shift()
  body.op(`${type}.shr_s`)
  constant()
  body.op(`${type}.and`, `${type}.xor`)
}

function float32Key(body: Body, push: () => void): void {
  const [value, bits] = [body.local('f32'), body.local('i32')]
  push()
  // Adding 0 makes 0 of -0.
  body.memory('f32.load', 0).f32(0).op('f32.add').tee(value).op('i32.reinterpret_f32').set(bits)
  floatToInteger(body, bits, 'i32')
  body.i32(0x7fff_ffff).get(value).get(value).op('f32.eq', 'select')
  body.release('f32', value)
  body.release('i32', bits)
}

function float16Key(body: Body, push: () => void): void {
  const bits = body.local('i32')
  push()
  body.memory('i32.load16_u', 0).i32(16).op('i32.shl').set(bits)
  floatToInteger(body, bits, 'i32')
  const size = () => body.get(bits).i32(0x7fff_ffff).op('i32.and')
  body.i32(0x7fff_ffff)
  size().i32(0x7c00_0000).op('i32.le_u', 'select')
  body.i32(0)
  size().op('select')
  body.release('i32', bits)
}

function float64Key(body: Body, push: () => void, word: Word): void {
  const [value, bits] = [body.local('f64'), body.local('i64')]
  push()
  body.memory('f64.load', 0).f64(0).op('f64.add').tee(value).op('i64.reinterpret_f64').set(bits)
  floatToInteger(body, bits, 'i64')
  body
    .i64(2n ** 63n - 1n)
    .get(value)
    .get(value)
    .op('f64.eq', 'select')
  if (word === 'high') body.i64(32n).op('i64.shr_u', 'i32.wrap_i64')
  else body.op('i32.wrap_i64').i32(least).op('i32.xor')
  body.release('f64', value)
  body.release('i64', bits)
}

const integerLoads = {
  int32: 'i32.load',
  int8: 'i32.load8_s',
  uint8: 'i32.load8_u',
  bool: 'i32.load8_u',
  uint32: 'i32.load',
} as const

/**
 * Leaves an int32 on the stack that has the order of the element at the address that `push` leaves there: ascending, -0 like 0, NaN last. Of
 * float64, one of its two words.
 */
function pushKey(body: Body, dtype: DType, push: () => void, word: Word): void {
  if (dtype === 'float32') return float32Key(body, push)
  if (dtype === 'float16') return float16Key(body, push)
  if (dtype === 'float64') return float64Key(body, push, word)
  push()
  body.memory(integerLoads[dtype], 0)
  if (dtype === 'uint32') body.i32(least).op('i32.xor')
}

/** Where a line is sorted: pairs of a key and a position, room to merge them, and the order found so far. */
export interface Rooms {
  readonly pairs: number
  readonly other: number
  readonly order: number
}

export const roomBytes = (length: number): number => 20 * length

/** Locals with the addresses of the rooms. */
export function roomsFor({ body, scratch }: FunctionContext, length: number): Rooms {
  const room = (offset: number): number => {
    const local = body.local('i32')
    body
      .get(0)
      .i32(scratch + offset)
      .op('i32.add')
      .set(local)
    return local
  }
  return { pairs: room(0), other: room(8 * length), order: room(16 * length) }
}

/** `for (at = 0; at < length; at++)`. */
function eachPlace(body: Body, length: number, inside: (at: number) => void): void {
  const at = body.local('i32')
  body.i32(0).set(at)
  body.loop(() => {
    inside(at)
    body.get(at).i32(1).op('i32.add').tee(at).i32(length).op('i32.lt_u').brIf(0)
  })
  body.release('i32', at)
}

const pushPlace = (body: Body, base: number, at: number, shift: number): Body =>
  body.get(base).get(at).i32(shift).op('i32.shl', 'i32.add')

/** The order is as yet that of the line. */
export const beginOrder = (body: Body, { order }: Rooms, length: number): void =>
  eachPlace(body, length, (at) => pushPlace(body, order, at, 2).get(at).memory('i32.store', 0))

/** A line whose elements are the keys. */
export interface Keys {
  readonly pointer: number
  /** Bytes from one to the next. */
  readonly step: number
  readonly dtype: DType
  readonly length: number
  readonly descends: boolean
}

/** Sorts the order found so far by one word of a key; equals keep their order. */
export function refineOrder(context: FunctionContext, rooms: Rooms, keys: Keys, word: Word): void {
  const { body } = context
  const { length, pointer, step, dtype, descends } = keys
  const { pairs, other, order } = rooms
  eachPlace(body, length, (at) => {
    pushPlace(body, pairs, at, 3)
    pushKey(
      body,
      dtype,
      () => {
        body.get(pointer)
        pushPlace(body, order, at, 2).memory('i32.load', 0).i32(step).op('i32.mul', 'i32.add')
      },
      word,
    )
    if (descends) body.i32(-1).op('i32.xor')
    body.op('i64.extend_i32_s').i64(32n).op('i64.shl').get(at).op('i64.extend_i32_u', 'i64.or').memory('i64.store', 0)
  })
  body
    .get(pairs)
    .get(other)
    .i32(8 * length)
    .call(sortPairs(context))
  eachPlace(body, length, (at) => {
    pushPlace(body, other, at, 2)
    body.get(order)
    pushPlace(body, pairs, at, 3).memory('i32.load', 0).i32(2).op('i32.shl', 'i32.add').memory('i32.load', 0)
    body.memory('i32.store', 0)
  })
  body
    .get(order)
    .get(other)
    .i32(4 * length)
    .copyMemory()
}

/** Bytes of a stretch that is sorted by insertion. */
const stretch = 8 * 8

/** A routine `(pairs, other, bytes)` that sorts int64s, all different: short stretches by insertion, then merged to and fro. */
function sortPairs(context: FunctionContext): number {
  return context.routine('sort pairs', ['i32', 'i32', 'i32'], (body) => {
    const [pairs, other, bytes] = [0, 1, 2]
    const [from, to, width, start] = Array.from({ length: 4 }, () => body.local('i32')) as [
      number,
      number,
      number,
      number,
    ]
    const upTo = (by: () => void) => {
      // min(start + by, bytes)
      const end = body.local('i32')
      body.get(start)
      by()
      body.op('i32.add').tee(end).get(bytes).get(end).get(bytes).op('i32.lt_u', 'select')
      body.release('i32', end)
    }
    const eachStretch = (by: () => void, inside: () => void) => {
      body.i32(0).set(start)
      body.loop(() => {
        inside()
        body.get(start)
        by()
        body.op('i32.add').tee(start).get(bytes).op('i32.lt_u').brIf(0)
      })
    }
    eachStretch(
      () => body.i32(stretch),
      () => {
        body.get(pairs).get(start).op('i32.add').get(pairs)
        upTo(() => body.i32(stretch))
        body.op('i32.add').call(insertionSort(context))
      },
    )
    body.get(pairs).set(from).get(other).set(to).i32(stretch).set(width)
    const twice = () => body.get(width).i32(1).op('i32.shl')
    body.block(() => {
      body.loop(() => {
        body.get(width).get(bytes).op('i32.ge_u').brIf(1)
        eachStretch(twice, () => {
          body.get(from).get(start).op('i32.add').get(from)
          upTo(() => body.get(width))
          body.op('i32.add').get(from)
          upTo(twice)
          body.op('i32.add').get(to).get(start).op('i32.add').call(merge(context))
        })
        body.get(from).get(to).set(from).set(to)
        twice()
        body.set(width).br(0)
      })
    })
    body.get(from).get(pairs).op('i32.ne')
    body.if(() => body.get(pairs).get(from).get(bytes).copyMemory())
  })
}

/** `(start, end)`. */
function insertionSort(context: FunctionContext): number {
  return context.routine('sort by insertion', ['i32', 'i32'], (body) => {
    const [start, end] = [0, 1]
    const [next, hole, value] = [body.local('i32'), body.local('i32'), body.local('i64')]
    body.get(start).i32(8).op('i32.add').set(next)
    body.block(() => {
      body.loop(() => {
        body.get(next).get(end).op('i32.ge_u').brIf(1)
        body.get(next).tee(hole).memory('i64.load', 0).set(value)
        body.block(() => {
          body.loop(() => {
            body.get(hole).get(start).op('i32.eq').brIf(1)
            body.get(hole).i32(8).op('i32.sub').memory('i64.load', 0).get(value).op('i64.le_s').brIf(1)
            body.get(hole).get(hole).i32(8).op('i32.sub').tee(hole).memory('i64.load', 0).memory('i64.store', 0)
            body.br(0)
          })
        })
        body.get(hole).get(value).memory('i64.store', 0)
        body.get(next).i32(8).op('i32.add').set(next).br(0)
      })
    })
  })
}

/** `(left, middle, end, to)`: two sorted stretches, the second from `middle` on, become one. */
function merge(context: FunctionContext): number {
  return context.routine('merge', ['i32', 'i32', 'i32', 'i32'], (body) => {
    const [left, middle, end, to] = [0, 1, 2, 3]
    const [right, takes] = [body.local('i32'), body.local('i32')]
    const [x, y] = [body.local('i64'), body.local('i64')]
    body.get(middle).set(right)
    body.block(() => {
      body.loop(() => {
        body.get(left).get(middle).op('i32.ge_u').get(right).get(end).op('i32.ge_u', 'i32.or').brIf(1)
        body.get(left).memory('i64.load', 0).set(x).get(right).memory('i64.load', 0).set(y)
        body.get(y).get(x).op('i64.lt_s').set(takes)
        body.get(to).get(y).get(x).get(takes).op('select').memory('i64.store', 0)
        body.get(right).get(takes).i32(3).op('i32.shl', 'i32.add').set(right)
        body.get(left).i32(1).get(takes).op('i32.sub').i32(3).op('i32.shl', 'i32.add').set(left)
        body.get(to).i32(8).op('i32.add').set(to).br(0)
      })
    })
    body.get(to).get(left).get(middle).get(left).op('i32.sub').copyMemory()
    body.get(to).get(middle).get(left).op('i32.sub', 'i32.add')
    body.get(right).get(end).get(right).op('i32.sub').copyMemory()
  })
}

/** Does `copy` for the first `count` places, given what leaves a place's offset, and the position of what belongs there, on the stack. */
export function copyInOrder(
  body: Body,
  { order }: Rooms,
  count: number,
  copy: (place: (step: number) => Body, index: () => Body) => void,
): void {
  if (count === 0) return
  eachPlace(body, count, (at) =>
    copy(
      (step) => body.get(at).i32(step).op('i32.mul'),
      () => pushPlace(body, order, at, 2).memory('i32.load', 0),
    ),
  )
}
