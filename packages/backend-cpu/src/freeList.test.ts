import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FreeList } from './freeList.ts'

describe('FreeList', () => {
  it('never hands out the same place twice, and ends where it began when all is given back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ size: fc.integer({ min: 1, max: 9 }), gives: fc.boolean(), which: fc.nat() })),
        (turns) => {
          const list = new FreeList(100)
          const held: { start: number; size: number }[] = []
          for (const { size, gives, which } of turns) {
            if (gives && held.length > 0) {
              const [gone] = held.splice(which % held.length, 1) as [{ start: number; size: number }]
              list.give(gone.start, gone.size)
            } else {
              const start = list.take(size)
              for (const other of held)
                expect(start >= other.start + other.size || start + size <= other.start).toBe(true)
              expect(start).toBeGreaterThanOrEqual(100)
              expect(start + size).toBeLessThanOrEqual(list.end)
              held.push({ start, size })
            }
          }
          for (const { start, size } of held) list.give(start, size)
          expect(list.end).toBe(100)
        },
      ),
    )
  })

  it('takes the smallest stretch that is large enough', () => {
    const list = new FreeList(0)
    const [large, , small] = [list.take(10), list.take(1), list.take(5), list.take(1)] as const
    list.give(large, 10)
    list.give(small, 5)
    expect([list.fits(10), list.fits(11)]).toEqual([true, false])
    expect(list.take(4)).toBe(small)
    expect(list.take(6)).toBe(large)
    expect(list.peak).toBe(17)
  })
})
