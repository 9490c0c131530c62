import { type Aval, type DType, DTypeError, decodeFloat16, encodeFloat16, isFloat, makeAval } from '@proj/backend'
import { isNDArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { splat } from '../trace.ts'

/** What a `lax` function takes: an array, or a bare number that takes the dtype and shape of its fellow operand. */
export type LaxOperand = NDArray | number | boolean

const isNegativeZero = (value: number): boolean => Object.is(value, -0)
const fitsInt32 = (value: number): boolean =>
  Number.isInteger(value) && Math.abs(value) < 2 ** 32 && !isNegativeZero(value)

/** How a bare number enters: integral ones as weak int32, the others as weak float32, booleans as bool. */
export function scalarAval(value: number | boolean): Aval {
  if (typeof value === 'boolean') return makeAval([], 'bool')
  return makeAval([], fitsInt32(value) ? 'int32' : 'float32', true)
}

const wrapTo: { readonly [D in DType]: (value: number) => number } = {
  float32: Math.fround,
  float64: (value) => value,
  float16: (value) => decodeFloat16(encodeFloat16(value)),
  int32: (value) => value | 0,
  uint32: (value) => value >>> 0,
  int8: (value) => (value << 24) >> 24,
  uint8: (value) => value & 0xff,
  bool: (value) => (value !== 0 ? 1 : 0),
}

/** The number as `dtype` holds it: floats rounded, integers wrapped. */
export const canonical = (value: number | boolean, dtype: DType): number => wrapTo[dtype](Number(value))

/**
 * An array with `value` everywhere. It takes no memory until a backend needs it.
 *
 * @param dtype default: float32
 * @example lax.full([2, 3], 7).shape // [2, 3]
 */
export const full = byName(
  'full',
  ['shape', 'fillValue', 'dtype'],
  (shape: readonly number[], value: number | boolean, dtype: DType = 'float32', weakType = false): NDArray => {
    return splat(canonical(value, dtype), makeAval(shape, dtype, weakType))
  },
)

/** `value` in the shape and dtype of `x` (and as weak as `x`), whatever transform `x` is under. @example lax.fullLike(np.ones([2]), 7) // [7, 7] */
export const fullLike = (x: NDArray, value: number | boolean): NDArray => full(x.shape, value, x.dtype, x.weakType)

/**
 * All 0: memory is never handed out without values.
 *
 * @example lax.empty([2], 'int32') // [0, 0]
 */
export const empty = (shape: readonly number[], dtype: DType): NDArray => full(shape, 0, dtype)

/**
 * The dtype of an array, or that a bare number takes.
 *
 * @example lax.dtype(1.5) // 'float32'
 */
export const dtype = (x: LaxOperand): DType => (isNDArray(x) ? x.dtype : scalarAval(x).dtype)

/** A bare number as an array of rank 0. */
export function scalar(value: number | boolean): NDArray {
  const aval = scalarAval(value)
  return splat(canonical(value, aval.dtype), aval)
}

/** An operand on its own. */
export const operand = (x: LaxOperand): NDArray => (isNDArray(x) ? x : scalar(x))

/**
 * Operands that belong together: bare numbers take dtype and shape from the first array.
 *
 * @throws {DTypeError} for a fractional number beside an integer array
 */
export function operands(where: string, xs: readonly LaxOperand[]): readonly NDArray[] {
  const model = xs.find(isNDArray)
  return xs.map((x) => {
    if (isNDArray(x)) return x
    if (model === undefined) return scalar(x)
    if (typeof x === 'number' && !Number.isInteger(x) && !isFloat(model.dtype))
      throw new DTypeError(
        where,
        `${x} beside a ${model.dtype} array`,
        'cast the array to a float first (the function of that name in numpy does it for you)',
      )
    return fullLike(model, x)
  })
}
