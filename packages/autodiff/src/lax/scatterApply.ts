import { ShapeError } from '@proj/backend'
import { formatArray, type NDArray } from '../array.ts'
import { gather, type ScatterDimensionNumbers, type ScatterOptions, scatter } from './indexing.ts'

/**
 * `x` with windows of it replaced by what `f` makes of them, one for each index vector (the last dimension of `indices`). Where windows overlap, `f` sees what
 * was there before, and the later one stays.
 *
 * @param f elementwise: takes and returns an array of `updateShape`
 * @param updateShape that of the updates of `lax.scatter`
 * @throws {ShapeError} when `updateShape` does not fit the dimension numbers, or `f` changes shape or dtype
 * @example
 * const numbers = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }
 * lax.scatterApply(np.array([1, 4, 9]), np.array([[1]], 'int32'), lax.sqrt, numbers, [1]) // [1, 2, 9]
 */
export function scatterApply(
  x: NDArray,
  indices: NDArray,
  f: (windows: NDArray) => NDArray,
  dimensionNumbers: ScatterDimensionNumbers,
  updateShape: readonly number[],
  options: ScatterOptions = {},
): NDArray {
  const { updateWindowDims, insertedWindowDims, scatterDimsToOperandDims } = dimensionNumbers
  const { operandBatchingDims = [], scatterIndicesBatchingDims = [] } = dimensionNumbers
  if (updateShape.length !== indices.ndim - 1 + updateWindowDims.length)
    throw new ShapeError(
      'scatterApply',
      `updates [${updateShape.join()}] for indices ${formatArray(indices)} and ${updateWindowDims.length} window dimensions`,
      'give one size for each dimension of the indices but the last, and each of a window',
    )
  const sizes = updateWindowDims.map((dim) => updateShape[dim] as number).values()
  const isWindow = (dim: number): boolean => !insertedWindowDims.includes(dim) && !operandBatchingDims.includes(dim)
  const numbers = {
    offsetDims: updateWindowDims,
    collapsedSliceDims: insertedWindowDims,
    startIndexMap: scatterDimsToOperandDims,
    operandBatchingDims,
    startIndicesBatchingDims: scatterIndicesBatchingDims,
  }
  const sliceSizes = x.shape.map((_, dim) => (isWindow(dim) ? (sizes.next().value as number) : 1))
  // What is read outside the array is dropped again.
  const windows = gather(x, indices, numbers, sliceSizes, { mode: options.mode ?? 'drop' })
  const changed = f(windows)
  if (changed.dtype !== x.dtype || changed.shape.join() !== windows.shape.join())
    throw new ShapeError(
      'scatterApply',
      `the function made ${formatArray(changed)} of ${formatArray(windows)}`,
      'keep shape and dtype',
    )
  return scatter(x, indices, changed, dimensionNumbers, options)
}
