import { describe, expect, it } from 'vitest'
import { jit, lax, type NDArray, numpy as np, TransformError, vmap } from '../index.ts'

const m23 = () =>
  np.array([
    [1, 2, 3],
    [4, 5, 6],
  ])

describe('vmap', () => {
  it('maps over the leading axis', () => {
    expect(vmap((row: NDArray) => row.sum())(m23()).arraySync()).toEqual([6, 15])
  })
  it('maps over the axes named, and shares what has null', () => {
    const f = (x: NDArray, y: NDArray) => x.mul(y).sum()
    expect(vmap(f, [1, null])(m23(), np.array([1, 10])).arraySync()).toEqual([41, 52, 63])
    expect(vmap(f, { inAxes: [-1, null] })(m23(), np.array([1, 10])).arraySync()).toEqual([41, 52, 63])
  })
  it('puts results where outAxes says', () => {
    const out = vmap((row: NDArray) => row.mul(2), { outAxes: 1 })(m23())
    expect(out.arraySync()).toEqual([
      [2, 8],
      [4, 10],
      [6, 12],
    ])
  })
  it('takes prefixes of trees for axes', () => {
    const f = (p: { w: NDArray; b: NDArray }, x: NDArray) => p.w.mul(x).add(p.b)
    const out = vmap(f, [{ w: 0, b: null }, null])({ w: m23(), b: np.array(1) }, np.array([1, 1, 1]))
    expect(out.arraySync()).toEqual([
      [2, 3, 4],
      [5, 6, 7],
    ])
  })
  it('repeats a result that is the same for all', () => {
    expect(vmap((_x: NDArray) => np.array(7))(m23()).arraySync()).toEqual([7, 7])
    expect(vmap((_x: NDArray) => np.array(7), { outAxes: null })(m23()).item()).toBe(7)
  })
  it('nests, and composes with jit', () => {
    const outer = vmap((x: NDArray) => vmap((y: NDArray) => x.mul(y))(np.array([1, 2, 3])))
    const expected = [
      [1, 2, 3],
      [2, 4, 6],
    ]
    expect(outer(np.array([1, 2])).arraySync()).toEqual(expected)
    expect(jit(outer)(np.array([1, 2])).arraySync()).toEqual(expected)
    expect(vmap(jit((x: NDArray) => lax.reduceSum(x, [0])))(m23()).arraySync()).toEqual([6, 15])
  })
  it('closes over arrays of an outer vmap', () => {
    const out = vmap((x: NDArray) => vmap((y: NDArray) => x.add(y), 1)(m23()))(np.array([10, 20]))
    expect(out.shape).toEqual([2, 3, 2])
    expect(out.arraySync()).toEqual([
      [
        [11, 14],
        [12, 15],
        [13, 16],
      ],
      [
        [21, 24],
        [22, 25],
        [23, 26],
      ],
    ])
  })
})

describe('bad input to vmap', () => {
  it('names the argument that lacks the axis', () => {
    expect(() => vmap((x: NDArray) => x)(np.array(1))).toThrow(/argument 0 is f32\[\], which has no axis 0/)
  })
  it('names two sizes that disagree', () => {
    expect(() => vmap((x: NDArray, y: NDArray) => x.add(y))(m23(), np.ones([3, 3]))).toThrow(
      /argument 0 has 2 examples and argument 1 has 3/,
    )
  })
  it('counts inAxes', () => {
    expect(() => vmap((x: NDArray) => x, [0, 0])(m23())).toThrow(TransformError)
  })
  it('refuses outAxes null for what differs', () => {
    expect(() => vmap((x: NDArray) => x, { outAxes: null })(m23())).toThrow(/outAxes is null/)
  })
  it('asks for something to map', () => {
    expect(() => vmap((x: NDArray) => x, [null])(m23())).toThrow(/no argument is mapped/)
  })
})
