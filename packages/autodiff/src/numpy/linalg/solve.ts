import { type ArrayLike, formatArray, type NDArray } from '../../array.ts'
import { ShapeError } from '../../errors.ts'
import { customFlat } from '../../lax/customFlat.ts'
import * as lax from '../../lax/index.ts'
import * as linalg from '../../lax/linalg.ts'
import { eyeOf, planeOf, swapLast } from '../../lax/matrix.ts'
import { solveSquare } from '../../lax/solve.ts'
import { broadcastShapes, broadcastTo } from '../broadcast.ts'
import { where } from '../choose.ts'
import { asArray } from '../coerce.ts'
import { finfo } from '../limits.ts'
import { matmul } from '../products.ts'
import { moveaxis, reshape } from '../shape.ts'
import { svd } from './decompose.ts'
import { floats, matrices } from './operands.ts'

/**
 * The `y` with `a y = b`.
 *
 * @param a `[..., n, n]`
 * @param b `[n]`, or `[..., n, k]`; leading dimensions broadcast
 * @throws {ShapeError} when the sizes do not fit
 * @example np.linalg.solve([[2, 0], [0, 4]], [2, 4]) // [1, 1]
 */
export function solve(a: ArrayLike, b: ArrayLike): NDArray {
  const [left, right] = floats('solve', a, b)
  const n = matrices('solve', left, { square: true }).shape.at(-1) as number
  const isVector = right.ndim === 1
  const columns = isVector ? lax.expandDims(right, [1]) : right
  if (right.ndim === 0 || columns.shape.at(-2) !== n)
    throw new ShapeError(
      'solve',
      `${formatArray(left)} and ${formatArray(right)}`,
      'pass [..., n, n] and [n] or [..., n, k]',
    )
  const lead = broadcastShapes('solve', [left.shape.slice(0, -2), columns.shape.slice(0, -2)], [left, right])
  const over = (x: NDArray): NDArray => broadcastTo(x, [...lead, ...x.shape.slice(-2)])
  const solved = solveSquare(over(left), over(columns))
  return isVector ? lax.squeeze(solved, [-1]) : solved
}

/**
 * The inverse of each matrix.
 *
 * @param x `[..., n, n]`
 * @throws {ShapeError} when the matrices are not square
 * @example np.linalg.inv([[2, 0], [0, 4]]) // [[0.5, 0], [0, 0.25]]
 */
export function inv(x: ArrayLike): NDArray {
  const given = matrices('inv', x, { square: true })
  return solveSquare(given, eyeOf(given.shape, given.dtype))
}

/** Of `pinv`. */
export interface PinvOptions {
  /** Singular values up to this share of the largest count as 0. Default: 10 · max(m, n) · eps. */
  readonly rtol?: number
}

/** The pseudoinverse of `x` by its singular values. */
function pinvValue(x: NDArray, rtol: number): NDArray {
  const [u, s, vt] = linalg.svd(x, { fullMatrices: false })
  const largest = lax.sliceInDim(s, 0, 1, 1, -1)
  const kept = where(lax.gt(s, broadcastTo(lax.mul(largest, rtol), s.shape)), s, Infinity)
  const column = lax.expandDims(kept, [-1])
  const ut = swapLast(u)
  return lax.batchMatmul(swapLast(vt), lax.div(ut, broadcastTo(column, ut.shape)))
}

/** Source: Golub and Pereyra, "The differentiation of pseudo-inverses", 1973, in the order of products that is cheaper. */
function pinvTangent(a: NDArray, p: NDArray, t: NDArray): NDArray {
  const { add, sub, neg } = lax
  const dot = lax.batchMatmul
  const [pt, tt] = [swapLast(p), swapLast(t)]
  const [m, n] = planeOf(a)
  if (m >= n) {
    const [s, r] = [dot(dot(p, pt), tt), dot(dot(tt, pt), p)]
    return sub(add(sub(add(neg(dot(dot(p, t), p)), s), dot(dot(s, a), p)), r), dot(dot(p, a), r))
  }
  const [s, r] = [dot(p, dot(pt, tt)), dot(tt, dot(pt, p))]
  return sub(add(sub(add(neg(dot(p, dot(t, p))), s), dot(s, dot(a, p))), r), dot(p, dot(a, r)))
}

const pinvFlat = (rtol: number): ReturnType<typeof customFlat> =>
  customFlat(
    'pinv',
    ([x]) => [pinvValue(x as NDArray, rtol)],
    ([x], [t = null]) => {
      const out = pinvFlat(rtol)([x as NDArray])
      return [out, [t === null ? null : pinvTangent(x as NDArray, out[0] as NDArray, t)]]
    },
  )

/**
 * The pseudoinverse of each matrix, by singular values.
 *
 * @param x `[..., m, n]`
 * @returns `[..., n, m]`
 * @example np.linalg.pinv([[2, 0], [0, 4]]) // [[0.5, 0], [0, 0.25]]
 */
