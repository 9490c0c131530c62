import { dtypes, isFloat, isInteger } from '@proj/backend'
import type { ArrayLike, NDArray } from '../array.ts'
import * as lax from '../lax/index.ts'
import { broadcastTo } from './broadcast.ts'
import { asArray, convert, inexact, numeric, promote, promoteInexact, promoteNumeric } from './coerce.ts'

type Unary = (x: ArrayLike) => NDArray
type Binary = (x: ArrayLike, y: ArrayLike) => NDArray
const isBool = (x: NDArray): boolean => x.dtype === 'bool'
const isUnsigned = (x: NDArray): boolean => dtypes[x.dtype].kind === 'uint'

// Operands of the functions of two arrays broadcast and are promoted to one dtype.

/** `x + y`; of booleans, the logical or. @example np.add([[1], [2]], [10, 20]) // [[11, 21], [12, 22]] */
export const add: Binary = (x, y) => {
  const [a, b] = promote('add', x, y)
  return isBool(a) ? lax.bitwiseOr(a, b) : lax.add(a, b)
}

/** `x - y`, of numbers. @example np.subtract([1, 2], [3, 5]) // [-2, -3] */
export const subtract: Binary = (x, y) => lax.sub(...promote('subtract', x, y))

/** `x · y`; of booleans, the logical and. @example np.multiply([1, 2], [3, 4]) // [3, 8] */
export const multiply: Binary = (x, y) => {
  const [a, b] = promote('multiply', x, y)
  return isBool(a) ? lax.bitwiseAnd(a, b) : lax.mul(a, b)
}

/** `x / y`, a float also of integers. @example np.divide(7, 2) // 3.5 */
export const divide: Binary = (x, y) => lax.div(...promoteInexact('divide', x, y))
/** As `divide`. @example np.trueDivide([1, 2], 4) // [0.25, 0.5] */
export const trueDivide = divide

/** `-x`, of numbers. @example np.negative([1, -2]) // [-1, 2] */
export const negative: Unary = (x) => lax.neg(asArray('negative', x))

/** `x` itself. @example np.positive([1, -2]) // [1, -2] */
export const positive: Unary = (x) => asArray('positive', x)

/** `|x|`. @example np.absolute([-1, 2]) // [1, 2] */
export const absolute: Unary = (x) => {
  const a = asArray('abs', x)
  return isBool(a) || isUnsigned(a) ? a : lax.abs(a)
}
/** As `absolute`. @example np.abs([-1, 2]) // [1, 2] */
export const abs = absolute
/** `|x|`, a float. @example np.fabs([-1, 2]) // [1, 2] */
export const fabs: Unary = (x) => lax.abs(inexact('fabs', x))

/** -1, 0 or 1; ±0 and NaN stay. @example np.sign([-3, 0, 2]) // [-1, 0, 1] */
export const sign: Unary = (x) => lax.sign(numeric('sign', x))

/** `x · x`. @example np.square([-3, 2]) // [9, 4] */
export const square: Unary = (x) => lax.square(numeric('square', x))

/** `1 / x`, a float. @example np.reciprocal([2, 4]) // [0.5, 0.25] */
export const reciprocal: Unary = (x) => lax.reciprocal(inexact('reciprocal', x))

/**
 * `x^y`; of integers an integer (a negative `y` gives 0, or ±1 of ±1). A bare integral `y` is raised by multiplying, which is exact for
 * negative `x` and has a derivative at 0.
 *
 * @throws {DTypeError} for a bare negative `y` and an integer `x`
 * @example np.power([2, 9], [3, 0.5]) // [8, 3]
 */
export const power: Binary = (x, y) => {
  if (typeof y === 'number' && Number.isInteger(y) && Math.abs(y) < 2 ** 31)
    return lax.integerPow(numeric('power', x), y)
  const [base, exponent] = [asArray('power', x), asArray('power', y)]
  const [a, b] = promoteNumeric('power', base, exponent)
  if (!isFloat(a.dtype)) return integerPower(a, b)
  if (isFloat(base.dtype) && isInteger(exponent.dtype)) {
    const result = lax.pow(a, broadcastTo(exponent, a.shape))
    return exponent.weakType ? result : convert(result, a.dtype)
  }
  // Beside a float, integers do not take part in promotion: a bare base is no longer weak.
  return isFloat(base.dtype) && !exponent.weakType ? convert(lax.pow(a, b), a.dtype) : lax.pow(a, b)
}
/** As `power`. @example np.pow([1, 2], 3) // [1, 8] */
export const pow = power

