import { isFloat } from '@proj/backend'
import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { canonicalAxis, elementInDim } from '../lax/movement.ts'
import { asArray, promoteDtypes } from './coerce.ts'
import { sliceOf } from './indexing.ts'
import { integers } from './indexSyntax.ts'
import { withAxis } from './reduce.ts'

export interface SortOptions {
  /** Default: the last; `null` is the flattened array. */
  readonly axis?: number | null
  /** Whether equals keep their order. Default: true. */
  readonly stable?: boolean
  /** From the largest to the smallest. */
  readonly descending?: boolean
}

const sortOptions = ['axis', 'stable', 'descending'] as const

/** The array, or its elements in one line, and the axis meant. */
function lineOf(where: string, x: ArrayLike, axis: number | null | undefined): readonly [NDArray, number] {
  const array = asArray(where, x)
  if (axis === null) return [lax.reshape(array, [array.size]), 0]
  return [array, canonicalAxis(where, axis ?? -1, array)]
}

/**
 * In ascending order along `axis`; NaN comes last.
 *
 * @example np.sort([3, 1, 2], { descending: true }) // [3, 2, 1]
 */
export function sort(x: ArrayLike, axis?: number | null | SortOptions, options?: SortOptions): NDArray {
  const { axis: along, stable = true, descending = false } = withAxis<SortOptions>('sort', sortOptions, axis, options)
  const [array, dimension] = lineOf('sort', x, along)
  const sorted = lax.sort(array, { dimension, isStable: stable })
  return descending ? lax.rev(sorted, [dimension]) : sorted
}

/**
 * The positions that put each line along `axis` in order, int32; equals keep theirs, descending too.
 *
 * @example np.argsort([30, 10, 20]) // [1, 2, 0]
 */
export function argsort(x: ArrayLike, axis?: number | null | SortOptions, options?: SortOptions): NDArray {
  const {
    axis: along,
    stable = true,
    descending = false,
  } = withAxis<SortOptions>('argsort', sortOptions, axis, options)
  const [array, dimension] = lineOf('argsort', x, along)
  const turn = (a: NDArray): NDArray => (descending ? lax.rev(a, [dimension]) : a)
  const positions = lax.broadcastedIota('int32', array.shape, dimension)
  const operands = stable ? ([turn(array), turn(positions)] as const) : ([array, positions] as const)
  return turn(lax.sortKeyVal(...operands, { dimension, isStable: stable })[1])
}

/**
 * The positions that sort by several keys, the last of them first, int32.
 *
 * @param keys arrays of one shape
 * @throws {ShapeError} for no keys, or keys of several shapes
 * @example np.lexsort([[1, 0], [5, 5]]) // [1, 0]
 */
export const lexsort = byName(
  'lexsort',
  ['keys', 'axis'],
  (keys: readonly ArrayLike[] | NDArray, axis = -1): NDArray => {
    const arrays = [...keys].map((key) => asArray('lexsort', key))
    const [first] = arrays
    if (first === undefined || arrays.some((key) => key.shape.join() !== first.shape.join()))
      throw new ShapeError(
        'lexsort',
        `keys ${arrays.map(formatArray).join(' and ')}`,
        'pass at least one, all of one shape',
      )
    if (first.ndim === 0) return lax.full([], 0, 'int32')
    const dimension = canonicalAxis('lexsort', axis, first)
    const positions = lax.broadcastedIota('int32', first.shape, dimension)
    const sorted = lax.sort([...arrays.toReversed(), positions], { dimension, numKeys: arrays.length })
    return sorted.at(-1) as NDArray
  },
)

/**
 * With the element that sorting would put at `kth` there, smaller ones before it, larger ones after it.
 *
 * @example np.partition([3, 1, 2], 1) // [1, 2, 3]
 */
export const partition = byName('partition', ['a', 'kth', 'axis'], (x: ArrayLike, kth: number, axis = -1): NDArray => {
  const [array, at] = lineOf('partition', x, axis)
  const place = canonicalAxis('partition', kth, array.shape[at] as number)
  const sorted = lax.sort(array, { dimension: at })
  const bottom = lax.sliceInDim(sorted, 0, place + 1, 1, at)
  // As JAX has it: the larger ones come in descending order.
  const top = lax.rev(lax.sliceInDim(sorted, place + 1, array.shape[at] as number, 1, at), [at])
  return lax.concatenate([bottom, top], at)
})

