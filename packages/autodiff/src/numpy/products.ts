import type { DType } from '@proj/backend'
import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { canonicalAxis, elementInDim } from '../lax/movement.ts'
import { multiply } from './arithmetic.ts'
import { broadcastShapes, broadcastTo } from './broadcast.ts'
import { asArray, convert, promote, promoteDtypes } from './coerce.ts'
import { eye, planesOf } from './matrices.ts'
import { sum } from './reduce.ts'
import { moveaxis } from './shape.ts'

/** The dtype that sums of products are taken in and returned as. */
export interface ProductOptions {
  readonly preferredElementType?: DType
}

type Dims = readonly number[]
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

/** Two operands in one dtype, and what the product is to be. */
function operands(where: string, x: ArrayLike, y: ArrayLike): readonly [NDArray, NDArray] {
  const [a, b] = promoteDtypes(where, [x, y]) as [NDArray, NDArray]
  return [a, b]
}

/** Sums of products; of booleans, whether any product holds. */
export function contract(
  x: NDArray,
  y: NDArray,
  contracting: readonly [Dims, Dims],
  batch: readonly [Dims, Dims],
  dtype?: DType,
): NDArray {
  if (x.dtype === 'bool')
    return convert(contract(convert(x, 'int32'), convert(y, 'int32'), contracting, batch), dtype ?? 'bool')
  const wanted = dtype ?? x.dtype
  return lax.dotGeneral(convert(x, wanted), convert(y, wanted), [contracting, batch])
}

const checkSizes = (where: string, a: NDArray, b: NDArray, i: number, j: number): void => {
  if (a.shape[i] !== b.shape[j])
    throw new ShapeError(
      where,
      `${formatArray(a)} and ${formatArray(b)}`,
      `axis ${i} of the first and axis ${j} of the second must agree`,
    )
}

/**
 * Products with the last axis of `x` and the second to last of `y` (a vector's only one) summed, all other axes side by side.
 *
 * @example np.dot([[1, 2], [3, 4]], [1, 1]) // [3, 7]
 */
export function dot(x: ArrayLike, y: ArrayLike, options: ProductOptions = {}): NDArray {
  const [a, b] = operands('dot', x, y)
  if (a.ndim === 0 || b.ndim === 0) return contract(a, b, [[], []], [[], []], options.preferredElementType)
  const [i, j] = [a.ndim - 1, b.ndim === 1 ? 0 : b.ndim - 2]
  checkSizes('dot', a, b, i, j)
  return contract(a, b, [[i], [j]], [[], []], options.preferredElementType)
}

/** Where a leading axis of a matmul comes from. */
interface Lead {
  /** Axes that both have and that run side by side. */
  readonly batch: readonly number[]
  /** Those that only one has, or that are 1 in the other. */
  readonly xOnly: readonly number[]
  readonly yOnly: readonly number[]
}

function leadOf(x: Dims, y: Dims, rank: number): Lead {
  const at = (shape: Dims, i: number): number => shape[i - rank + shape.length] ?? 1
  const axes = range(rank)
  const batch = axes.filter((i) => at(x, i) !== 1 && at(y, i) !== 1)
  return {
    batch,
    xOnly: axes.filter((i) => at(y, i) === 1 && at(x, i) !== 1),
    yOnly: axes.filter((i) => at(x, i) === 1),
  }
}

/** `x` with only these of its `rank` leading axes, all others being 1, and then its `last` ones. */
function keepLead(x: NDArray, rank: number, kept: Dims, last: number): NDArray {
  const lead = x.shape.slice(0, x.ndim - last)
  const sizes = kept.map((i) => lead[i - rank + lead.length] ?? 1)
  return lax.reshape(x, [...sizes, ...x.shape.slice(x.ndim - last)])
}

/**
 * Matrix product of the last two axes, the leading ones broadcast. A vector is a row on the left, a column on the right, and leaves no axis.
 *
 * @throws {ShapeError} when the inner sizes differ, or an operand has rank 0
 * @example np.matmul(np.ones([2, 3]), np.ones([3])) // [3, 3]
 */
