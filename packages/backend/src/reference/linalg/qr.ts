import { corner, eye, get, type Matrix, set } from './matrix.ts'

/** `I - tau · v vᵀ`, `v` from entry `first` on. */
interface Reflection {
  readonly first: number
  readonly v: Float64Array
  readonly tau: number
}

/** The reflection that clears column `k` below the diagonal; signs as LAPACK's `larfg`. */
function reflectionOf(x: Matrix, k: number): Reflection {
  const v = Float64Array.from({ length: x.rows - k }, (_, i) => get(x, k + i, k))
  const alpha = v[0] as number
  const below = Math.hypot(...v.subarray(1))
  v[0] = 1
  if (below === 0) return { first: k, v, tau: 0 }
  const beta = (alpha < 0 || Object.is(alpha, -0) ? 1 : -1) * Math.hypot(alpha, below)
  for (let i = 1; i < v.length; i++) v[i] = (v[i] as number) / (alpha - beta)
  return { first: k, v, tau: (beta - alpha) / beta }
}

/** Makes of `x` its product with the reflection, from column `start` on. */
function reflect(x: Matrix, { first, v, tau }: Reflection, start: number): void {
  for (let j = start; j < x.columns; j++) {
    let sum = 0
    for (let i = 0; i < v.length; i++) sum += (v[i] as number) * get(x, first + i, j)
    for (let i = 0; i < v.length; i++) set(x, first + i, j, get(x, first + i, j) - tau * sum * (v[i] as number))
  }
}

/** `q` of `inner` columns and `r` of as many rows. Source: Golub & Van Loan, "Matrix Computations", algorithm 5.2.1. */
export function qr(x: Matrix, inner: number): readonly [q: Matrix, r: Matrix] {
  const work = { ...x, data: x.data.slice() }
  const reflections: Reflection[] = []
  for (let k = 0; k < Math.min(x.rows, x.columns); k++) {
    const reflection = reflectionOf(work, k)
    reflections.push(reflection)
    reflect(work, reflection, k)
    for (let i = k + 1; i < x.rows; i++) set(work, i, k, 0)
  }
  const q = eye(x.rows, inner)
  for (const reflection of reflections.reverse()) reflect(q, reflection, 0)
  return [q, corner(work, inner, x.columns)]
}
