import { formatAval, sizeOf } from '@proj/backend'
import { type ArrayLike, formatArray, isNDArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { canonicalAxis } from '../lax/movement.ts'
import * as broadcasting from './broadcast.ts'
import { asArray } from './coerce.ts'
import { type Axes, positions } from './reduce.ts'

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const listOf = (x: number | readonly number[]): readonly number[] => (typeof x === 'number' ? [x] : x)

/** The sizes of a shape, which tracing must know. */
function sizesOf(where: string, shape: number | readonly number[]): readonly number[] {
  const sizes: readonly unknown[] = Array.isArray(shape) ? shape : [shape]
  const array = sizes.find(isNDArray)
  if (array === undefined) return sizes as readonly number[]
  throw new ShapeError(
    where,
    `got the array ${formatAval(array.aval)} for a size`,
    'pass JavaScript numbers: x.item() outside of transforms, or a static argument of jit',
  )
}

/** The shape of anything array-like. @example np.shape([[1, 2]]) // [1, 2] */
export const shape = (x: ArrayLike): readonly number[] => asArray('shape', x).shape
/** The number of dimensions. @example np.ndim([[1, 2]]) // 2 */
export const ndim = (x: ArrayLike): number => asArray('ndim', x).ndim
/** The number of elements, in all or along one axis. @example np.size([[1, 2]]) // 2 */
export function size(x: ArrayLike, axis?: number): number {
  const array = asArray('size', x)
  return axis === undefined ? array.size : (array.shape[canonicalAxis('size', axis, array)] as number)
}

/** The sizes with the one -1 among them worked out. */
function resolveSizes(where: string, sizes: readonly number[], of: NDArray): readonly number[] {
  const total = of.size
  const unknown = sizes.filter((n) => n === -1).length
  const known = sizeOf(sizes.filter((n) => n !== -1))
  const fits = unknown === 0 ? known === total : unknown === 1 && known > 0 && total % known === 0
  if (!fits || sizes.some((n) => !Number.isInteger(n) || n < -1))
    throw new ShapeError(
      where,
      `${formatArray(of)} of ${total} elements as [${sizes.join()}]`,
      'the sizes must multiply to the number of elements; one may be -1',
    )
  return sizes.map((n) => (n === -1 ? total / known : n))
}

/**
 * The same elements, in row-major order, under another shape; one size may be -1.
 *
 * @throws {ShapeError} when the sizes do not multiply to the number of elements
 * @example np.reshape(np.arange(6), [2, -1]).shape // [2, 3]
 */
export function reshape(x: ArrayLike, newShape: number | readonly number[]): NDArray {
  const array = asArray('reshape', x)
  return lax.reshape(array, resolveSizes('reshape', sizesOf('reshape', newShape), array))
}

/** As one dimension. @example np.ravel([[1, 2], [3, 4]]) // [1, 2, 3, 4] */
export function ravel(x: ArrayLike): NDArray {
  const array = asArray('ravel', x)
  return lax.reshape(array, [array.size])
}

/** Dimensions in the order `axes`, by default reversed. @example np.transpose([[1, 2], [3, 4]]) // [[1, 3], [2, 4]] */
export const transpose = byName(
  'transpose',
  ['a', 'axes'],
  (x: ArrayLike, axes?: readonly number[] | null): NDArray => {
    const array = asArray('transpose', x)
    const order = axes ?? range(array.ndim).reverse()
    const permutation = order.map((axis) => canonicalAxis('transpose', axis, array))
    if (new Set(permutation).size !== array.ndim || permutation.length !== array.ndim)
      throw new ShapeError('transpose', `axes [${order.join()}] of ${formatArray(array)}`, 'name each axis once')
    return lax.transpose(array, permutation)
  },
)
export { transpose as permuteDims }

/** The last two dimensions swapped. @example np.matrixTranspose(np.ones([5, 2, 3])).shape // [5, 3, 2] */
export function matrixTranspose(x: ArrayLike): NDArray {
  const array = asArray('matrixTranspose', x)
  if (array.ndim < 2)
    throw new ShapeError('matrixTranspose', `got ${formatArray(array)}`, 'it takes two dimensions or more')
  return swapaxes(array, -1, -2)
}

/** Two dimensions in each other's place. @example np.swapaxes(np.ones([2, 3, 4]), 0, 2).shape // [4, 3, 2] */
export function swapaxes(x: ArrayLike, axis1: number, axis2: number): NDArray {
  const array = asArray('swapaxes', x)
  const [a, b] = [canonicalAxis('swapaxes', axis1, array), canonicalAxis('swapaxes', axis2, array)]
  return lax.transpose(
    array,
    range(array.ndim).map((i) => (i === a ? b : i === b ? a : i)),
  )
}

/**
 * The dimensions `source` at the places `destination`, the others in order around them.
 *
 * @example np.moveaxis(np.ones([2, 3, 4]), 0, -1).shape // [3, 4, 2]
 */
export function moveaxis(
  x: ArrayLike,
  source: number | readonly number[],
  destination: number | readonly number[],
): NDArray {
  const array = asArray('moveaxis', x)
  const [from, to] = [source, destination].map((axes) =>
    listOf(axes).map((axis) => canonicalAxis('moveaxis', axis, array)),
  ) as [number[], number[]]
  if (from.length !== to.length || new Set(from).size !== from.length || new Set(to).size !== to.length)
    throw new ShapeError(
      'moveaxis',
      `from [${from.join()}] to [${to.join()}]`,
      'name as many places as axes, each once',
    )
  const order = range(array.ndim).filter((i) => !from.includes(i))
  const moves = to.map((place, i) => [place, from[i] as number] as const).sort(([a], [b]) => a - b)
  for (const [place, axis] of moves) order.splice(place, 0, axis)
  return lax.transpose(array, order)
}

/** The dimension `axis` moved to before `start`. Prefer `moveaxis`. @example np.rollaxis(np.ones([2, 3, 4]), 2).shape // [4, 2, 3] */
export const rollaxis = byName('rollaxis', ['a', 'axis', 'start'], (x: ArrayLike, axis: number, start = 0): NDArray => {
  const array = asArray('rollaxis', x)
  const from = canonicalAxis('rollaxis', axis, array)
  const to = start === array.ndim ? start : canonicalAxis('rollaxis', start, array)
  return moveaxis(array, from, from < to ? to - 1 : to)
})

/** New dimensions of size 1 at these places of the result. @example np.expandDims([1, 2], 1) // [[1], [2]] */
export function expandDims(
  x: ArrayLike,
  axis: number | readonly number[] | { readonly axis: number | readonly number[] },
): NDArray {
  const axes = typeof axis === 'object' && 'axis' in axis ? axis.axis : axis
  return lax.expandDims(asArray('expandDims', x), listOf(axes))
}

/**
 * Without the given dimensions, by default without any of size 1.
 *
 * @throws {ShapeError} for a dimension of another size
 * @example np.squeeze([[1, 2]]) // [1, 2]
 */
export const squeeze = byName('squeeze', ['a', 'axis'], (x: ArrayLike, axis?: Axes): NDArray => {
  const array = asArray('squeeze', x)
  const axes =
    axis === undefined || axis === null
      ? range(array.ndim).filter((i) => array.shape[i] === 1)
      : positions('squeeze', axis, array)
  return lax.squeeze(array, axes)
})

/**
 * Repeated to a shape: sizes aligned at the end, 1 growing to any.
 *
 * @throws {ShapeError} when `x` does not broadcast to it
 * @example np.broadcastTo([1, 2], [2, 2]) // [[1, 2], [1, 2]]
 */
export function broadcastTo(x: ArrayLike, newShape: number | readonly number[]): NDArray {
  const array = asArray('broadcastTo', x)
  const sizes = sizesOf('broadcastTo', newShape)
  const joined = broadcasting.broadcastShapes('broadcastTo', [array.shape, sizes], [array])
  if (joined.join() !== sizes.join())
    throw new ShapeError(
      'broadcastTo',
      `${formatArray(array)} to [${sizes.join()}]`,
      'sizes, aligned at the end, must agree or be 1 in the array',
    )
  return broadcasting.broadcastTo(array, sizes)
}

/** The shape that these broadcast to together. @example np.broadcastShapes([2, 1], [3]) // [2, 3] */
export const broadcastShapes = (...shapes: readonly (readonly number[])[]): readonly number[] =>
  broadcasting.broadcastShapes('broadcastShapes', shapes)

/** All in the shape that they broadcast to together. @example np.broadcastArrays([[1], [2]], [3, 4])[0] // [[1, 1], [2, 2]] */
export function broadcastArrays(...xs: readonly ArrayLike[]): readonly NDArray[] {
  const arrays = xs.map((x) => asArray('broadcastArrays', x))
  const joined = broadcasting.broadcastShapes(
    'broadcastArrays',
    arrays.map((x) => x.shape),
  )
  return arrays.map((x) => broadcasting.broadcastTo(x, joined))
}

const atLeast =
  (name: string, grow: (x: NDArray) => NDArray) =>
  (x: ArrayLike): NDArray =>
    grow(asArray(name, x))

/** With one dimension at least. @example np.atleast1d(3) // [3] */
export const atleast1d = atLeast('atleast1d', (x) => (x.ndim === 0 ? lax.reshape(x, [1]) : x))
/** With two dimensions at least: a vector becomes a row. @example np.atleast2d([1, 2]) // [[1, 2]] */
export const atleast2d = atLeast('atleast2d', (x) => (x.ndim >= 2 ? x : lax.reshape(x, [1, x.size])))
/** With three dimensions at least: `[n]` becomes `[1, n, 1]`, `[m, n]` becomes `[m, n, 1]`. @example np.atleast3d([1, 2]).shape // [1, 2, 1] */
export const atleast3d = atLeast('atleast3d', (x) =>
  x.ndim >= 3 ? x : x.ndim === 2 ? lax.expandDims(x, [2]) : lax.reshape(x, [1, x.size, 1]),
)

/** The order along `axis` (by default along all) turned round. @example np.flip([1, 2, 3]) // [3, 2, 1] */
export const flip = byName('flip', ['m', 'axis'], (x: ArrayLike, axis?: Axes): NDArray => {
  const array = asArray('flip', x)
  return lax.rev(array, positions('flip', axis, array))
})
/** Left and right swapped: axis 1 turned round. @example np.fliplr([[1, 2], [3, 4]]) // [[2, 1], [4, 3]] */
export const fliplr = (x: ArrayLike): NDArray => flip(x, 1)
/** Up and down swapped: axis 0 turned round. @example np.flipud([[1, 2], [3, 4]]) // [[3, 4], [1, 2]] */
export const flipud = (x: ArrayLike): NDArray => flip(x, 0)

/** Turned by 90 degrees `k` times, from the first of `axes` toward the second. @example np.rot90([[1, 2], [3, 4]]) // [[2, 4], [1, 3]] */
export const rot90 = byName(
  'rot90',
  ['m', 'k', 'axes'],
  (x: ArrayLike, k = 1, axes: readonly [number, number] = [0, 1]): NDArray => {
    const array = asArray('rot90', x)
    const [a, b] = axes.map((axis) => canonicalAxis('rot90', axis, array)) as [number, number]
    if (a === b) throw new ShapeError('rot90', `axes [${axes.join()}]`, 'name two different axes')
    const turns = ((k % 4) + 4) % 4
    if (turns === 0) return array
    if (turns === 2) return lax.rev(array, [a, b])
    return turns === 1 ? swapaxes(lax.rev(array, [b]), a, b) : lax.rev(swapaxes(array, a, b), [b])
  },
)

/**
 * Moved on by `shift` places along `axis`; what leaves at the end comes in at the start. Without `axis`, in the flattened array.
 *
 * @example np.roll(np.arange(4), 1) // [3, 0, 1, 2]
 */
export const roll = byName(
  'roll',
  ['a', 'shift', 'axis'],
  (x: ArrayLike, shift: number | readonly number[], axis?: number | readonly number[] | null): NDArray => {
    const array = asArray('roll', x)
    const shifts = listOf(shift)
    if (axis === undefined || axis === null)
      return lax.reshape(
        rollAlong(
          lax.reshape(array, [array.size]),
          shifts.reduce((a, b) => a + b, 0),
          0,
        ),
        array.shape,
      )
    const axes = listOf(axis)
    if (shifts.length !== axes.length && shifts.length !== 1 && axes.length !== 1)
      throw new ShapeError(
        'roll',
        `shifts [${shifts.join()}] along axes [${axes.join()}]`,
        'give one shift for each axis',
      )
    const count = Math.max(shifts.length, axes.length)
    return range(count).reduce(
      (out, i) =>
        rollAlong(
          out,
          (shifts[i] ?? shifts[0]) as number,
          canonicalAxis('roll', (axes[i] ?? axes[0]) as number, array),
        ),
      array,
    )
  },
)

function rollAlong(x: NDArray, shift: number, axis: number): NDArray {
  const n = x.shape[axis] as number
  const cut = n === 0 ? 0 : ((-shift % n) + n) % n
  return cut === 0 ? x : lax.concatenate([lax.sliceInDim(x, cut, n, 1, axis), lax.sliceInDim(x, 0, cut, 1, axis)], axis)
}