export function matmul(x: ArrayLike, y: ArrayLike, options: ProductOptions = {}): NDArray {
  const [a, b] = operands('matmul', x, y)
  if (a.ndim === 0 || b.ndim === 0)
    throw new ShapeError('matmul', `${formatArray(a)} and ${formatArray(b)}`, 'rank 1 or more is needed; use multiply')
  const [aLast, bLast] = [Math.min(a.ndim, 2), Math.min(b.ndim, 2)]
  checkSizes('matmul', a, b, a.ndim - 1, b.ndim - bLast)
  // Without leading axes the product has its axes in order.
  if (a.ndim <= 2 && b.ndim <= 2)
    return contract(a, b, [[a.ndim - 1], [b.ndim - bLast]], [[], []], options.preferredElementType)
  const shape = broadcastShapes('matmul', [a.shape.slice(0, a.ndim - aLast), b.shape.slice(0, b.ndim - bLast)], [a, b])
  const rank = shape.length
  const { batch, xOnly, yOnly } = leadOf(a.shape.slice(0, a.ndim - aLast), b.shape.slice(0, b.ndim - bLast), rank)
  const [left, right] = [keepLead(a, rank, [...batch, ...xOnly], aLast), keepLead(b, rank, [...batch, ...yOnly], bLast)]
  const shared = range(batch.length)
  const out = contract(
    left,
    right,
    [[left.ndim - 1], [right.ndim - bLast]],
    [shared, shared],
    options.preferredElementType,
  )
  // Axes of the product: batch, those of x alone, rows, those of y alone, columns.
  const order = [...batch, ...xOnly, ...(aLast === 2 ? [rank] : []), ...yOnly, ...(bLast === 2 ? [rank + 1] : [])]
  const sorted = [...order].sort((i, j) => i - j)
  return lax.transpose(
    out,
    sorted.map((axis) => order.indexOf(axis)),
  )
}

/** Matrices times vectors: `[…, m, k]` and `[…, k]`. @example np.matvec([[1, 2], [3, 4]], [1, 1]) // [3, 7] */
export const matvec = (x: ArrayLike, y: ArrayLike): NDArray =>
  squeezeLast(matmul(x, lax.expandDims(asArray('matvec', y), [-1])), -1)
/** Vectors times matrices: `[…, k]` and `[…, k, n]`. @example np.vecmat([1, 1], [[1, 2], [3, 4]]) // [4, 6] */
export const vecmat = (x: ArrayLike, y: ArrayLike): NDArray =>
  squeezeLast(matmul(lax.expandDims(asArray('vecmat', x), [-2]), y), -2)
const squeezeLast = (x: NDArray, axis: number): NDArray => lax.squeeze(x, [axis])

/** The sum of products of all elements, in order. @example np.vdot([[1, 2], [3, 4]], [[1, 1], [1, 1]]) // 10 */
export function vdot(x: ArrayLike, y: ArrayLike, options: ProductOptions = {}): NDArray {
  const [a, b] = operands('vdot', x, y)
  return dot(lax.reshape(a, [a.size]), lax.reshape(b, [b.size]), options)
}

/** The sum of products along `axis` of both, the other axes broadcast. @example np.vecdot([[1, 2], [3, 4]], [1, 1]) // [3, 7] */
export function vecdot(x: ArrayLike, y: ArrayLike, options: ProductOptions & { readonly axis?: number } = {}): NDArray {
  const [a, b] = operands('vecdot', x, y).map((side) => moveaxis(side, options.axis ?? -1, -1)) as [NDArray, NDArray]
  checkSizes('vecdot', a, b, a.ndim - 1, b.ndim - 1)
  const out = matmul(lax.expandDims(a, [-2]), lax.expandDims(b, [-1]), options)
  return lax.squeeze(out, [-2, -1])
}

/** The sum of products along the last axis of both, all other axes side by side. @example np.inner([1, 2], [3, 4]) // 11 */
export function inner(x: ArrayLike, y: ArrayLike, options: ProductOptions = {}): NDArray {
  const [a, b] = operands('inner', x, y)
  return a.ndim === 0 || b.ndim === 0 ? multiply(a, b) : tensordot(a, b, [-1, -1], options)
}

/** All products of an element of `x` and one of `y`: `[x.size, y.size]`. @example np.outer([1, 2], [3, 4]) // [[3, 4], [6, 8]] */
export function outer(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = operands('outer', x, y)
  return multiply(lax.reshape(a, [a.size, 1]), lax.reshape(b, [1, b.size]))
}

export type TensordotAxes = number | readonly [number, number] | readonly [readonly number[], readonly number[]]

/**
 * Sums of products over axes of both: the last `axes` of `x` with the first of `y`, or the pairs that are named.
 *
 * @throws {ShapeError} when the axes differ in number or size
 * @example np.tensordot(np.ones([2, 3, 4]), np.ones([4, 3]), [[1, 2], [1, 0]]) // [12, 12]
 */
