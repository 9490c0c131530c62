import { vmap } from '../api/vmap.ts'
import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { canonicalAxis } from '../lax/movement.ts'
import { asArray } from './coerce.ts'

/**
 * `f` of each vector along `axis`; what it returns takes the place of that axis.
 *
 * @param f of a vector, and of `args` as they are
 * @throws {ShapeError} when there is no such axis
 * @example np.applyAlongAxis((row) => row.sum(), 1, [[1, 2], [3, 4]]) // [3, 7]
 */
export function applyAlongAxis<A extends readonly unknown[]>(
  f: (vector: NDArray, ...args: A) => NDArray,
  axis: number,
  x: ArrayLike,
  ...args: A
): NDArray {
  const array = asArray('applyAlongAxis', x)
  const at = canonicalAxis('applyAlongAxis', axis, array)
  let mapped = (vector: NDArray): NDArray => f(vector, ...args)
  for (let i = 1; i < array.ndim - at; i++) mapped = vmap(mapped, { inAxes: i, outAxes: -1 })
  for (let i = 0; i < at; i++) mapped = vmap(mapped)
  return mapped(array)
}

/**
 * `f(x, axis)` for one axis after the other; axes that it takes out come back with size 1.
 *
 * @throws {ShapeError} when `f` returns another rank than that of its array, or one less
 * @example np.applyOverAxes(np.sum, np.ones([2, 3]), [0, 1]) // [[6]]
 */
export function applyOverAxes(
  f: (x: NDArray, axis: number) => NDArray,
  x: ArrayLike,
  axes: number | readonly number[],
): NDArray {
  return (typeof axes === 'number' ? [axes] : axes).reduce<NDArray>(
    (array, axis) => {
      const out = f(array, axis)
      if (out.ndim === array.ndim) return out
      if (out.ndim === array.ndim - 1) return lax.expandDims(out, [axis])
      throw new ShapeError(
        'applyOverAxes',
        `rank ${out.ndim} from ${formatArray(array)}`,
        'return one dimension less, or as many',
      )
    },
    asArray('applyOverAxes', x),
  )
}
