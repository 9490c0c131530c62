import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grad, jit, type NDArray, numpy as np, random, vmap } from '../../index.ts'

const { linalg } = np

/** Random matrices in double precision, as far from singular as `diagonal` makes them. */
function matrices(seed: number, shape: readonly number[], diagonal = 0): NDArray {
  const x = random.normal(random.PRNGKey(seed), shape).astype('float64')
  return diagonal === 0 ? x : x.add(np.eye(shape.at(-1) as number, { dtype: 'float64' }).mul(diagonal))
}

function expectClose(x: NDArray, y: NDArray, tolerance = 1e-9): void {
  expect(x.shape).toEqual(y.shape)
  expect(np.abs(x.sub(y)).max({ initial: 0 }).item()).toBeLessThan(tolerance)
}

const lead = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 })
const size = fc.integer({ min: 1, max: 5 })
const seed = fc.nat(1000)

describe('decompositions put together again', () => {
  it('q r is x, with orthonormal q', () => {
    fc.assert(
      fc.property(
        seed,
        lead,
        size,
        size,
        fc.constantFrom('reduced' as const, 'complete' as const),
        (s, batch, m, n, mode) => {
          const x = matrices(s, [...batch, m, n])
          const [q, r] = linalg.qr(x, mode)
          expectClose(np.matmul(q, r), x)
          const k = q.shape.at(-1) as number
          expectClose(
            np.matmul(linalg.matrixTranspose(q), q),
            np.broadcastTo(np.eye(k, { dtype: 'float64' }), [...batch, k, k]),
          )
          expectClose(np.tril(r, -1), np.zerosLike(r))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('u s vt is x, with singular values that descend', () => {
    fc.assert(
      fc.property(seed, lead, size, size, (s, batch, m, n) => {
        const x = matrices(s, [...batch, m, n])
        const [u, values, vt] = linalg.svd(x, { fullMatrices: false })
        expectClose(np.matmul(u.mul(np.expandDims(values, -2)), vt), x)
        expect(np.all(np.diff(values, { axis: -1 }).le(1e-12)).item()).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('v diag(w) vᵀ is the symmetric part, with eigenvalues that ascend', () => {
    fc.assert(
      fc.property(seed, lead, size, (s, batch, n) => {
        const x = matrices(s, [...batch, n, n])
        const [w, v] = linalg.eigh(x)
        const symmetric = x.add(linalg.matrixTranspose(x)).div(2)
        expectClose(np.matmul(v.mul(np.expandDims(w, -2)), linalg.matrixTranspose(v)), symmetric)
        expect(np.all(np.diff(w, { axis: -1 }).ge(-1e-12)).item()).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('L Lᵀ is x, and U its transpose', () => {
    fc.assert(
      fc.property(seed, lead, size, (s, batch, n) => {
        const y = matrices(s, [...batch, n, n], n + 2)
        const x = np.matmul(y, linalg.matrixTranspose(y))
        const factor = linalg.cholesky(x)
        expectClose(np.matmul(factor, linalg.matrixTranspose(factor)), x, 1e-8)
        expectClose(linalg.cholesky(x, { upper: true }), linalg.matrixTranspose(factor))
      }),
      { numRuns: 40 },
    )
  })

  it('reads the triangle it is told to', () => {
    const x = np.array([
      [2, 9],
      [1, 3],
    ])
    const lower = linalg.eigvalsh(x, { UPLO: 'L', symmetrizeInput: false })
    const upper = linalg.eigvalsh(x, { UPLO: 'U', symmetrizeInput: false })
    expectClose(
      lower,
      linalg.eigvalsh([
        [2, 1],
        [1, 3],
      ]),
      1e-5,
    )
    expectClose(
      upper,
      linalg.eigvalsh([
        [2, 9],
        [9, 3],
      ]),
      1e-5,
    )
  })
})

describe('systems', () => {
  it('solve gives what the matrix maps to the right-hand side', () => {
    fc.assert(
      fc.property(seed, lead, size, size, (s, batch, n, k) => {
        const a = matrices(s, [...batch, n, n], 4)
        const b = matrices(s + 1, [...batch, n, k])
        expectClose(np.matmul(a, linalg.solve(a, b)), b, 1e-7)
      }),
      { numRuns: 40 },
    )
  })

  it('the pseudoinverse obeys the four conditions of Moore and Penrose', () => {
    const x = matrices(3, [4, 2])
    const p = linalg.pinv(x)
    const [xp, px] = [np.matmul(x, p), np.matmul(p, x)]
    expectClose(np.matmul(xp, x), x)
    expectClose(np.matmul(px, p), p)
    expectClose(xp.T, xp)
    expectClose(px.T, px)
  })

  it('second derivatives are those of the formula: d²/da² of 1/a is 2/a³', () => {
    const inverse = (a: NDArray): NDArray => linalg.inv(a.reshape([1, 1])).sum()
    expect(grad(grad(inverse))(np.array(2)).item()).toBeCloseTo(0.25, 6)
    expect(jit(grad(grad(grad(inverse))))(np.array(2)).item()).toBeCloseTo(-0.375, 5)
  })

  it('the determinant of a singular matrix has its adjugate for a derivative', () => {
    const x = np.array(
      [
        [1, 2, 3, 4],
        [2, 4, 6, 8],
        [0, 1, 5, 2],
        [3, 1, 0, 1],
      ],
      'float64',
    )
    const numeric = np.array(
      [...Array(4).keys()].map((i) =>
        [...Array(4).keys()].map((j) => {
          const at = np.zeros([4, 4], 'float64').at(i, j).set(1)
          return linalg
            .det(x.add(at))
            .sub(linalg.det(x.sub(at)))
            .div(2)
            .item()
        }),
      ),
      'float64',
    )
    expectClose(grad((y: NDArray) => linalg.det(y))(x), numeric, 1e-8)
  })

  it('runs under vmap as for each matrix', () => {
    const xs = matrices(5, [3, 2, 2], 3)
    expectClose(vmap((x: NDArray) => linalg.inv(x))(xs), linalg.inv(xs), 1e-12)
    expectClose(vmap((x: NDArray) => linalg.slogdet(x)[1])(xs), linalg.slogdet(xs)[1], 1e-12)
  })
})

describe('matrixPower and multiDot', () => {
  it('multiply as often as asked', () => {
    const x = np.array([
      [1, 1],
      [0, 1],
    ])
    for (const n of [0, 1, 2, 3, 7])
      expect(linalg.matrixPower(x, n).arraySync()).toEqual([
        [1, n],
        [0, 1],
      ])
    expectClose(
      linalg.matrixPower(x, -3),
      np.array([
        [1, -3],
        [0, 1],
      ]),
      1e-6,
    )
    expect(
      linalg.matrixPower(
        np.array(
          [
            [1, 1],
            [0, 1],
          ],
          'int32',
        ),
        5,
      ).dtype,
    ).toBe('int32')
  })

  it('give what multiplying from the left gives, whatever the order', () => {
    fc.assert(
      fc.property(seed, fc.array(size, { minLength: 3, maxLength: 6 }), (s, sizes) => {
        const xs = sizes.slice(1).map((n, i) => matrices(s + i, [sizes[i] as number, n]))
        expectClose(
          linalg.multiDot(xs),
          xs.reduce((a, b) => np.matmul(a, b)),
          1e-8,
        )
      }),
      { numRuns: 30 },
    )
  })
})

describe('empty matrices', () => {
  it('have a determinant of 1 and an inverse as empty', () => {
    expect(linalg.det(np.zeros([0, 0])).item()).toBe(1)
    expect(linalg.inv(np.zeros([2, 0, 0])).shape).toEqual([2, 0, 0])
    expect(linalg.pinv(np.zeros([0, 3])).shape).toEqual([3, 0])
    expect(linalg.norm(np.zeros([0])).item()).toBe(0)
  })
})

describe('bad input', () => {
  it.each([
    ['cholesky', () => linalg.cholesky(np.ones([2, 3])), /cholesky: matrices of 2 rows and 3 columns/],
    ['inv of a vector', () => linalg.inv([1, 2]), /inv: got f32\[2\]/],
    ['solve', () => linalg.solve(np.eye(2), np.ones([3])), /solve: f32\[2,2\] and f32\[3\]/],
    ['det', () => linalg.det(np.ones([2, 3])), /must be square/],
    ['eigh', () => linalg.eigh(np.eye(2), { UPLO: 'X' as 'U' }), /UPLO 'X'/],
    ['qr', () => linalg.qr(np.eye(2), 'full' as 'r'), /qr: mode 'full'/],
    ['lstsq', () => linalg.lstsq(np.ones([2, 2]), np.ones([3])), /lstsq: f32\[2,2\] and f32\[3\]/],
    ['norm', () => linalg.norm(np.ones([2, 2]), { ord: 3 }), /ord 3 of matrices/],
    ['norm of three axes', () => linalg.norm(np.ones([2, 2, 2]), { ord: 2 }), /name one axis for vectors/],
    ['vectorNorm', () => linalg.vectorNorm([1], { ord: 'fro' as unknown as number }), /ord 'fro'/],
    ['matrixPower', () => linalg.matrixPower(np.eye(2), 0.5), /exponent 0.5/],
    ['multiDot', () => linalg.multiDot([np.eye(2)]), /multiDot: f32\[2,2\]; pass two or more/],
    ['multiDot sizes', () => linalg.multiDot([np.eye(2), np.eye(3)]), /inner sizes agree/],
    ['cross', () => linalg.cross([1, 2], [3, 4]), /must have 3 elements/],
    ['outer', () => linalg.outer(np.eye(2), [1]), /pass vectors/],
    ['tensorinv', () => linalg.tensorinv(np.ones([2, 3, 4])), /as many elements/],
    ['tensorsolve', () => linalg.tensorsolve(np.ones([2, 3, 6]), np.ones([5])), /must begin like the second/],
    ['cond', () => linalg.cond(np.ones([0, 2])), /not empty/],
    ['half precision', () => linalg.inv(np.eye(2, { dtype: 'float16' })), /cast the matrices to float32/],
    ['svd backwards', () => grad((x: NDArray) => linalg.svd(x)[0].sum())(np.ones([3, 2])), /fullMatrices: false/],
  ])('%s says what is wrong', (_name, call, message) => {
    expect(call).toThrow(message)
  })
})
