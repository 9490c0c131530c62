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
/** `x == y`. */
export const equal = binary('equal', lax.eq)
/** `x != y`. */
export const notEqual = binary('notEqual', lax.ne)
/** `x < y`. */
export const less = binary('less', lax.lt)
/** `x <= y`. */
export const lessEqual = binary('lessEqual', lax.le)
/** `x > y`. */
export const greater = binary('greater', lax.gt)
/** `x >= y`. */
export const greaterEqual = binary('greaterEqual', lax.ge)

// Logic of whether the elements are not 0, to bool.
const truths = (name: string, x: ArrayLike, y: ArrayLike): Pair => promote(name, truth(name, x), truth(name, y))
/** Both. */
export const logicalAnd = binary('logicalAnd', lax.bitwiseAnd, truths)
/** At least one. */
export const logicalOr = binary('logicalOr', lax.bitwiseOr, truths)
/** Exactly one. */
export const logicalXor = binary('logicalXor', lax.bitwiseXor, truths)
/** Whether the element is 0. */
export const logicalNot: Unary = (x) => lax.bitwiseNot(truth('logicalNot', x))

// Bits of integers; of booleans, logic.
/** Bits that both have. */
export const bitwiseAnd = binary('bitwiseAnd', lax.bitwiseAnd)
/** Bits that either has. */
export const bitwiseOr = binary('bitwiseOr', lax.bitwiseOr)
/** Bits that exactly one has. */
export const bitwiseXor = binary('bitwiseXor', lax.bitwiseXor)
/** All bits turned round. */
export const bitwiseNot: Unary = (x) => lax.bitwiseNot(asArray('bitwiseNot', x))
export { bitwiseNot as bitwiseInvert, bitwiseNot as invert }
/** `x << y`; 0 from the width up. */
export const leftShift = binary('leftShift', lax.shiftLeft, promoteNumeric)
export { leftShift as bitwiseLeftShift }
/** `x >> y`: signed integers keep their sign. */
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

/** Neither infinite nor NaN. */
export const isfinite = test('isfinite', true, lax.isFinite)
/** Infinite, of either sign. */
export const isinf = test('isinf', false, (x) => lax.eq(lax.abs(x), Infinity))
/** +∞. */
export const isposinf = test('isposinf', false, (x) => lax.eq(x, Infinity))
/** -∞. */
export const isneginf = test('isneginf', false, (x) => lax.eq(x, -Infinity))
/** Whether the imaginary part is 0, which it is: there are no complex numbers. */
export const isreal: Unary = (x) => lax.full(asArray('isreal', x).shape, true, 'bool')
/** NaN. */
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

/** Whether each element of `x` is close to that of `y`; an infinity is close to itself. */
export function isclose(x: ArrayLike, y: ArrayLike, options: ClosenessOptions = {}): NDArray {
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options
  const [a, b] = promoteInexact('isclose', x, y)
  const inRange = lax.le(lax.abs(lax.sub(a, b)), lax.add(atol, lax.mul(rtol, lax.abs(b))))
  const close = lax.bitwiseOr(lax.eq(a, b), lax.bitwiseAnd(lax.isFinite(b), inRange))
  return equalNan ? lax.bitwiseOr(close, lax.bitwiseAnd(lax.ne(a, a), lax.ne(b, b))) : close
}

/** Whether all elements are close, as one bool. */
export const allclose = (x: ArrayLike, y: ArrayLike, options: ClosenessOptions = {}): NDArray =>
  all(isclose(x, y, options))

/** Whether the arrays have one shape and equal elements, as one bool. */
export function arrayEqual(x: ArrayLike, y: ArrayLike, options: { readonly equalNan?: boolean } = {}): NDArray {
  const [a, b] = [asArray('arrayEqual', x), asArray('arrayEqual', y)]
  if (!sameShape(a.shape, b.shape)) return lax.full([], false, 'bool')
  const same = equal(a, b)
  return all(options.equalNan === true ? logicalOr(same, logicalAnd(isnan(a), isnan(b))) : same)
}

/** Whether the arrays are equal once broadcast to one shape, as one bool. */
export function arrayEquiv(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = [asArray('arrayEquiv', x), asArray('arrayEquiv', y)]
  const rank = Math.max(a.ndim, b.ndim)
  const fits = Array.from(
    { length: rank },
    (_, i) => [a.shape[a.ndim - 1 - i] ?? 1, b.shape[b.ndim - 1 - i] ?? 1] as const,
  )
  return fits.every(([m, n]) => m === n || m === 1 || n === 1) ? all(equal(a, b)) : lax.full([], false, 'bool')
}
