import { lax, type NDArray, numpy as np } from '@proj/autodiff'
import { chain, type GradientTransformation, mapArrays, scale } from './transform.ts'

export interface AdamOptions {
  /** Decay of the mean of gradients. */
  readonly b1?: number
  /** Decay of the mean of squared gradients. */
  readonly b2?: number
  /** Keeps the quotient finite. */
  readonly eps?: number
}

export interface AdamState {
  /** Steps done, `i32[]`. */
  readonly count: NDArray
  readonly mu: unknown
  readonly nu: unknown
}

/**
 * Gradients over the root of their running square, both corrected for starting at 0.
 *
 * Source: Kingma & Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1; defaults and order of operations as optax.
 */
export function scaleByAdam({ b1 = 0.9, b2 = 0.999, eps = 1e-8 }: AdamOptions = {}): GradientTransformation<AdamState> {
  return {
    init: (params) => ({
      count: np.array(0, { dtype: 'int32' }),
      mu: mapArrays((p) => np.zerosLike(p), params),
      nu: mapArrays((p) => np.zerosLike(p), params),
    }),
    update: (grads, state) => {
      const count = state.count.add(1)
      const mu = mapArrays((g, m) => g.mul(1 - b1).add(m.mul(b1)), grads, state.mu)
      const nu = mapArrays(
        (g, v) =>
          lax
            .square(g)
            .mul(1 - b2)
            .add(v.mul(b2)),
        grads,
        state.nu,
      )
      const steps = count.astype('float32')
      const [c1, c2] = [unbias(b1, steps), unbias(b2, steps)]
      const updates = mapArrays((m, v) => m.div(c1).div(lax.sqrt(v.div(c2)).add(eps)), mu, nu)
      return [updates, { count, mu, nu }]
    },
  }
}

/** `1 - decay^steps`. */
const unbias = (decay: number, steps: NDArray): NDArray => np.subtract(1, np.power(decay, steps))

/** Adam: `scaleByAdam`, then `-learningRate`. */
export const adam = (learningRate: number, options: AdamOptions = {}): GradientTransformation =>
  chain(scaleByAdam(options), scale(-learningRate)) as GradientTransformation
