import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { difference, Numbers, oneHot, pack, unpack } from './arrays.ts'

const floats = fc.float32Array()

const moments = (values: Float32Array) => {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  return { mean, variance: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length }
}

describe('pack and unpack', () => {
  it('keep every bit', () => {
    fc.assert(
      fc.property(floats, (values) => {
        const back = unpack(JSON.parse(JSON.stringify(pack({ shape: [values.length], values }))))
        expect(back.shape).toEqual([values.length])
        expect(new Uint8Array(back.values.buffer)).toEqual(new Uint8Array(values.slice().buffer))
      }),
    )
  })

  it('see only the part of a buffer that is theirs', () => {
    const values = Float32Array.of(1, 2, 3, 4).subarray(1, 3)
    expect(unpack(pack({ shape: [2], values })).values).toEqual(Float32Array.of(2, 3))
  })
})

describe('Numbers', () => {
  it('are the same in every run, and others for another seed', () => {
    expect(new Numbers(1).normal([5])).toEqual(new Numbers(1).normal([5]))
    expect(new Numbers(1).normal([5])).not.toEqual(new Numbers(2).normal([5]))
  })

  it('have the moments of their distributions', () => {
    const uniform = moments(new Numbers(3).uniform([100_000]).values)
    expect(uniform.mean).toBeCloseTo(0.5, 2)
    expect(uniform.variance).toBeCloseTo(1 / 12, 2)
    const normal = moments(new Numbers(3).normal([100_000], 3).values)
    expect(normal.mean).toBeCloseTo(0, 1)
    expect(normal.variance / 9).toBeCloseTo(1, 1)
  })
})

describe('oneHot', () => {
  it('has one 1 a row', () => {
    expect([...oneHot(3, 2).values]).toEqual([1, 0, 0, 1, 1, 0])
  })
})

describe('difference', () => {
  it.each([
    ['nothing between equal arrays', [1, -2], [1, -2], 0],
    ['nothing between zeros', [0, 0], [0, 0], 0],
    ['a share of the largest expected value', [1, -3], [1, -4], 0.25],
    ['no end of it where zeros are expected', [1], [0], Number.POSITIVE_INFINITY],
    ['no end of it for other lengths', [1, 2], [1], Number.POSITIVE_INFINITY],
    ['no end of it where a value is no number', [Number.NaN], [1], Number.POSITIVE_INFINITY],
    ['no end of it where one is infinite', [Number.POSITIVE_INFINITY], [1], Number.POSITIVE_INFINITY],
  ])('is %s', (_, values, expected, result) => {
    expect(difference(Float32Array.from(values), Float32Array.from(expected))).toBe(result)
  })
})