export const tensordot = byName(
  'tensordot',
  ['a', 'b', 'axes', 'options'],
  (x: ArrayLike, y: ArrayLike, axes: TensordotAxes = 2, options: ProductOptions = {}): NDArray => {
    const [a, b] = operands('tensordot', x, y)
    const [left, right] =
      typeof axes === 'number'
        ? [range(axes).map((i) => a.ndim - axes + i), range(axes)]
        : axes.map((list) => (typeof list === 'number' ? [list] : list))
    const dims = [left, right].map((list, n) =>
      (list as Dims).map((axis) => canonicalAxis('tensordot', axis, n === 0 ? a : b)),
    ) as [number[], number[]]
    if (dims[0].length !== dims[1].length)
      throw new ShapeError('tensordot', `axes [${dims[0].join()}] and [${dims[1].join()}]`, 'name as many of each')
    dims[0].forEach((i, n) => checkSizes('tensordot', a, b, i, dims[1][n] as number))
    return contract(a, b, dims, [[], []], options.preferredElementType)
  },
)

/** Kronecker product: each element of `x` times all of `y`, laid out as blocks. @example np.kron([1, 10], [1, 2]) // [1, 2, 10, 20] */
export function kron(x: ArrayLike, y: ArrayLike): NDArray {
  const [given, other] = operands('kron', x, y)
  const rank = Math.max(given.ndim, other.ndim)
  const [a, b] = [given, other].map((side) =>
    lax.reshape(side, [...Array<number>(rank - side.ndim).fill(1), ...side.shape]),
  ) as [NDArray, NDArray]
  const pairs = (side: NDArray, first: boolean): number[] => side.shape.flatMap((n) => (first ? [n, 1] : [1, n]))
  const product = multiply(lax.reshape(a, pairs(a, true)), lax.reshape(b, pairs(b, false)))
  return lax.reshape(
    product,
    a.shape.map((n, i) => n * (b.shape[i] as number)),
  )
}

/** The sum of the diagonal `offset` of the planes along two axes. @example np.trace([[1, 2], [3, 4]]) // 5 */
export const trace = byName(
  'trace',
  ['a', 'offset', 'axis1', 'axis2', 'options'],
  (x: ArrayLike, offset = 0, axis1 = 0, axis2 = 1, options: { readonly dtype?: DType } = {}): NDArray => {
    const { planes, rows, columns } = planesOf('trace', x, axis1, axis2)
    const mask = broadcastTo(eye(rows, columns, { k: offset, dtype: 'bool' }), planes.shape)
    return sum(lax.select(mask, planes, 0), { ...options, axis: [-2, -1] })
  },
)

/**
 * Vector product of 3-vectors (2-vectors count as lying in the plane; of two of them only the upright part is returned) along an axis.
 *
 * @throws {ShapeError} for vectors of another length
 * @example np.cross([1, 0, 0], [0, 1, 0]) // [0, 0, 1]
 */
export function cross(
  x: ArrayLike,
  y: ArrayLike,
  options: { readonly axis?: number; readonly axisa?: number; readonly axisb?: number; readonly axisc?: number } = {},
): NDArray {
  const { axis, axisa = axis ?? -1, axisb = axis ?? -1, axisc = axis ?? -1 } = options
  const [given, other] = operands('cross', x, y)
  const [a, b] = [moveaxis(given, axisa, -1), moveaxis(other, axisb, -1)]
  const [m, n] = [a.shape.at(-1) as number, b.shape.at(-1) as number]
  if (![m, n].every((size) => size === 2 || size === 3))
    throw new ShapeError('cross', `vectors of length ${m} and ${n}`, 'use 2 or 3')
  const part = (side: NDArray, i: number): NDArray => elementInDim(side, i, -1)
  const minor = (i: number, j: number): NDArray => {
    const [p, q] = promote('cross', multiply(part(a, i), part(b, j)), multiply(part(a, j), part(b, i)))
    return lax.sub(p, q)
  }
  if (m === 2 && n === 2) return minor(0, 1)
  const [u, v] = [a, b].map((side, k) =>
    ([m, n][k] as number) === 2
      ? lax.pad(
          side,
          0,
          side.shape.map((_, i) => [0, i === side.ndim - 1 ? 1 : 0, 0] as const),
        )
      : side,
  ) as [NDArray, NDArray]
  if (u !== a || v !== b) return cross(u, v, { axisa: -1, axisb: -1, axisc })
  const parts = [minor(1, 2), minor(2, 0), minor(0, 1)].map((c) => lax.expandDims(c, [-1]))
  return moveaxis(lax.concatenate(parts, (parts[0] as NDArray).ndim - 1), -1, axisc)
}
