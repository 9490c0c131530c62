import { type ArrayLike, formatArray, type NDArray } from '../../array.ts'
import { ShapeError } from '../../errors.ts'
import * as lax from '../../lax/index.ts'
import { planeOf } from '../../lax/matrix.ts'
import { elementInDim } from '../../lax/movement.ts'
import { absolute, divide } from '../arithmetic.ts'
import { where } from '../choose.ts'
import { inexact, truth } from '../coerce.ts'
import { finfo } from '../limits.ts'
import { type Axes, any, max, min, positions, sum } from '../reduce.ts'
import { expandDims, moveaxis } from '../shape.ts'
import { svdvals } from './decompose.ts'
import { matrices } from './operands.ts'
import { inv } from './solve.ts'

/** Of a vector: any number, also ±∞; of a matrix: 1, -1, 2, -2, ±∞, Frobenius' or the nuclear norm. */
export type NormOrder = number | 'fro' | 'nuc'

/** Of `norm`. */
export interface NormOptions {
  /** Default: Euclid's norm of all elements, or of each row or matrix that `axis` names. */
  readonly ord?: NormOrder | null
  /** One for vectors, two for matrices. Default: all, flattened unless `ord` is given. */
  readonly axis?: number | readonly number[] | null
  readonly keepdims?: boolean
}

/** Of `vectorNorm`. */
export interface VectorNormOptions {
  /** Default: 2. */
  readonly ord?: number
  /** Default: all axes. */
  readonly axis?: Axes
  readonly keepdims?: boolean
}

/** Of `matrixNorm`. */
export interface MatrixNormOptions {
  /** Default: 'fro'. */
  readonly ord?: NormOrder
  readonly keepdims?: boolean
}

const euclid = (x: NDArray, axis: Axes, keepdims: boolean): NDArray => lax.sqrt(sum(lax.mul(x, x), { axis, keepdims }))

/**
 * `(Σ |x|^ord)^(1/ord)` along axes; with ±∞ the largest or smallest size, with 0 the number of elements that are not 0.
 *
 * @throws {ShapeError} for an `ord` that is no number
 * @example np.linalg.vectorNorm([3, 4]) // 5
 */
export function vectorNorm(x: ArrayLike, options: VectorNormOptions = {}): NDArray {
  const { ord = 2, axis = null, keepdims = false } = options
  const given = inexact('vectorNorm', x)
  const over = { axis, keepdims }
  if (typeof ord !== 'number') throw new ShapeError('vectorNorm', `ord '${String(ord)}'`, 'use a number, or Infinity')
  if (ord === 2) return euclid(given, axis, keepdims)
  const size = absolute(given)
  if (ord === Infinity) return max(size, { ...over, initial: 0 })
  if (ord === -Infinity) return min(size, over)
  if (ord === 0) return sum(lax.convertElementType(truth('vectorNorm', given), given.dtype), over)
  if (ord === 1) return sum(size, over)
  const total = sum(lax.pow(size, lax.fullLike(size, ord)), over)
  return lax.pow(total, lax.fullLike(total, 1 / ord))
}

/** Sums along `first`, then the extreme along `second`. */
function induced(x: NDArray, [first, second]: readonly [number, number], ord: number, keepdims: boolean): NDArray {
  const sums = sum(absolute(x), { axis: first, keepdims: true })
  const extreme =
    ord > 0 ? max(sums, { axis: second, keepdims: true, initial: 0 }) : min(sums, { axis: second, keepdims: true })
  return keepdims ? extreme : lax.squeeze(extreme, [first, second])
}

function bySingularValues(
  x: NDArray,
  axes: readonly [number, number],
  ord: 2 | -2 | 'nuc',
  keepdims: boolean,
): NDArray {
  const s = svdvals(moveaxis(x, axes, [-2, -1]))
  const out = ord === 'nuc' ? sum(s, -1) : ord === 2 ? max(s, { axis: -1, initial: 0 }) : min(s, -1)
  return keepdims
    ? expandDims(
        out,
        [...axes].sort((a, b) => a - b),
      )
    : out
}

/** Of matrices with rows along the first of `axes` and columns along the second. */
function ofMatrices(x: NDArray, axes: readonly [number, number], ord: NormOrder | null, keepdims: boolean): NDArray {
  const [row, column] = axes
  if (ord === null || ord === 'fro') return euclid(x, axes, keepdims)
  if (ord === 1 || ord === -1) return induced(x, [row, column], ord, keepdims)
  if (ord === Infinity || ord === -Infinity) return induced(x, [column, row], ord, keepdims)
  if (ord === 2 || ord === -2 || ord === 'nuc') return bySingularValues(x, axes, ord, keepdims)
  throw new ShapeError('norm', `ord ${String(ord)} of matrices`, "use 'fro', 'nuc', 1, -1, 2, -2 or ±Infinity")
}