export function pinv(x: ArrayLike, options: PinvOptions = {}): NDArray {
  const given = matrices('pinv', x)
  const [m, n] = planeOf(given)
  if (m === 0 || n === 0) return lax.full([...given.shape.slice(0, -2), n, m], 0, given.dtype)
  const rtol = options.rtol ?? 10 * Math.max(m, n) * finfo(given.dtype).eps
  return pinvFlat(rtol)([given])[0] as NDArray
}

/** Of `lstsq`. */
export interface LstsqOptions {
  /** Singular values below this share of the largest count as 0. Default: max(m, n) · eps. */
  readonly rcond?: number | null
}

/**
 * The `y` that makes `|a y - b|` least, the smallest of them.
 *
 * @param a `[m, n]`
 * @param b `[m]` or `[m, k]`
 * @returns `y [n]` or `[n, k]`; the squares of the distances, `[1]` or `[k]`; the rank of `a`, int32; its singular values
 * @throws {ShapeError} when the sizes do not fit
 * @example np.linalg.lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5])[0] // [1, 2]
 */
export function lstsq(
  a: ArrayLike,
  b: ArrayLike,
  options: LstsqOptions = {},
): readonly [y: NDArray, residuals: NDArray, rank: NDArray, singularValues: NDArray] {
  const [left, given] = floats('lstsq', a, b)
  const right = given.ndim === 1 ? lax.expandDims(given, [1]) : given
  if (left.ndim !== 2 || right.ndim !== 2 || left.shape[0] !== right.shape[0])
    throw new ShapeError('lstsq', `${formatArray(left)} and ${formatArray(given)}`, 'pass [m, n] and [m] or [m, k]')
  const [m, n] = planeOf(left)
  const { eps } = finfo(left.dtype)
  const rcond = options.rcond === undefined || options.rcond === null ? eps * Math.max(m, n) : options.rcond
  const [u, s, vt] = svd(left, { fullMatrices: false })
  const least = lax.mul(lax.sliceInDim(s, 0, 1), rcond < 0 ? eps : rcond)
  const kept = lax.bitwiseAnd(lax.gt(s, 0), lax.ge(s, broadcastTo(least, s.shape)))
  const inverse = where(kept, lax.reciprocal(where(kept, s, 1)), 0)
  const spectrum = matmul(swapLast(u), right)
  const y = matmul(swapLast(vt), lax.mul(broadcastTo(lax.expandDims(inverse, [1]), spectrum.shape), spectrum))
  const residuals = lax.reduceSum(lax.square(lax.sub(right, matmul(left, y))), [0])
  const rank = lax.reduceSum(lax.convertElementType(kept, 'int32'), [0])
  return [given.ndim === 1 ? lax.reshape(y, [n]) : y, residuals, rank, s]
}

const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1)

/**
 * The inverse of an array as a linear map: the first `ind` axes (default: 2) are its rows, the others its columns.
 *
 * @returns the shape of `x` with the two groups exchanged
 * @throws {ShapeError} when the two groups hold different numbers of elements
 * @example np.linalg.tensorinv(np.eye(6).reshape(6, 2, 3), 1).shape // [2, 3, 6]
 */
export function tensorinv(x: ArrayLike, cut: number | { readonly ind?: number } = 2): NDArray {
  const ind = typeof cut === 'number' ? cut : (cut.ind ?? 2)
  const given = asArray('tensorinv', x)
  const [rows, columns] = [given.shape.slice(0, ind), given.shape.slice(ind)]
  if (!(ind > 0) || product(rows) !== product(columns))
    throw new ShapeError('tensorinv', `${formatArray(given)} cut at ${ind}`, 'both parts must have as many elements')
  return reshape(inv(reshape(given, [product(rows), product(columns)])), [...columns, ...rows])
}

/**
 * The `y` with `tensordot(a, y, y.ndim) = b`.
 *
 * @param axes of `a`, moved to the end first
 * @throws {ShapeError} when the sizes do not fit
 * @example np.linalg.tensorsolve(np.eye(6).reshape(2, 3, 6), np.ones([2, 3])) // [1, 1, 1, 1, 1, 1]
 */
export function tensorsolve(a: ArrayLike, b: ArrayLike, options: { readonly axes?: readonly number[] } = {}): NDArray {
  const [given, right] = floats('tensorsolve', a, b)
  const { axes = [] } = options
  const left = moveaxis(
    given,
    axes,
    axes.map((_, i) => i - axes.length),
  )
  const shape = left.shape.slice(right.ndim)
  if (left.shape.slice(0, right.ndim).join() !== right.shape.join() || product(shape) !== right.size)
    throw new ShapeError(
      'tensorsolve',
      `${formatArray(left)} and ${formatArray(right)}`,
      'the first must begin like the second, and the rest must have as many elements',
    )
  return reshape(solve(reshape(left, [right.size, right.size]), reshape(right, [right.size])), shape)
}
