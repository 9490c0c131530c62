import { type ArrayLike, lax, type NDArray, numpy as np, ShapeError, typeOf } from '@proj/autodiff'

/** A function of one array to one of the same shape. */
export type Activation = (x: NDArray) => NDArray

/**
 * `x` itself.
 *
 * @example nn.identity(np.array([-1, 2])) // [-1, 2]
 */
export const identity = (x: ArrayLike): NDArray => np.asarray(x)

/**
 * `max(x, 0)`, elementwise; its derivative at 0 is 0.
 *
 * @example nn.relu(np.array([-1, 0, 2])) // [0, 0, 2]
 */
export function relu(x: ArrayLike): NDArray {
  const array = np.asarray(x)
  return np.where(array.le(0), 0, array)
}

/**
 * `min(max(x, 0), 6)`, elementwise; its derivative at 0 and at 6 is 0.
 *
 * @example nn.relu6(np.array([-1, 3, 8])) // [0, 3, 6]
 */
export function relu6(x: ArrayLike): NDArray {
  const array = floating(x)
  return np.where(array.ge(6), 6, relu(array))
}

/**
 * `1 / (1 + e^-x)`, elementwise.
 *
 * @example nn.sigmoid(np.array([0])) // [0.5]
 */
export const sigmoid = (x: ArrayLike): NDArray => lax.logistic(floating(x))

/**
 * The hyperbolic tangent, elementwise.
 *
 * @example nn.tanh(np.array([0])) // [0]
 */
export const tanh = (x: ArrayLike): NDArray => np.tanh(x)

/**
 * `x · sigmoid(x)`, elementwise; also called `swish`.
 *
 * Source: Hendrycks and Gimpel, "Gaussian error linear units", arXiv 1606.08415.
 *
 * @example nn.silu(np.array([0])) // [0]
 */
export function silu(x: ArrayLike): NDArray {
  const array = floating(x)
  return array.mul(sigmoid(array))
}

export { silu as swish }

/**
 * `log(1 + e^x)`, elementwise, which never overflows.
 *
 * @example nn.softplus(np.array([1000])) // [1000]
 */
export const softplus = (x: ArrayLike): NDArray => np.logaddexp(x, 0)

/**
 * `log(sigmoid(x))`, elementwise, exact for large negative `x`.
 *
 * @example nn.logSigmoid(np.array([-1000])) // [-1000]
 */
export const logSigmoid = (x: ArrayLike): NDArray => softplus(np.asarray(x).neg()).neg()

/**
 * `x · tanh(softplus(x))`, elementwise.
 *
 * Source: Misra, "Mish: a self regularized non-monotonic activation function", arXiv 1908.08681.
 *
 * @example nn.mish(np.array([0])) // [0]
 */
export function mish(x: ArrayLike): NDArray {
  const array = floating(x)
  return array.mul(np.tanh(softplus(array)))
}

/**
 * `(x + √(x² + b)) / 2`, elementwise, `b` 4 unless told.
 *
 * Source: Barron, "Squareplus", arXiv 2112.11687.
 *
 * @example nn.squareplus(np.array([0])) // [1]
 */
export function squareplus(x: ArrayLike, b: ArrayLike = 4): NDArray {
  const array = floating(x)
  return array.add(np.sqrt(np.square(array).add(b))).div(2)
}

/**
 * 0 up to -1, `x` from 1 on, `(x + 1)² / 4` between; its derivative is `sparseSigmoid`.
 *
 * @example nn.sparsePlus(np.array([-2, 0, 2])) // [0, 0.25, 2]
 */
export function sparsePlus(x: ArrayLike): NDArray {
  const array = floating(x)
  return np.where(array.le(-1), 0, np.where(array.ge(1), array, np.square(array.add(1)).div(4)))
}

/**
 * 0 up to -1, 1 from 1 on, a straight line between.
 *
 * Source: Blondel, Martins and Niculae, "Learning with Fenchel-Young losses", arXiv 1901.02324, section 6.2.
 *
 * @example nn.sparseSigmoid(np.array([-2, 0, 2])) // [0, 0.5, 1]
 */
export const sparseSigmoid = (x: ArrayLike): NDArray => np.clip(floating(x).add(1), 0, 2).mul(0.5)

/**
 * `x / (|x| + 1)`, elementwise.
 *
 * @example nn.softSign(np.array([-1, 0, 3])) // [-0.5, 0, 0.75]
 */
export function softSign(x: ArrayLike): NDArray {
  const array = np.asarray(x)
  return array.div(np.abs(array).add(1))
}