/** By repeated squaring over six bits of the exponent: any more overflows every base but -1, 0 and 1. */
function integerPower(x: NDArray, y: NDArray): NDArray {
  let [base, exponent] = [x, y]
  let product = lax.select(lax.bitwiseAnd(lax.eq(x, 0), lax.ne(y, 0)), lax.fullLike(x, 0), lax.fullLike(x, 1))
  for (let bit = 0; bit < 6; bit++) {
    const odd = lax.ne(lax.bitwiseAnd(exponent, 1), 0)
    product = lax.select(odd, lax.mul(product, base), product)
    base = lax.mul(base, base)
    exponent = lax.shiftRightLogical(exponent, 1)
  }
  return product
}

/** `x^y` as floats, also of integers. @example np.floatPower(2, -1) // 0.5 */
export const floatPower: Binary = (x, y) => lax.pow(...promoteInexact('floatPower', x, y))

/** Quotient and remainder of floats such that the quotient is a whole number and the remainder has the sign of `y`. */
function floatDivmod(x: NDArray, y: NDArray): readonly [NDArray, NDArray] {
  const rest = lax.rem(x, y)
  const quotient = lax.div(lax.select(lax.eq(y, 0), x, lax.sub(x, rest)), y)
  const crosses = lax.bitwiseAnd(lax.ne(rest, 0), lax.ne(lax.sign(y), lax.sign(rest)))
  return [lax.round(lax.select(crosses, lax.sub(quotient, 1), quotient)), lax.select(crosses, lax.add(rest, y), rest)]
}

function integerFloorDivide(x: NDArray, y: NDArray): NDArray {
  const quotient = lax.div(x, y)
  if (isUnsigned(x)) return quotient
  const crosses = lax.bitwiseAnd(lax.ne(lax.sign(x), lax.sign(y)), lax.ne(lax.rem(x, y), 0))
  return lax.select(crosses, lax.sub(quotient, 1), quotient)
}

/**
 * `⌊x / y⌋`, Python's `//`: rounds down, not toward 0.
 *
 * @example np.floorDivide(-7, 2) // -4
 */
export const floorDivide: Binary = (x, y) => {
  const [a, b] = promoteNumeric('floorDivide', x, y)
  return isInteger(a.dtype) ? integerFloorDivide(a, b) : floatDivmod(a, b)[0]
}

/**
 * What `floorDivide` leaves over, with the sign of `y`: Python's `%`. An integer remainder by 0 is 0.
 *
 * @example np.remainder(-7, 2) // 1
 */
export const remainder: Binary = (x, y) => {
  const [a, b] = promoteNumeric('remainder', x, y)
  const divisor = isInteger(b.dtype) ? lax.select(lax.eq(b, 0), 1, b) : b
  const rest = lax.rem(a, divisor)
  const crosses = lax.bitwiseAnd(lax.bitwiseXor(lax.lt(rest, 0), lax.lt(divisor, 0)), lax.ne(rest, 0))
  return lax.select(crosses, lax.add(rest, divisor), rest)
}
/** As `remainder`. @example np.mod([7, -7], 3) // [1, 2] */
export const mod = remainder

/** Remainder with the sign of `x`, as C's `fmod`. An integer remainder by 0 is 0. @example np.fmod([7, -7], 3) // [1, -1] */
export const fmod: Binary = (x, y) => {
  const [a, b] = promoteNumeric('fmod', x, y)
  return lax.rem(a, isInteger(b.dtype) ? lax.select(lax.eq(b, 0), 1, b) : b)
}

