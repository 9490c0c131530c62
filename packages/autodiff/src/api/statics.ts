import { formatArray, isNDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import type { FlatTree } from './leaves.ts'

/** Why a value cannot say which program it belongs to; `undefined` when it can. */
function whyNoKey(x: unknown): string | undefined {
  if (typeof x !== 'object' || x === null || Object.isFrozen(x)) return undefined
  if (isNDArray(x)) return `the array ${formatArray(x)}, whose values are no part of a program`
  if (Array.isArray(x)) return 'an array that may change'
  if (ArrayBuffer.isView(x)) return 'a typed array that may change'
  if (x instanceof Map || x instanceof Set) return `a ${x.constructor.name} that may change`
  const prototype: unknown = Object.getPrototypeOf(x)
  return prototype === Object.prototype || prototype === null ? 'an object that may change' : undefined
}

/**
 * Static arguments are compared by value if primitive, else by identity; what can change while it stays the same object is no key.
 *
 * @throws {TransformError} for arrays, lists and plain objects that are not frozen
 */
export function checkStatics(args: readonly unknown[], inputs: readonly (FlatTree | null)[]): void {
  args.forEach((arg, i) => {
    const why = inputs[i] === null ? whyNoKey(arg) : undefined
    if (why !== undefined)
      throw new TransformError(
        'jit',
        `static argument ${i} is ${why}: it cannot be part of the key that programs are kept under`,
        'pass a primitive, a function or a frozen object (Object.freeze), or leave it out of staticArgnums',
      )
  })
}
