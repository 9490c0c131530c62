import { dtypes, isFloat, sameShape } from '@proj/backend'
import type { ArrayLike, NDArray } from '../array.ts'
import * as lax from '../lax/index.ts'
import { asArray, promote, promoteInexact, promoteNumeric, truth } from './coerce.ts'
import { all } from './reduce.ts'

type Unary = (x: ArrayLike) => NDArray
type Binary = (x: ArrayLike, y: ArrayLike) => NDArray
type Pair = readonly [NDArray, NDArray]

/** An elementwise function of two arrays brought to one dtype and shape. */
const binary =
  (name: string, f: (x: NDArray, y: NDArray) => NDArray, bring = promote): Binary =>
  (x, y) =>
    f(...bring(name, x, y))

// Comparisons, to bool. NaN equals nothing, and is neither less nor greater.
/** `x == y`. @example np.equal([1, 2], [1, 3]) // [true, false] */
export const equal = binary('equal', lax.eq)
/** `x != y`. @example np.notEqual([1, 2], [1, 3]) // [false, true] */
export const notEqual = binary('notEqual', lax.ne)
/** `x < y`. @example np.less([1, 3], 2) // [true, false] */
export const less = binary('less', lax.lt)
/** `x <= y`. @example np.lessEqual([2, 3], 2) // [true, false] */
export const lessEqual = binary('lessEqual', lax.le)
/** `x > y`. @example np.greater([1, 3], 2) // [false, true] */
export const greater = binary('greater', lax.gt)
/** `x >= y`. @example np.greaterEqual([1, 2], 2) // [false, true] */
export const greaterEqual = binary('greaterEqual', lax.ge)

// Logic of whether the elements are not 0, to bool.
const truths = (name: string, x: ArrayLike, y: ArrayLike): Pair => promote(name, truth(name, x), truth(name, y))
/** Both. @example np.logicalAnd([0, 1, 2], [1, 1, 0]) // [false, true, false] */
export const logicalAnd = binary('logicalAnd', lax.bitwiseAnd, truths)
/** At least one. @example np.logicalOr([0, 0, 2], [0, 1, 1]) // [false, true, true] */
export const logicalOr = binary('logicalOr', lax.bitwiseOr, truths)
/** Exactly one. @example np.logicalXor([0, 1, 2], [1, 1, 0]) // [true, false, true] */
export const logicalXor = binary('logicalXor', lax.bitwiseXor, truths)
/** Whether the element is 0. @example np.logicalNot([0, 2]) // [true, false] */
export const logicalNot: Unary = (x) => lax.bitwiseNot(truth('logicalNot', x))

// Bits of integers; of booleans, logic.
/** Bits that both have. @example np.bitwiseAnd(6, 3) // 2 */
export const bitwiseAnd = binary('bitwiseAnd', lax.bitwiseAnd)
/** Bits that either has. @example np.bitwiseOr(6, 3) // 7 */
export const bitwiseOr = binary('bitwiseOr', lax.bitwiseOr)
/** Bits that exactly one has. @example np.bitwiseXor(6, 3) // 5 */
export const bitwiseXor = binary('bitwiseXor', lax.bitwiseXor)
/** All bits turned round. @example np.bitwiseNot(6) // -7 */
export const bitwiseNot: Unary = (x) => lax.bitwiseNot(asArray('bitwiseNot', x))
export { bitwiseNot as bitwiseInvert, bitwiseNot as invert }
/** `x << y`; 0 from the width up. @example np.leftShift(1, 4) // 16 */
export const leftShift = binary('leftShift', lax.shiftLeft, promoteNumeric)
export { leftShift as bitwiseLeftShift }
/** `x >> y`: signed integers keep their sign. @example np.rightShift(-8, 1) // -4 */
export const rightShift = binary(
  'rightShift',
  (x, y) => (dtypes[x.dtype].kind === 'uint' ? lax.shiftRightLogical(x, y) : lax.shiftRightArithmetic(x, y)),
  promoteNumeric,
)
export { rightShift as bitwiseRightShift }

