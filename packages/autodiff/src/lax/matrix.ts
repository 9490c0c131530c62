import type { DType } from '@proj/backend'
import { ShapeError } from '@proj/backend'
import { formatArray, type NDArray } from '../array.ts'
import { bind } from '../trace.ts'
import { fullLike } from './constant.ts'
import { add, convertElementType, eq, ge, select } from './elementwise.ts'
import { broadcastedIota, broadcastInDim, transpose } from './movement.ts'
import { reduceSum } from './reduce.ts'

// Matrices are the last two dimensions; those before run side by side.

/** Rows and columns of each matrix. */
export const planeOf = (x: NDArray): readonly [rows: number, columns: number] =>
  x.shape.slice(-2) as unknown as readonly [number, number]

/** Row and column number of each place, compared, and repeated for every matrix of `shape`. */
function mask(shape: readonly number[], holds: (row: NDArray, column: NDArray) => NDArray): NDArray {
  const plane = shape.slice(-2)
  const last = shape.length - 2
  return broadcastInDim(holds(broadcastedIota('int32', plane, 0), broadcastedIota('int32', plane, 1)), shape, [
    last,
    last + 1,
  ])
}

/** 1 on the diagonal of every matrix of `shape`, else 0. */
export const eyeOf = (shape: readonly number[], dtype: DType): NDArray => convertElementType(mask(shape, eq), dtype)

/** 0 above the diagonal `k` places up. */
export const lowerTriangle = (x: NDArray, k = 0): NDArray =>
  select(
    mask(x.shape, (row, column) => ge(add(row, k), column)),
    x,
    0,
  )
/** 0 below the diagonal `k` places up. */
export const upperTriangle = (x: NDArray, k = 0): NDArray =>
  select(
    mask(x.shape, (row, column) => ge(column, add(row, k))),
    x,
    0,
  )

/** The symmetric matrix that has the lower triangle of `x`. */
export const mirrorLower = (x: NDArray): NDArray => add(lowerTriangle(x), swapLast(lowerTriangle(x, -1)))

/** Rows and columns exchanged. */
export const swapLast = (x: NDArray): NDArray => transpose(x, [...x.shape.slice(0, -2).keys(), x.ndim - 1, x.ndim - 2])

/** The main diagonals: `[..., n, n]` to `[..., n]`. */
export const diagonalOf = (x: NDArray): NDArray => reduceSum(select(mask(x.shape, eq), x, 0), [x.ndim - 1])

/** Matrices with these diagonals: `[..., n]` to `[..., n, n]`. */
export function diagonalMatrix(s: NDArray): NDArray {
  const shape = [...s.shape, s.shape.at(-1) as number]
  const rows = broadcastInDim(
    s,
    shape,
    s.shape.map((_, i) => i),
  )
  return select(mask(shape, eq), rows, fullLike(rows, 0))
}

/**
 * The rows of each matrix in another order: row `i` of the result is row `permutation[..., i]`.
 *
 * @param x `[..., m, k]`
 * @param permutation `int32[..., m]`
 */
export function takeRows(x: NDArray, permutation: NDArray): NDArray {
  if (x.size === 0) return x
  const lead = x.ndim - 2
  const batch = [...Array(lead).keys()]
  const columns = x.shape.at(-1) as number
  const indices = broadcastInDim(
    permutation,
    [...permutation.shape, 1],
    permutation.shape.map((_, i) => i),
  )
  return bind('gather', [x, indices], {
    dimensionNumbers: {
      offsetDims: [lead + 1],
      collapsedSliceDims: [lead],
      startIndexMap: [lead],
      operandBatchingDims: batch,
      startIndicesBatchingDims: batch,
    },
    sliceSizes: [...batch.map(() => 1), 1, columns],
    mode: 'promiseInBounds',
    fillValue: null,
  })[0]
}

/** @throws {ShapeError} unless the last two dimensions are there, and `square` if asked */
export function checkMatrix(where: string, x: NDArray, options: { readonly square?: boolean } = {}): NDArray {
  const [rows, columns] = planeOf(x)
  if (x.ndim < 2) throw new ShapeError(where, `got ${formatArray(x)}`, 'pass matrices: [..., m, n]')
  if (options.square === true && rows !== columns)
    throw new ShapeError(where, `matrices of ${rows} rows and ${columns} columns`, 'they must be square: [..., n, n]')
  return x
}
