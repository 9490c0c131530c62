import { isInteger } from '@proj/backend'
import type { ArrayLike, NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { canonicalAxis, elementInDim } from '../lax/movement.ts'
import { absolute, add, divide, floorDivide, multiply, negative, remainder, subtract } from './arithmetic.ts'
import { where } from './choose.ts'
import { asArray, convert, inexact, promoteDtypes } from './coerce.ts'
import { concatenate } from './join.ts'
import { equal, greater, less, logicalAnd } from './logic.ts'
import { sum } from './reduce.ts'
import { broadcastTo, moveaxis } from './shape.ts'

/** Neighbours along an axis: all but the first, all but the last. */
function neighbours(x: NDArray, axis: number): readonly [after: NDArray, before: NDArray] {
  const n = x.shape[axis] as number
  return [lax.sliceInDim(x, Math.min(1, n), n, 1, axis), lax.sliceInDim(x, 0, Math.max(0, n - 1), 1, axis)]
}

export interface DiffOptions {
  /** How often; default: 1. */
  readonly n?: number
  /** Default: the last. */
  readonly axis?: number
  /** Values put before and after along the axis first. */
  readonly prepend?: ArrayLike
  readonly append?: ArrayLike
}

/**
 * Each element less the one before it; of booleans, whether they differ.
 *
 * @example np.diff([1, 2, 4]) // [1, 2]
 */
export function diff(x: ArrayLike, options: DiffOptions = {}): NDArray {
  const { n = 1, axis = -1, prepend, append } = options
  const given = asArray('diff', x)
  if (!Number.isInteger(n) || n < 0) throw new ShapeError('diff', `${n} times`, 'use a whole number, 0 or more')
  if (n === 0) return given
  const at = canonicalAxis('diff', axis, given)
  const wide = (side: ArrayLike): NDArray => {
    const array = asArray('diff', side)
    return array.ndim === 0 ? broadcastTo(array, given.shape.with(at, 1)) : array
  }
  const parts = [
    ...(prepend === undefined ? [] : [wide(prepend)]),
    given,
    ...(append === undefined ? [] : [wide(append)]),
  ]
  let out = concatenate(parts, at)
  for (let i = 0; i < n; i++) {
    const [after, before] = neighbours(out, at)
    out = out.dtype === 'bool' ? lax.ne(after, before) : lax.sub(after, before)
  }
  return out
}

/** `diff` of the flattened array, between what is put at its ends. @example np.ediff1d([1, 4, 9]) // [3, 5] */
export function ediff1d(
  x: ArrayLike,
  options: { readonly toBegin?: ArrayLike; readonly toEnd?: ArrayLike } = {},
): NDArray {
  const given = asArray('ediff1d', x)
  const flat = (side: ArrayLike): NDArray => {
    const array = asArray('ediff1d', side)
    return convert(lax.reshape(array, [array.size]), given.dtype)
  }
  const middle = diff(lax.reshape(given, [given.size]))
  return concatenate([
    ...(options.toBegin === undefined ? [] : [flat(options.toBegin)]),
    middle,
    ...(options.toEnd === undefined ? [] : [flat(options.toEnd)]),
  ])
}

/**
 * The integral of `y` along `axis` by the trapezoidal rule, at points `x` or `dx` apart (default: 1).
 *
 * @example np.trapezoid([1, 2, 3]) // 4
 */
export const trapezoid = byName(
  'trapezoid',
  ['y', 'x', 'options'],
  (y: ArrayLike, x?: ArrayLike | null, options: { readonly dx?: number; readonly axis?: number } = {}): NDArray => {
    const { dx = 1, axis = -1 } = options
    if (x === undefined || x === null) {
      const heights = moveaxis(inexact('trapezoid', y), axis, -1)
      if ((heights.shape.at(-1) as number) === 0) return sum(heights, -1)
      const ends = lax.add(elementInDim(heights, 0, -1), elementInDim(heights, -1, -1))
      return lax.mul(dx, lax.sub(sum(heights, -1), lax.mul(0.5, ends)))
    }
    const [given, points] = promoteDtypes('trapezoid', [inexact('trapezoid', y), inexact('trapezoid', x)]) as [
      NDArray,
      NDArray,
    ]
    const heights = moveaxis(given, axis, -1)
    const widths = diff(points.ndim === 1 ? points : moveaxis(points, axis, -1))
    const [after, before] = neighbours(heights, heights.ndim - 1)
    return lax.mul(0.5, sum(multiply(widths, lax.add(after, before)), -1))
  },
)

/**
 * The derivative along each axis by central differences, one-sided at the ends.
 *
 * @param spacing between points: one number, or one for each axis (default: 1)
 * @returns one array for each axis; a single array when `axis` is one number or `x` a vector
 * @example np.gradient([1, 4, 9]) // [3, 4, 5]
 */
export function gradient(
  x: ArrayLike,
  spacing: number | readonly number[] | GradientOptions = 1,
  options: GradientOptions = {},
): NDArray | readonly NDArray[] {
  if (typeof spacing === 'object' && 'axis' in spacing) return gradient(x, 1, spacing)
  const given = inexact('gradient', x)
  const asked = options.axis ?? given.shape.map((_, i) => i)
  const axes = (typeof asked === 'number' ? [asked] : asked).map((axis) => canonicalAxis('gradient', axis, given))
  const steps = typeof spacing === 'number' ? axes.map(() => spacing) : (spacing as readonly number[])
  if (steps.length !== axes.length)
    throw new ShapeError(
      'gradient',
      `${steps.length} spacings for ${axes.length} axes`,
      'pass one for all, or one for each',
    )
  const out = axes.map((axis, i) => slopes(given, axis, steps[i] as number))
  return out.length === 1 && (typeof options.axis === 'number' || given.ndim === 1) ? (out[0] as NDArray) : out
}

export interface GradientOptions {
  /** Default: all. */
  readonly axis?: number | readonly number[]
}

function slopes(x: NDArray, axis: number, step: number): NDArray {
  const n = x.shape[axis] as number
  if (n < 2) throw new ShapeError('gradient', `an axis of size ${n}`, 'it takes two points or more')
  const at = (from: number, to: number): NDArray => lax.sliceInDim(x, from, to, 1, axis)
  const inner = n > 2 ? [lax.mul(lax.sub(at(2, n), at(0, n - 2)), 0.5)] : []
  return lax.div(
    lax.concatenate([lax.sub(at(1, 2), at(0, 1)), ...inner, lax.sub(at(n - 1, n), at(n - 2, n - 1))], axis),
    step,
  )
}

export interface UnwrapOptions {
  /** The smallest jump that is undone; default: half the period. */
  readonly discont?: ArrayLike | null
  /** Default: the last. */
  readonly axis?: number
  /** Default: 2π. */
  readonly period?: ArrayLike
}

/**
 * A signal that was taken modulo `period`, made whole: where neighbours are further apart than half a period, multiples of it are added.
 *
 * @returns the shape of `x`
 * @example np.unwrap([0, 3, 0.5], { period: 4 }) // [0, -1, 0.5]
 */
export function unwrap(x: ArrayLike, options: UnwrapOptions = {}): NDArray {
  const { discont = null, axis = -1, period = 2 * Math.PI } = options
  const [given, whole] = promoteDtypes('unwrap', [x, period]) as [NDArray, NDArray]
  const at = canonicalAxis('unwrap', axis, given)
  const n = given.shape[at] as number
  if (n === 0) return given
  const interval = isInteger(given.dtype) ? floorDivide(whole, 2) : divide(whole, 2)
  const steps = diff(given, { axis: at })
  const wrapped = subtract(remainder(add(steps, interval), whole), interval)
  const onEdge = logicalAnd(equal(wrapped, negative(interval)), greater(steps, 0))
  const short = where(onEdge, interval, wrapped)
  const isSmall = less(absolute(steps), discont ?? divide(whole, 2))
  const correction = lax.cumsum(where(isSmall, 0, subtract(short, steps)), at)
  const rest = lax.sliceInDim(given, 1, n, 1, at)
  return concatenate([lax.sliceInDim(given, 0, 1, 1, at), add(rest, correction)], at)
}
