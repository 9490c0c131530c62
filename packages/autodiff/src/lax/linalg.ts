import { DTypeError, ShapeError } from '@proj/backend'
import { formatArray, type NDArray } from '../array.ts'
import { bind } from '../trace.ts'
import { add, div, eq, select } from './elementwise.ts'
import { checkMatrix, swapLast, takeRows } from './matrix.ts'
import { broadcastedIota, broadcastInDim, expandDims, squeeze } from './movement.ts'
import { reduceSum } from './reduce.ts'

// Decompositions of float32 and float64 matrices, the last two dimensions; those before run side by side. The names are `jax.lax.linalg`'s.

function matrix(where: string, x: NDArray, options: { readonly square?: boolean } = {}): NDArray {
  if (x.dtype !== 'float32' && x.dtype !== 'float64')
    throw new DTypeError(where, `got ${x.dtype}`, 'cast the matrices to float32 or float64 first')
  return checkMatrix(where, x, options)
}

/** The mean of each matrix and its transpose. @example lax.linalg.symmetrize(np.array([[1, 2], [4, 1]])) // [[1, 3], [3, 1]] */
export const symmetrize = (x: NDArray): NDArray => div(add(x, swapLast(x)), 2)

/** Whether `(x + xᵀ) / 2` is taken first, which makes derivatives symmetric too. Default: true. */
export interface SymmetrizeOptions {
  readonly symmetrizeInput?: boolean
}

/**
 * The lower triangular `L` with `L Lᵀ = x`.
 *
 * @param x `[..., n, n]`, symmetric and positive definite; where it is not, the result is NaN
 * @throws {ShapeError} when the matrices are not square
 * @example lax.linalg.cholesky(np.array([[4]])) // [[2]]
 */
export function cholesky(x: NDArray, { symmetrizeInput = true }: SymmetrizeOptions = {}): NDArray {
  const square = matrix('cholesky', x, { square: true })
  return bind('cholesky', [symmetrizeInput ? symmetrize(square) : square], {})[0]
}

/**
 * Eigenvectors, in columns, and eigenvalues, ascending, of symmetric matrices. Derivatives ask for distinct eigenvalues.
 *
 * @param x `[..., n, n]`
 * @returns vectors `[..., n, n]` and values `[..., n]`
 * @throws {ShapeError} when the matrices are not square
 * @example lax.linalg.eigh(np.array([[2, 0], [0, 1]]))[1] // [1, 2]
 */
export function eigh(
  x: NDArray,
  { lower = true, symmetrizeInput = true }: SymmetrizeOptions & { readonly lower?: boolean } = {},
): readonly [vectors: NDArray, values: NDArray] {
  const square = matrix('eigh', x, { square: true })
  const read = symmetrizeInput ? symmetrize(square) : lower ? square : swapLast(square)
  return bind('eigh', [read], {})
}

/**
 * Triangular factors by elimination with row pivots: `x[permutation] = L U`.
 *
 * @param x `[..., m, n]`
 * @returns `L` (below its unit diagonal) and `U` in one `[..., m, n]`; the row that each step swapped with, `int32[..., min(m, n)]`; the rows' final
 * order, `int32[..., m]`
 * @example lax.linalg.lu(np.array([[1, 2], [4, 4]])) // [[[4, 4], [0.25, 1]], [1, 1], [1, 0]]
 */
export const lu = (x: NDArray): readonly [lu: NDArray, pivots: NDArray, permutation: NDArray] =>
  bind('lu', [matrix('lu', x)], {})

/**
 * `q r = x` with orthonormal columns in `q` and `r` upper triangular.
 *
 * @param x `[..., m, n]`
 * @returns `q [..., m, k]` and `r [..., k, n]`, where k is m, or min(m, n) without `fullMatrices`
 * @example lax.linalg.qr(np.eye(3, 2), { fullMatrices: false })[0].shape // [3, 2]
 */
export const qr = (
  x: NDArray,
  { fullMatrices = true }: { readonly fullMatrices?: boolean } = {},
): readonly [q: NDArray, r: NDArray] => bind('qr', [matrix('qr', x)], { fullMatrices })

/**
 * Singular values, descending: `u · diag(s) · vt = x`. Derivatives ask for distinct ones, and for `fullMatrices: false` unless `x` is square.
 *
 * @param x `[..., m, n]`
 * @returns `u [..., m, k]`, `s [..., min(m, n)]`, `vt [..., k, n]`, where k is min(m, n), or as many as make `u` and `vt` square
 * @example lax.linalg.svd(np.array([[3, 0], [0, 4]]))[1] // [4, 3]
 */
export const svd = (
  x: NDArray,
  { fullMatrices = true }: { readonly fullMatrices?: boolean } = {},
): readonly [u: NDArray, s: NDArray, vt: NDArray] => bind('svd', [matrix('svd', x)], { fullMatrices })

