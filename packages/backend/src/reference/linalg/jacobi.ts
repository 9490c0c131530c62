import { eye, get, type Matrix, set, transposed, zeros } from './matrix.ts'
import { qr } from './qr.ts'

/** Sweeps converge quadratically: a dozen is usual. */
const mostSweeps = 60

/** The cosine and sine that turn `[[p, r], [r, q]]` diagonal. Source: Golub & Van Loan, "Matrix Computations", algorithm 8.4.1. */
function rotationOf(p: number, q: number, r: number): readonly [cosine: number, sine: number] {
  const tau = (q - p) / (2 * r)
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.hypot(1, tau))
  const cosine = 1 / Math.hypot(1, t)
  return [cosine, t * cosine]
}

/** Turns columns `i` and `j` by that angle. */
function turn(x: Matrix, i: number, j: number, cosine: number, sine: number): void {
  for (let row = 0; row < x.rows; row++) {
    const [a, b] = [get(x, row, i), get(x, row, j)]
    set(x, row, i, cosine * a - sine * b)
    set(x, row, j, sine * a + cosine * b)
  }
}

function turnRows(x: Matrix, i: number, j: number, cosine: number, sine: number): void {
  for (let column = 0; column < x.columns; column++) {
    const [a, b] = [get(x, i, column), get(x, j, column)]
    set(x, i, column, cosine * a - sine * b)
    set(x, j, column, sine * a + cosine * b)
  }
}

/** Calls `visit` for each pair of columns, sweep after sweep, until it turned none. */
function sweep(columns: number, visit: (i: number, j: number) => boolean): void {
  for (let round = 0; round < mostSweeps; round++) {
    let turned = false
    for (let i = 0; i < columns; i++) for (let j = i + 1; j < columns; j++) turned = visit(i, j) || turned
    if (!turned) return
  }
}

/** The columns of `x` in that order. */
function columnsOf(x: Matrix, order: readonly number[]): Matrix {
  const result = zeros(x.rows, order.length)
  for (let i = 0; i < x.rows; i++) order.forEach((from, to) => set(result, i, to, get(x, i, from)))
  return result
}

const unknown = (rows: number, columns: number): Matrix => ({
  rows,
  columns,
  data: new Float64Array(rows * columns).fill(NaN),
})

/** Eigenvalues, ascending, and eigenvectors of the symmetric matrix with that lower triangle, by Jacobi's rotations; NaN throughout where it holds one. */
export function eigh(x: Matrix): { readonly vectors: Matrix; readonly values: number[] } {
  const n = x.rows
  const work = zeros(n, n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) set(work, i, j, get(x, Math.max(i, j), Math.min(i, j)))
  const vectors = eye(n)
  if (!work.data.every(Number.isFinite)) return { vectors: unknown(n, n), values: new Array<number>(n).fill(NaN) }
  const scale = Math.hypot(...work.data) * 2 ** -60
  sweep(n, (i, j) => {
    const r = get(work, i, j)
    if (!(Math.abs(r) > scale)) return false
    const [cosine, sine] = rotationOf(get(work, i, i), get(work, j, j), r)
    turn(work, i, j, cosine, sine)
    turnRows(work, i, j, cosine, sine)
    turn(vectors, i, j, cosine, sine)
    return true
  })
  const diagonal = Array.from({ length: n }, (_, i) => get(work, i, i))
  const order = diagonal.map((_, i) => i).sort((a, b) => (diagonal[a] as number) - (diagonal[b] as number))
  return { vectors: columnsOf(vectors, order), values: order.map((i) => diagonal[i] as number) }
}

function innerProduct(x: Matrix, i: number, j: number): number {
  let sum = 0
  for (let row = 0; row < x.rows; row++) sum += get(x, row, i) * get(x, row, j)
  return sum
}

/** Columns of length 1 at right angles to each other: `given`, those of it that are 0 replaced, and as many more as there is room for. */
function completed(given: Matrix, rank: number, count: number): Matrix {
  const [q] = qr(
    columnsOf(
      given,
      Array.from({ length: rank }, (_, i) => i),
    ),
    given.rows,
  )
  const result = columnsOf(
    q,
    Array.from({ length: count }, (_, i) => i),
  )
  for (let i = 0; i < given.rows; i++) for (let j = 0; j < rank; j++) set(result, i, j, get(given, i, j))
  return result
}

export interface Decomposition {
  readonly u: Matrix
  /** Descending. */
  readonly s: readonly number[]
  readonly vt: Matrix
}

/** Of a matrix with no more columns than rows: its columns are turned until they are at right angles. Source: Hestenes (1958). */
function tallSvd(x: Matrix, fullMatrices: boolean): Decomposition {
  const work = { ...x, data: x.data.slice() }
  const v = eye(x.columns)
  sweep(x.columns, (i, j) => {
    const [p, q, r] = [innerProduct(work, i, i), innerProduct(work, j, j), innerProduct(work, i, j)]
    if (!(Math.abs(r) > 2 ** -52 * Math.sqrt(p * q)) || Math.abs(r) < 1e-300) return false
    const [cosine, sine] = rotationOf(p, q, r)
    turn(work, i, j, cosine, sine)
    turn(v, i, j, cosine, sine)
    return true
  })
  const sizes = Array.from({ length: x.columns }, (_, j) => Math.sqrt(innerProduct(work, j, j)))
  const order = sizes.map((_, j) => j).sort((a, b) => (sizes[b] as number) - (sizes[a] as number))
  const s = order.map((j) => sizes[j] as number)
  const rank = s.filter((size) => size > (s[0] as number) * x.rows * 2 ** -52).length
  const u = columnsOf(work, order)
  for (let i = 0; i < u.rows; i++) for (let j = 0; j < rank; j++) set(u, i, j, get(u, i, j) / (s[j] as number))
  return { u: completed(u, rank, fullMatrices ? x.rows : x.columns), s, vt: transposed(columnsOf(v, order)) }
}

/** `u · diag(s) · vt = x`; NaN throughout where `x` holds one. */
export function svd(x: Matrix, fullMatrices: boolean): Decomposition {
  if (x.rows < x.columns) {
    const { u, s, vt } = svd(transposed(x), fullMatrices)
    return { u: transposed(vt), s, vt: transposed(u) }
  }
  if (x.data.every(Number.isFinite)) return tallSvd(x, fullMatrices)
  const s = new Array<number>(x.columns).fill(NaN)
  return { u: unknown(x.rows, fullMatrices ? x.rows : x.columns), s, vt: unknown(x.columns, x.columns) }
}
