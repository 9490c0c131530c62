import type { Args, DType, OpName, Params } from '@proj/backend'
import { checkDType, dtypes, ShapeError } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { byName } from '../byName.ts'
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

/** `-x`, of numbers. @example lax.neg(np.array([1, -2])) // [-1, 2] */
export const neg = unary('neg')
/** -1, 0 or 1, of numbers; ±0 and NaN stay. @example lax.sign(np.array([-3, 0, 2])) // [-1, 0, 1] */
export const sign = unary('sign')
/** `|x|`, of numbers. @example lax.abs(np.array([-1, 2])) // [1, 2] */
export const abs = unary('abs')
/** The largest integral float not above `x`. @example lax.floor(np.array([1.8, -1.2])) // [1, -2] */
export const floor = unary('floor')
/** The smallest integral float not below `x`. @example lax.ceil(np.array([1.2, -1.2])) // [2, -1] */
export const ceil = unary('ceil')
/** `e^x`. Of floats. @example lax.exp(np.array([0, 1])) // [1, 2.7183] */
export const exp = unary('exp')
/** `2^x`. Of floats. @example lax.exp2(np.array([0, 3])) // [1, 8] */
export const exp2 = unary('exp2')
/** `e^x - 1`, exact near 0. Of floats. @example lax.expm1(np.array([0, 1])) // [0, 1.7183] */
export const expm1 = unary('expm1')
/** The natural logarithm; NaN below 0, -∞ at 0. Of floats. @example lax.log(np.array([1, 2])) // [0, 0.6931] */
export const log = unary('log')
/** `log(1 + x)`, exact near 0. Of floats. @example lax.log1p(np.array([0, 1])) // [0, 0.6931] */
export const log1p = unary('log1p')
/** `√x`; NaN below 0. Of floats. @example lax.sqrt(np.array([4, 2])) // [2, 1.4142] */
export const sqrt = unary('sqrt')
/** `1 / √x`. Of floats. @example lax.rsqrt(np.array([1, 4])) // [1, 0.5] */
export const rsqrt = unary('rsqrt')
/** `∛x`, of any sign. Of floats. @example lax.cbrt(np.array([8, -27])) // [2, -3] */
export const cbrt = unary('cbrt')
/** Sine of `x` radians. Of floats. @example lax.sin(np.array([0, 1])) // [0, 0.8415] */
export const sin = unary('sin')
/** Cosine of `x` radians. Of floats. @example lax.cos(np.array([0, 1])) // [1, 0.5403] */
export const cos = unary('cos')
/** Tangent of `x` radians. Of floats. @example lax.tan(np.array([0, 1])) // [0, 1.5574] */
export const tan = unary('tan')
/** Inverse sine, in radians. Of floats. @example lax.asin(np.array([0, 1])) // [0, 1.5708] */
export const asin = unary('asin')
/** Inverse cosine, in radians. Of floats. @example lax.acos(np.array([1, 0])) // [0, 1.5708] */
export const acos = unary('acos')
/** Inverse tangent, in radians. Of floats. @example lax.atan(np.array([0, 1])) // [0, 0.7854] */
export const atan = unary('atan')
/** Hyperbolic sine. Of floats. @example lax.sinh(np.array([0, 1])) // [0, 1.1752] */
export const sinh = unary('sinh')
/** Hyperbolic cosine. Of floats. @example lax.cosh(np.array([0, 1])) // [1, 1.5431] */
export const cosh = unary('cosh')
/** Hyperbolic tangent. Of floats. @example lax.tanh(np.array([0, 1])) // [0, 0.7616] */
export const tanh = unary('tanh')
/** Inverse hyperbolic sine. Of floats. @example lax.asinh(np.array([0, 1])) // [0, 0.8814] */
export const asinh = unary('asinh')
/** Inverse hyperbolic cosine. Of floats. @example lax.acosh(np.array([1, 2])) // [0, 1.3170] */
export const acosh = unary('acosh')
/** Inverse hyperbolic tangent. Of floats. @example lax.atanh(np.array([0, 0.5])) // [0, 0.5493] */
export const atanh = unary('atanh')
/** `1 / (1 + e^-x)`. Of floats. @example lax.logistic(np.array([0, 2])) // [0.5, 0.8808] */
export const logistic = unary('logistic')
/** `2/√π ∫₀ˣ e^(-t²) dt`. Of floats. @example lax.erf(np.array([0, 1])) // [0, 0.8427] */
export const erf = unary('erf')
/** `1 - erf(x)`, exact for large `x`. Of floats. @example lax.erfc(np.array([0, 1])) // [1, 0.1573] */
export const erfc = unary('erfc')
/** The inverse of `erf`, on (-1, 1). Of floats. @example lax.erfInv(np.array([0, 0.5])) // [0, 0.4769] */
export const erfInv = unary('erfInv')
/** To bool: neither infinite nor NaN. @example lax.isFinite(np.array([1, Infinity, NaN])) // [true, false, false] */
export const isFinite = unary('isFinite')
/** Bits turned round; of bool, the logical not. @example lax.bitwiseNot(np.array([6], 'int32')) // [-7] */
export const bitwiseNot = unary('not')
/** `x` itself; derivatives stop here. @example grad((x: NDArray) => x.mul(lax.stopGradient(x)))(3) // 3 */
export const stopGradient = unary('stopGradient')

