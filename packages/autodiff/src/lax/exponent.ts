import type { DType } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { full, fullLike } from './constant.ts'
import * as lax from './elementwise.ts'

/** The widest step of a power of two that is a normal number both ways. */
const widest: { readonly [D in DType]?: number } = { float32: 126, float64: 1022 }

/** `2^n` for each int32 `n` that gives a normal number; of float32 or float64. */
function powerOfTwo(n: NDArray, dtype: DType): NDArray {
  if (dtype === 'float32') return lax.bitcast(lax.shiftLeft(lax.add(n, 127), 23), 'float32')
  // There is no integer of 64 bits: one factor for each bit of |n|, exact because all products are normal.
  const [size, down] = [lax.abs(n), lax.lt(n, 0)]
  let product = full(n.shape, 1, dtype)
  for (let bit = 0; bit < 10; bit++) {
    const step = 2 ** bit
    const factor = lax.select(down, fullLike(product, 2 ** -step), fullLike(product, 2 ** step))
    product = lax.select(lax.ne(lax.bitwiseAnd(size, step), 0), lax.mul(product, factor), product)
  }
  return product
}

/** `x · 2^n` for an int32 `n`, rounded once unless the result is subnormal. */
export function scaleBy(x: NDArray, n: NDArray): NDArray {
  if (x.dtype === 'float16') return lax.convertElementType(scaleBy(lax.convertElementType(x, 'float32'), n), 'float16')
  const limit = widest[x.dtype] as number
  let [scaled, rest] = [x, n]
  // Three steps reach from the smallest number to beyond the largest.
  for (let step = 0; step < 3; step++) {
    const part = lax.clamp(-limit, rest, limit)
    scaled = lax.mul(scaled, powerOfTwo(part, x.dtype))
    rest = lax.sub(rest, part)
  }
  return scaled
}

/** The int32 `e` with `|x| = m · 2^e` and `1/2 <= m < 1`; of 0, infinities and NaN, anything. */
export function exponentOf(x: NDArray): NDArray {
  if (x.dtype === 'float64') return exponentBySearch(x)
  const given = lax.convertElementType(lax.stopGradient(x), 'float32')
  // Subnormal numbers are made normal first.
  const isSmall = lax.lt(lax.abs(given), 2 ** -126)
  const normal = lax.select(isSmall, lax.mul(given, 2 ** 24), given)
  const field = lax.bitwiseAnd(lax.shiftRightLogical(lax.bitcast(normal, 'int32'), 23), 0xff)
  return lax.sub(lax.sub(field, 126), lax.select(isSmall, fullLike(field, 24), 0))
}

/** By halving: there is no integer of 64 bits to read the exponent from. */
function exponentBySearch(x: NDArray): NDArray {
  let size = lax.abs(lax.stopGradient(x))
  let exponent = full(x.shape, 1, 'int32')
  const move = (isFar: NDArray, step: number): void => {
    size = lax.select(isFar, lax.mul(size, 2 ** -step), size)
    exponent = lax.select(isFar, lax.add(exponent, step), exponent)
  }
  for (let step = 512; step >= 1; step /= 2) move(lax.ge(size, 2 ** step), step)
  for (const step of [512, 512, 256, 128, 64, 32, 16, 8, 4, 2, 1]) move(lax.lt(size, 2 ** (1 - step)), -step)
  return exponent
}
