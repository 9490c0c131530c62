import { describe, expect, it } from 'vitest'
import { type Leaf, relativeDifference } from './difference.ts'

const leaf = (path: string, ...values: number[]): Leaf => ({ path, values: Float32Array.from(values) })

describe('relativeDifference', () => {
  it('is zero for the same values', () => {
    expect(relativeDifference([leaf('.a', 1, -2)], [leaf('.a', 1, -2)])).toBe(0)
  })

  it('measures each array by its own largest value, and takes the worst', () => {
    const expected = [leaf('.a', 100, -200), leaf('.b', 1, 2)]
    expect(relativeDifference([leaf('.a', 102, -200), leaf('.b', 1, 2)], expected)).toBeCloseTo(0.01)
    expect(relativeDifference([leaf('.a', 102, -200), leaf('.b', 1, 1.5)], expected)).toBeCloseTo(0.25)
  })

  it('is the difference itself where zeros are expected', () => {
    expect(relativeDifference([leaf('.a', 0, 0.5)], [leaf('.a', 0, 0)])).toBe(0.5)
  })

  it('does not hide a NaN', () => {
    expect(relativeDifference([leaf('.a', Number.NaN, 1)], [leaf('.a', 1, 1)])).toBeNaN()
  })

  it('refuses trees of two kinds', () => {
    expect(() => relativeDifference([leaf('.a', 1)], [])).toThrow(RangeError)
    expect(() => relativeDifference([leaf('.a', 1)], [leaf('.b', 1)])).toThrow('.a of 1 and .b of 1')
    expect(() => relativeDifference([leaf('.a', 1)], [leaf('.a', 1, 2)])).toThrow('.a of 1 and .a of 2')
  })
})
