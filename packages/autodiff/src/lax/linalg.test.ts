import { describe, expect, it } from 'vitest'
import { lax, numpy as np, random } from '../index.ts'

const { linalg } = lax

describe('lu', () => {
  it('gives pivots that make its permutation', () => {
    for (const shape of [
      [5, 5],
      [5, 3],
      [2, 4, 4],
    ]) {
      const [, pivots, permutation] = linalg.lu(random.normal(random.PRNGKey(2), shape))
      const rows = shape.at(-2) as number
      expect(linalg.luPivotsToPermutation(pivots, rows).arraySync()).toEqual(permutation.arraySync())
    }
  })
  it('refuses more swaps than rows', () => {
    expect(() => linalg.luPivotsToPermutation(np.zeros([3], 'int32'), 2)).toThrow(/pivots i32\[3\] of 2 rows/)
  })
})

describe('triangularSolve', () => {
  it('takes vectors, from either side', () => {
    const a = np.array([
      [2, 0],
      [1, 4],
    ])
    const y = linalg.triangularSolve(a, np.array([2, 9]), { leftSide: true, lower: true })
    expect(y.arraySync()).toEqual([1, 2])
    const z = linalg.triangularSolve(a, np.array([4, 8]), { lower: true })
    expect(np.matmul(z, a).arraySync()).toEqual([4, 8])
  })
  it('refuses what does not fit', () => {
    expect(() => linalg.triangularSolve(np.eye(2), np.ones([3, 3]))).toThrow(/a of f32\[2,2\] and b of f32\[3,3\]/)
    expect(() => linalg.triangularSolve(np.ones([2, 3]), np.ones([3, 3]))).toThrow(/must be square/)
  })
})

describe('dtypes', () => {
  it('other than single and double precision are refused', () => {
    expect(() => linalg.cholesky(np.eye(2, { dtype: 'int32' }))).toThrow(/cholesky: got int32/)
  })
})
