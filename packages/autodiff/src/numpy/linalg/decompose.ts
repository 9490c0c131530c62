import type { ArrayLike, NDArray } from '../../array.ts'
import { ShapeError } from '../../errors.ts'
import * as linalg from '../../lax/linalg.ts'
import { swapLast } from '../../lax/matrix.ts'
import { matrices } from './operands.ts'

/** Of `cholesky`. */
export interface CholeskyOptions extends linalg.SymmetrizeOptions {
  /** The upper triangular `U` with `Uᵀ U = x` instead. Default: false. */
  readonly upper?: boolean
}

/**
 * The lower triangular `L` with `L Lᵀ = x`.
 *
 * @param x `[..., n, n]`, symmetric and positive definite; where it is not, the result is NaN
 * @throws {ShapeError} when the matrices are not square
 * @example np.linalg.cholesky([[4, 2], [2, 5]]) // [[2, 0], [1, 2]]
 */
export function cholesky(x: ArrayLike, options: CholeskyOptions = {}): NDArray {
  const factor = linalg.cholesky(matrices('cholesky', x, { square: true }), options)
  return options.upper === true ? swapLast(factor) : factor
}

/** Of `eigh` and `eigvalsh`. */
export interface EighOptions extends linalg.SymmetrizeOptions {
  /** Which triangle counts when the input is not symmetrized. Default: 'L'. */
  readonly UPLO?: 'L' | 'U'
}

function triangleOf(where: string, { UPLO = 'L', symmetrizeInput = true }: EighOptions) {
  if (UPLO !== 'L' && UPLO !== 'U') throw new ShapeError(where, `UPLO '${String(UPLO)}'`, "use 'L' or 'U'")
  return { lower: UPLO === 'L', symmetrizeInput }
}

/**
 * Eigenvalues, ascending, and eigenvectors, in columns, of symmetric matrices. Derivatives ask for distinct eigenvalues.
 *
 * @param x `[..., n, n]`
 * @returns values `[..., n]` and vectors `[..., n, n]`; a vector's sign is arbitrary
 * @throws {ShapeError} when the matrices are not square
 * @example np.linalg.eigh([[2, 0], [0, 1]])[0] // [1, 2]
 */
export function eigh(x: ArrayLike, options: EighOptions = {}): readonly [values: NDArray, vectors: NDArray] {
  const [vectors, values] = linalg.eigh(matrices('eigh', x, { square: true }), triangleOf('eigh', options))
  return [values, vectors]
}

/** The eigenvalues of `eigh` alone. @example np.linalg.eigvalsh([[2, 1], [1, 2]]) // [1, 3] */
export const eigvalsh = (x: ArrayLike, options: EighOptions = {}): NDArray =>
  linalg.eigh(matrices('eigvalsh', x, { square: true }), triangleOf('eigvalsh', options))[1]

/** What `qr` returns: the smaller factors, square ones in place of `q`, or `r` alone. */
export type QrMode = 'reduced' | 'complete' | 'r'
type Factors = Exclude<QrMode, 'r'>

/**
 * `q r = x` with orthonormal columns in `q` and `r` upper triangular.
 *
 * @param x `[..., m, n]`
 * @returns `q [..., m, k]` and `r [..., k, n]` with k = min(m, n), or m when `mode` is 'complete'; `r` alone when it is 'r'
 * @throws {ShapeError} for another mode
 * @example np.linalg.qr([[3, 0], [4, 5]], 'r') // [[-5, -4], [0, 3]]
 */
export function qr(x: ArrayLike, mode: 'r' | { readonly mode: 'r' }): NDArray
export function qr(x: ArrayLike, mode?: Factors | { readonly mode?: Factors }): readonly [q: NDArray, r: NDArray]
export function qr(
  x: ArrayLike,
  given: QrMode | { readonly mode?: QrMode } = {},
): NDArray | readonly [q: NDArray, r: NDArray] {
  const mode = typeof given === 'string' ? given : (given.mode ?? 'reduced')
  if (!['reduced', 'complete', 'r'].includes(mode))
    throw new ShapeError('qr', `mode '${String(mode)}'`, "use 'reduced', 'complete' or 'r'")
  const factors = linalg.qr(matrices('qr', x), { fullMatrices: mode === 'complete' })
  return mode === 'r' ? factors[1] : factors
}

/** Of `svd`. */
export interface SvdOptions {
  /** Whether `u` and `vt` are square. Default: true. */
  readonly fullMatrices?: boolean
  /** Whether `u` and `vt` are wanted at all. Default: true. */
  readonly computeUv?: boolean
}
type Svd = readonly [u: NDArray, s: NDArray, vt: NDArray]

/**
 * Singular values, descending: `u · diag(s) · vt = x`. Derivatives ask for distinct ones, and for `fullMatrices: false` unless `x` is square.
 *
 * @param x `[..., m, n]`
 * @returns `u [..., m, k]`, `s [..., min(m, n)]`, `vt [..., k, n]`; `s` alone with `computeUv: false`
 * @example np.linalg.svd([[3, 0], [0, -4]])[1] // [4, 3]
 */
export function svd(x: ArrayLike, options: SvdOptions & { readonly computeUv: false }): NDArray
export function svd(x: ArrayLike, options?: SvdOptions & { readonly computeUv?: true }): Svd
export function svd(x: ArrayLike, { fullMatrices = true, computeUv = true }: SvdOptions = {}): NDArray | Svd {
  const given = matrices('svd', x)
  return computeUv ? linalg.svd(given, { fullMatrices }) : linalg.svd(given, { fullMatrices: false })[1]
}

/** The singular values, descending: `[..., min(m, n)]`. @example np.linalg.svdvals([[3, 0], [0, 4]]) // [4, 3] */
export const svdvals = (x: ArrayLike): NDArray => svd(x, { computeUv: false })
