import { referenceBackend } from '@proj/backend'
import { beforeAll, describe, expect, it } from 'vitest'
import { grad, lax, type NDArray, numpy as np, setBackend } from '../index.ts'

beforeAll(() => setBackend(referenceBackend()))

const elements = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }
const rows = { updateWindowDims: [1], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }
const at = (...indices: number[]): NDArray => np.array(indices, 'int32').reshape(indices.length, 1)

describe('scatterApply', () => {
  it('changes the elements at the indices', () => {
    const out = lax.scatterApply(np.array([1, 4, 9]), at(1, 2), lax.sqrt, elements, [2])
    expect(out.arraySync()).toEqual([1, 2, 3])
  })
  it('changes windows, and does what a gather, the function and a scatter do', () => {
    const x = np.arange(12).astype('float32').reshape(4, 3)
    const out = lax.scatterApply(x, at(3, 0), lax.neg, rows, [2, 3])
    const read = { offsetDims: [1], collapsedSliceDims: [0], startIndexMap: [0] }
    const wanted = lax.scatter(x, at(3, 0), lax.neg(lax.gather(x, at(3, 0), read, [1, 3])), rows)
    expect(out.arraySync()).toEqual(wanted.arraySync())
  })
  it('leaves out what lies outside the array', () => {
    expect(lax.scatterApply(np.array([1, 4]), at(7, 1), lax.sqrt, elements, [2]).arraySync()).toEqual([1, 2])
  })
  it('is differentiated through the function', () => {
    const f = (x: NDArray): NDArray => lax.scatterApply(x, at(1), lax.square, elements, [1]).sum()
    expect(grad(f)(np.array([5, 7])).arraySync()).toEqual([1, 14])
  })
  it('says what does not fit', () => {
    const x = np.array([1, 4])
    expect(() => lax.scatterApply(x, at(0), lax.sqrt, elements, [1, 2])).toThrow(
      /updates \[1,2\] for indices i32\[1,1\]/,
    )
    expect(() => lax.scatterApply(x, at(0), (w) => w.sum(), elements, [1])).toThrow(/f32\[\] of f32\[1\]; keep/)
  })
})
