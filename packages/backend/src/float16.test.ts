import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFloat16, encodeFloat16, roundHalfEven } from './float16.ts'

describe('half precision', () => {
  it('comes back from numbers, all 65536 of them', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = decodeFloat16(bits)
      if (Number.isNaN(value)) expect(encodeFloat16(value)).toBe(0x7e00)
      else if (encodeFloat16(value) !== bits)
        throw new Error(`bits ${bits}: ${value} encodes as ${encodeFloat16(value)}`)
    }
  })
  it('rounds to the nearest, and ties to the even one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7bfe }), fc.double({ min: 0, max: 1, noNaN: true }), (bits, between) => {
        const [below, above] = [decodeFloat16(bits), decodeFloat16(bits + 1)]
        const value = below + (above - below) * between
        const upper = value - below > above - value || (value - below === above - value && bits % 2 === 1)
        expect(encodeFloat16(value)).toBe(upper ? bits + 1 : bits)
        expect(encodeFloat16(-value)).toBe((upper ? bits + 1 : bits) | 0x8000)
      }),
      { numRuns: 2000 },
    )
  })
  // biome-ignore format: a case a row
  it.each([
    [1, 0x3c00], [-2, 0xc000], [65504, 0x7bff], [65519.99, 0x7bff], [65520, 0x7c00], [Infinity, 0x7c00], [-0, 0x8000], [2 ** -24, 1], [2 ** -25, 0],
    [2 ** -25 * 1.0001, 1], [0.1, 0x2e66],
  ])('of %d has the bits %d', (value, bits) => expect(encodeFloat16(value)).toBe(bits))
})

describe('roundHalfEven', () => {
  // biome-ignore format: a case a row
  it.each([[0.5, 0], [1.5, 2], [2.5, 2], [-0.5, -0], [-1.5, -2], [0.49999999999999994, 0], [2 ** 52 + 1, 2 ** 52 + 1], [-0, -0], [NaN, NaN], [-Infinity, -Infinity]])(
    'takes %d to %d',
    (x, rounded) => expect(roundHalfEven(x)).toBe(rounded),
  )
})
