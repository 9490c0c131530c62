import { type Aval, type DType, formatAval, isDType, sizeOf } from '@proj/backend'
import { DTypeError } from './errors.ts'
import type { ArrayMethods } from './methods.ts'
import type { Trace } from './trace.ts'

/** Marks arrays of every copy of this package in one install. */
const brand = Symbol.for('@proj/autodiff/NDArray')

/**
 * An immutable array of one dtype. Its arithmetic is methods (`x.add(y)`, `x.T`, `x.sum()`), the same under every transform.
 *
 * Some values are concrete and hold data, others are tracers that stand for data while a function is being transformed.
 *
 * @example np.array([[1, 2], [3, 4]]).T.sum(0) // [3, 7]
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: install.ts adds what the interface promises
export abstract class NDArray {
  /** Shape, dtype and whether a bare JavaScript number gave the dtype. */
  abstract readonly aval: Aval

  get shape(): readonly number[] {
    return this.aval.shape
  }
  get dtype(): DType {
    return this.aval.dtype
  }
  get ndim(): number {
    return this.aval.shape.length
  }
  get size(): number {
    return sizeOf(this.aval.shape)
  }
  get weakType(): boolean {
    return this.aval.weakType
  }
  get [brand](): true {
    return true
  }
}

// The methods live in methods.ts, above numpy, which they call; install.ts hangs them on the prototype.
export interface NDArray extends ArrayMethods {}

/** Whether `x` is an array of this package, concrete or traced, whichever copy of it made `x`. @example isNDArray(np.ones([2])) // true */
export const isNDArray = (x: unknown): x is NDArray => typeof x === 'object' && x !== null && brand in x

/** Marks random keys: arrays whose elements are no numbers. */
export const keyBrand: unique symbol = Symbol.for('@proj/autodiff/KeyArray') as never

/**
 * The array, known to hold numbers.
 *
 * @throws {DTypeError} for random keys
 */
export function checkNumbers(where: string, x: NDArray): NDArray {
  if (!(keyBrand in x)) return x
  throw new DTypeError(
    where,
    `${x} holds random keys, which are no numbers`,
    'take their words with random.keyData(key), and make keys of words with random.wrapKeyData(words)',
  )
}

/** Stands for an array while `trace` is running. */
export abstract class Tracer extends NDArray {
  abstract readonly trace: Trace
  /** Where the value was made, for messages: `made by sin at f (file.ts:3:5)`. */
  abstract readonly origin: string
  override toString(): string {
    return `Tracer<${formatAval(this.aval)}>[${this.trace.transform}]`
  }
}

export const isTracer = (x: NDArray): x is Tracer => 'trace' in x

/** An array in a message: its type, and where it was made if it is traced. `f32[2,3] (made by sin at f (file.ts:3:5))`. */
export function formatArray(x: NDArray): string {
  if (keyBrand in x) return String(x)
  return isTracer(x) ? `${formatAval(x.aval)} (${x.origin})` : formatAval(x.aval)
}

/** What a numpy function takes for an array. In trees and transforms, `[1, 2, 3]` is a tree of three scalars instead. */
export type ArrayLike = NDArray | number | boolean | NestedArray | TypedArrayLike
export type NestedArray = readonly (number | boolean | NDArray | NestedArray)[]
export type TypedArrayLike = Float32Array | Int32Array | Uint32Array | Float64Array | Int8Array | Uint8Array

export type { Aval, DType }
export { isDType }
