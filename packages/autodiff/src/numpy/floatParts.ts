import { DTypeError, isFloat } from '@proj/backend'
import type { ArrayLike, NDArray } from '../array.ts'
import { exponentOf, scaleBy } from '../lax/exponent.ts'
import * as lax from '../lax/index.ts'
import { broadcastShapes, broadcastTo } from './broadcast.ts'
import { asArray, convert, inexact } from './coerce.ts'

/**
 * `[mantissa, exponent]` with `x = mantissa · 2^exponent` and a mantissa of size 1/2 or more, less than 1. Of 0, infinities and NaN, `x` and 0.
 *
 * @returns a float of the dtype of `x` (float32 for integers) and int32
 * @example np.frexp([8, 0.75]) // [[0.5, 0.75], [4, 0]]
 */
export function frexp(x: ArrayLike): readonly [mantissa: NDArray, exponent: NDArray] {
  const given = inexact('frexp', x)
  const a = convert(given, given.dtype)
  const special = lax.bitwiseOr(lax.eq(a, 0), lax.bitwiseNot(lax.isFinite(a)))
  const exponent = lax.select(special, 0, exponentOf(a))
  return [lax.select(special, a, scaleBy(a, lax.neg(exponent))), exponent]
}

/**
 * `x · 2^n` for integers `n`, also where `2^n` alone is out of range. The two broadcast together.
 *
 * @returns the float dtype of `x`, float32 for integers
 * @throws {DTypeError} when `n` is no integer
 * @example np.ldexp([0.5, 3], [4, -1]) // [8, 1.5]
 */
export function ldexp(x: ArrayLike, n: ArrayLike): NDArray {
  const [given, power] = [inexact('ldexp', x), exponents(n)]
  const shape = broadcastShapes('ldexp', [given.shape, power.shape], [given, power])
  const a = broadcastTo(convert(given, given.dtype), shape)
  const scaled = scaleBy(a, broadcastTo(power, shape))
  return lax.select(lax.bitwiseAnd(lax.isFinite(a), lax.ne(a, 0)), scaled, a)
}

/** Integers as int32; in lists, whose numbers are floats elsewhere, whole numbers will do. */
function exponents(n: ArrayLike): NDArray {
  const isWhole = (x: unknown): boolean => (Array.isArray(x) ? x.every(isWhole) : Number.isInteger(x))
  const array = asArray('ldexp', n)
  if (isFloat(array.dtype) && !isWhole(n))
    throw new DTypeError('ldexp', `exponents of dtype ${array.dtype}`, 'use integers')
  return convert(array, 'int32')
}