/** A test of floats that integers and booleans all pass, or all fail. */
const test =
  (name: string, ofInteger: boolean, f: (x: NDArray) => NDArray): Unary =>
  (x) => {
    const array = asArray(name, x)
    return isFloat(array.dtype) ? f(array) : lax.full(array.shape, ofInteger, 'bool')
  }

/** Neither infinite nor NaN. @example np.isfinite([1, Infinity, NaN]) // [true, false, false] */
export const isfinite = test('isfinite', true, lax.isFinite)
/** Infinite, of either sign. @example np.isinf([1, -Infinity]) // [false, true] */
export const isinf = test('isinf', false, (x) => lax.eq(lax.abs(x), Infinity))
/** +∞. @example np.isposinf([Infinity, -Infinity]) // [true, false] */
export const isposinf = test('isposinf', false, (x) => lax.eq(x, Infinity))
/** -∞. @example np.isneginf([Infinity, -Infinity]) // [false, true] */
export const isneginf = test('isneginf', false, (x) => lax.eq(x, -Infinity))
/** Whether the imaginary part is 0, which it is: there are no complex numbers. @example np.isreal([1, 2]) // [true, true] */
export const isreal: Unary = (x) => lax.full(asArray('isreal', x).shape, true, 'bool')
/** NaN. @example np.isnan([1, NaN]) // [false, true] */
export const isnan = test('isnan', false, (x) => lax.ne(x, x))

/** How near is close: `|x - y| <= atol + rtol·|y|`. */
export interface ClosenessOptions {
  /** Default: 1e-5. */
  readonly rtol?: number
  /** Default: 1e-8. */
  readonly atol?: number
  /** Whether NaN is close to NaN. */
  readonly equalNan?: boolean
}

/**
 * Whether each element of `x` is close to that of `y`; an infinity is close to itself.
 *
 * @example np.isclose([1, 2], [1.000001, 2.1]) // [true, false]
 */
export function isclose(x: ArrayLike, y: ArrayLike, options: ClosenessOptions = {}): NDArray {
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options
  const [a, b] = promoteInexact('isclose', x, y)
  const inRange = lax.le(lax.abs(lax.sub(a, b)), lax.add(atol, lax.mul(rtol, lax.abs(b))))
  const close = lax.bitwiseOr(lax.eq(a, b), lax.bitwiseAnd(lax.isFinite(b), inRange))
  return equalNan ? lax.bitwiseOr(close, lax.bitwiseAnd(lax.ne(a, a), lax.ne(b, b))) : close
}

/** Whether all elements are close, as one bool. @example np.allclose([1, 2], [1, 2.000001]) // true */
export const allclose = (x: ArrayLike, y: ArrayLike, options: ClosenessOptions = {}): NDArray =>
  all(isclose(x, y, options))

/** Whether the arrays have one shape and equal elements, as one bool. @example np.arrayEqual([1, 2], [1, 2]) // true */
export function arrayEqual(x: ArrayLike, y: ArrayLike, options: { readonly equalNan?: boolean } = {}): NDArray {
  const [a, b] = [asArray('arrayEqual', x), asArray('arrayEqual', y)]
  if (!sameShape(a.shape, b.shape)) return lax.full([], false, 'bool')
  const same = equal(a, b)
  return all(options.equalNan === true ? logicalOr(same, logicalAnd(isnan(a), isnan(b))) : same)
}

/** Whether the arrays are equal once broadcast to one shape, as one bool. @example np.arrayEquiv([[1, 2], [1, 2]], [1, 2]) // true */
export function arrayEquiv(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = [asArray('arrayEquiv', x), asArray('arrayEquiv', y)]
  const rank = Math.max(a.ndim, b.ndim)
  const fits = Array.from(
    { length: rank },
    (_, i) => [a.shape[a.ndim - 1 - i] ?? 1, b.shape[b.ndim - 1 - i] ?? 1] as const,
  )
  return fits.every(([m, n]) => m === n || m === 1 || n === 1) ? all(equal(a, b)) : lax.full([], false, 'bool')
}
