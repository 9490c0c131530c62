import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grad, type NDArray, numpy as np, random, scipy, vmap } from '../../index.ts'

const { linalg } = scipy
const matrix = (seed: number, shape: readonly number[]): NDArray =>
  random.normal(random.PRNGKey(seed), shape).astype('float64')
const eye = (n: number): NDArray => np.eye(n, { dtype: 'float64' })

function expectClose(x: NDArray, y: NDArray, tolerance = 1e-9): void {
  expect(x.shape).toEqual(y.shape)
  expect(np.abs(x.sub(y)).max({ initial: 0 }).item()).toBeLessThan(tolerance)
}

describe('factors', () => {
  it('choSolve solves with either triangle, for vectors and matrices', () => {
    const y = matrix(1, [4, 4])
    const x = np.matmul(y, y.T).add(eye(4))
    for (const lower of [true, false]) {
      const factor = linalg.choFactor(x, { lower })
      expectClose(np.matmul(x, linalg.choSolve(factor, np.arange(4))), np.arange(4).astype('float64'))
      expectClose(np.matmul(x, linalg.choSolve(factor, eye(4))), eye(4))
    }
  })

  it('luSolve solves the system and its transpose', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(0 as const, 1 as const),
        (seed, n, trans) => {
          const x = matrix(seed, [n, n]).add(eye(n).mul(4))
          const b = matrix(seed + 1, [n, 2])
          const solved = linalg.luSolve(linalg.luFactor(x), b, { trans })
          expectClose(np.matmul(trans === 0 ? x : x.T, solved), b, 1e-7)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('p l u is the matrix, of any shape and under vmap', () => {
    for (const shape of [
      [3, 3],
      [4, 2],
      [2, 4],
    ]) {
      const x = matrix(3, shape)
      const [p, l, u] = linalg.lu(x)
      expectClose(np.matmul(np.matmul(p, l), u), x)
    }
    const xs = matrix(4, [2, 3, 3])
    const us = vmap((x: NDArray) => linalg.lu(x)[2])(xs)
    expectClose(us, linalg.lu(xs)[2], 1e-12)
  })

  it('eigh gives values alone if asked', () => {
    expect(
      linalg
        .eigh(
          [
            [2, 0],
            [0, 1],
          ],
          { eigvalsOnly: true },
        )
        .arraySync(),
    ).toEqual([1, 2])
  })
})

describe('expm', () => {
  it('is e to a number, and of minus a matrix the inverse', () => {
    expectClose(linalg.expm(np.array([[2]], 'float64')), np.array(Math.E ** 2, 'float64').reshape([1, 1]), 1e-12)
    const x = matrix(2, [4, 4])
    expectClose(np.matmul(linalg.expm(x), linalg.expm(x.neg())), eye(4), 1e-9)
  })
  it('has finite derivatives whatever the size of the matrix', () => {
    for (const size of [0.01, 1, 30]) {
      const slope = grad((s: NDArray) => linalg.expm(s.reshape([1, 1])).sum())(np.array(size, 'float64'))
      expect((slope.item() as number) / Math.exp(size)).toBeCloseTo(1, 8)
    }
  })
  it('is NaN where too many squarings would be needed', () => {
    expect(linalg.expm([[1e9]], { maxSquarings: 4 }).arraySync()).toEqual([[Number.NaN]])
  })
})

describe('structured matrices', () => {
  it('toeplitz has constant diagonals, whatever the sizes', () => {
    for (const [m, n] of [
      [1, 3],
      [3, 1],
      [2, 4],
      [4, 2],
      [3, 3],
    ] as const) {
      const x = linalg.toeplitz(np.arange(m), np.arange(n).neg())
      expect(x.arraySync()).toEqual([...Array(m).keys()].map((i) => [...Array(n).keys()].map((j) => i - j)))
    }
    expect(linalg.toeplitz(np.zeros([0]), [1]).shape).toEqual([0, 1])
    expect(linalg.toeplitz(np.ones([2, 3])).shape).toEqual([2, 3, 3])
  })
  it('blockDiag puts blocks along the diagonal', () => {
    expect(linalg.blockDiag(1, [[2], [3]], np.zeros([0, 2])).arraySync()).toEqual([
      [1, 0, 0, 0],
      [0, 2, 0, 0],
      [0, 3, 0, 0],
    ])
    expect(linalg.blockDiag().shape).toEqual([1, 0])
  })
})

describe('bad input', () => {
  it.each([
    [
      'solveTriangular',
      () => linalg.solveTriangular(np.eye(2), np.ones([3])),
      /solveTriangular: f32\[2,2\] and f32\[3\]/,
    ],
    ['choSolve', () => linalg.choSolve([np.eye(2), true], np.ones([3])), /choSolve/],
    ['expm', () => linalg.expm(np.ones([2, 3])), /must be square/],
    ['blockDiag', () => linalg.blockDiag(np.ones([1, 1, 1])), /pass matrices/],
    ['qr', () => linalg.qr(np.eye(2), { mode: 'thin' as 'r' }), /mode 'thin'/],
  ])('%s says what is wrong', (_name, call, message) => {
    expect(call).toThrow(message)
  })
})
