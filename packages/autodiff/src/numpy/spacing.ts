import { type DType, isInteger } from '@proj/backend'
import type { ArrayLike, NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { canonicalAxis } from '../lax/movement.ts'
import { sign } from './arithmetic.ts'
import { broadcastShapes, broadcastTo } from './broadcast.ts'
import { asArray, convert } from './coerce.ts'
import { resultType, toInexact } from './promotion.ts'
import { log10 } from './transcendental.ts'

export interface LinspaceOptions {
  /** How many; default: 50. */
  readonly num?: number
  /** Whether `stop` is the last; default: true. */
  readonly endpoint?: boolean
  readonly dtype?: DType
  /** Where the new axis is in the result, when the bounds are arrays. */
  readonly axis?: number
}

const spaced = (num: number | LinspaceOptions | undefined, options: LinspaceOptions | undefined): LinspaceOptions =>
  typeof num === 'object' ? num : num === undefined ? (options ?? {}) : { ...options, num }

/**
 * So many values from `start` to `stop`, equally far apart.
 *
 * @example np.linspace(0, 1, 3) // [0, 0.5, 1]
 */
export function linspace(
  start: ArrayLike,
  stop: ArrayLike,
  num?: number | LinspaceOptions,
  options?: LinspaceOptions,
): NDArray {
  const { num: count = 50, endpoint = true, dtype, axis = 0 } = spaced(num, options)
  if (!Number.isInteger(count) || count < 0)
    throw new ShapeError('linspace', `${count} values`, 'ask for a whole number, 0 or more')
  const result = dtype ?? toInexact(resultType(start, stop))
  const [a, b] = [start, stop].map((x) => convert(asArray('linspace', x), toInexact(result))) as [NDArray, NDArray]
  const bounds = broadcastShapes('linspace', [a.shape, b.shape], [a, b])
  const at = axis < 0 ? bounds.length + 1 + axis : axis
  const [from, to] = [a, b].map((x) => lax.expandDims(broadcastTo(x, bounds), [at])) as [NDArray, NDArray]
  const out =
    count === 0
      ? lax.full(from.shape.with(at, 0), 0, a.dtype)
      : count === 1
        ? from
        : interpolate(from, to, at, count, endpoint)
  return convert(isInteger(result) ? lax.floor(out) : out, result)
}

/** Between bounds that have size 1 along `axis`. */
function interpolate(from: NDArray, to: NDArray, axis: number, count: number, endpoint: boolean): NDArray {
  const steps = endpoint ? count - 1 : count
  const shape = from.shape.with(axis, steps)
  const fraction = lax.div(lax.broadcastedIota(from.dtype, shape, axis), steps)
  const out = lax.add(
    lax.mul(broadcastTo(from, shape), lax.sub(1, fraction)),
    lax.mul(broadcastTo(to, shape), fraction),
  )
  return endpoint ? lax.concatenate([out, to], axis) : out
}

/** `base` (default 10) to the powers of a `linspace`. @example np.logspace(0, 2, 3) // [1, 10, 100] */
export function logspace(
  start: ArrayLike,
  stop: ArrayLike,
  num?: number | LogspaceOptions,
  options?: LogspaceOptions,
): NDArray {
  const { base = 10, dtype, ...rest } = (typeof num === 'object' ? num : spaced(num, options)) as LogspaceOptions
  const result = dtype ?? toInexact(resultType(start, stop, base))
  const exponents = linspace(start, stop, { ...rest, dtype: toInexact(result) })
  return convert(lax.pow(lax.full(exponents.shape, base, exponents.dtype), exponents), result)
}
export interface LogspaceOptions extends LinspaceOptions {
  readonly base?: number
}

/**
 * So many values from `start` to `stop`, each the same factor times the one before: signs must agree.
 *
 * @returns a float dtype; a new axis at `axis` (default 0) where the bounds are arrays
 * @throws {ShapeError} when the number of values is not whole, or negative
 * @example np.geomspace(1, 8, 4).round() // [1, 2, 4, 8]
 */
export function geomspace(
  start: ArrayLike,
  stop: ArrayLike,
  num?: number | LinspaceOptions,
  options?: LinspaceOptions,
): NDArray {
  const { dtype, axis = 0, ...rest } = spaced(num, options)
  const result = dtype ?? toInexact(resultType(start, stop))
  const [a, b] = [start, stop].map((x) => convert(asArray('geomspace', x), toInexact(result))) as [NDArray, NDArray]
  const [shape, direction] = [broadcastShapes('geomspace', [a.shape, b.shape], [a, b]), sign(a)]
  const [from, to] = [a, b].map((x) => {
    const wide = broadcastTo(x, shape)
    return log10(lax.div(wide, broadcastTo(direction, shape)))
  }) as [NDArray, NDArray]
  const at = canonicalAxis('geomspace', axis, shape.length + 1)
  const sizes = logspace(from, to, { ...rest, axis: at, dtype: a.dtype })
  return convert(lax.mul(sizes, broadcastTo(lax.expandDims(broadcastTo(direction, shape), [at]), sizes.shape)), result)
}
