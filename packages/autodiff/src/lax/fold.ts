import { ShapeError, sizeOf } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { full, type LaxOperand } from './constant.ts'
import { add, bitwiseAnd, bitwiseOr, max, min, mul } from './elementwise.ts'
import { broadcastInDim, canonicalAxis, concatenate, reshape, sliceInDim, transpose } from './movement.ts'
import { reduceAnd, reduceMax, reduceMin, reduceOr, reduceProd, reduceSum } from './reduce.ts'

/** Elementwise, of arrays of one shape; associative. */
export type Combine<T> = (x: T, y: T) => T

/** Functions whose reductions are ops. */
const known = new Map<unknown, (x: NDArray, axes: readonly number[]) => NDArray>([
  [add, reduceSum],
  [mul, reduceProd],
  [max, reduceMax],
  [min, reduceMin],
  [bitwiseAnd, reduceAnd],
  [bitwiseOr, reduceOr],
])

const isList = (x: unknown): x is readonly NDArray[] => Array.isArray(x)

/** The dimensions that go in front, as one. */
function flatten(x: NDArray, axes: readonly number[]): NDArray {
  const rest = x.shape.map((_, i) => i).filter((i) => !axes.includes(i))
  const sizes = rest.map((i) => x.shape[i] as number)
  return reshape(transpose(x, [...axes, ...rest]), [sizeOf(axes.map((i) => x.shape[i] as number)), ...sizes])
}

/** Halves combined until one row is left; a row without a partner waits for the next round. */
function combineRows(rows: readonly NDArray[], combine: Combine<readonly NDArray[]>): readonly NDArray[] {
  const count = (rows[0] as NDArray).shape[0] as number
  if (count <= 1) return rows
  const half = Math.floor(count / 2)
  const part = (from: number, to: number): readonly NDArray[] => rows.map((x) => sliceInDim(x, from, to))
  const joined = combine(part(0, half), part(half, 2 * half))
  const odd = part(2 * half, count)
  return combineRows(
    joined.map((x, i) => concatenate(count % 2 === 0 ? [x] : [x, odd[i] as NDArray], 0)),
    combine,
  )
}

/**
 * All elements along `dimensions` combined by `computation`, which is elementwise and associative, and of which `initValues` (scalars) are the
 * identity. With lists, several arrays of one shape are reduced together, and `computation` takes and returns lists.
 *
 * @returns the shape without `dimensions`
 * @throws {ShapeError} when there are not as many initial values as arrays
 * @example lax.reduce(np.arange(4), 1, (x, y) => lax.mul(x, lax.add(y, 0)), [0]) // 0
 */
export function reduce(
  operands: NDArray,
  initValues: LaxOperand,
  computation: Combine<NDArray>,
  dimensions: readonly number[],
): NDArray
export function reduce(
  operands: readonly NDArray[],
  initValues: readonly LaxOperand[],
  computation: Combine<readonly NDArray[]>,
  dimensions: readonly number[],
): readonly NDArray[]
export function reduce(
  operands: NDArray | readonly NDArray[],
  initValues: LaxOperand | readonly LaxOperand[],
  computation: Combine<NDArray> | Combine<readonly NDArray[]>,
  dimensions: readonly number[],
): NDArray | readonly NDArray[] {
  if (isList(operands)) return reduceAll(operands, initValues, computation as Combine<readonly NDArray[]>, dimensions)
  const combine = computation as Combine<NDArray>
  const op = known.get(computation)
  if (op === undefined) {
    const ofLists: Combine<readonly NDArray[]> = ([x], [y]) => [combine(x as NDArray, y as NDArray)]
    return reduceAll([operands], [initValues], ofLists, dimensions)[0] as NDArray
  }
  const axes = dimensions.map((axis) => canonicalAxis('reduce', axis, operands))
  const out = op(operands, axes)
  return combine(initial(initValues as LaxOperand, out, out.shape), out)
}

const initial = (value: LaxOperand, model: NDArray, shape: readonly number[]): NDArray =>
  typeof value === 'object' ? broadcastInDim(value, shape, []) : full(shape, value, model.dtype, model.weakType)

function reduceAll(
  operands: readonly NDArray[],
  initValues: unknown,
  combine: Combine<readonly NDArray[]>,
  dimensions: readonly number[],
): readonly NDArray[] {
  const values = initValues as readonly LaxOperand[]
  const [first] = operands
  if (first === undefined || !Array.isArray(values) || values.length !== operands.length)
    throw new ShapeError('reduce', `${operands.length} arrays`, 'pass at least one, and an initial value for each')
  const axes = dimensions.map((axis) => canonicalAxis('reduce', axis, first))
  const rows = combineRows(
    operands.map((x) => flatten(x, axes)),
    combine,
  )
  const shape = (rows[0] as NDArray).shape.slice(1)
  const starts = operands.map((x, i) => initial(values[i] as LaxOperand, x, shape))
  if ((rows[0] as NDArray).shape[0] === 0) return starts
  return combine(
    starts,
    rows.map((x) => reshape(x, shape)),
  )
}
