import { type ArrayLike, formatArray, type NDArray } from '../../array.ts'
import { byName } from '../../byName.ts'
import { ShapeError } from '../../errors.ts'
import * as lax from '../../lax/index.ts'
import { broadcastShapes, broadcastTo } from '../../numpy/broadcast.ts'
import { promoteDtypes } from '../../numpy/coerce.ts'
import { atleast1d, atleast2d } from '../../numpy/shape.ts'

/**
 * Matrices along the diagonal of a larger one, with zeros elsewhere; vectors count as rows.
 *
 * @throws {ShapeError} for arrays of more than two dimensions
 * @example scipy.linalg.blockDiag([[1]], [[2, 3]]) // [[1, 0, 0], [0, 2, 3]]
 */
export function blockDiag(...blocks: readonly ArrayLike[]): NDArray {
  const arrays = promoteDtypes('blockDiag', blocks).map((x) => {
    if (x.ndim > 2) throw new ShapeError('blockDiag', `a block ${formatArray(x)}`, 'pass matrices')
    return atleast2d(x)
  })
  if (arrays.length === 0) return lax.full([1, 0], 0)
  const columns = arrays.reduce((n, x) => n + (x.shape[1] as number), 0)
  let before = 0
  const rows = arrays.map((x) => {
    const own = x.shape[1] as number
    const padded = lax.pad(x, 0, [
      [0, 0, 0],
      [before, columns - own - before, 0],
    ])
    before += own
    return padded
  })
  return lax.concatenate(rows, 0)
}

/**
 * The matrix with constant diagonals that has this first column and first row; `row[0]` is not read.
 *
 * @param column `[..., m]`
 * @param row `[..., n]`; default: `column`
 * @returns `[..., m, n]`
 * @example scipy.linalg.toeplitz([1, 2], [1, 3, 4]) // [[1, 3, 4], [2, 1, 3]]
 */
export const toeplitz = byName('toeplitz', ['c', 'r'], (column: ArrayLike, row: ArrayLike = column): NDArray => {
  const [c, r] = promoteDtypes('toeplitz', [column, row]).map(atleast1d) as [NDArray, NDArray]
  const lead = broadcastShapes('toeplitz', [c.shape.slice(0, -1), r.shape.slice(0, -1)], [c, r])
  const [m, n] = [c.shape.at(-1) as number, r.shape.at(-1) as number]
  if (m === 0 || n === 0) return lax.full([...lead, m, n], 0, c.dtype)
  const over = (x: NDArray, size: number): NDArray => broadcastTo(x, [...lead, size])
  const last = lead.length
  const elements = lax.concatenate([lax.rev(over(c, m), [last]), lax.sliceInDim(over(r, n), 1, n, 1, last)], last)
  if (m === 1) return lax.expandDims(elements, [last])
  // In rows that are one element shorter than the period, each row begins one element earlier.
  const period = m + n - 1
  const repeated = lax.broadcastInDim(elements, [...lead, m, period], [...lead.keys(), last + 1])
  const flat = lax.reshape(repeated, [...lead, m * period])
  const shifted = lax.sliceInDim(flat, m - 1, m - 1 + m * (period - 1), 1, last)
  return lax.sliceInDim(lax.reshape(shifted, [...lead, m, period - 1]), 0, n, 1, last + 1)
})
