import type { DType } from '@proj/backend'
import { type ArrayLike, formatArray, type NDArray } from '../../array.ts'
import { ShapeError } from '../../errors.ts'
import { checkMatrix } from '../../lax/matrix.ts'
import { broadcastTo } from '../broadcast.ts'
import { asArray } from '../coerce.ts'
import { diagonal as diagonalOf, eye } from '../matrices.ts'
import { cross as crossOf, matmul, outer as outerOf, trace as traceOf } from '../products.ts'
import { inv } from './solve.ts'

/** The diagonal `offset` above the main one of each matrix: `[..., k]`. @example np.linalg.diagonal([[1, 2], [3, 4]]) // [1, 4] */
export const diagonal = (x: ArrayLike, options: { readonly offset?: number } = {}): NDArray =>
  diagonalOf(x, options.offset ?? 0, -2, -1)

/** The sum of the diagonal `offset` above the main one of each matrix. @example np.linalg.trace([[1, 2], [3, 4]]) // 5 */
export const trace = (x: ArrayLike, options: { readonly offset?: number; readonly dtype?: DType } = {}): NDArray =>
  traceOf(x, options.offset ?? 0, -2, -1, options.dtype === undefined ? {} : { dtype: options.dtype })

/**
 * All products of an element of one vector and one of another.
 *
 * @throws {ShapeError} for anything but vectors
 * @example np.linalg.outer([1, 2], [3, 4]) // [[3, 4], [6, 8]]
 */
export function outer(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = [asArray('outer', x), asArray('outer', y)]
  if (a.ndim !== 1 || b.ndim !== 1)
    throw new ShapeError('outer', `${formatArray(a)} and ${formatArray(b)}`, 'pass vectors')
  return outerOf(a, b)
}

/**
 * The vector product of vectors of length 3 along an axis.
 *
 * @throws {ShapeError} for another length
 * @example np.linalg.cross([1, 0, 0], [0, 1, 0]) // [0, 0, 1]
 */
export function cross(x: ArrayLike, y: ArrayLike, options: { readonly axis?: number } = {}): NDArray {
  const { axis = -1 } = options
  const [a, b] = [asArray('cross', x), asArray('cross', y)]
  if (a.shape.at(axis) !== 3 || b.shape.at(axis) !== 3)
    throw new ShapeError('cross', `${formatArray(a)} and ${formatArray(b)}`, `axis ${axis} must have 3 elements`)
  return crossOf(a, b, { axis })
}

/**
 * Each matrix times itself, `n` times in all; a negative `n` takes the inverse. By squaring.
 *
 * @param x `[..., m, m]`
 * @throws {ShapeError} when the matrices are not square, or `n` is no integer
 * @example np.linalg.matrixPower([[1, 1], [0, 1]], 3) // [[1, 3], [0, 1]]
 */
export function matrixPower(x: ArrayLike, n: number): NDArray {
  const given = checkMatrix('matrixPower', asArray('matrixPower', x), { square: true })
  if (!Number.isInteger(n)) throw new ShapeError('matrixPower', `exponent ${n}`, 'pass an integer')
  if (n === 0) return broadcastTo(eye(given.shape.at(-1) as number, { dtype: given.dtype }), given.shape)
  if (n < 0) return matrixPower(inv(given), -n)
  if (n === 1) return given
  const half = matrixPower(given, Math.floor(n / 2))
  return n % 2 === 0 ? matmul(half, half) : matmul(matmul(half, half), given)
}

/** The last cut of the cheapest order in which to multiply matrices `from` to `to`; `sizes[i]` and `sizes[i + 1]` are those of matrix `i`. */
function cheapest(
  sizes: readonly number[],
): (from: number, to: number) => { readonly cost: number; readonly cut: number } {
  const known = new Map<string, { readonly cost: number; readonly cut: number }>()
  const best = (from: number, to: number): { readonly cost: number; readonly cut: number } => {
    if (from === to) return { cost: 0, cut: from }
    const key = `${from},${to}`
    const found = known.get(key)
    if (found !== undefined) return found
    const outerSize = (sizes[from] as number) * (sizes[to + 1] as number)
    const options = Array.from({ length: to - from }, (_, i) => {
      const cut = from + i
      return { cut, cost: best(from, cut).cost + best(cut + 1, to).cost + outerSize * (sizes[cut + 1] as number) }
    })
    const least = options.reduce((a, b) => (b.cost < a.cost ? b : a))
    known.set(key, least)
    return least
  }
  return best
}

/**
 * The product of two or more matrices in the order that multiplies least. The first may be a row vector, the last a column vector.
 *
 * @throws {ShapeError} for fewer than two, or sizes that do not fit
 * @example np.linalg.multiDot([np.ones([9, 2]), np.ones([2, 9]), np.ones([9])]).shape // [9]
 */
export function multiDot(xs: readonly ArrayLike[]): NDArray {
  const arrays = xs.map((x) => asArray('multiDot', x))
  const isEnd = (i: number): boolean => i === 0 || i === arrays.length - 1
  const fits = arrays.every((x, i) => x.ndim === 2 || (isEnd(i) && x.ndim === 1))
  const agree = arrays.slice(1).every((x, i) => x.shape[0] === arrays[i]?.shape.at(-1))
  if (arrays.length < 2 || !fits || !agree)
    throw new ShapeError(
      'multiDot',
      arrays.length === 0 ? 'no arrays' : arrays.map(formatArray).join(', '),
      'pass two or more matrices whose inner sizes agree',
    )
  const [first, last] = [arrays[0] as NDArray, arrays.at(-1) as NDArray]
  const sizes = [
    first.ndim === 1 ? 1 : (first.shape[0] as number),
    ...arrays.slice(1).map((x) => x.shape[0] as number),
    last.ndim === 1 ? 1 : (last.shape[1] as number),
  ]
  const best = cheapest(sizes)
  const multiply = (from: number, to: number): NDArray => {
    if (from === to) return arrays[from] as NDArray
    const { cut } = best(from, to)
    return matmul(multiply(from, cut), multiply(cut + 1, to))
  }
  return multiply(0, arrays.length - 1)
}
