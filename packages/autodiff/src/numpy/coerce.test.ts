import { describe, expect, it } from 'vitest'
import { DTypeError, grad, jit, type NDArray, numpy as np, ShapeError } from '../index.ts'
import { asArray, promote } from './coerce.ts'

describe('what counts as an array', () => {
  it('is nested lists: numbers are float32, booleans bool', () => {
    expect(
      np.array([
        [1, 2],
        [3, 4],
      ]).dtype,
    ).toBe('float32')
    expect(np.array([true, false]).dtype).toBe('bool')
    expect(np.array([true, 2]).arraySync()).toEqual([1, 2])
    expect(np.array([]).shape).toEqual([0])
    expect(np.array([[], []]).shape).toEqual([2, 0])
    expect(np.array(3)).toMatchObject({ dtype: 'float32', weakType: false, shape: [] })
  })

  it('is typed arrays, of their own dtype', () => {
    const made = [Float32Array, Float64Array, Int32Array, Uint32Array, Int8Array, Uint8Array].map(
      (View) => np.array(View.of(1, 2)).dtype,
    )
    expect(made).toEqual(['float32', 'float64', 'int32', 'uint32', 'int8', 'uint8'])
    expect(() => np.array(BigInt64Array.of(1n) as never)).toThrow(DTypeError)
  })

  it('is a copy: changing the typed array later changes nothing', () => {
    const data = Float32Array.of(1, 2)
    const array = np.array(data)
    data[0] = 9
    expect(array.arraySync()).toEqual([1, 2])
  })

  it('is lists that hold arrays, which keep their dtype and their derivative', () => {
    expect(np.array([np.arange(2), np.arange(2)])).toMatchObject({ dtype: 'int32', shape: [2, 2] })
    expect(np.array([np.arange(3).sum(), 2])).toMatchObject({ dtype: 'int32', shape: [2] })
    const g = grad((x: NDArray) => np.array([x, 2, x.mul(x)]).sum())
    expect(g(np.array(3)).item()).toBe(7)
    expect(
      jit((x: NDArray) =>
        np.array([
          [x, 1],
          [2, x],
        ]),
      )(np.array(5)).arraySync(),
    ).toEqual([
      [5, 1],
      [2, 5],
    ])
  })

  it('is nothing else', () => {
    expect(() => np.array([[1, 2], [3]])).toThrow(
      'array: a list whose elements have shapes [2] and [1]; make all rows equally long.',
    )
    expect(() => np.sum('1' as never)).toThrow(ShapeError)
    expect(() => np.sum(null as never)).toThrow('sum: got null')
    expect(() => np.array([1, 'x' as never])).toThrow('string among the elements')
    expect(() => np.array([1], 'int64' as never)).toThrow(DTypeError)
  })
})

describe('promotion of operands', () => {
  it('gives bare numbers the dtype and shape of the other operand', () => {
    const [a, b] = promote('f', np.arange(3), 2)
    expect([a.dtype, b.dtype, b.shape]).toEqual(['int32', 'int32', [3]])
    expect(b).toHaveProperty('splatValue', 2)
  })

  it('names the function and the shapes when they do not broadcast', () => {
    expect(() => np.add(np.zeros([2, 3]), np.zeros([4]))).toThrow(
      'add: f32[2,3] and f32[4] do not broadcast; sizes, aligned at the end, must agree or be 1.',
    )
  })

  it('keeps -0 and NaN', () => {
    expect(Object.is(np.add(-0, -0).item(), -0)).toBe(true)
    expect(asArray('f', Number.NaN)).toMatchObject({ dtype: 'float32', weakType: true })
  })
})
