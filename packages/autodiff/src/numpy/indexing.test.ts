import { describe, expect, it } from 'vitest'
import { DTypeError, grad, jit, type NDArray, numpy as np, ShapeError, TracerError, vmap } from '../index.ts'

describe('slice', () => {
  const x = np.arange(12).reshape(3, 4)

  it('selects what at(…).get selects', () => {
    expect(x.slice('1:', null, 'newaxis').arraySync()).toEqual(x.at('1:', ':', np.newaxis).get().arraySync())
    expect(x.slice(1, '::-1').arraySync()).toEqual([7, 6, 5, 4])
    expect(x.slice([2, 0], 1).arraySync()).toEqual([9, 1])
  })

  it('takes traced integers under jit and vmap', () => {
    const pick = (i: NDArray): NDArray => x.slice(i, '1:3')
    expect(jit(pick)(np.array(-1, 'int32')).arraySync()).toEqual([9, 10])
    expect(vmap(pick)(np.array([2, 0], 'int32')).arraySync()).toEqual([
      [9, 10],
      [1, 2],
    ])
  })

  it('takes a mask whose values are known, under grad too', () => {
    const f = (v: NDArray): NDArray => v.slice(v.gt(1)).square().sum()
    expect(grad(f)(np.array([1, 2, 3])).arraySync()).toEqual([0, 4, 6])
  })

  it('says what to do with a mask that jit traces', () => {
    const f = jit((v: NDArray) => v.slice(v.gt(1)))
    expect(() => f(np.array([1, 2]))).toThrow(TracerError)
    expect(() => f(np.array([1, 2]))).toThrow(/jit traces.*where\(mask, x, y\).*nonzero/)
  })

  it('refuses what is no index', () => {
    expect(() => x.slice(0, 0, 0)).toThrow(/3 indices into an array of shape \[3,4\]/)
    expect(() => x.slice('...', '...')).toThrow(/more than one ellipsis/)
    expect(() => x.slice(1.5)).toThrow(DTypeError)
    expect(() => x.slice(np.array([0.5]))).toThrow(DTypeError)
    expect(() => x.slice('1:2:0')).toThrow(ShapeError)
    // @ts-expect-error no slice
    expect(() => x.slice('first')).toThrow(/write slices as/)
    expect(() => x.slice([true, false])).toThrow(/a mask bool\[2\] over dimensions \[3\]/)
    expect(() => x.slice([0, 1], [0, 1, 2])).toThrow(ShapeError)
    expect(() => np.zeros([0]).slice(0)).toThrow(/nothing in it/)
  })
})

describe('at', () => {
  it('never changes the array', () => {
    const x = np.zeros([3])
    expect(x.at(1).set(5).arraySync()).toEqual([0, 5, 0])
    expect(x.arraySync()).toEqual([0, 0, 0])
  })

  it('applies a function as often as an element is named, under jit too', () => {
    const places = np.array([0, 0, 2], 'int32')
    const f = (x: NDArray): NDArray => x.at(places).apply((part) => part.mul(2))
    expect(f(np.ones([3])).arraySync()).toEqual([4, 1, 2])
    expect(jit(f)(np.ones([3])).arraySync()).toEqual([4, 1, 2])
    expect(np.array([1, 4, 9]).at('1:').apply(np.sqrt).arraySync()).toEqual([1, 2, 3])
  })

  it('asks for a promise to apply a function at traced indices', () => {
    const f = jit((i: NDArray) =>
      np
        .ones([3])
        .at(i)
        .apply((part) => part.mul(2)),
    )
    const g = jit((i: NDArray) =>
      np
        .ones([3])
        .at(i)
        .apply((part) => part.mul(2), { uniqueIndices: true }),
    )
    expect(() => f(np.array([0, 1], 'int32'))).toThrow(/uniqueIndices/)
    expect(g(np.array([0, 1], 'int32')).arraySync()).toEqual([2, 2, 1])
  })

  it('works for each example of vmap', () => {
    const rows = np.arange(6).reshape(2, 3)
    const at = np.array([2, 0], 'int32')
    expect(vmap((row: NDArray, i: NDArray) => row.at(i).set(9))(rows, at).arraySync()).toEqual([
      [0, 1, 9],
      [9, 4, 5],
    ])
  })

  it('refuses values that do not broadcast to the part', () => {
    expect(() => np.zeros([3]).at('1:').set([1, 2, 3])).toThrow(/values f32\[3\] for a part of shape \[2\]/)
  })
})
