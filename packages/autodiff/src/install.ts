// The one module that works on import: it puts the evaluator under the tracers and the methods on the arrays, so that neither has to import
// what lies above it. Every entry of the package imports it.
import { makeAval, type TypedArray } from '@proj/backend'
import { type ArrayType, definePrinter, registerArrayType, registerPytreeNode } from '@proj/tree'
import { type ArrayLike as ArrayLikeValue, isTracer, NDArray, Tracer } from './array.ts'
import { ConcreteArray } from './concrete.ts'
import { TracerError } from './errors.ts'
import { evaluator } from './evaluate.ts'
import { methods } from './methods.ts'
import { where } from './numpy/choose.ts'
import { KeyArray } from './random/keyArray.ts'
import { fromData, installBase } from './trace.ts'

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

/** The elements where `mask` holds. How many there are depends on the values, so only concrete arrays can tell. */
function compress(mask: unknown, x: NDArray): NDArray {
  const [chosen, data] = [valuesOf(mask as NDArray), valuesOf(x)]
  if (chosen === null || data === null)
    throw new TracerError('at', `a boolean mask takes elements of ${x}`, 'use at(…).apply or set, which keep the shape')
  const kept = (data as TypedArray).filter((_, i) => chosen[i] !== 0)
  return fromData(kept, makeAval([kept.length], x.dtype))
}

const arrayType: ArrayType<NDArray> = {
  shape: (x) => x.shape,
  dtype: (x) => x.dtype,
  values: valuesOf,
  isTracer,
  where: (mask, whenTrue, whenFalse) =>
    where(mask as ArrayLikeValue, whenTrue as ArrayLikeValue, whenFalse as ArrayLikeValue),
  compress,
}
// Not NDArray itself: arrays of keys are nodes, and no array that trees know can be one.
for (const constructor of [ConcreteArray, Tracer]) registerArrayType<NDArray>(constructor, arrayType)

registerPytreeNode(
  KeyArray,
  (keys) => [[keys.base], null],
  (_, [base]) => new KeyArray(base as NDArray),
  { keys: () => ['base'], immutable: true },
)
definePrinter(KeyArray, String)
