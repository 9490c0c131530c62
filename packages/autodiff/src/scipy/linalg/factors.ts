import { type ArrayLike, formatArray, type NDArray } from '../../array.ts'
import { ShapeError } from '../../errors.ts'
import * as lax from '../../lax/index.ts'
import * as linalg from '../../lax/linalg.ts'
import { eyeOf, lowerTriangle, planeOf, swapLast, upperTriangle } from '../../lax/matrix.ts'
import { broadcastShapes, broadcastTo } from '../../numpy/broadcast.ts'
import { asArray } from '../../numpy/coerce.ts'
import { eigvalsh, eigh as numpyEigh, qr as numpyQr } from '../../numpy/linalg/decompose.ts'
import { floats, matrices } from '../../numpy/linalg/operands.ts'

/** Which triangle a factor fills. Default: the upper one. */
export interface LowerOptions {
  readonly lower?: boolean
}

/**
 * The upper triangular `U` with `Uᵀ U = x`, or with `lower` the `L` with `L Lᵀ = x`; only that triangle of `x` is read, and only it has a derivative.
 *
 * @param x `[..., n, n]`, symmetric and positive definite; where it is not, the result is NaN
 * @example scipy.linalg.cholesky([[4, 2], [2, 2]]) // [[2, 1], [0, 1]]
 */
export function cholesky(x: ArrayLike, { lower = false }: LowerOptions = {}): NDArray {
  const given = matrices('cholesky', x, { square: true })
  const factor = linalg.cholesky(lower ? given : swapLast(given), { symmetrizeInput: false })
  return lower ? factor : swapLast(factor)
}

/** A Cholesky factor, and whether it is the lower one. */
export type ChoFactor = readonly [factor: NDArray, lower: boolean]

/** `cholesky`, for `choSolve`. @example scipy.linalg.choFactor([[4]]) // [[[2]], false] */
export const choFactor = (x: ArrayLike, { lower = false }: LowerOptions = {}): ChoFactor => [
  cholesky(x, { lower }),
  lower,
]

/** Right-hand sides as columns, with the leading dimensions of the matrices, and the way back. */
function asColumns(where: string, a: NDArray, b: NDArray) {
  const isVector = b.ndim === 1
  const columns = isVector ? lax.expandDims(b, [1]) : b
  if (b.ndim === 0 || columns.shape.at(-2) !== a.shape.at(-1))
    throw new ShapeError(where, `${formatArray(a)} and ${formatArray(b)}`, 'pass [..., n, n] and [n] or [..., n, k]')
  const lead = broadcastShapes(where, [a.shape.slice(0, -2), columns.shape.slice(0, -2)], [a, b])
  const over = (x: NDArray): NDArray => broadcastTo(x, [...lead, ...x.shape.slice(-2)])
  return { lead, a: over(a), b: over(columns), restore: (y: NDArray) => (isVector ? lax.squeeze(y, [-1]) : y) }
}

/** Solves `x y = b` from `choFactor(x)`. @example scipy.linalg.choSolve(scipy.linalg.choFactor([[4, 0], [0, 1]]), [8, 3]) // [2, 3] */
export function choSolve([factor, lower]: ChoFactor, b: ArrayLike): NDArray {
  const [left, right] = floats('choSolve', factor, b)
  const { a, b: columns, restore } = asColumns('choSolve', left, right)
  const inner = linalg.triangularSolve(a, columns, { leftSide: true, lower, transposeA: !lower })
  return restore(linalg.triangularSolve(a, inner, { leftSide: true, lower, transposeA: lower }))
}

/** Of `solveTriangular`. */
export interface SolveTriangularOptions extends LowerOptions {
  /** 1, 'T' or 'C' for `xᵀ y = b`. Default: 0. */
  readonly trans?: 0 | 1 | 2 | 'N' | 'T' | 'C'
  /** Whether the diagonal counts as 1, unread. Default: false. */
  readonly unitDiagonal?: boolean
}

/**
 * The `y` with `x y = b` for a triangular `x`, whose other triangle is not read.
 *
 * @param x `[..., n, n]`
 * @param b `[n]` or `[..., n, k]`
 * @throws {ShapeError} when the sizes do not fit
 * @example scipy.linalg.solveTriangular([[2, 0], [1, 1]], [2, 3], { lower: true }) // [1, 2]
 */
export function solveTriangular(x: ArrayLike, b: ArrayLike, options: SolveTriangularOptions = {}): NDArray {
  const { lower = false, trans = 0, unitDiagonal = false } = options
  const [left, right] = floats('solveTriangular', x, b)
  const {
    a,
    b: columns,
    restore,
  } = asColumns('solveTriangular', matrices('solveTriangular', left, { square: true }), right)
  const transposeA = trans !== 0 && trans !== 'N'
  return restore(linalg.triangularSolve(a, columns, { leftSide: true, lower, transposeA, unitDiagonal }))
}

/** `L` and `U` in one matrix, and the row that each step swapped with, int32. */
export type LuFactor = readonly [lu: NDArray, pivots: NDArray]

