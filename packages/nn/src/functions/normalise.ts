import { type ArrayLike, customJvp, lax, type NDArray, numpy as np } from '@proj/autodiff'

export interface SoftmaxOptions {
  /** One or several; the last unless told. */
  readonly axis?: number | readonly number[] | null
  /** Bool, broadcast to `x`: the elements that take part. The others become 0 (`-∞` in the logarithm). */
  readonly where?: ArrayLike
}

const optionsOf = (axis: number | SoftmaxOptions): SoftmaxOptions => (typeof axis === 'number' ? { axis } : axis)

const masked = (x: NDArray, where: ArrayLike | undefined, other: number): NDArray =>
  where === undefined ? x : np.where(where, x, other)

const softmaxOf = ({ axis = -1, where }: SoftmaxOptions) => {
  const over = { axis, keepdims: true }
  const softmax = customJvp((x: NDArray): NDArray => {
    const chosen = masked(x, where, -Infinity)
    const unnormalised = np.exp(chosen.sub(np.max(chosen, { ...over, initial: -Infinity })))
    return masked(unnormalised.div(np.sum(masked(unnormalised, where, 0), over)), where, 0)
  })
  softmax.defjvp(([x], [t]) => {
    const y = softmax(x)
    return [y, y.mul(t.sub(np.sum(masked(y.mul(t), where, 0), over)))]
  })
  return softmax
}

/**
 * `e^x / Σ e^x` along an axis (the last unless told), which never overflows.
 *
 * @example nn.softmax(np.zeros([4])) // [0.25, 0.25, 0.25, 0.25]
 */
export const softmax = (x: ArrayLike, axis: number | SoftmaxOptions = -1): NDArray =>
  softmaxOf(optionsOf(axis))(np.asarray(x))

/**
 * `log(softmax(x))` along an axis (the last unless told).
 *
 * @example nn.logSoftmax(np.zeros([1])) // [0]
 */
export function logSoftmax(x: ArrayLike, axis: number | SoftmaxOptions = -1): NDArray {
  const { axis: over = -1, where } = optionsOf(axis)
  const chosen = masked(np.asarray(x), where, -Infinity)
  const peak = lax.stopGradient(np.max(chosen, { axis: over, keepdims: true, initial: -Infinity }))
  const shifted = chosen.sub(peak)
  const total = np.sum(masked(np.exp(shifted), where, 0), { axis: over, keepdims: true })
  return masked(shifted.sub(np.log(total)), where, -Infinity)
}

export interface LogmeanexpOptions extends SoftmaxOptions {
  readonly keepdims?: boolean
}

/**
 * `log(mean(e^x))` over `axis` (everything unless told), which never overflows.
 *
 * @example nn.logmeanexp(np.full([3], 1000)) // 1000
 */
export function logmeanexp(x: ArrayLike, { axis = null, where, keepdims = false }: LogmeanexpOptions = {}): NDArray {
  const array = np.asarray(x)
  const over = { axis, keepdims }
  const total = np.logsumexp(masked(array, where, -Infinity), over)
  const count = np.sum(np.broadcastTo(where ?? true, array.shape), { ...over, dtype: total.dtype })
  return total.sub(np.log(count))
}

export interface StandardizeOptions {
  readonly axis?: number | readonly number[] | null
  /** Taken from `x` unless told. */
  readonly mean?: ArrayLike
  readonly variance?: ArrayLike
  /** Added to the variance: 1e-5 unless told. */
  readonly epsilon?: ArrayLike
  readonly where?: ArrayLike
  /** `stable` takes the mean of squared differences; `fast` the difference of mean squares, in one pass. */
  readonly algorithm?: 'fast' | 'stable'
}

/**
 * `(x - mean) / √(variance + ε)` along an axis, the last unless told.
 *
 * @example nn.standardize(np.array([1, 3]), { epsilon: 0 }) // [-1, 1]
 */
export function standardize(x: ArrayLike, options: StandardizeOptions = {}): NDArray {
  const { axis = -1, epsilon = 1e-5, where, algorithm = 'fast' } = options
  const array = np.asarray(x)
  const over = { axis, keepdims: true, ...(where !== undefined && { where }) }
  const mean = options.mean === undefined ? np.mean(array, over) : np.asarray(options.mean)
  const measured = (): NDArray =>
    algorithm === 'stable'
      ? np.mean(np.square(array.sub(mean)), over)
      : // Rounding can make it negative.
        np.maximum(np.mean(np.square(array), over).sub(np.square(mean)), 0)
  const variance = options.variance === undefined ? measured() : np.asarray(options.variance)
  return array.sub(mean).mul(lax.rsqrt(variance.add(epsilon)))
}

const log1mexpOf = customJvp(
  (x: NDArray): NDArray => np.where(x.lt(Math.LN2), np.log(np.expm1(x.neg()).neg()), np.log1p(np.exp(x.neg()).neg())),
)
log1mexpOf.defjvps((t, _, x) => t.div(np.expm1(x)))

/**
 * `log(1 - e^-x)` for positive `x`, exact near 0 and for large `x`.
 *
 * Source: Mächler, "Accurately computing log(1 - exp(-|a|))", 2012.
 *
 * @example nn.log1mexp(np.array([Math.LN2])) // [-0.6931471824645996]
 */
export const log1mexp = (x: ArrayLike): NDArray => log1mexpOf(np.asarray(x))