/** The positions of the `kth + 1` smallest in order, then of the others as they lie, int32. @example np.argpartition([3, 1, 2], 1) // [1, 2, 0] */
export const argpartition = byName(
  'argpartition',
  ['a', 'kth', 'axis'],
  (x: ArrayLike, kth: number, axis = -1): NDArray => {
    const [array, at] = lineOf('argpartition', x, axis)
    const size = array.shape[at] as number
    const place = canonicalAxis('argpartition', kth, size)
    const rank = argsort(argsort(array, at), at)
    const later = lax.add(lax.broadcastedIota('int32', array.shape, at), size)
    return argsort(lax.select(lax.le(rank, place), rank, later), at)
  },
)

export interface SearchOptions {
  /** `left` finds the first place where the value can stand, `right` the last. Default: `left`. */
  readonly side?: 'left' | 'right'
  /** Positions that sort the array. */
  readonly sorter?: ArrayLike
  /** `scan` halves the range again and again, `compareAll` compares with every element; the result is the same. */
  readonly method?: 'scan' | 'compareAll'
}

/** Whether `x` sorts before `y`: NaN comes last. */
function isBefore(x: NDArray, y: NDArray): NDArray {
  const less = lax.lt(x, y)
  return isFloat(x.dtype) ? lax.bitwiseOr(less, lax.bitwiseAnd(lax.ne(y, y), lax.eq(x, x))) : less
}

/** How many elements of a sorted vector come before each value, by comparing all. */
function countBefore(line: NDArray, values: NDArray, isPast: (x: NDArray, y: NDArray) => NDArray): NDArray {
  const shape = [line.size, ...values.shape]
  const all = isPast(lax.broadcastInDim(line, shape, [0]), lax.broadcast(values, [line.size]))
  return lax.reduceSum(lax.convertElementType(all, 'int32'), [0])
}

/** The same, by halving. */
function bisect(line: NDArray, values: NDArray, isPast: (x: NDArray, y: NDArray) => NDArray): NDArray {
  let low = lax.full(values.shape, 0, 'int32')
  let high = lax.full(values.shape, line.size, 'int32')
  for (let width = line.size; width > 0; width >>= 1) {
    const middle = lax.shiftRightLogical(lax.add(low, high), 1)
    const isOpen = lax.lt(low, high)
    const goesRight = lax.bitwiseAnd(isOpen, isPast(sliceOf(line, middle), values))
    low = lax.select(goesRight, lax.add(middle, 1), low)
    high = lax.select(lax.bitwiseAnd(isOpen, lax.bitwiseNot(goesRight)), middle, high)
  }
  return low
}

/**
 * Where each value belongs in a sorted vector so that it stays sorted, int32.
 *
 * @throws {ShapeError} when `x` is no vector
 * @example np.searchsorted([10, 20, 30], [20, 25]) // [1, 2]
 */
export function searchsorted(x: ArrayLike, values: ArrayLike, options: SearchOptions = {}): NDArray {
  const given = asArray('searchsorted', x)
  if (given.ndim !== 1) throw new ShapeError('searchsorted', `got ${formatArray(given)}`, 'pass a vector')
  const sorted = options.sorter === undefined ? given : sliceOf(given, integers('searchsorted', options.sorter))
  const [line, wanted] = promoteDtypes('searchsorted', [sorted, values]) as readonly [NDArray, NDArray]
  const { side = 'left', method = 'scan' } = options
  if (line.size === 0) return lax.full(wanted.shape, 0, 'int32')
  const isPast = (a: NDArray, v: NDArray): NDArray =>
    side === 'left' ? isBefore(a, v) : lax.bitwiseNot(isBefore(v, a))
  return method === 'compareAll' ? countBefore(line, wanted, isPast) : bisect(line, wanted, isPast)
}

/**
 * Which bin each value falls into: `i` between `bins[i - 1]` and `bins[i]`, int32. Bins may ascend or descend.
 *
 * @param options `right` puts a value on a bound into the bin below it
 * @example np.digitize([0.5, 2.5], [0, 1, 2]) // [1, 3]
 */
export function digitize(x: ArrayLike, bins: ArrayLike, options: { readonly right?: boolean } = {}): NDArray {
  const [values, bounds] = [asArray('digitize', x), asArray('digitize', bins)]
  if (bounds.ndim !== 1) throw new ShapeError('digitize', `bins ${formatArray(bounds)}`, 'pass a vector')
  const n = bounds.size
  if (n === 0) return lax.full(values.shape, 0, 'int32')
  const side = options.right === true ? 'left' : 'right'
  const ascending = lax.ge(elementInDim(bounds, n - 1), elementInDim(bounds, 0))
  return lax.select(
    lax.broadcastInDim(ascending, values.shape, []),
    searchsorted(bounds, values, { side }),
    lax.sub(n, searchsorted(lax.rev(bounds, [0]), values, { side })),
  )
}
