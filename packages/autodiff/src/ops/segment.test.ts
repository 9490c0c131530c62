import { describe, expect, it } from 'vitest'
import { jit, type NDArray, numpy as np, vmap } from '../index.ts'
import { segmentMax, segmentMin, segmentProd, segmentSum } from './index.ts'

const ids = np.array([0, 1, 0, 3], 'int32')

describe('segments', () => {
  it('combine the rows of one id, and count ids where nobody says how many', () => {
    expect(segmentSum([1, 2, 3, 4], ids).arraySync()).toEqual([4, 2, 0, 4])
    expect(segmentProd([1, 2, 3, 4], ids).arraySync()).toEqual([3, 2, 1, 4])
    expect(segmentMax([1, 2, 3, 4], ids).arraySync()).toEqual([3, 2, -Infinity, 4])
    expect(segmentMin([1, 2, 3, 4], ids).arraySync()).toEqual([1, 2, Infinity, 4])
  })
  it('leave out ids that are out of range', () => {
    expect(segmentSum([1, 2, 3, 4], ids, 2).arraySync()).toEqual([4, 2])
    expect(segmentSum([1, 2], np.array([-1, 0], 'int32'), { numSegments: 1 }).arraySync()).toEqual([2])
  })
  it('keep further dimensions, of the ids and of the rows', () => {
    const square = np.array(
      [
        [0, 1],
        [1, 1],
      ],
      'int32',
    )
    expect(segmentSum(np.ones([2, 2, 3]), square, 2).arraySync()).toEqual([
      [1, 1, 1],
      [3, 3, 3],
    ])
  })
  it('run under jit and vmap', () => {
    const sum = jit((x: NDArray) => segmentSum(x, ids, 4))
    expect(sum(np.array([1, 2, 3, 4])).arraySync()).toEqual([4, 2, 0, 4])
    expect(vmap((x: NDArray) => segmentSum(x, ids, 2))(np.ones([2, 4])).arraySync()).toEqual([
      [2, 1],
      [2, 1],
    ])
  })
  it.each([
    ['float ids', () => segmentSum([1], [0], 1), /ids of dtype float32/],
    ['too few rows', () => segmentSum([1, 2], ids, 1), /f32\[2\] and ids i32\[4\]/],
    ['a count that is none', () => segmentSum([1, 2, 3, 4], ids, 1.5), /1.5 segments/],
    ['traced ids without a count', () => jit((i: NDArray) => segmentSum([1, 2, 3, 4], i))(ids), /pass numSegments/],
  ])('%s say what is wrong', (_name, call, message) => {
    expect(call).toThrow(message)
  })
})
