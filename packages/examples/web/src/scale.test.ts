import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linearScale, logScale } from './scale.ts'

const positive = fc.double({ min: 1e-9, max: 1e9, noNaN: true })

describe('linearScale', () => {
  it('has round ticks from zero past the highest value', () => {
    expect(linearScale(0.23).ticks).toEqual([0, 0.05, 0.1, 0.15, 0.2, 0.25])
    expect(linearScale(900).ticks).toEqual([0, 200, 400, 600, 800, 1000])
  })

  it('keeps every value inside, with 2 to 7 ticks', () => {
    fc.assert(
      fc.property(positive, (highest) => {
        const { position, ticks } = linearScale(highest)
        expect(position(highest)).toBeGreaterThan(0.5)
        expect(position(highest)).toBeLessThanOrEqual(1 + 1e-9)
        expect(ticks.length).toBeGreaterThanOrEqual(2)
        expect(ticks.length).toBeLessThanOrEqual(7)
      }),
    )
  })

  it('survives values that cannot be drawn', () => {
    for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(linearScale(value).ticks).toContain(1)
  })
})

describe('logScale', () => {
  it('has ticks at 1, 2 and 5 of each power of ten', () => {
    expect(logScale(0.012, 0.23).ticks).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5])
  })

  it('gives the same room to the same factor', () => {
    const { position } = logScale(0.01, 1)
    expect(position(0.01)).toBe(0)
    expect(position(0.1)).toBeCloseTo(0.5)
    expect(position(1)).toBe(1)
  })

  it('keeps every value inside', () => {
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        const { position } = logScale(Math.min(a, b), Math.max(a, b))
        for (const value of [a, b]) {
          expect(position(value)).toBeGreaterThanOrEqual(-1e-9)
          expect(position(value)).toBeLessThanOrEqual(1 + 1e-9)
        }
      }),
    )
  })

  it('survives values that cannot be drawn', () => {
    for (const value of [0, -1, Number.NaN]) {
      expect(Number.isFinite(logScale(value, value).position(0.5))).toBe(true)
    }
  })
})