/**
 * The norm of vectors along one axis, or of matrices along two; of all elements by default.
 *
 * @throws {ShapeError} for an order that there is not, or more than two axes
 * @example np.linalg.norm([[3, 4]], { axis: 1 }) // [5]
 */
export function norm(x: ArrayLike, options: NormOptions = {}): NDArray {
  const { ord = null, axis = null, keepdims = false } = options
  const given = inexact('norm', x)
  if (axis === null && ord === null) return euclid(given, null, keepdims)
  const named = axis === null ? [...given.shape.keys()] : typeof axis === 'number' ? [axis] : axis
  const axes = named.map((a) => positions('norm', a, given)[0] as number)
  const [first, second] = axes
  if (axes.length === 1) {
    if (ord === 'fro' || ord === 'nuc') throw new ShapeError('norm', `ord '${ord}' of vectors`, 'use a number')
    return vectorNorm(given, { ord: ord ?? 2, axis: first as number, keepdims })
  }
  if (axes.length !== 2 || first === second)
    throw new ShapeError('norm', `axes [${axes.join()}]`, 'name one axis for vectors, two for matrices')
  return ofMatrices(given, axes as unknown as readonly [number, number], ord, keepdims)
}

/**
 * The norm of each matrix, the last two dimensions.
 *
 * @param x `[..., m, n]`
 * @example np.linalg.matrixNorm([[3, 0], [4, 0]]) // 5
 */
export const matrixNorm = (x: ArrayLike, options: MatrixNormOptions = {}): NDArray =>
  norm(matrices('matrixNorm', x), { ord: 'fro', ...options, axis: [-2, -1] })

/**
 * How much solving with each matrix may enlarge errors: the product of its norm and that of its inverse.
 *
 * @param order of the norm, `p`; default: 2, the largest singular value over the smallest
 * @throws {ShapeError} for empty matrices, and, unless `p` is 2 or -2, for matrices that are not square
 * @example np.linalg.cond([[4, 0], [0, 2]]) // 2
 */
export function cond(x: ArrayLike, order: NormOrder | null | { readonly p?: NormOrder | null } = null): NDArray {
  const p = typeof order === 'object' && order !== null ? (order.p ?? null) : order
  const given = matrices('cond', x)
  const [m, n] = planeOf(given)
  if (m === 0 || n === 0) throw new ShapeError('cond', `got ${formatArray(given)}`, 'pass matrices that are not empty')
  if (p === null || p === 2 || p === -2) {
    const s = svdvals(given)
    const [largest, smallest] = [elementInDim(s, 0, -1), elementInDim(s, -1, -1)]
    return p === -2 ? finish(divide(smallest, largest), given) : divide(largest, smallest)
  }
  const inverse = inv(matrices('cond', given, { square: true }))
  return finish(lax.mul(matrixNorm(given, { ord: p }), matrixNorm(inverse, { ord: p })), given)
}

/** Infinite where a matrix without NaN has no inverse. */
const finish = (out: NDArray, x: NDArray): NDArray =>
  where(lax.bitwiseAnd(lax.ne(out, out), lax.bitwiseNot(any(lax.ne(x, x), [-2, -1]))), Infinity, out)

/**
 * How many singular values exceed a share of the largest; of a vector or scalar, whether it is not 0. int32.
 *
 * @param options `rtol`: an absolute bound for singular values; default: the largest times max(m, n) · eps
 * @example np.linalg.matrixRank([[1, 2], [2, 4]]) // 1
 */
export function matrixRank(x: ArrayLike, options: { readonly rtol?: number } = {}): NDArray {
  const given = inexact('matrixRank', x)
  if (given.ndim < 2) return lax.convertElementType(any(lax.ne(given, 0)), 'int32')
  const s = svdvals(given)
  const [m, n] = planeOf(given)
  const bound =
    options.rtol === undefined
      ? lax.mul(max(s, { axis: -1, keepdims: true }), Math.max(m, n) * finfo(s.dtype).eps)
      : lax.full([1], options.rtol, s.dtype)
  const over = lax.broadcastInDim(
    bound,
    s.shape,
    bound.shape.map((_, i) => i + s.ndim - bound.ndim),
  )
  return sum(lax.convertElementType(lax.gt(s, over), 'int32'), -1)
}
