import type { ArrayLike, NDArray } from '../../array.ts'
import * as lax from '../../lax/index.ts'
import { broadcastShapes, broadcastTo } from '../../numpy/broadcast.ts'
import { asArray, convert, inexact } from '../../numpy/coerce.ts'
import { promoteAvals, toInexact } from '../../numpy/promotion.ts'

/** Operands as arrays of one float dtype and shape; bare numbers are rounded once, to that dtype. */
export function floats(where: string, ...xs: readonly ArrayLike[]): NDArray[] {
  const arrays = xs.map((x) => asArray(where, x))
  const joined = promoteAvals(arrays)
  const dtype = toInexact(joined.dtype)
  const shape = broadcastShapes(
    where,
    arrays.map((x) => x.shape),
  )
  return arrays.map((x, i) => {
    const given = xs[i]
    if (typeof given === 'number' || typeof given === 'boolean') return lax.full(shape, given, dtype, joined.weakType)
    return broadcastTo(convert(x, dtype, joined.weakType), shape)
  })
}

type Unary = (x: ArrayLike) => NDArray
type Binary = (x: ArrayLike, y: ArrayLike) => NDArray

/** A function of one array of floats. */
export const unary =
  (name: string, f: (x: NDArray) => NDArray): Unary =>
  (x) =>
    f(inexact(name, x))

/** A function of two arrays of floats that broadcast. */
export const binary =
  (name: string, f: (x: NDArray, y: NDArray) => NDArray): Binary =>
  (x, y) =>
    f(...(floats(name, x, y) as [NDArray, NDArray]))
