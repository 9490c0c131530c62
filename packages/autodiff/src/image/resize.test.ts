import { describe, expect, it } from 'vitest'
import { grad, jit, type NDArray, numpy as np } from '../index.ts'
import { ResizeMethod, type ResizeMethodName, resize, scaleAndTranslate } from './index.ts'

const picture = np.arange(12).reshape([3, 4]).astype('float32')
const smooth: readonly ResizeMethodName[] = ['linear', 'cubic', 'lanczos3', 'lanczos5']

describe('resize', () => {
  it.each(Object.values(ResizeMethod))('%s keeps what has the same size, and constants', (method) => {
    expect(resize(picture, [3, 4], method).arraySync()).toEqual(picture.arraySync())
    const flat = resize(np.full([3, 4], 5), [6, 2], method)
    expect(np.abs(flat.sub(5)).max().item()).toBeLessThan(1e-5)
  })
  it('nearest repeats pixels, of any dtype', () => {
    const x = np.array([[1, 2]], 'int32')
    expect(resize(x, [2, 4], 'nearest').arraySync()).toEqual([
      [1, 1, 2, 2],
      [1, 1, 2, 2],
    ])
    expect(resize(x, [2, 4], 'nearest').dtype).toBe('int32')
  })
  it('takes JAX’s other names of the methods', () => {
    expect(resize(picture, [5, 5], 'bilinear').arraySync()).toEqual(resize(picture, [5, 5], 'linear').arraySync())
  })
  it('is linear, so its gradient is the sum of the weights', () => {
    const sum = (x: NDArray): NDArray => resize(x, [6, 8], 'linear').sum()
    expect(grad(sum)(picture).sum().item()).toBeCloseTo(48, 4)
    expect(jit(sum)(picture).item()).toBeCloseTo(sum(picture).item() as number, 3)
  })
  it.each(smooth)('%s moves by whole pixels exactly', (method) => {
    const moved = scaleAndTranslate(picture, [3, 4], [1], [1], [1], method)
    expect(
      np
        .abs(moved.slice(null, '1:').sub(picture.slice(null, ':3')))
        .max()
        .item(),
    ).toBeLessThan(1e-4)
    expect(moved.slice(null, 0).arraySync()).toEqual([0, 0, 0])
  })
  it.each([
    ['another rank', () => resize(picture, [3], 'linear'), /\[3,4\] to \[3\]/],
    ['a method that there is not', () => resize(picture, [3, 4], 'blurry' as 'linear'), /method 'blurry'/],
    ['nearest', () => scaleAndTranslate(picture, [3, 4], [0], [1], [0], 'nearest'), /use another, or resize/],
    ['too few scales', () => scaleAndTranslate(picture, [3, 4], [0, 1], [1], [0], 'linear'), /pass one of each/],
  ])('%s says what is wrong', (_name, call, message) => {
    expect(call).toThrow(message)
  })
})
