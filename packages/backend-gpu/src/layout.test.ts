import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocatedSize, extentOf } from './layout.ts'

const maxSize = 2048
const sizes = fc.integer({ min: 0, max: maxSize * maxSize })

describe('extentOf', () => {
  it('has a texel for each element, and wastes less than a row', () => {
    fc.assert(
      fc.property(sizes, (n) => {
        const { width, height, rowBits } = extentOf(n, maxSize)
        expect(width * height).toBeGreaterThanOrEqual(n)
        expect(width * height - n).toBeLessThan(Math.max(2, 2 ** rowBits))
        expect(Math.max(width, height)).toBeLessThanOrEqual(maxSize)
      }),
    )
  })

  it('puts every element at its own texel', () => {
    const { width, height, rowBits } = extentOf(5000, maxSize)
    const texels = Array.from({ length: 5000 }, (_, i) => [i & (2 ** rowBits - 1), i >> rowBits] as const)
    expect(texels.every(([x, y]) => x < width && y < height)).toBe(true)
    expect(new Set(texels.map(String)).size).toBe(5000)
  })

  it.each([
    [0, 1, 1],
    [1, 1, 1],
    [1024, 1024, 1],
    [1025, 1024, 2],
    [maxSize * 1024, 1024, maxSize],
    [maxSize * 1024 + 1, 2048, 1025],
  ])('lays %i elements over %i by %i texels', (n, width, height) => {
    expect(extentOf(n, maxSize)).toMatchObject({ width, height })
  })
})

describe('allocatedSize', () => {
  it('holds the extent, within the device, and is at most an eighth larger beyond 16 rows', () => {
    fc.assert(
      fc.property(sizes, (n) => {
        const extent = extentOf(n, maxSize)
        const [width, height] = allocatedSize(extent)
        expect(width).toBeGreaterThanOrEqual(extent.width)
        expect(height).toBeGreaterThanOrEqual(extent.height)
        expect(Math.max(width, height)).toBeLessThanOrEqual(maxSize)
        if (extent.height > 1) expect(height).toBeLessThanOrEqual(Math.max(extent.height + 1, extent.height * 1.125))
      }),
    )
  })

  it('gives arrays of nearby sizes one texture size', () => {
    const size = (n: number) => String(allocatedSize(extentOf(n, maxSize)))
    expect(size(1_000_000)).toBe(size(1_040_000))
    expect(size(513)).toBe(size(1000))
  })
})
