import { lax, type NDArray, numpy as np } from '@proj/autodiff'

/** A function of one array to one of the same shape. */
export type Activation = (x: NDArray) => NDArray

/** `x` itself. */
export const identity: Activation = (x) => x

/** `max(x, 0)`; its derivative at 0 is 0. */
export const relu: Activation = (x) => np.where(x.gt(0), x, 0)

/** `1 / (1 + e^-x)`. */
export const sigmoid: Activation = (x) => lax.logistic(x)

/** The hyperbolic tangent. */
export const tanh: Activation = (x) => lax.tanh(x)
