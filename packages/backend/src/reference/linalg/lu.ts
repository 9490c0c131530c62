import { get, type Matrix, set } from './matrix.ts'

export interface Factors {
  /** `L` below the diagonal, `U` from it on. */
  readonly lu: Matrix
  /** Row `i` changed places with row `pivots[i]`. */
  readonly pivots: number[]
  readonly permutation: number[]
}

function swapRows(x: Matrix, i: number, j: number): void {
  for (let c = 0; c < x.columns; c++) {
    const value = get(x, i, c)
    set(x, i, c, get(x, j, c))
    set(x, j, c, value)
  }
}

/** The first row, from `k` on, with the largest entry in column `k`. */
function pivotOf(x: Matrix, k: number): number {
  let best = k
  for (let i = k + 1; i < x.rows; i++) if (Math.abs(get(x, i, k)) > Math.abs(get(x, best, k))) best = i
  return best
}

function eliminate(x: Matrix, k: number): void {
  const pivot = get(x, k, k)
  if (pivot === 0) return
  for (let i = k + 1; i < x.rows; i++) {
    const factor = get(x, i, k) / pivot
    set(x, i, k, factor)
    for (let j = k + 1; j < x.columns; j++) set(x, i, j, get(x, i, j) - factor * get(x, k, j))
  }
}

/** Gaussian elimination with partial pivoting, as LAPACK's `getrf`. */
export function lu(x: Matrix): Factors {
  const work = { ...x, data: x.data.slice() }
  const permutation = Array.from({ length: x.rows }, (_, i) => i)
  const pivots: number[] = []
  for (let k = 0; k < Math.min(x.rows, x.columns); k++) {
    const pivot = pivotOf(work, k)
    pivots.push(pivot)
    swapRows(work, k, pivot)
    ;[permutation[k], permutation[pivot]] = [permutation[pivot] as number, permutation[k] as number]
    eliminate(work, k)
  }
  return { lu: work, pivots, permutation }
}
