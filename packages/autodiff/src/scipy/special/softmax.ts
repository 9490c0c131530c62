import type { ArrayLike, NDArray } from '../../array.ts'
import * as lax from '../../lax/index.ts'
import { inexact } from '../../numpy/coerce.ts'
import { type Axes, max, positions, sum, withAxis } from '../../numpy/reduce.ts'

export { logsumexp } from '../../numpy/reduce.ts'

/** Along which axes the results sum to 1. Default: all. */
export interface SoftmaxOptions {
  readonly axis?: Axes
}

/** Exponents with the largest moved to 0, which changes no share, and the axes. */
function shifted(where: string, x: ArrayLike, { axis = null }: SoftmaxOptions) {
  const given = inexact(where, x)
  const axes = positions(where, axis, given)
  const over = (y: NDArray): NDArray => lax.broadcastInDim(y, given.shape, [...given.shape.keys()])
  const top = lax.stopGradient(max(given, { axis: axes, keepdims: true }))
  return { moved: lax.sub(given, over(top)), axes, over }
}

/**
 * `e^x` over its sum.
 *
 * @example scipy.special.softmax([0, 0]) // [0.5, 0.5]
 */
export function softmax(x: ArrayLike, axis?: Axes | SoftmaxOptions, options?: SoftmaxOptions): NDArray {
  const { moved, axes, over } = shifted('softmax', x, withAxis<SoftmaxOptions>('softmax', ['axis'], axis, options))
  const parts = lax.exp(moved)
  return lax.div(parts, over(sum(parts, { axis: axes, keepdims: true })))
}

/** The logarithm of `softmax`, exact where that is tiny. @example scipy.special.logSoftmax([0, 0]) // [-0.6931, -0.6931] */
export function logSoftmax(x: ArrayLike, axis?: Axes | SoftmaxOptions, options?: SoftmaxOptions): NDArray {
  const { moved, axes, over } = shifted(
    'logSoftmax',
    x,
    withAxis<SoftmaxOptions>('logSoftmax', ['axis'], axis, options),
  )
  return lax.sub(moved, over(lax.log(sum(lax.exp(moved), { axis: axes, keepdims: true }))))
}
