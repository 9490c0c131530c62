import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Affine, broadcast, dense, isDense, permute, reshape, reverse, slice, squeeze } from './affine.ts'

/** The positions that an affine map goes through, in row-major order. */
function positions({ shape, strides, offset }: Affine): number[] {
  const [n, ...shapes] = shape
  if (n === undefined) return [offset]
  const [stride, ...rest] = strides as [number, ...number[]]
  return Array.from({ length: n }, (_, i) =>
    positions({ shape: shapes, strides: rest, offset: offset + i * stride }),
  ).flat()
}

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 })

describe('Affine', () => {
  it('counts up when it is dense', () => {
    expect(positions(dense([2, 3]))).toEqual([0, 1, 2, 3, 4, 5])
    expect(isDense(dense([2, 1, 3]))).toBe(true)
    expect(isDense(permute(dense([2, 3]), [1, 0]))).toBe(false)
    expect(isDense(slice(dense([4]), [1], [4], [1]))).toBe(false)
  })

  it('transposes, reverses, slices and broadcasts', () => {
    expect(positions(permute(dense([2, 3]), [1, 0]))).toEqual([0, 3, 1, 4, 2, 5])
    expect(positions(reverse(dense([2, 3]), [1]))).toEqual([2, 1, 0, 5, 4, 3])
    expect(positions(slice(dense([2, 5]), [0, 1], [2, 5], [1, 2]))).toEqual([1, 3, 6, 8])
    expect(positions(broadcast(dense([2, 1]), [2, 2, 3], [0, 2]))).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
  })

  it('has the same positions in the same order when it is reshaped, or says that it cannot be', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }), (shape, turn, cut) => {
        const order = shape.map((_, d) => d).sort((x, y) => ((x + turn) % 3) - ((y + turn) % 3))
        const at = permute(dense(shape), order)
        const size = shape.reduce((product, n) => product * n, 1)
        const wanted =
          cut.every((n) => size % n === 0) && size % cut.reduce((a, b) => a * b, 1) === 0
            ? [...cut, size / cut.reduce((a, b) => a * b, 1)]
            : [size]
        const reshaped = reshape(at, wanted)
        if (reshaped !== undefined) expect(positions(reshaped)).toEqual(positions(at))
        else expect(isDense(at)).toBe(false)
      }),
    )
  })

  it('always splits a dimension, and merges where one stride goes through both', () => {
    expect(reshape(permute(dense([4, 6]), [1, 0]), [2, 3, 2, 2])).toMatchObject({ strides: [3, 1, 12, 6] })
    expect(reshape(permute(dense([4, 6]), [1, 0]), [24])).toBeUndefined()
    expect(reshape(broadcast(dense([1]), [4, 6], [1]), [24])).toMatchObject({ strides: [0] })
  })

  it('drops dimensions of size 1 without another order', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(positions(squeeze(dense(shape)))).toEqual(positions(dense(shape)))
      }),
    )
  })
})