/** `x + y`, of numbers; integers wrap. @example lax.add(np.array([1, 2]), np.array([3, 4])) // [4, 6] */
export const add = binary('add')
/** `x - y`. @example lax.sub(np.array([1, 2]), np.array([3, 5])) // [-2, -3] */
export const sub = binary('sub')
/** `x · y`. @example lax.mul(np.array([1, 2]), np.array([3, 4])) // [3, 8] */
export const mul = binary('mul')
/** `x / y`; integers truncate toward 0. @example lax.div(np.array([7, -7], 'int32'), np.array([2, 2], 'int32')) // [3, -3] */
export const div = binary('div')
/** Remainder with the sign of `x`, as C's `%`. @example lax.rem(np.array([7, -7]), np.array([3, 3])) // [1, -1] */
export const rem = binary('rem')
/** `x^y`, of floats. */
export const pow = binary('pow')
/** The larger; NaN if either is. @example lax.max(np.array([1, 5]), np.array([4, 2])) // [4, 5] */
export const max = binary('max')
/** The smaller; NaN if either is. @example lax.min(np.array([1, 5]), np.array([4, 2])) // [1, 2] */
export const min = binary('min')
/**
 * The angle of the point `(y, x)` from the positive x axis, in (-π, π] radians. `atan2(y, x)`.
 *
 * @example lax.atan2(np.array([1, 1]), np.array([1, -1])) // [0.7854, 2.3562]
 */
export const atan2 = binary('atan2')
/** The float next to `x` on the way to `y`. @example lax.nextafter(np.array([1]), np.array([2])).sub(1).eq(np.finfo('float32').eps) // [true] */
export const nextafter = binary('nextafter')
/** Bits of integers, or logical of bool, as `or` and `xor`. @example lax.bitwiseAnd(np.array([6], 'int32'), np.array([3], 'int32')) // [2] */
export const bitwiseAnd = binary('and')
/** Inclusive or. @example lax.bitwiseOr(np.array([6], 'int32'), np.array([3], 'int32')) // [7] */
export const bitwiseOr = binary('or')
/** Exclusive or. @example lax.bitwiseXor(np.array([6], 'int32'), np.array([3], 'int32')) // [5] */
export const bitwiseXor = binary('xor')
/** `x << y`; 0 from the width up. @example lax.shiftLeft(np.array([1, 3], 'int32'), np.array([4, 1], 'int32')) // [16, 6] */
export const shiftLeft = binary('shiftLeft')
/** `x >> y`, filled with the sign. @example lax.shiftRightArithmetic(np.array([-8], 'int32'), np.array([1], 'int32')) // [-4] */
export const shiftRightArithmetic = binary('shiftRightArithmetic')
/** `x >>> y`, filled with 0. @example lax.shiftRightLogical(np.array([-8], 'int32'), np.array([28], 'int32')) // [15] */
export const shiftRightLogical = binary('shiftRightLogical')
/** To bool, as all below: equal. NaN equals nothing. @example lax.eq(np.array([1, 2]), np.array([1, 3])) // [true, false] */
export const eq = binary('eq')
/** Not equal. @example lax.ne(np.array([1, 2]), np.array([1, 3])) // [false, true] */
export const ne = binary('ne')
/** Less. @example lax.lt(np.array([1, 3]), np.array([2, 2])) // [true, false] */
export const lt = binary('lt')
/** Less or equal. @example lax.le(np.array([1, 3]), np.array([2, 2])) // [true, false] */
export const le = binary('le')
/** Greater. @example lax.gt(np.array([1, 3]), np.array([2, 2])) // [false, true] */
export const gt = binary('gt')
/** Greater or equal. @example lax.ge(np.array([1, 2]), np.array([2, 2])) // [false, true] */
export const ge = binary('ge')

