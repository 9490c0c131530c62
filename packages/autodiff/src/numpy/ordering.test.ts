import { describe, expect, it } from 'vitest'
import { jit, type NDArray, numpy as np, ShapeError, TracerError } from '../index.ts'

describe('functions whose result depends on how many', () => {
  it('work under jit when they are told', () => {
    const x = np.array([0, 3, 0, 5])
    expect(jit((v: NDArray) => np.nonzero(v, { size: 3, fillValue: -1 })[0] as NDArray)(x).arraySync()).toEqual([
      1, 3, -1,
    ])
    expect(jit((v: NDArray) => np.unique(v, { size: 4, fillValue: 9 }))(x).arraySync()).toEqual([0, 3, 5, 9])
    expect(jit((v: NDArray) => np.bincount(v.astype('int32'), { length: 6 }))(x).arraySync()).toEqual([
      2, 0, 0, 1, 0, 1,
    ])
  })

  it('say what to pass when they are not', () => {
    const x = np.array([0, 3, 0, 5])
    expect(() => jit((v: NDArray) => np.nonzero(v)[0] as NDArray)(x)).toThrow(TracerError)
    expect(() => jit((v: NDArray) => np.nonzero(v)[0] as NDArray)(x)).toThrow(/pass size/)
    expect(() => jit((v: NDArray) => np.unique(v))(x)).toThrow(TracerError)
  })
})

describe('bad input', () => {
  it('is named', () => {
    expect(() => np.take([1, 2], [0.5])).toThrow(/index with integers/)
    expect(() => np.takeAlongAxis([[1, 2]], [0], 1)).toThrow(/indices i32\[1\] for f32\[1,2\]/)
    expect(() => np.nonzero(3)).toThrow(/atleast1d/)
    expect(() => np.searchsorted([[1]], 1)).toThrow(ShapeError)
    expect(() => np.lexsort([])).toThrow(/at least one/)
    expect(() => np.quantile([1, 2], 0.5, { weights: [1, 2] })).toThrow(/inverted_cdf/)
    expect(() => np.ravelMultiIndex([[5]], [2])).toThrow(/position 5 along a dimension of size 2/)
    expect(() => np.interp(1, [1, 2], [1])).toThrow(/two vectors of one length/)
    expect(() => np.place([1, 2], [true], [1])).toThrow(/a mask of 1/)
    expect(() => np.delete([1, 2], 5)).toThrow(ShapeError)
    expect(() => np.piecewise([1], [[true]], [])).toThrow(/0 pieces for 1 conditions/)
    expect(() => np.fillDiagonal([1, 2], 0)).toThrow(ShapeError)
    expect(() => np.bincount([[1]])).toThrow(/pass a vector/)
    expect(() => np.cumulativeSum([[1, 2]])).toThrow(/without an axis/)
  })
})

describe('piecewise', () => {
  it('takes the last condition that holds, and the extra piece where none does', () => {
    const x = np.array([-2, 0, 3])
    const conditions = [x.lt(0), x.gt(-5).bitwiseAnd(x.lt(1))]
    expect(np.piecewise(x, conditions, [-1, (v: NDArray) => v.mul(10)]).arraySync()).toEqual([-20, 0, 0])
    expect(np.piecewise(x, [x.lt(0)], [(v: NDArray) => v.neg(), 7]).arraySync()).toEqual([2, 7, 7])
  })
})