/** How `triangularSolve` reads `a`; the defaults are JAX's. */
export interface TriangularOptions {
  /** `op(a) y = b` instead of `y op(a) = b`. Default: false. */
  readonly leftSide?: boolean
  /** Whether `a` is lower triangular; the other triangle is not read. Default: false. */
  readonly lower?: boolean
  /** Whether `op(a)` is `aᵀ`. Default: false. */
  readonly transposeA?: boolean
  /** Whether the diagonal counts as 1, unread. Default: false. */
  readonly unitDiagonal?: boolean
}

/**
 * The `y` with `y op(a) = b`, or, with `leftSide`, `op(a) y = b`.
 *
 * @param a `[..., n, n]`, triangular
 * @param b `[..., m, n]`, with `leftSide` `[..., n, m]`, or vectors `[..., n]`
 * @throws {ShapeError} when the sizes do not fit
 * @example lax.linalg.triangularSolve(np.array([[2, 0], [1, 1]]), np.array([2, 3]), { leftSide: true, lower: true }) // [1, 2]
 */
export function triangularSolve(a: NDArray, b: NDArray, options: TriangularOptions = {}): NDArray {
  const { leftSide = false, lower = false, transposeA = false, unitDiagonal = false } = options
  const square = matrix('triangularSolve', a, { square: true })
  const axis = leftSide ? -1 : -2
  const isVector = b.ndim === a.ndim - 1
  const rows = isVector ? expandDims(b, [axis]) : b
  const n = a.shape.at(-1) as number
  if (rows.shape.at(leftSide ? -2 : -1) !== n || rows.shape.slice(0, -2).join() !== a.shape.slice(0, -2).join())
    throw new ShapeError(
      'triangularSolve',
      `a of ${formatArray(a)} and b of ${formatArray(b)}`,
      leftSide ? 'pass [..., n, n] and [..., n, m]' : 'pass [..., n, n] and [..., m, n]',
    )
  const out = bind('triangularSolve', [square, rows], { leftSide, lower, transposeA, unitDiagonal })[0]
  return isVector ? squeeze(out, [axis]) : out
}

/**
 * The order of rows that LAPACK's row swaps make: `int32[..., k]` to `int32[..., size]`.
 *
 * @throws {ShapeError} when there are more swaps than rows
 * @example lax.linalg.luPivotsToPermutation(np.array([1, 1], 'int32'), 2) // [1, 0]
 */
export function luPivotsToPermutation(pivots: NDArray, size: number): NDArray {
  const steps = pivots.shape.at(-1) ?? 0
  if (pivots.ndim === 0 || steps > size)
    throw new ShapeError('luPivotsToPermutation', `pivots ${formatArray(pivots)} of ${size} rows`, 'pass [..., k <= n]')
  const lead = pivots.shape.slice(0, -1)
  const places = broadcastedIota('int32', [...lead, size], lead.length)
  // Each swap is two selections, so that nothing depends on the values of indices.
  const valueAt = (x: NDArray, chosen: NDArray): NDArray => spread(reduceSum(select(chosen, x, 0), [lead.length]))
  const spread = (x: NDArray): NDArray =>
    broadcastInDim(
      x,
      [...lead, size],
      lead.map((_, i) => i),
    )
  return [...Array(steps).keys()].reduce((order, step) => {
    const chosen = spread(
      reduceSum(select(eq(broadcastedIota('int32', pivots.shape, lead.length), step), pivots, 0), [lead.length]),
    )
    const [atStep, atPivot] = [eq(places, step), eq(places, chosen)]
    return select(atStep, valueAt(order, atPivot), select(atPivot, valueAt(order, atStep), order))
  }, places)
}

/** Which system `luSolve` solves: `x`, or its transpose. */
export interface LuSolveOptions {
  readonly transpose?: boolean
}

/**
 * Solves `x y = b` from `lu(x)`.
 *
 * @param factors `[..., n, n]`, the first result of `lu`
 * @param permutation `int32[..., n]`, its third
 * @param b `[..., n, k]`
 * @example
 * const [lu, , permutation] = lax.linalg.lu(np.array([[0, 2], [4, 0]]))
 * lax.linalg.luSolve(lu, permutation, np.array([[2], [4]])) // [[1], [1]]
 */
export function luSolve(factors: NDArray, permutation: NDArray, b: NDArray, options: LuSolveOptions = {}): NDArray {
  const lower = { leftSide: true, lower: true, unitDiagonal: true }
  if (options.transpose !== true)
    return triangularSolve(factors, triangularSolve(factors, takeRows(b, permutation), lower), { leftSide: true })
  const inner = triangularSolve(factors, b, { leftSide: true, transposeA: true })
  const solved = triangularSolve(factors, inner, { ...lower, transposeA: true })
  return takeRows(solved, inversePermutation(permutation))
}

/** Where each row went. */
function inversePermutation(permutation: NDArray): NDArray {
  const axis = permutation.ndim - 1
  const places = broadcastedIota('int32', permutation.shape, axis)
  return bind('sort', [permutation, places], { dimension: axis, isStable: false, numKeys: 1 })[1] as NDArray
}
