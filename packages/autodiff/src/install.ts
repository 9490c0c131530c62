// The one module that works on import: it puts the evaluator under the tracers and the methods on the arrays, so that neither has to import
// what lies above it. Every entry of the package imports it.
import { registerArrayType } from '@proj/tree'
import { isTracer, NDArray } from './array.ts'
import { ConcreteArray } from './concrete.ts'
import { evaluator } from './evaluate.ts'
import { methods } from './methods.ts'
import { installBase } from './trace.ts'

installBase(evaluator)
Object.defineProperties(NDArray.prototype, Object.getOwnPropertyDescriptors(methods))

/** The values for printing, where they can be had at once. */
function valuesOf(x: NDArray): ArrayLike<number> | null {
  if (!(x instanceof ConcreteArray)) return null
  try {
    return x.readSync()
  } catch {
    return null
  }
}

registerArrayType(NDArray, { shape: (x) => x.shape, dtype: (x) => x.dtype, values: valuesOf, isTracer })
