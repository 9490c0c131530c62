import { sizeOf } from '@proj/backend'
import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { canonicalAxis, elementInDim } from '../lax/movement.ts'
import { asArray, convert, inexact } from '../numpy/coerce.ts'
import { checkShape } from '../numpy/creation.ts'
import { searchsorted } from '../numpy/sorting.ts'
import { take } from '../numpy/taking.ts'
import { gumbel } from './distributions.ts'
import { checkKey, split } from './key.ts'
import { randomBits } from './threefry.ts'
import { randint, type Shape, uniform } from './uniform.ts'

/**
 * Rounds of sorting by 32 random bits after which, with the chance that three random numbers of `size` values all differ, no two elements have had
 * equal ones throughout. Source: `_shuffle` of jax.random.
 */
const roundsFor = (size: number): number => Math.ceil((3 * Math.log(Math.max(1, size))) / Math.log(2 ** 32 - 1))

/** Every vector along `axis` in an order of its own. */
function shuffle(key: NDArray, x: NDArray, axis: number): NDArray {
  let [rest, out] = [key, x]
  for (let round = 0; round < roundsFor(x.size); round++) {
    const [next, sub] = split(rest)
    rest = next
    out = lax.sortKeyVal(randomBits(sub, 32, x.shape), out, { dimension: axis })[1]
  }
  return out
}

export interface PermutationOptions {
  /** Which is shuffled. Default: the first. */
  readonly axis?: number
  /** Whether each vector along the axis gets an order of its own; else slices move as wholes. Default: false. */
  readonly independent?: boolean
}

/**
 * `x` in random order along an axis, or, of a number `x`, the integers from 0 to `x - 1` in random order.
 *
 * @param x an array, or a natural number
 * @returns like `x`; of a number `int32[x]`
 * @throws {DTypeError} for a scalar that is no whole number
 * @example random.permutation(key, 5) // [0, 1, 4, 3, 2]; for random.PRNGKey(0), as in JAX
 *
 * Source: sorting by random keys, as in JAX, element for element.
 */
export function permutation(key: NDArray, x: ArrayLike, options: number | PermutationOptions = {}): NDArray {
  const { axis = 0, independent = false } = typeof options === 'number' ? { axis: options } : options
  const words = checkKey('permutation', key)
  const given = asArray('permutation', x)
  if (given.ndim === 0) return shuffle(words, lax.iota('int32', lengthOf('permutation', x)), 0)
  const at = canonicalAxis('permutation', axis, given)
  if (independent || given.ndim === 1) return shuffle(words, given, at)
  return take(given, shuffle(words, lax.iota('int32', given.shape[at] as number), 0), at)
}

/** A scalar that says how many. */
function lengthOf(where: string, x: ArrayLike): number {
  const count = typeof x === 'number' ? x : Number(asArray(where, x).item())
  if (Number.isInteger(count) && count >= 0) return count
  throw new DTypeError(where, `the number ${count}`, 'pass a natural number or an array')
}

export interface ChoiceOptions {
  /** Whether an element can be drawn again. Default: true. */
  readonly replace?: boolean
  /** The chance of each element, a vector that sums to 1. Default: all alike. */
  readonly p?: ArrayLike | null
  /** Which is drawn from. Default: the first. */
  readonly axis?: number
}

/**
 * Random elements (or slices along an axis) of `a`, or, of a number `a`, of the integers from 0 to `a - 1`.
 *
 * @param a an array, or a natural number
 * @returns the shape of `a` with `shape` in place of the axis; of a number `int32[...shape]`
 * @throws {ShapeError} when there is nothing to draw from, `p` is of another length, or more are drawn than there are without `replace`
 * @example random.choice(key, 10, [3], { replace: false }) // [0, 1, 8]; for random.PRNGKey(0), as in JAX
 *
 * Source: inverse transform of the running sum of `p`; without replacement, the largest Gumbel keys (Kool et al., ICML 2019), both as in JAX.
 */
export const choice = byName(
  'choice',
  ['key', 'a', 'shape', 'options'],
  (key: NDArray, a: ArrayLike, shape: Shape = [], options: ChoiceOptions = {}): NDArray => {
    const words = checkKey('choice', key)
    const sizes = checkShape('choice', shape)
    const given = asArray('choice', a)
    const from = given.ndim === 0 ? null : { array: given, axis: canonicalAxis('choice', options.axis ?? 0, given) }
    const count = from === null ? lengthOf('choice', a) : (given.shape[from.axis] as number)
    const draws = sizeOf(sizes)
    if (draws === 0)
      return lax.full(from === null ? sizes : given.shape.toSpliced(from.axis, 1, ...sizes), 0, given.dtype)
    checkCounts(count, draws, options)
    const picked = drawPositions(words, sizes, count, options)
    if (from === null) return lax.reshape(picked, sizes)
    const taken = take(from.array, picked, from.axis)
    return lax.reshape(taken, given.shape.toSpliced(from.axis, 1, ...sizes))
  },
)

function checkCounts(count: number, draws: number, { replace = true }: ChoiceOptions): void {
  if (count === 0) throw new ShapeError('choice', 'nothing to draw from', 'pass an array that is not empty')
  if (!replace && draws > count)
    throw new ShapeError('choice', `${draws} different ones of ${count}`, 'draw fewer, or with replacement')
}

/** Positions of the elements drawn, in the shape of the draws or as a list of them. */
function drawPositions(
  key: NDArray,
  shape: readonly number[],
  count: number,
  { replace = true, p }: ChoiceOptions,
): NDArray {
  const draws = sizeOf(shape)
  if (p !== undefined && p !== null) return drawWeighted(key, shape, count, p, replace)
  if (replace) return randint(key, shape, 0, count)
  return lax.sliceInDim(shuffle(key, lax.iota('int32', count), 0), 0, draws)
}

function drawWeighted(key: NDArray, shape: readonly number[], count: number, p: ArrayLike, replace: boolean): NDArray {
  const chances = inexact('choice', p)
  if (chances.ndim !== 1 || chances.size !== count)
    throw new ShapeError('choice', `chances ${formatArray(chances)} for ${count} elements`, 'give one for each')
  if (!replace) {
    const keys = lax.add(gumbel(key, [count], chances.dtype), lax.log(chances))
    return lax.topK(keys, sizeOf(shape))[1]
  }
  const running = lax.cumsum(chances)
  const total = lax.broadcastInDim(elementInDim(running, -1), shape, [])
  const level = lax.mul(total, lax.sub(1, uniform(key, shape, chances.dtype)))
  return convert(searchsorted(running, level), 'int32')
}