/** How `round` breaks ties. */
export type RoundingMethod = Params<'round'>['roundingMethod']

/** The nearest integral float; ties go away from zero, or to the even neighbour. @example lax.round(np.array([0.5, 1.5, -0.5])) // [1, 2, -1] */
export const round = byName(
  'round',
  ['x', 'roundingMethod'],
  (x: LaxOperand, roundingMethod: RoundingMethod = 'awayFromZero'): NDArray =>
    bind('round', [operand(x)], { roundingMethod })[0],
)

/** `x^y` for a static integer `y`; a negative one needs floats. @example lax.integerPow(np.array([-2, 3]), 3) // [-8, 27] */
export const integerPow = (x: LaxOperand, y: number): NDArray => bind('integerPow', [operand(x)], { y })[0]

/** `x · x`. @example lax.square(np.array([-3, 2])) // [9, 4] */
export const square = (x: LaxOperand): NDArray => integerPow(x, 2)

/** `1 / x`, of floats. @example lax.reciprocal(np.array([2, 4])) // [0.5, 0.25] */
export const reciprocal = (x: LaxOperand): NDArray => integerPow(x, -1)

/** A scalar in the shape of `x`; other shapes as they are. */
const spread = (scalar: NDArray, x: NDArray): NDArray =>
  scalar.ndim === 0 && x.ndim > 0
    ? bind('broadcastInDim', [scalar], { shape: x.shape, broadcastDimensions: [] })[0]
    : scalar

/**
 * `onTrue` where `pred` (bool, a scalar or of the same shape) holds, else `onFalse`.
 *
 * @example lax.select(np.array([true, false]), np.array([1, 2]), np.array([3, 4])) // [1, 4]
 */
export function select(pred: NDArray, onTrue: LaxOperand, onFalse: LaxOperand): NDArray {
  const [a, b] = operands('select', [onTrue, onFalse]) as readonly [NDArray, NDArray]
  return bind('select', [spread(pred, a), a, b], {})[0]
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
  return rest.reduce<NDArray>((chosen, x, i) => select(which.dtype === 'bool' ? which : gt(which, i), x, chosen), first)
}

/**
 * `min(max(x, lo), hi)`, with bounds that are scalars or of the same shape.
 *
 * @example lax.clamp(0, np.array([-1, 0.5, 2]), 1) // [0, 0.5, 1]
 */
export function clamp(lo: LaxOperand, x: NDArray, hi: LaxOperand): NDArray {
  const [a, b, c] = operands('clamp', [lo, x, hi]) as readonly [NDArray, NDArray, NDArray]
  return bind('clamp', [spread(a, b), b, spread(c, b)], {})[0]
}

/**
 * The values in another dtype: floats to integers truncate and saturate (NaN to 0), numbers to bool ask `x != 0`.
 *
 * @throws {DTypeError} when `dtype` is no dtype
 * @example lax.convertElementType(np.array([1.7, -1.7]), 'int32') // [1, -1]
 */
export function convertElementType(x: LaxOperand, dtype: DType): NDArray {
  const array = operand(x)
  checkDType('convertElementType', dtype)
  if (array.dtype === dtype && !array.weakType) return array
  return bind('convertElementType', [array], { newDtype: dtype })[0]
}

/** The same bits under another dtype of the same width. */
export const bitcast = (x: NDArray, dtype: DType): NDArray =>
  bind('bitcastConvertType', [x], { newDtype: checkDType('bitcastConvertType', dtype) })[0]

/** Bits of one element of `x`. */
export const bitWidth = (x: NDArray): number => dtypes[x.dtype].bytes * 8

/**
 * Threefry-2x32 with 20 rounds: the counters `(x0, x1)` under the key `(k0, k1)`, elementwise, all uint32 of one shape.
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 *
 * @example lax.threefry2x32(...np.zeros([4, 1], { dtype: 'uint32' })) // [[0x6b200159], [0x99ba4efe]]; the published test vector of zeros
 */
export const threefry2x32 = (k0: NDArray, k1: NDArray, x0: NDArray, x1: NDArray): readonly [y0: NDArray, y1: NDArray] =>
  bind('threefry2x32', [k0, k1, x0, x1], {})