/**
 * `x` where positive, else `α (e^x - 1)`; `alpha` is 1 unless told.
 *
 * @example nn.elu(np.array([-1000, 2])) // [-1, 2]
 */
export function elu(x: ArrayLike, alpha: ArrayLike = 1): NDArray {
  const array = floating(x)
  const isPositive = array.gt(0)
  // The inner choice keeps e^x of a large x, and its infinite derivative, out of the sum.
  return np.where(isPositive, array, np.multiply(alpha, np.expm1(np.where(isPositive, 0, array))))
}

/**
 * `max(x, 0) + α (e^(min(x, 0) / α) - 1)`; `alpha` is 1 unless told.
 *
 * Source: Barron, "Continuously differentiable exponential linear units", arXiv 1704.07483.
 *
 * @example nn.celu(np.array([-1000, 2]), 2) // [-2, 2]
 */
export const celu = (x: ArrayLike, alpha: ArrayLike = 1): NDArray =>
  np.maximum(x, 0).add(np.multiply(alpha, np.expm1(np.divide(np.minimum(x, 0), alpha))))

/**
 * `λ elu(x, α)` with the constants under which means stay 0 and variances 1.
 *
 * Source: Klambauer et al., "Self-normalizing neural networks", NeurIPS 2017.
 *
 * @example nn.selu(np.array([0])) // [0]
 */
export const selu = (x: ArrayLike): NDArray => elu(x, 1.6732632423543772).mul(1.0507009873554805)

/**
 * `x` where not negative, else `negativeSlope · x`; the slope is 0.01 unless told.
 *
 * @example nn.leakyRelu(np.array([-4, 2]), 0.25) // [-1, 2]
 */
export function leakyRelu(x: ArrayLike, negativeSlope: ArrayLike = 1e-2): NDArray {
  const array = floating(x)
  return np.where(array.ge(0), array, np.multiply(negativeSlope, array))
}

/**
 * `x` kept in [-1, 1], elementwise.
 *
 * @example nn.hardTanh(np.array([-3, 0.5, 3])) // [-1, 0.5, 1]
 */
export function hardTanh(x: ArrayLike): NDArray {
  const array = np.asarray(x)
  return np.where(array.gt(1), 1, np.where(array.lt(-1), -1, array))
}

/**
 * `relu6(x + 3) / 6`, elementwise.
 *
 * @example nn.hardSigmoid(np.array([-3, 0, 3])) // [0, 0.5, 1]
 */
export const hardSigmoid = (x: ArrayLike): NDArray => relu6(floating(x).add(3)).div(6)

/**
 * `x · hardSigmoid(x)`, elementwise; also called `hardSwish`.
 *
 * @example nn.hardSilu(np.array([-1.5, 1.5, 3])) // [-0.375, 1.125, 3]
 */
export function hardSilu(x: ArrayLike): NDArray {
  const array = floating(x)
  return array.mul(hardSigmoid(array))
}

export { hardSilu as hardSwish }

/**
 * `x Φ(x)`, elementwise, `Φ` the standard normal's distribution function: by `erfc`, or, unless `approximate` is false, by the
 * usual `tanh`.
 *
 * Source: Hendrycks and Gimpel, "Gaussian error linear units", arXiv 1606.08415.
 *
 * @example nn.gelu(np.array([0])) // [0]
 */
export function gelu(x: ArrayLike, { approximate = true }: { readonly approximate?: boolean } = {}): NDArray {
  const array = floating(x)
  if (!approximate) return array.mul(0.5).mul(lax.erfc(array.mul(-Math.SQRT1_2)))
  const inner = array.add(lax.integerPow(array, 3).mul(0.044715)).mul(Math.sqrt(2 / Math.PI))
  return array.mul(np.tanh(inner).add(1).mul(0.5))
}

/**
 * The first half along `axis` (the last unless told) times the sigmoid of the second.
 *
 * @throws {ShapeError} when the axis has an odd size
 * @example nn.glu(np.array([2, 0])) // [1]
 */
export function glu(x: ArrayLike, axis = -1): NDArray {
  const array = floating(x)
  const size = array.shape.at(axis)
  if (size === undefined || size % 2 !== 0)
    throw new ShapeError('nn.glu', `axis ${axis} of ${typeOf(array)}`, 'choose an axis of even size')
  const [first, second] = np.split(array, 2, axis) as [NDArray, NDArray]
  return first.mul(sigmoid(second))
}

const floating = (x: ArrayLike): NDArray => {
  const array = np.asarray(x)
  return np.issubdtype(array.dtype, 'floating') ? array : array.astype('float32')
}
