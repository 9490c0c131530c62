import { isInteger } from '@proj/backend'
import { isNDArray, type NDArray } from '../array.ts'
import { type LaxOperand, operand } from './constant.ts'
import { customFlat } from './customFlat.ts'
import { convertElementType, eq, mul, pow as powOfFloats, select, sub } from './elementwise.ts'

/** With an integer exponent `x^y` has a derivative at 0, too: `y·x^(y-1)`, and 0 where `y` is 0. */
const powOfInteger = customFlat(
  'pow',
  ([x, y]) => [powOfFloats(x as NDArray, convertElementType(y as NDArray, (x as NDArray).dtype))],
  (operands, [t]) => {
    const [x, y] = operands as readonly [NDArray, NDArray]
    const outs = powOfInteger(operands)
    if (t === null || t === undefined) return [outs, [null]]
    const isFlat = eq(y, 0)
    const factor = convertElementType(select(isFlat, 1, y), x.dtype)
    const slope = mul(factor, powOfInteger([x, sub(y, 1)])[0] as NDArray)
    return [outs, [mul(t, select(isFlat, 0, slope))]]
  },
)

/**
 * `x^y`, of floats; `y` may be an integer array. By `x` the derivative at 0 is then finite; by a float `y` it is `log(x)·x^y`, as in JAX.
 *
 * @example lax.pow(np.array([2, 9]), np.array([3, 0.5])) // [8, 3]
 */
export function pow(x: LaxOperand, y: LaxOperand): NDArray {
  return isNDArray(y) && isInteger(y.dtype) ? (powOfInteger([operand(x), y])[0] as NDArray) : powOfFloats(x, y)
}
