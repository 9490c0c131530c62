import { type ArrayLike, numpy as np, random } from '@proj/autodiff'
import type { Initializer, InitializerOptions } from './initializer.ts'

/**
 * All 0.
 *
 * @example init.zeros(random.PRNGKey(0), [2]) // [0, 0]
 */
export const zeros: Initializer = (_key, shape, dtype = 'float32') => np.zeros(shape, dtype)

/**
 * All 1.
 *
 * @example init.ones(random.PRNGKey(0), [2]) // [1, 1]
 */
export const ones: Initializer = (_key, shape, dtype = 'float32') => np.ones(shape, dtype)

/**
 * `value` everywhere; an array broadcasts.
 *
 * @example init.constant(3)(random.PRNGKey(0), [2]) // [3, 3]
 */
export const constant =
  (value: ArrayLike, { dtype: usual = 'float32' }: InitializerOptions = {}): Initializer =>
  (_key, shape, dtype = usual) =>
    np.full(shape, value, dtype)

/**
 * Uniform in [0, scale), `scale` 0.01 unless told.
 *
 * @example init.uniform(1)(random.PRNGKey(0), [2]) // f32[2]
 */
export const uniform =
  (scale = 1e-2, { dtype: usual = 'float32' }: InitializerOptions = {}): Initializer =>
  (key, shape, dtype = usual) =>
    random.uniform(key, shape, { dtype }).mul(np.array(scale, dtype))

/**
 * Normal of mean 0 and standard deviation `stddev`, 0.01 unless told.
 *
 * @example init.normal(1)(random.PRNGKey(0), [2]) // f32[2]
 */
export const normal =
  (stddev = 1e-2, { dtype: usual = 'float32' }: InitializerOptions = {}): Initializer =>
  (key, shape, dtype = usual) =>
    random.normal(key, shape, { dtype }).mul(np.array(stddev, dtype))

export interface TruncatedNormalOptions extends InitializerOptions {
  /** In units of `stddev`; -2 and 2 unless told. */
  readonly lower?: number
  readonly upper?: number
}

/**
 * Normal of mean 0, cut off at `lower` and `upper`, times `stddev`, 0.01 unless told.
 *
 * @example init.truncatedNormal(1)(random.PRNGKey(0), [2]) // f32[2]
 */
export const truncatedNormal =
  (stddev = 1e-2, { dtype: usual = 'float32', lower = -2, upper = 2 }: TruncatedNormalOptions = {}): Initializer =>
  (key, shape, dtype = usual) =>
    random.truncatedNormal(key, lower, upper, shape, { dtype }).mul(np.array(stddev, dtype))