/** `[floorDivide(x, y), remainder(x, y)]`. @example np.divmod([7, -7], 3) // [[2, -3], [1, 2]] */
export function divmod(x: ArrayLike, y: ArrayLike): readonly [quotient: NDArray, remainder: NDArray] {
  const [a, b] = promoteNumeric('divmod', x, y)
  return isInteger(a.dtype) ? [integerFloorDivide(a, b), remainder(a, b)] : floatDivmod(a, b)
}

/** `[fraction, whole]`, both with the sign of `x`. @example np.modf([1.5, -2.25]) // [[0.5, -0.25], [1, -2]] */
export function modf(x: ArrayLike): readonly [fraction: NDArray, whole: NDArray] {
  const a = inexact('modf', x)
  const whole = lax.select(lax.ge(a, 0), lax.floor(a), lax.ceil(a))
  return [lax.sub(a, whole), whole]
}

/** The larger; NaN if either is. @example np.maximum([1, NaN], 2) // [2, NaN] */
export const maximum: Binary = (x, y) => lax.max(...promote('maximum', x, y))
/** The smaller; NaN if either is. @example np.minimum([1, 3], 2) // [1, 2] */
export const minimum: Binary = (x, y) => lax.min(...promote('minimum', x, y))

/** The larger; of a NaN and a number, the number. @example np.fmax([1, NaN], 2) // [2, 2] */
export const fmax: Binary = (x, y) => {
  const [a, b] = promote('fmax', x, y)
  return lax.select(lax.bitwiseOr(lax.gt(a, b), lax.ne(b, b)), a, b)
}
/** The smaller; of a NaN and a number, the number. @example np.fmin([1, NaN], 2) // [1, 2] */
export const fmin: Binary = (x, y) => {
  const [a, b] = promote('fmin', x, y)
  return lax.select(lax.bitwiseOr(lax.lt(a, b), lax.ne(b, b)), a, b)
}

/** The float with the size of `x` and the sign of `y`. @example np.copysign([1, 2], [-1, 1]) // [-1, 2] */
export const copysign: Binary = (x, y) => {
  const [a, b] = promoteInexact('copysign', x, y)
  const size = lax.abs(a)
  return lax.select(signbit(b), lax.neg(size), size)
}

/** Whether the sign is negative, also of -0 and NaN. @example np.signbit([-1, 0, -0]) // [true, false, true] */
export const signbit: Unary = (x) => {
  const a = asArray('signbit', x)
  if (isBool(a)) return lax.full(a.shape, false, 'bool')
  if (!isFloat(a.dtype)) return lax.lt(a, 0)
  // Casts keep the sign; float32 is the one float with an integer dtype of its width.
  return lax.lt(lax.bitcastConvertType(convert(a, 'float32'), 'int32'), 0)
}

/** The float next to `x` on the way to `y`. @example np.nextafter(1, 2).sub(1).eq(np.finfo('float32').eps) // true */
export const nextafter: Binary = (x, y) => lax.nextafter(...promoteInexact('nextafter', x, y))

/** `√(x² + y²)` without overflow in between. @example np.hypot(3, 4) // 5 */
export const hypot: Binary = (x, y) => {
  const [a, b] = promoteInexact('hypot', x, y).map((side) => lax.abs(side)) as [NDArray, NDArray]
  const infinite = lax.bitwiseOr(lax.eq(a, Infinity), lax.eq(b, Infinity))
  const [large, small] = [lax.max(a, b), lax.min(a, b)]
  const zero = lax.eq(large, 0)
  const ratio = lax.div(small, lax.select(zero, 1, large))
  const length = lax.select(zero, large, lax.mul(large, lax.sqrt(lax.add(1, lax.square(ratio)))))
  return convert(lax.select(infinite, Infinity, length), length.dtype)
}

/** 0 left of 0, 1 right of it, `y` at 0. @example np.heaviside([-1, 0, 1], 0.5) // [0, 0.5, 1] */
export const heaviside: Binary = (x, y) => {
  const [a, b] = promoteInexact('heaviside', x, y)
  const atZero = lax.select(lax.ne(a, a), a, b)
  return lax.select(lax.lt(a, 0), 0, lax.select(lax.gt(a, 0), lax.fullLike(a, 1), atZero))
}
