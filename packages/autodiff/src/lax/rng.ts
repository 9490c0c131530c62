import { type DType, DTypeError, ShapeError, sizeOf } from '@proj/backend'
import { formatArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { full, type LaxOperand, operand } from './constant.ts'
import * as lax from './elementwise.ts'
import { broadcastInDim, concatenate, elementInDim, iota, reshape, sliceInDim } from './movement.ts'

/** Which generator: threefry, which `default` is on every backend. */
export type RandomAlgorithm = 'default' | 'threeFry'

/**
 * Random bits by counting on from a state, and the state to go on with. The functions of `random` are easier to use right.
 *
 * @param key uint32[4]: a key of two words and a counter of 64 bits, low word first
 * @param dtype `uint32` or `uint8`
 * @throws {DTypeError} for another dtype
 * @throws {ShapeError} for a state of another shape
 * Source: XLA's RngBitGenerator with RNG_THREE_FRY.
 * @example lax.rngBitGenerator(np.array([1, 2, 3, 4], 'uint32'), [5])[1] // u32[5]
 */
export const rngBitGenerator = byName(
  'rngBitGenerator',
  ['key', 'shape', 'dtype', 'algorithm'],
  (
    key: NDArray,
    shape: readonly number[],
    dtype: DType = 'uint32',
    algorithm: RandomAlgorithm = 'default',
  ): readonly [newKey: NDArray, bits: NDArray] => {
    if (dtype !== 'uint32' && dtype !== 'uint8')
      throw new DTypeError('rngBitGenerator', `bits as ${dtype}`, 'use uint32 or uint8')
    if (algorithm !== 'default' && algorithm !== 'threeFry')
      throw new DTypeError('rngBitGenerator', `the algorithm ${String(algorithm)}`, "use 'default' or 'threeFry'")
    if (key.dtype !== 'uint32' || key.shape.join() !== '4')
      throw new ShapeError('rngBitGenerator', `a state ${formatArray(key)}`, 'use uint32[4]')
    const [k0, k1, low, high] = [0, 1, 2, 3].map((i) => elementInDim(key, i)) as [NDArray, NDArray, NDArray, NDArray]
    const { half, axis } = halve(shape.length === 0 ? [1] : shape)
    const count = sizeOf(half)
    const spread = (x: NDArray): NDArray => broadcastInDim(x, [count], [])
    const [nextLow, nextHigh] = advance(spread(low), spread(high), iota('uint32', count))
    const pair = lax.threefry2x32(spread(k0), spread(k1), nextLow, nextHigh)
    // The two words of a counter lie side by side along the axis that was halved.
    const words = concatenate(
      pair.map((word) => reshape(word, half.toSpliced(axis + 1, 0, 1))),
      axis + 1,
    )
    const whole = reshape(words, half.with(axis, 2 * (half[axis] as number)))
    const bits = reshape(sliceInDim(whole, 0, shape[axis] ?? 1, 1, axis), shape)
    const after = advance(low, high, full([], count, 'uint32'))
    const newKey = concatenate(
      [k0, k1, ...after].map((word) => reshape(word, [1])),
      0,
    )
    return [newKey, lax.convertElementType(bits, dtype)]
  },
)

/** The shape with one axis halved, rounding up: the first of even size, else the longest. */
function halve(shape: readonly number[]): { readonly half: readonly number[]; readonly axis: number } {
  const even = shape.findIndex((n) => n % 2 === 0)
  const axis = even >= 0 ? even : shape.indexOf(Math.max(...shape))
  return { half: shape.with(axis, Math.ceil((shape[axis] as number) / 2)), axis }
}

/** A counter of two words moved on by `n`. */
function advance(low: NDArray, high: NDArray, n: NDArray): readonly [low: NDArray, high: NDArray] {
  const sum = lax.add(low, n)
  return [sum, lax.add(high, lax.convertElementType(lax.lt(sum, low), 'uint32'))]
}

/**
 * Uniform floats in [a, b), other ones at every call: a function of nothing but chance. Under `jit` the draw is made while tracing, and stays.
 * Use `random.uniform` wherever results must be repeatable.
 *
 * @throws {DTypeError} when the bounds are not floats of one dtype
 * @example lax.rngUniform(0, 1, [3]).shape // [3]
 */
export function rngUniform(a: LaxOperand, b: LaxOperand, shape: readonly number[]): NDArray {
  const [from, to] = [a, b].map((x) => (typeof x === 'object' ? x : full([], x))) as [NDArray, NDArray]
  if (from.dtype !== to.dtype || from.ndim + to.ndim > 0)
    throw new DTypeError(
      'rngUniform',
      `bounds ${String(from.aval.dtype)} and ${to.dtype}`,
      'use two scalars of one dtype',
    )
  const seed = operand(full([1], Math.floor(Math.random() * 2 ** 32), 'uint32'))
  const [, bits] = rngBitGenerator(concatenate([seed, seed, full([2], 0, 'uint32')], 0), shape)
  const unit = lax.mul(lax.convertElementType(lax.shiftRightLogical(bits, 8), from.dtype), 2 ** -24)
  const spread = (x: NDArray): NDArray => broadcastInDim(x, shape, [])
  return lax.add(spread(from), lax.mul(unit, spread(lax.sub(to, from))))
}
