import type { DType } from '@proj/backend'
import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { broadcastTo } from './broadcast.ts'
import { asArray, convert } from './coerce.ts'
import { checkShape, type DTypeOption, dtypeOf } from './creation.ts'

/**
 * 1 on the diagonal `k` places above the main one, else 0.
 *
 * @example np.eye(2) // [[1, 0], [0, 1]]
 */
export function eye(rows: number, columns?: number | null | EyeOptions, options: EyeOptions = {}): NDArray {
  if (typeof columns === 'object' && columns !== null) return eye(rows, columns.M, columns)
  const { k = 0, dtype = 'float32' } = options
  const shape = checkShape('eye', [rows, columns ?? rows])
  const [i, j] = [lax.broadcastedIota('int32', shape, 0), lax.broadcastedIota('int32', shape, 1)]
  return convert(lax.eq(lax.add(i, k), j), dtype)
}
export interface EyeOptions {
  /** Columns; default: as many as rows. */
  readonly M?: number | null
  /** Default: 0, the main diagonal. */
  readonly k?: number
  readonly dtype?: DType
}

/** `eye` of `n` rows and columns. @example np.identity(2) // [[1, 0], [0, 1]] */
export const identity = (n: number, dtype?: DTypeOption): NDArray =>
  eye(n, { dtype: dtypeOf('identity', dtype) ?? 'float32' })

/** 1 on and below the diagonal `k`, else 0. @example np.tri(2, 3) // [[1, 0, 0], [1, 1, 0]] */
export const tri = byName(
  'tri',
  ['N', 'M', 'k', 'dtype'],
  (rows: number, columns?: number | null, k = 0, dtype?: DTypeOption): NDArray => {
    const shape = checkShape('tri', [rows, columns ?? rows])
    const [i, j] = [lax.broadcastedIota('int32', shape, 0), lax.broadcastedIota('int32', shape, 1)]
    return convert(lax.ge(lax.add(i, k), j), dtypeOf('tri', dtype) ?? 'float32')
  },
)

function triangle(where: string, x: ArrayLike, k: number, lower: boolean): NDArray {
  const matrix = asArray(where, x)
  const [rows, columns] = matrix.shape.slice(-2)
  if (rows === undefined || columns === undefined)
    throw new ShapeError(where, `got ${formatArray(matrix)}`, 'it takes two dimensions or more')
  const mask = broadcastTo(tri(rows, columns, lower ? k : k - 1, 'bool'), matrix.shape)
  return lower ? lax.select(mask, matrix, 0) : lax.select(mask, 0, matrix)
}
/** The last two dimensions with 0 above the diagonal `k`. @example np.tril([[1, 2], [3, 4]]) // [[1, 0], [3, 4]] */
export const tril = byName('tril', ['m', 'k'], (x: ArrayLike, k = 0): NDArray => triangle('tril', x, k, true))
/** The last two dimensions with 0 below the diagonal `k`. @example np.triu([[1, 2], [3, 4]]) // [[1, 2], [0, 4]] */
export const triu = byName('triu', ['m', 'k'], (x: ArrayLike, k = 0): NDArray => triangle('triu', x, k, false))

/** A matrix with the vector `x` on its diagonal `k`; of a matrix, its diagonal `k`. @example np.diag([1, 2]) // [[1, 0], [0, 2]] */
export const diag = byName('diag', ['v', 'k'], (x: ArrayLike, k = 0): NDArray => {
  const given = asArray('diag', x)
  if (given.ndim === 2) return diagonal(given, k)
  if (given.ndim !== 1) throw new ShapeError('diag', `got ${formatArray(given)}`, 'pass a vector or a matrix')
  return diagflat(given, k)
})

/** A matrix with the elements of `x` on its diagonal `k`. @example np.diagflat([[1, 2]], 1) // [[0, 1, 0], [0, 0, 2], [0, 0, 0]] */
export const diagflat = byName('diagflat', ['v', 'k'], (x: ArrayLike, k = 0): NDArray => {
  const given = asArray('diagflat', x)
  const n = given.size + Math.abs(k)
  // Zeros after each element put the next one a row and a column further.
  const first = k >= 0 ? k : -k * n
  const strided = lax.pad(lax.reshape(given, [given.size]), 0, [
    [first, Math.max(0, n * n - first - (given.size > 0 ? (given.size - 1) * (n + 1) + 1 : 0)), n],
  ])
  return lax.reshape(strided, [n, n])
})

/**
 * The diagonal `offset` places above the main one of the planes along two axes; it is the last axis of the result.
 *
 * @throws {ShapeError} for an array of fewer than two dimensions
 * @example np.diagonal([[1, 2], [3, 4]], 1) // [2]
 */
export const diagonal = byName(
  'diagonal',
  ['a', 'offset', 'axis1', 'axis2'],
  (x: ArrayLike, offset = 0, axis1 = 0, axis2 = 1): NDArray => {
    const { planes, rows, columns } = planesOf('diagonal', x, axis1, axis2)
    const length = Math.max(0, Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)))
    const lead = planes.shape.slice(0, -2)
    if (length === 0) return lax.full([...lead, 0], 0, planes.dtype)
    // In the flattened plane the diagonal is every (columns + 1)-th element.
    const flat = lax.reshape(planes, [...lead, rows * columns])
    const start = offset >= 0 ? offset : -offset * columns
    return lax.sliceInDim(flat, start, start + (length - 1) * (columns + 1) + 1, columns + 1, lead.length)
  },
)

/** An array as planes along its last two axes. */
export function planesOf(
  where: string,
  x: ArrayLike,
  axis1: number,
  axis2: number,
): { readonly planes: NDArray; readonly rows: number; readonly columns: number } {
  const given = asArray(where, x)
  if (given.ndim < 2) throw new ShapeError(where, `got ${formatArray(given)}`, 'it takes two dimensions or more')
  const [a, b] = [axis1, axis2].map((axis) => (axis < 0 ? axis + given.ndim : axis)) as [number, number]
  if (a === b || given.shape[a] === undefined || given.shape[b] === undefined)
    throw new ShapeError(where, `axes ${axis1} and ${axis2} of ${formatArray(given)}`, 'name two different axes')
  const rest = given.shape.map((_, i) => i).filter((i) => i !== a && i !== b)
  return {
    planes: lax.transpose(given, [...rest, a, b]),
    rows: given.shape[a] as number,
    columns: given.shape[b] as number,
  }
}

/** Powers of the vector `x` as columns: descending, or `increasing`. @example np.vander([2, 3], 3) // [[2, 1], [3, 1]] */
export function vander(x: ArrayLike, options: { readonly N?: number; readonly increasing?: boolean } = {}): NDArray {
  const given = asArray('vander', x)
  const columns = options.N ?? given.size
  if (given.ndim !== 1 || columns < 0)
    throw new ShapeError('vander', `${formatArray(given)} in ${columns} columns`, 'pass a vector')
  const exponents = Array.from({ length: columns }, (_, i) => (options.increasing === true ? i : columns - 1 - i))
  if (columns === 0) return lax.full([given.size, 0], 0, given.dtype)
  return lax.concatenate(
    exponents.map((k) => lax.expandDims(lax.integerPow(given, k), [1])),
    1,
  )
}