/** The factors that `luSolve` takes. @example scipy.linalg.luFactor([[0, 2], [4, 0]]) // [[[4, 0], [0, 2]], [1, 1]] */
export function luFactor(x: ArrayLike): LuFactor {
  const [factors, pivots] = linalg.lu(matrices('luFactor', x))
  return [factors, pivots]
}

/**
 * Solves `x y = b`, or with `trans` 1 or 2 `xᵀ y = b`, from `luFactor(x)`.
 *
 * @param b `[n]` or `[..., n, k]`
 * @example scipy.linalg.luSolve(scipy.linalg.luFactor([[0, 2], [4, 0]]), [2, 4]) // [1, 1]
 */
export function luSolve(
  [factors, pivots]: LuFactor,
  b: ArrayLike,
  options: { readonly trans?: 0 | 1 | 2 } = {},
): NDArray {
  const [left, right] = floats('luSolve', factors, b)
  const { lead, a, b: columns, restore } = asColumns('luSolve', left, right)
  const n = a.shape.at(-1) as number
  const permutation = broadcastTo(linalg.luPivotsToPermutation(asArray('luSolve', pivots), n), [...lead, n])
  return restore(linalg.luSolve(a, permutation, columns, { transpose: (options.trans ?? 0) !== 0 }))
}

type Plu = readonly [p: NDArray, l: NDArray, u: NDArray]
type Lu = readonly [pl: NDArray, u: NDArray]

/**
 * `p l u = x` with a permutation matrix, a lower triangular and an upper triangular one; with `permuteL`, `p l` and `u`.
 *
 * @param x `[..., m, n]`
 * @example scipy.linalg.lu([[0, 2], [4, 0]]) // [[[0, 1], [1, 0]], [[1, 0], [0, 1]], [[4, 0], [0, 2]]]
 */
export function lu(x: ArrayLike, options: { readonly permuteL: true }): Lu
export function lu(x: ArrayLike, options?: { readonly permuteL?: false }): Plu
export function lu(x: ArrayLike, { permuteL = false }: { readonly permuteL?: boolean } = {}): Lu | Plu {
  const [factors, , permutation] = linalg.lu(matrices('lu', x))
  const [m, n] = planeOf(factors)
  const k = Math.min(m, n)
  const lead = factors.shape.slice(0, -2)
  const shape = [...lead, m, m]
  const column = lax.broadcastInDim(permutation, shape, [...lead.keys(), lead.length + 1])
  const p = lax.convertElementType(lax.eq(column, lax.broadcastedIota('int32', shape, lead.length)), factors.dtype)
  const below = lax.sliceInDim(lowerTriangle(factors, -1), 0, k, 1, -1)
  const l = lax.add(below, eyeOf(below.shape, below.dtype))
  const u = lax.sliceInDim(upperTriangle(factors), 0, k, 1, -2)
  return permuteL ? [lax.batchMatmul(p, l), u] : [p, l, u]
}

/**
 * `q r = x`.
 *
 * @param mode 'full' for a square `q`, 'economic' for the smaller factors, 'r' for `[r]` alone
 * @example scipy.linalg.qr(np.eye(3, 2), { mode: 'economic' })[0].shape // [3, 2]
 */
export function qr(x: ArrayLike, options: { readonly mode: 'r' }): readonly [r: NDArray]
export function qr(x: ArrayLike, options?: { readonly mode?: 'full' | 'economic' }): readonly [q: NDArray, r: NDArray]
export function qr(
  x: ArrayLike,
  { mode = 'full' }: { readonly mode?: 'full' | 'economic' | 'r' } = {},
): readonly NDArray[] {
  if (mode === 'economic') return numpyQr(x, 'reduced')
  if (mode === 'full') return numpyQr(x, 'complete')
  if (mode === 'r') return [numpyQr(x, 'complete')[1]]
  throw new ShapeError('qr', `mode '${String(mode)}'`, "use 'full', 'economic' or 'r'")
}

/** Of `eigh`. */
export interface EighOptions {
  /** Which triangle is read. Default: the lower one. */
  readonly lower?: boolean
  readonly eigvalsOnly?: boolean
}

/**
 * Eigenvalues, ascending, and eigenvectors, in columns, of symmetric matrices; the eigenvalues alone with `eigvalsOnly`.
 *
 * @param x `[..., n, n]`
 * @example scipy.linalg.eigh([[2, 1], [1, 2]], { eigvalsOnly: true }) // [1, 3]
 */
export function eigh(x: ArrayLike, options: EighOptions & { readonly eigvalsOnly: true }): NDArray
export function eigh(
  x: ArrayLike,
  options?: EighOptions & { readonly eigvalsOnly?: false },
): readonly [values: NDArray, vectors: NDArray]
export function eigh(
  x: ArrayLike,
  { lower = true, eigvalsOnly = false }: EighOptions = {},
): NDArray | readonly [values: NDArray, vectors: NDArray] {
  const read = { UPLO: lower ? ('L' as const) : ('U' as const) }
  return eigvalsOnly ? eigvalsh(x, read) : numpyEigh(x, read)
}
