import type { Args, DType, OpName, Params } from '@proj/backend'
import { checkDType, dtypes, ShapeError } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { bind } from '../trace.ts'
import { type LaxOperand, operand, operands } from './constant.ts'

/** The ops of `N` operands that need no parameter. */
type Plain<N extends readonly 0[]> = {
  [K in OpName]: Args<K> extends N ? (N extends Args<K> ? ({} extends Params<K> ? K : never) : never) : never
}[OpName]

const unary =
  (op: Plain<[0]>) =>
  (x: LaxOperand): NDArray =>
    bind(op, [operand(x)], {})[0]

const binary =
  (op: Plain<[0, 0]>) =>
  (x: LaxOperand, y: LaxOperand): NDArray => {
    const [a, b] = operands(op, [x, y]) as readonly [NDArray, NDArray]
    return bind(op, [a, b], {})[0]
  }

// Operands have one shape and one dtype; results have it too. `f` stands for a float dtype, `i` for an integer one.

/** `-x`, of numbers. */
export const neg = unary('neg')
/** -1, 0 or 1, of numbers; ±0 and NaN stay. */
export const sign = unary('sign')
/** `|x|`, of numbers. */
export const abs = unary('abs')
/** The largest integral float not above `x`. */
export const floor = unary('floor')
/** The smallest integral float not below `x`. */
export const ceil = unary('ceil')
/** `e^x`, of floats, as all below up to `erfInv`. */
export const exp = unary('exp')
/** `2^x`. */
export const exp2 = unary('exp2')
/** `e^x - 1`, exact near 0. */
export const expm1 = unary('expm1')
/** The natural logarithm; NaN below 0, -∞ at 0. */
export const log = unary('log')
/** `log(1 + x)`, exact near 0. */
export const log1p = unary('log1p')
/** `√x`; NaN below 0. */
export const sqrt = unary('sqrt')
/** `1 / √x`. */
export const rsqrt = unary('rsqrt')
/** `∛x`, of any sign. */
export const cbrt = unary('cbrt')
/** Sine of `x` radians. */
export const sin = unary('sin')
/** Cosine of `x` radians. */
export const cos = unary('cos')
/** Tangent of `x` radians. */
export const tan = unary('tan')
/** Inverse sine, in radians. */
export const asin = unary('asin')
/** Inverse cosine, in radians. */
export const acos = unary('acos')
/** Inverse tangent, in radians. */
export const atan = unary('atan')
/** Hyperbolic sine. */
export const sinh = unary('sinh')
/** Hyperbolic cosine. */
export const cosh = unary('cosh')
/** Hyperbolic tangent. */
export const tanh = unary('tanh')
/** Inverse hyperbolic sine. */
export const asinh = unary('asinh')
/** Inverse hyperbolic cosine. */
export const acosh = unary('acosh')
/** Inverse hyperbolic tangent. */
export const atanh = unary('atanh')
/** `1 / (1 + e^-x)`. */
export const logistic = unary('logistic')
/** `2/√π ∫₀ˣ e^(-t²) dt`. */
export const erf = unary('erf')
/** `1 - erf(x)`, exact for large `x`. */
export const erfc = unary('erfc')
/** The inverse of `erf`, on (-1, 1). */
export const erfInv = unary('erfInv')
/** To bool: neither infinite nor NaN. */
export const isFinite = unary('isFinite')
/** Bits turned round; of bool, the logical not. */
export const bitwiseNot = unary('not')
/** `x` itself; derivatives stop here. */
export const stopGradient = unary('stopGradient')

/** `x + y`, of numbers; integers wrap. */
export const add = binary('add')
/** `x - y`. */
export const sub = binary('sub')
/** `x · y`. */
export const mul = binary('mul')
/** `x / y`; integers truncate toward 0. */
export const div = binary('div')
/** Remainder with the sign of `x`, as C's `%`. */
export const rem = binary('rem')
/** `x^y`, of floats. */
export const pow = binary('pow')
/** The larger; NaN if either is. */
export const max = binary('max')
/** The smaller; NaN if either is. */
export const min = binary('min')
/** The angle of the point `(y, x)` from the positive x axis, in (-π, π] radians. `atan2(y, x)`. */
export const atan2 = binary('atan2')
/** The float next to `x` on the way to `y`. */
export const nextafter = binary('nextafter')
/** Bits of integers, or logical of bool, as `or` and `xor`. */
export const bitwiseAnd = binary('and')
/** Inclusive or. */
export const bitwiseOr = binary('or')
/** Exclusive or. */
export const bitwiseXor = binary('xor')
/** `x << y`; 0 from the width up. */
export const shiftLeft = binary('shiftLeft')
/** `x >> y`, filled with the sign. */
export const shiftRightArithmetic = binary('shiftRightArithmetic')
/** `x >>> y`, filled with 0. */
export const shiftRightLogical = binary('shiftRightLogical')
/** To bool, as all below: equal. NaN equals nothing. */
export const eq = binary('eq')
/** Not equal. */
export const ne = binary('ne')
/** Less. */
export const lt = binary('lt')
/** Less or equal. */
export const le = binary('le')
/** Greater. */
export const gt = binary('gt')
/** Greater or equal. */
export const ge = binary('ge')

