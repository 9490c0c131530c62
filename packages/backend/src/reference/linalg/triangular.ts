import type { Params } from '../../ops.ts'
import { get, type Matrix, set, transposed, zeros } from './matrix.ts'

/** Lower `L` with `L Lᵀ = x`, row by row from the lower triangle; NaN throughout the triangle where `x` is not positive definite. */
export function cholesky(x: Matrix): Matrix {
  const n = x.rows
  const result = zeros(n, n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = get(x, i, j)
      for (let k = 0; k < j; k++) rest -= get(result, i, k) * get(result, j, k)
      if (i === j && !(rest > 0)) return lowerNaN(n)
      set(result, i, j, i === j ? Math.sqrt(rest) : rest / get(result, j, j))
    }
  }
  return result
}

function lowerNaN(n: number): Matrix {
  const result = zeros(n, n)
  for (let i = 0; i < n; i++) result.data.fill(NaN, i * n, i * n + i + 1)
  return result
}

/** Substitution from the corner where a row has one unknown: `a y = b`, with `a` lower or upper triangular. */
function substitute(a: Matrix, b: Matrix, lower: boolean, unitDiagonal: boolean): Matrix {
  const n = a.rows
  const result = zeros(b.rows, b.columns)
  for (let step = 0; step < n; step++) {
    const i = lower ? step : n - 1 - step
    const [first, end] = lower ? [0, i] : [i + 1, n]
    for (let c = 0; c < b.columns; c++) {
      let rest = get(b, i, c)
      for (let k = first; k < end; k++) rest -= get(a, i, k) * get(result, k, c)
      set(result, i, c, unitDiagonal ? rest : rest / get(a, i, i))
    }
  }
  return result
}

/** From the right is from the left with everything transposed. */
export function triangularSolve(a: Matrix, b: Matrix, params: Params<'triangularSolve'>): Matrix {
  const { leftSide, lower, transposeA, unitDiagonal } = params
  const isTurned = transposeA === leftSide
  const side = isTurned ? transposed(a) : a
  const isLower = lower !== isTurned
  if (leftSide) return substitute(side, b, isLower, unitDiagonal)
  return transposed(substitute(side, transposed(b), isLower, unitDiagonal))
}
