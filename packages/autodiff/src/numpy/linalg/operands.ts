import type { ArrayLike, NDArray } from '../../array.ts'
import { DTypeError } from '../../errors.ts'
import { checkMatrix } from '../../lax/matrix.ts'
import { inexact, promoteDtypes } from '../coerce.ts'

/** Decompositions are of single and double precision. */
function checkPrecision(where: string, x: NDArray): NDArray {
  if (x.dtype === 'float16') throw new DTypeError(where, 'got float16', 'cast the matrices to float32 first')
  return x
}

/** An array as matrices of floats. */
export const matrices = (where: string, x: ArrayLike, options: { readonly square?: boolean } = {}): NDArray =>
  checkMatrix(where, checkPrecision(where, inexact(where, x)), options)

/** Two arrays of one float dtype. */
export function floats(where: string, x: ArrayLike, y: ArrayLike): readonly [NDArray, NDArray] {
  const [a, b] = promoteDtypes(where, [x, y]).map((side) => checkPrecision(where, inexact(where, side)))
  return [a as NDArray, b as NDArray]
}
