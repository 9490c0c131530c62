import type { Params } from '@proj/backend'
import type { Operand, Sample } from './samples.ts'

// For tests only: arguments for decompositions of matrices and for Fourier transforms.

const f = (shape: readonly number[], diagonal = 0): Operand => ({ dtype: 'float64', shape, from: -1, to: 1, diagonal })
/** Far enough from singular, and with a positive definite lower triangle. */
const definite = (shape: readonly number[]): Operand => f(shape, 4)

const solve = (
  a: readonly number[],
  b: readonly number[],
  params: Partial<Params<'triangularSolve'>> = {},
): Sample<'triangularSolve'> => ({
  operands: [definite(a), f(b)],
  params: { leftSide: true, lower: true, transposeA: false, unitDiagonal: false, ...params },
})

const transform = (shape: readonly number[], rank: number, inverse: boolean): Sample<'fft'> => ({
  operands: [f(shape), f(shape)],
  params: { rank, inverse },
})

export const linalgSamples = {
  cholesky: [
    [1, 1],
    [3, 3],
    [2, 3, 3],
  ].map((shape) => ({ operands: [definite(shape)], params: {} })),
  triangularSolve: [
    solve([3, 3], [3, 2]),
    solve([3, 3], [3, 4], { lower: false }),
    solve([3, 3], [3, 2], { transposeA: true }),
    solve([3, 3], [3, 2], { lower: false, unitDiagonal: true }),
    solve([3, 3], [2, 3], { leftSide: false }),
    solve([3, 3], [4, 3], { leftSide: false, lower: false, transposeA: true }),
    solve([2, 3, 3], [2, 3, 2]),
  ],
  lu: [
    [3, 3],
    [4, 2],
    [2, 4],
    [2, 3, 3],
  ].map((shape) => ({ operands: [f(shape)], params: {} })),
  qr: [
    { operands: [f([3, 3])], params: { fullMatrices: true } },
    { operands: [f([4, 2])], params: { fullMatrices: false } },
    { operands: [f([4, 2])], params: { fullMatrices: true } },
    { operands: [f([2, 4])], params: { fullMatrices: false } },
    { operands: [f([2, 3, 2])], params: { fullMatrices: false } },
  ],
  eigh: [
    [1, 1],
    [3, 3],
    [2, 3, 3],
  ].map((shape) => ({ operands: [f(shape)], params: {} })),
  svd: [
    { operands: [f([3, 3])], params: { fullMatrices: true } },
    { operands: [f([4, 2])], params: { fullMatrices: false } },
    { operands: [f([2, 4])], params: { fullMatrices: false } },
    { operands: [f([2, 3, 2])], params: { fullMatrices: false } },
  ],
  fft: [
    transform([5], 1, false),
    transform([4], 1, true),
    transform([2, 3], 1, true),
    transform([2, 3], 2, false),
    transform([2, 3, 2], 2, true),
  ],
} satisfies {
  readonly [K in 'cholesky' | 'triangularSolve' | 'lu' | 'qr' | 'eigh' | 'svd' | 'fft']: readonly Sample<K>[]
}
