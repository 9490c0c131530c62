import type { FunctionContext } from '../lower/functionContext.ts'
import type { Body } from '../wasm/body.ts'

/** Bytes of a stretch that is sorted by insertion. */
const stretch = 8 * 8

/** A pair without its low half. */
const keyOnly = (body: Body): Body => body.i64(-(2n ** 32n)).op('i64.and')

/**
 * A routine `(pairs, other, bytes)` that sorts int64s by their high halves, unsigned; equals keep their order: short stretches by insertion, then
 * merged to and fro. `other` is room as large.
 */
export function mergeSort(context: FunctionContext): number {
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
            body.get(value).get(hole).i32(8).op('i32.sub').memory('i64.load', 0)
            keyOnly(body).op('i64.ge_u').brIf(1)
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
        body.get(y).get(x)
        keyOnly(body).op('i64.lt_u').set(takes)
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
