import { describe, expect, it } from 'vitest'
import { encodeFloat16 } from '../float16.ts'
import { ulpsBetween, worstMismatch } from './compare.ts'

describe('ulpsBetween', () => {
  // biome-ignore format: a case a row
  it.each([
    ['float32', 1, 1, 0], ['float32', 1 + 2 ** -23, 1, 1], ['float32', 1 - 2 ** -24, 1, 0.5], ['float32', NaN, NaN, 0], ['float32', NaN, 1, Infinity],
    ['float32', Infinity, Infinity, 0], ['float32', 3e38, Infinity, Infinity], ['float32', 0, -0, 0], ['float32', 2 ** -149, 0, 0], ['float32', 2 ** -126, 0, 2 ** 23],
    ['float64', 2 + 2 ** -51, 2, 1], ['float16', 1024, 1025, 1],
  ] as const)('in %s from %d to %d is %d', (dtype, got, want, ulps) => expect(ulpsBetween(dtype, got, want)).toBe(ulps))
})

describe('worstMismatch', () => {
  it('finds the element that is furthest off', () => {
    expect(worstMismatch('float32', Float32Array.of(1, 2.5, 3.25), Float32Array.of(1, 2, 3), 4)).toMatchObject({
      index: 1,
      got: 2.5,
      want: 2,
    })
  })
  it('forgives as many units and as much slack as it is told', () => {
    const [got, want] = [Float32Array.of(1 + 2 ** -22), Float32Array.of(1)]
    expect(worstMismatch('float32', got, want, 2)).toBeUndefined()
    expect(worstMismatch('float32', got, want, 1)).toBeDefined()
    expect(worstMismatch('float32', got, want, 0, () => 1e-6)).toBeUndefined()
  })
  it('wants integers to be equal, and arrays of the right class and length', () => {
    expect(worstMismatch('int32', Int32Array.of(1), Int32Array.of(2), 100)).toMatchObject({ error: Infinity })
    expect(worstMismatch('int32', Int32Array.of(1), Int32Array.of(1, 2), 100)).toMatchObject({ index: -1 })
    expect(worstMismatch('int32', Float32Array.of(1), Int32Array.of(1), 0)).toBeDefined()
  })
  it('reads half precision as numbers', () => {
    expect(worstMismatch('float16', Uint16Array.of(0x7e01), Uint16Array.of(encodeFloat16(NaN)), 0)).toBeUndefined()
    expect(worstMismatch('float16', Uint16Array.of(0x3c01), Uint16Array.of(0x3c00), 0)).toMatchObject({ error: 1 })
  })
})
