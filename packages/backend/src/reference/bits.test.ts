import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextafter, shiftLeft, shiftRightArithmetic, shiftRightLogical } from './bits.ts'
import { threefryBlock } from './random.ts'

describe('nextafter', () => {
  it('has no number in between, and goes back', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const up = nextafter('float32', x, Infinity)
        expect(up).toBeGreaterThan(x)
        expect([x, up]).toContain(Math.fround(x + (up - x) / 2))
        if (x !== 0) expect(nextafter('float32', up, -Infinity)).toBe(x === 0 ? 0 : x)
      }),
    )
  })
  // biome-ignore format: a case a row
  it.each([
    ['float32', 0, 1, 2 ** -149], ['float32', -0, -1, -(2 ** -149)], ['float64', 1, 2, 1 + 2 ** -52], ['float64', 0, -1, -(2 ** -1074)], ['float16', 1, 0, 1 - 2 ** -11],
    ['float16', 65504, Infinity, Infinity], ['float32', 0, -0, -0], ['float32', NaN, 1, NaN], ['float64', Infinity, 0, 1.7976931348623157e308],
  ] as const)('in %s from %d towards %d is %d', (dtype, x, y, want) => expect(nextafter(dtype, x, y)).toBe(want))
})

describe('shifts', () => {
  it.each([
    [1, 31, 32, 1 << 31],
    [1, 32, 32, 0],
    [1, -1, 32, 0],
    [3, 7, 8, 384],
  ])('shiftLeft(%d, %d) of %d bits is %d', (x, n, bits, want) => expect(shiftLeft(x, n, bits)).toBe(want))
  it.each([
    [-1, 4, 8, 15],
    [-1, 8, 8, 0],
    [-8, 1, 32, 2147483644],
    [200, 3, 8, 25],
  ])('shiftRightLogical(%d, %d) of %d bits is %d', (x, n, bits, want) =>
    expect(shiftRightLogical(x, n, bits)).toBe(want),
  )
  it.each([
    [-8, 1, 8, -4],
    [-8, 9, 8, -1],
    [100, 9, 8, 0],
    [200, 1, 8, -28],
    [-8, 100, 32, -1],
  ])('shiftRightArithmetic(%d, %d) of %d bits is %d', (x, n, bits, want) =>
    expect(shiftRightArithmetic(x, n, bits)).toBe(want),
  )
})

/** Source: the known answers distributed with Random123, threefry2x32, 20 rounds. */
describe('threefryBlock', () => {
  const ones = 0xffffffff
  it.each([
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [ones, ones, ones, ones, 0x1cb996fc, 0xbb002be7],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
  ])('under the key %x %x takes %x %x to %x %x', (k0, k1, x0, x1, y0, y1) =>
    expect(threefryBlock(k0, k1, x0, x1)).toEqual([y0, y1]),
  )
})
