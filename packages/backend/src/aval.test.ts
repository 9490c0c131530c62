import { describe, expect, it } from 'vitest'
import { byteSize, formatAval, makeAval, rowMajorStrides, sameAval, sameShape, sizeOf } from './aval.ts'

describe('makeAval', () => {
  it('gives the same object for the same facts', () => {
    expect(makeAval([2, 3], 'float32')).toBe(makeAval([2, 3], 'float32'))
    expect(makeAval([2, 3], 'float32')).not.toBe(makeAval([3, 2], 'float32'))
    expect(makeAval([], 'float32', true)).not.toBe(makeAval([], 'float32'))
    expect(makeAval([23], 'int8')).not.toBe(makeAval([2, 3], 'int8'))
  })
  it('does not change with the array it was given', () => {
    const shape = [2, 3]
    const aval = makeAval(shape, 'int32')
    shape.push(4)
    expect(aval.shape).toEqual([2, 3])
    expect(() => (aval.shape as number[]).push(5)).toThrow(TypeError)
  })
})

describe('avals', () => {
  it('print as JAX prints them', () => {
    expect(formatAval(makeAval([2, 3], 'float32'))).toBe('f32[2,3]')
    expect(formatAval(makeAval([], 'bool'))).toBe('bool[]')
    expect(formatAval(makeAval([], 'float32', true))).toBe('f32[]*')
  })
  it('compare without their weakness', () => {
    expect(sameAval(makeAval([], 'int32', true), makeAval([], 'int32'))).toBe(true)
    expect(sameAval(makeAval([1], 'int32'), makeAval([], 'int32'))).toBe(false)
    expect(sameAval(makeAval([], 'uint32'), makeAval([], 'int32'))).toBe(false)
  })
  it.each([
    [[], 1, 4, []],
    [[3], 3, 12, [1]],
    [[2, 3, 4], 24, 96, [12, 4, 1]],
    [[2, 0, 4], 0, 0, [0, 4, 1]],
  ])('of shape [%s] have %d elements', (shape, size, bytes, strides) => {
    expect(sizeOf(shape)).toBe(size)
    expect(byteSize(makeAval(shape, 'float32'))).toBe(bytes)
    expect(rowMajorStrides(shape)).toEqual(strides)
  })
  it('tell [2, 3] from [23] and [6]', () => {
    expect(sameShape([2, 3], [2, 3])).toBe(true)
    expect(sameShape([2, 3], [6])).toBe(false)
  })
})
