import type { NDArray } from '@proj/autodiff'
import { tree } from '@proj/tree'

/**
 * How gradients become updates: what every optimiser is, and what they are chained from.
 *
 * Source: optax, `GradientTransformation`.
 */
export interface GradientTransformation<State = unknown> {
  /** The state before the first step. */
  init<P>(params: P): State
  /** The updates to add to the parameters, and the next state. */
  update<P>(grads: P, state: State, params?: P): readonly [updates: P, state: State]
}

const isArrayLeaf = (leaf: unknown): leaf is NDArray => typeof leaf === 'object' && leaf !== null

/** Maps the arrays of trees of one structure. */
export function mapArrays<P>(f: (...leaves: NDArray[]) => NDArray, first: P, ...rest: unknown[]): P {
  return tree.map(
    (...leaves: unknown[]) => (isArrayLeaf(leaves[0]) ? f(...(leaves as NDArray[])) : leaves[0]),
    first,
    ...rest,
  ) as P
}

/**
 * One transformation after the other.
 *
 * @example chain(scaleByAdam(), scale(-1e-3))
 */
export function chain(...parts: readonly GradientTransformation[]): GradientTransformation<readonly unknown[]> {
  return {
    init: (params) => parts.map((part) => part.init(params)),
    update: (grads, state, params) => {
      let updates = grads
      const next = parts.map((part, i) => {
        const [changed, after] = part.update(updates, state[i], params)
        updates = changed
        return after
      })
      return [updates, next]
    },
  }
}

/** Multiplies by a constant: `scale(-rate)` is gradient descent. */
export const scale = (factor: number): GradientTransformation<null> => ({
  init: () => null,
  update: (grads) => [mapArrays((g) => g.mul(factor), grads), null],
})

/** Parameters and their updates, added. */
export const applyUpdates = <P>(params: P, updates: P): P =>
  mapArrays((p, u) => p.add(u).astype(p.dtype), params, updates)
