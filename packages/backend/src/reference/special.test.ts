import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { erfInvFloat32 } from './erfInvFloat32.ts'
import { erf, erfc, erfInv, logistic, pow } from './special.ts'

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const law = (name: string, arbitrary: fc.Arbitrary<number>, holds: (x: number) => void) =>
  it(name, () =>
    fc.assert(
      fc.property(arbitrary, (x) => void holds(x)),
      { numRuns: 3000 },
    ),
  )

const expectNear = (got: number, want: number, relative: number, floor = 1e-300) =>
  expect(Math.abs(got - want)).toBeLessThanOrEqual(relative * Math.abs(want) + floor)

describe('erf and erfc', () => {
  law('add up to 1', between(-6, 6), (x) => expect(erf(x) + erfc(x)).toBeCloseTo(1, 14))
  law('are odd, and mirror images', between(0, 6), (x) => {
    expect(erf(-x)).toBe(-erf(x))
    expectNear(erfc(-x), 2 - erfc(x), 4e-16)
  })
  // Abramowitz & Stegun 7.1.13, both sides within a relative 1/x² of each other for large x.
  law('erfc lies between its two bounds', between(1, 25), (x) => {
    const density = (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x)
    expect(erfc(x)).toBeGreaterThan((density / (x + Math.sqrt(x * x + 2))) * (1 - 1e-12))
    expect(erfc(x)).toBeLessThan((density / (x + Math.sqrt(x * x + 4 / Math.PI))) * (1 + 1e-12))
  })
  // From the C library.
  it.each([
    [0.5, 0.5204998778130465, 0.4795001221869535],
    [1, 0.8427007929497149, 0.15729920705028513],
    [2, 0.9953222650189527, 0.004677734981047266],
    [27, 1, 5.237048923789256e-319],
  ])('have their known values at %d', (x, below, above) => {
    expectNear(erf(x), below, 3e-16)
    expectNear(erfc(x), above, x > 26 ? 1e-4 : 1e-15)
  })
  it('end at the ends', () => {
    expect([erf(Infinity), erf(-Infinity), erfc(Infinity), erfc(-Infinity)]).toEqual([1, -1, 0, 2])
    expect([erf(NaN), erfc(NaN), erf(-0), erf(5e-324)]).toEqual([NaN, NaN, -0, 5e-324])
  })
})

describe('erfInv', () => {
  law('undoes erf', between(-3, 3), (x) =>
    expectNear(erfInv(erf(x)), x, 2e-16 + 2e-16 / (Math.exp(-x * x) * Math.max(1e-300, Math.abs(x)))),
  )
  law('is undone by erf', between(-1, 1), (x) => {
    if (Math.abs(x) < 1) expectNear(erf(erfInv(x)), x, 1e-15)
  })
  law('in float32 is near', between(-0.999, 0.999), (x) => {
    const single = Math.fround(x)
    expectNear(erfInvFloat32(single), erfInv(single), 1e-6, 2 ** -126)
  })
  it('ends at the ends', () => {
    expect([erfInv(1), erfInv(-1), erfInv(2), erfInv(NaN), erfInv(-0)]).toEqual([Infinity, -Infinity, NaN, NaN, -0])
    expect([erfInvFloat32(1), erfInvFloat32(-1), erfInvFloat32(2), erfInvFloat32(-0)]).toEqual([
      Infinity,
      -Infinity,
      NaN,
      -0,
    ])
  })
})

describe('pow and logistic', () => {
  it('pow follows C where JavaScript does not', () => {
    expect([pow(1, NaN), pow(1, Infinity), pow(-1, Infinity), pow(-1, -Infinity), pow(NaN, 0), pow(2, NaN)]).toEqual([
      1,
      1,
      1,
      1,
      1,
      NaN,
    ])
  })
  law('logistic is the mirror of itself', between(-700, 700), (x) => expectNear(logistic(-x) + logistic(x), 1, 1e-15))
  it('logistic does not lose the smallest values', () => expect(logistic(-740)).toBeGreaterThan(0))
})
