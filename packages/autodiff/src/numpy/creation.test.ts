import { describe, expect, it } from 'vitest'
import { DTypeError, numpy as np, ShapeError } from '../index.ts'

describe('creation', () => {
  it('takes a dtype alone or as an option', () => {
    expect([np.zeros([2], 'int8').dtype, np.zeros([2], { dtype: 'int8' }).dtype, np.zeros(2).shape]).toEqual([
      'int8',
      'int8',
      [2],
    ])
    expect(np.array([1.7, -1.7], 'int32').arraySync()).toEqual([1, -1])
    expect(np.full([2], true).dtype).toBe('bool')
    expect(np.zerosLike(np.arange(2), { shape: [3] })).toMatchObject({ dtype: 'int32', shape: [3] })
  })

  it('gives a repeated number no memory', () => {
    for (const array of [np.zeros([1000]), np.ones([1000], 'int32'), np.full([1000], 2.5), np.onesLike(np.arange(3))])
      expect(array).toHaveProperty('splatValue')
  })

  it('says what is wrong with a shape, a dtype, a value', () => {
    expect(() => np.zeros([-1])).toThrow(ShapeError)
    expect(() => np.ones([1.5])).toThrow('ones: the shape [1.5]')
    expect(() => np.zeros([2], 'float' as never)).toThrow(DTypeError)
    expect(() => np.full([2], [1, 2, 3])).toThrow(ShapeError)
    expect(() => np.arange(0, 1, 0)).toThrow('arange: from 0 to 1 by 0')
    expect(() => np.arange(Infinity)).toThrow(ShapeError)
    expect(() => np.linspace(0, 1, -1)).toThrow(ShapeError)
    expect(() => np.meshgrid([1, 2], np.zeros([2, 2]))).toThrow('meshgrid: got f32[2,2]; pass vectors, each')
    expect(() => np.meshgrid([1, 2], [3], { indexing: 'yx' as never })).toThrow("meshgrid: indexing 'yx'; use 'xy'")
    expect(() => np.tril([1, 2])).toThrow('tril: got f32[2]')
  })

  it('makes an array of positions into whatever a function of them gives', () => {
    expect(np.fromfunction((i, j) => i.mul(10).add(j), [2, 3]).arraySync()).toEqual([
      [0, 1, 2],
      [10, 11, 12],
    ])
    expect(np.indices([2, 2]).arraySync()).toEqual([
      [
        [0, 0],
        [1, 1],
      ],
      [
        [0, 1],
        [0, 1],
      ],
    ])
  })

  it('knows scalars', () => {
    expect([np.isscalar(1), np.isscalar(true), np.isscalar(np.array(1)), np.isscalar([1]), np.isscalar('1')]).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })
})

describe('diagonals', () => {
  it('of a matrix and back are the same', () => {
    for (const k of [-2, -1, 0, 1, 3]) expect(np.diag(np.diag([1, 2, 3], k), k).arraySync()).toEqual([1, 2, 3])
  })

  it('refuse axes that are none', () => {
    expect(() => np.diagonal([1, 2])).toThrow(ShapeError)
    expect(() => np.diagonal(np.eye(2), 0, 0, 0)).toThrow('name two different axes')
    expect(() => np.trace(np.eye(2), 0, 0, 2)).toThrow(ShapeError)
    expect(() => np.diag(np.zeros([2, 2, 2]))).toThrow(ShapeError)
  })
})
