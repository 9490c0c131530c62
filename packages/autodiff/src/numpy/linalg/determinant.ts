import type { ArrayLike, NDArray } from '../../array.ts'
import { detSquare, slogdetSquare } from '../../lax/solve.ts'
import { matrices } from './operands.ts'

/**
 * The determinant of each matrix. Its derivative is right for singular matrices too.
 *
 * @param x `[..., n, n]`
 * @throws {ShapeError} when the matrices are not square
 * @example np.linalg.det([[1, 2], [3, 4]]) // -2
 */
export const det = (x: ArrayLike): NDArray => detSquare(matrices('det', x, { square: true }))

/**
 * The sign of the determinant, and the logarithm of its absolute value: what `det` would overflow or vanish for. 0 and -∞ of a singular matrix.
 *
 * @param x `[..., n, n]`
 * @throws {ShapeError} when the matrices are not square
 * @example np.linalg.slogdet([[0, 1], [1, 0]]) // [-1, 0]
 */
export function slogdet(x: ArrayLike): readonly [sign: NDArray, logAbsDet: NDArray] {
  return slogdetSquare(matrices('slogdet', x, { square: true }))
}
