import { type ArrayLike, isTracer } from '../array.ts'
import { concrete, readSync } from '../reading.ts'
import { asArray } from './coerce.ts'
import { formatValues } from './text.ts'

/**
 * The values in nested brackets, as text; large arrays show their edges. A tracer shows its type.
 *
 * @throws {BackendError} when the device cannot be waited for
 * @example np.arrayStr([[1, 2], [3, 4]]) // '[[1, 2], [3, 4]]'
 */
export function arrayStr(x: ArrayLike): string {
  const array = asArray('arrayStr', x)
  return isTracer(array)
    ? array.toString()
    : formatValues(readSync(concrete('arrayStr', array)), array.aval).trimStart()
}

/**
 * The values and the dtype, as text. A tracer shows its type.
 *
 * @throws {BackendError} when the device cannot be waited for
 * @example np.arrayRepr([1, 2.5]) // 'Array([1, 2.5], dtype=float32)'
 */
export function arrayRepr(x: ArrayLike): string {
  const array = asArray('arrayRepr', x)
  return isTracer(array) ? array.toString() : `Array(${arrayStr(array)}, dtype=${array.dtype})`
}
