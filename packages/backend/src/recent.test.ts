import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecentMap } from './recent.ts'

/** What is set and asked for, by key. */
const uses = fc.array(fc.record({ key: fc.nat(12), isSet: fc.boolean() }), { maxLength: 200 })

describe('RecentMap', () => {
  it('has what was set last, or nothing', () => {
    fc.assert(
      fc.property(uses, fc.integer({ min: 1, max: 5 }), (steps, least) => {
        const [recent, all] = [new RecentMap<number, number>(least), new Map<number, number>()]
        steps.forEach(({ key, isSet }, i) => {
          if (!isSet) expect([undefined, all.get(key)]).toContain(recent.get(key))
          else for (const map of [recent, all]) map.set(key, i)
        })
      }),
    )
  })
  it('keeps those used last, and at most twice as many', () => {
    fc.assert(
      fc.property(uses, fc.integer({ min: 1, max: 5 }), (steps, least) => {
        const recent = new RecentMap<number, number>(least)
        let order: number[] = []
        for (const { key, isSet } of steps) {
          if (isSet) recent.set(key, key)
          if (isSet || recent.get(key) !== undefined) order = [...order.filter((other) => other !== key), key]
          expect(recent.size).toBe(recent.values().length)
          expect(recent.size).toBeLessThanOrEqual(2 * least)
          expect(recent.values()).toEqual(expect.arrayContaining(order.slice(-least)))
        }
      }),
    )
  })
  it('holds a key once, however often it is set', () => {
    const recent = new RecentMap<string, number>(2)
    for (const [i, key] of ['a', 'b', 'c', 'a', 'a', 'b'].entries()) recent.set(key, i)
    expect(recent.values().sort()).toEqual([2, 4, 5])
  })
})