/** How `round` breaks ties. */
export type RoundingMethod = Params<'round'>['roundingMethod']

/** The nearest integral float; ties go away from zero, or to the even neighbour. */
export const round = (x: LaxOperand, roundingMethod: RoundingMethod = 'awayFromZero'): NDArray =>
  bind('round', [operand(x)], { roundingMethod })[0]

/** `x^y` for a static integer `y`; a negative one needs floats. */
export const integerPow = (x: LaxOperand, y: number): NDArray => bind('integerPow', [operand(x)], { y })[0]

/** `x · x`. */
export const square = (x: LaxOperand): NDArray => integerPow(x, 2)

/** `1 / x`, of floats. */
export const reciprocal = (x: LaxOperand): NDArray => integerPow(x, -1)

/** `onTrue` where `pred` (bool, of the same shape) holds, else `onFalse`. */
export function select(pred: NDArray, onTrue: LaxOperand, onFalse: LaxOperand): NDArray {
  const [a, b] = operands('select', [onTrue, onFalse]) as readonly [NDArray, NDArray]
  return bind('select', [pred, a, b], {})[0]
}

/**
 * For each element, the case that `which` names: bool chooses between two, int32 among any number (too small an index names the first, too
 * large a one the last).
 *
 * @param which of the shape of the cases, or a scalar
 * @throws {ShapeError} when there is no case, or bool meets more than two
 * @example lax.selectN(np.array([true, false]), np.array([1, 2]), np.array([3, 4])) // [3, 2]
 */
export function selectN(which: NDArray, ...cases: readonly NDArray[]): NDArray {
  const [first, ...rest] = cases
  if (first === undefined || (which.dtype === 'bool' && cases.length > 2))
    throw new ShapeError(
      'selectN',
      `${cases.length} cases for an index of dtype ${which.dtype}`,
      'pass one at least; for bool, at most two',
    )
  const at = (pred: NDArray): NDArray =>
    pred.ndim === 0 && first.ndim > 0
      ? bind('broadcastInDim', [pred], { shape: first.shape, broadcastDimensions: [] })[0]
      : pred
  return rest.reduce<NDArray>(
    (chosen, x, i) => select(at(which.dtype === 'bool' ? which : gt(which, i)), x, chosen),
    first,
  )
}

/** `min(max(x, lo), hi)`. */
export function clamp(lo: LaxOperand, x: NDArray, hi: LaxOperand): NDArray {
  const [a, b, c] = operands('clamp', [lo, x, hi]) as readonly [NDArray, NDArray, NDArray]
  return bind('clamp', [a, b, c], {})[0]
}

/**
 * The values in another dtype: floats to integers truncate and saturate (NaN to 0), numbers to bool ask `x != 0`.
 *
 * @throws {DTypeError} when `dtype` is no dtype
 */
export function convertElementType(x: LaxOperand, dtype: DType): NDArray {
  const array = operand(x)
  checkDType('convertElementType', dtype)
  if (array.dtype === dtype && !array.weakType) return array
  return bind('convertElementType', [array], { newDtype: dtype })[0]
}

/** The same bits under another dtype of the same width. */
export const bitcastConvertType = (x: NDArray, dtype: DType): NDArray =>
  bind('bitcastConvertType', [x], { newDtype: checkDType('bitcastConvertType', dtype) })[0]

/** Bits of one element of `x`. */
export const bitWidth = (x: NDArray): number => dtypes[x.dtype].bytes * 8

/**
 * Threefry-2x32 with 20 rounds: the counters `(x0, x1)` under the key `(k0, k1)`, elementwise, all uint32 of one shape.
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export const threefry2x32 = (k0: NDArray, k1: NDArray, x0: NDArray, x1: NDArray): readonly [y0: NDArray, y1: NDArray] =>
  bind('threefry2x32', [k0, k1, x0, x1], {})
