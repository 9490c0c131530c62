import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DTypeError, numpy as np, ShapeError } from '../index.ts'

describe('reductions', () => {
  it('take the axis first, in options, or both ways of options', () => {
    const x = np.array([
      [1, 2],
      [3, 4],
    ])
    const expected = [[4, 6]]
    expect(np.sum(x, { axis: 0, keepdims: true }).arraySync()).toEqual(expected)
    expect(np.sum(x, 0, { keepdims: true }).arraySync()).toEqual(expected)
    expect(np.sum(x, null, { keepdims: true }).shape).toEqual([1, 1])
    expect(np.sum(x, []).arraySync()).toEqual(x.arraySync())
  })

  it('of one axis after the other is that of both', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(sizes, (shape) => {
        const x = np.reshape(np.arange(shape.reduce((a, b) => a * b)), shape)
        for (const reduce of [np.sum, np.max, np.min])
          expect(reduce(reduce(x, 0), 0).arraySync()).toEqual(reduce(x, [0, 1]).arraySync())
      }),
      { numRuns: 20 },
    )
  })

  it.each<[string, () => unknown, string]>([
    ['an axis out of range', () => np.sum([1, 2], 1), 'sum: axis 1 of f32[2]'],
    ['an axis twice', () => np.sum(np.zeros([2, 2]), [0, -2]), 'name each axis once'],
    [
      'the largest of nothing',
      () => np.max(np.zeros([0, 2]), 0),
      'max: no elements along axes [0] of f32[0,2]; pass initial.',
    ],
    ['a mask without an initial value', () => np.min([1, 2], { where: [true, false] }), 'pass initial as well'],
    ['the position in nothing', () => np.argmax([]), 'argmax: no elements'],
    ['an initial value that is no scalar', () => np.sum([1], { initial: [1, 2] }), 'pass a scalar'],
    [
      'weights that fit neither way',
      () => np.average(np.zeros([2, 3]), { weights: [1, 2] }),
      'average: weights f32[2] for f32[2,3]',
    ],
  ])('%s is an error', (_, run, text) => {
    expect(run).toThrow(ShapeError)
    expect(run).toThrow(text)
  })

  it('refuse a mask that is not bool', () => {
    expect(() => np.sum([1, 2], { where: [1, 0] })).toThrow(DTypeError)
  })
})
