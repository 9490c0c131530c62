import { isFloat } from '@proj/backend'
import type { ArrayLike, NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { DTypeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { asArray, convert, numeric } from './coerce.ts'
import { finfo } from './limits.ts'

/** Integers and booleans are whole already. */
const ofFloats =
  (name: string, f: (x: NDArray) => NDArray) =>
  (x: ArrayLike): NDArray => {
    const array = asArray(name, x)
    return isFloat(array.dtype) ? f(array) : array
  }

/** The largest whole number not above `x`. @example np.floor([1.8, -1.2]) // [1, -2] */
export const floor = ofFloats('floor', lax.floor)
/** The smallest whole number not below `x`. @example np.ceil([1.2, -1.2]) // [2, -1] */
export const ceil = ofFloats('ceil', lax.ceil)
/** `x` without its fraction: toward 0. @example np.fix([1.8, -1.8]) // [1, -1] */
export const trunc = ofFloats('trunc', (x) => lax.select(lax.lt(x, 0), lax.ceil(x), lax.floor(x)))
export { trunc as fix }

/** The nearest whole number as a float; halves go to the even neighbour. @example np.rint([0.5, 1.5]) // [0, 2] */
export function rint(x: ArrayLike): NDArray {
  const array = asArray('rint', x)
  return isFloat(array.dtype) ? lax.round(array, 'toNearestEven') : convert(array, 'float32')
}

/**
 * To `decimals` places after the point (before it, when negative); halves go to the even neighbour. Integers stay.
 *
 * @throws {DTypeError} for an integer and negative `decimals`
 * @example np.round(2.5) // 2
 */
export const round = byName('round', ['a', 'decimals'], (x: ArrayLike, decimals = 0): NDArray => {
  const array = numeric('round', x)
  if (!isFloat(array.dtype)) {
    if (decimals < 0)
      throw new DTypeError('round', `${decimals} decimals of a ${array.dtype} array`, 'cast it to a float first')
    return array
  }
  if (decimals === 0) return lax.round(array, 'toNearestEven')
  if (decimals > Math.log10(finfo(array.dtype).max)) return array
  const wide = array.dtype === 'float16' ? convert(array, 'float32') : array
  const factor = 10 ** decimals
  const rounded = lax.div(lax.round(lax.mul(wide, factor), 'toNearestEven'), factor)
  return convert(rounded, array.dtype, array.weakType)
})
export { round as around }
