import { type ArrayLike, type Aval, lax, type NDArray, numpy as np, ShapeError } from '@proj/autodiff'

export interface OneHotOptions {
  readonly dtype?: Aval['dtype']
  /** Where in the result the classes are: last unless told. */
  readonly axis?: number
}

/**
 * 1 at the position each integer of `x` names, 0 elsewhere, along a new axis of size `numClasses`; out of range is all 0.
 *
 * @throws {ShapeError} when `numClasses` is no size, or `axis` none of the result's
 * @example nn.oneHot(np.array([0, 2], 'int32'), 3) // [[1, 0, 0], [0, 0, 1]]
 */
export function oneHot(
  x: ArrayLike,
  numClasses: number,
  { dtype = 'float32', axis = -1 }: OneHotOptions = {},
): NDArray {
  const array = np.asarray(x)
  if (!Number.isInteger(numClasses) || numClasses < 0)
    throw new ShapeError('nn.oneHot', `${numClasses} classes`, 'give a whole number')
  const rank = array.ndim + 1
  const at = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(at) || at < 0 || at >= rank)
    throw new ShapeError(
      'nn.oneHot',
      `axis ${axis} of a result of rank ${rank}`,
      `give one from ${-rank} to ${rank - 1}`,
    )
  const shape = Array.from({ length: rank }, (_, d) => (d === at ? numClasses : 1))
  const classes = lax.reshape(np.arange(numClasses, { dtype: array.dtype }), shape)
  return np.equal(np.expandDims(array, at), classes).astype(dtype)
}
