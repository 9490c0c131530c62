import { type NDArray, numpy as np, random, ShapeError, vmap } from '@proj/autodiff'
import { treeRepr } from '@proj/tree'
import { describe, expect, it } from 'vitest'
import { Linear } from './linear.ts'

const key = () => random.PRNGKey(0)

describe('Linear', () => {
  it('draws weight from the standard normal and starts bias at zero', () => {
    const layer = new Linear(3, 2, { key: key() })
    expect(layer.weight.arraySync()).toEqual(random.normal(key(), [2, 3]).arraySync())
    expect(layer.bias.arraySync()).toEqual([0, 0])
  })
  it('maps one example to x · weightᵀ + bias', () => {
    const layer = new Linear(2, 3, { key: key() })
    layer.weight = np.array([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    layer.bias = np.array([10, 20, 30])
    expect(layer.call(np.array([1, 1])).arraySync()).toEqual([13, 27, 41])
  })
  it('maps a batch under vmap', () => {
    const layer = new Linear(3, 2, { key: key() })
    expect(vmap((row: NDArray) => layer.call(row))(np.ones([5, 3])).shape).toEqual([5, 2])
  })
  it('prints as a tree', () => {
    expect(treeRepr(new Linear(3, 2, { key: key() }))).toMatch(/^Linear\(\n {2}weight=f32\[2,3\]\(/)
  })
  it('asks for one example of its size', () => {
    const layer = new Linear(3, 2, { key: key() })
    expect(() => layer.call(np.ones([4]))).toThrow(ShapeError)
    expect(() => layer.call(np.ones([5, 3]))).toThrow(/\[5,3\].*\[3\].*vmap/)
  })
  it('refuses sizes that are none', () => {
    expect(() => new Linear(0, 2, { key: key() })).toThrow(/inFeatures is 0/)
    expect(() => new Linear(2, 1.5, { key: key() })).toThrow(/outFeatures is 1.5/)
  })
})
