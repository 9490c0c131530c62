import type { ArrayLike, NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { multiply } from './arithmetic.ts'
import { inexact } from './coerce.ts'

/** `f` of the positions `0 … size - 1`, float32; 1 for a single one. */
function windowOf(where: string, size: number, f: (position: NDArray) => NDArray): NDArray {
  if (!Number.isInteger(size)) throw new ShapeError(where, `a window of ${size} points`, 'use a whole number')
  if (size <= 1) return lax.full([Math.max(0, size)], 1)
  return f(lax.iota('float32', size))
}

/** `cos(2π k n / (size - 1))`. */
const wave = (n: NDArray, size: number, k = 1): NDArray => lax.cos(lax.div(lax.mul(2 * k * Math.PI, n), size - 1))

/**
 * A triangle of `size` points from 0 up to 1 and back to 0, float32.
 *
 * @example np.bartlett(3) // [0, 1, 0]
 */
export const bartlett = (size: number): NDArray =>
  windowOf('bartlett', size, (n) => lax.sub(1, lax.div(lax.abs(lax.add(lax.mul(2, n), 1 - size)), size - 1)))

/**
 * Blackman's window of `size` points, `0.42 - 0.5 cos(2πn/(size-1)) + 0.08 cos(4πn/(size-1))`, float32.
 *
 * @example np.blackman(5).shape // [5]
 */
export const blackman = (size: number): NDArray =>
  windowOf('blackman', size, (n) =>
    lax.add(lax.sub(0.42, lax.mul(0.5, wave(n, size))), lax.mul(0.08, wave(n, size, 2))),
  )

/**
 * Hamming's window of `size` points, `0.54 - 0.46 cos(2πn/(size-1))`, float32.
 *
 * @example np.hamming(5).shape // [5]
 */
export const hamming = (size: number): NDArray =>
  windowOf('hamming', size, (n) => lax.sub(0.54, lax.mul(0.46, wave(n, size))))

/**
 * Hann's window of `size` points, `(1 - cos(2πn/(size-1))) / 2`, float32.
 *
 * @example np.hanning(3) // [0, 1, 0]
 */
export const hanning = (size: number): NDArray =>
  windowOf('hanning', size, (n) => lax.mul(0.5, lax.sub(1, wave(n, size))))

/** The modified Bessel function of the first kind, order 0. */
const besselI0 = (x: NDArray): NDArray => lax.mul(lax.exp(lax.abs(x)), lax.besselI0e(x))

/**
 * Kaiser's window of `size` points, `I₀(β √(1 - (n/α - 1)²)) / I₀(β)` with `α = (size - 1) / 2`, float32.
 *
 * @param beta a scalar; the larger, the narrower
 * @example np.kaiser(5, 14).shape // [5]
 */
export function kaiser(size: number, beta: ArrayLike): NDArray {
  const width = inexact('kaiser', beta)
  const alpha = (size - 1) / 2
  return windowOf('kaiser', size, (n) => {
    const root = lax.sqrt(lax.sub(1, lax.square(lax.div(lax.sub(n, alpha), alpha))))
    const top = besselI0(multiply(width, root))
    return lax.div(top, lax.broadcastLike(besselI0(lax.convertElementType(width, top.dtype)), top))
  })
}
