import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { elementInDim } from '../lax/movement.ts'
import { add, multiply, subtract } from './arithmetic.ts'
import { inexact, promoteDtypes } from './coerce.ts'
import { convolve } from './convolution.ts'

/**
 * The polynomial with these coefficients, highest power first, at `x`, by Horner's rule.
 *
 * @example np.polyval([1, 0, 2], 3) // 11
 */
export function polyval(coefficients: ArrayLike, x: ArrayLike): NDArray {
  const [p, at] = promoteDtypes('polyval', [coefficients, x]) as [NDArray, NDArray]
  if (p.ndim === 0) throw new ShapeError('polyval', 'coefficients of rank 0', 'pass a list of them')
  let out = lax.fullLike(at, 0)
  for (let i = 0; i < (p.shape[0] as number); i++) out = add(multiply(out, at), elementInDim(p, i))
  return out
}

const padTo = (x: NDArray, n: number): NDArray => lax.pad(x, 0, [[n - (x.shape[0] as number), 0, 0]])

const ofPolynomials =
  (name: string, f: (x: ArrayLike, y: ArrayLike) => NDArray) =>
  (x: ArrayLike, y: ArrayLike): NDArray => {
    const [a, b] = promoteDtypes(name, [x, y]) as [NDArray, NDArray]
    if (a.ndim !== 1 || b.ndim !== 1)
      throw new ShapeError(name, `${formatArray(a)} and ${formatArray(b)}`, 'pass lists of coefficients')
    const n = Math.max(a.size, b.size)
    return f(padTo(a, n), padTo(b, n))
  }
/** The sum of two polynomials, coefficients highest power first. @example np.polyadd([1, 2], [1, 0, 0]) // [1, 1, 2] */
export const polyadd = ofPolynomials('polyadd', add)
/** The difference of two polynomials. @example np.polysub([1, 0, 0], [1, 2]) // [1, -1, -2] */
export const polysub = ofPolynomials('polysub', subtract)

/**
 * The product of two polynomials, coefficients highest power first; a float vector.
 *
 * @throws {ShapeError} when coefficients are no vectors
 * @example np.polymul([1, 2], [1, 0]) // [1, 2, 0]
 */
export function polymul(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteDtypes('polymul', [x, y]).map((side) => inexact('polymul', side)) as [NDArray, NDArray]
  if (a.ndim !== 1 || b.ndim !== 1)
    throw new ShapeError('polymul', `${formatArray(a)} and ${formatArray(b)}`, 'pass lists of coefficients')
  const orZero = (side: NDArray): NDArray => (side.size === 0 ? lax.full([1], 0, side.dtype) : side)
  return convolve(orZero(a), orZero(b))
}
