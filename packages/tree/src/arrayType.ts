import { brand } from './brand.ts'
import { TreeError } from './errors.ts'

/** Values of an array, row-major. */
export type Values = ArrayLike<number> | ArrayLike<bigint> | ArrayLike<boolean>

/** What this package must know of a class of arrays: enough to print, compare and classify them. */
export interface ArrayType<A> {
  shape(array: A): readonly number[]
  /** `float32`, `int8`, `bool`, `key<fry>`, … */
  dtype(array: A): string
  /** The values, or `null` where there are none to look at: a tracer, a disposed array, one that cannot be read at once. */
  values(array: A): Values | null
  /** Whether the array only stands for one, inside a transform. Such leaves are never masked. */
  isTracer?(array: A): boolean
  /** `whenTrue` where `mask` (a boolean array of the same shape) is true, else `whenFalse`; one of the two is an `A`. */
  where?(mask: unknown, whenTrue: unknown, whenFalse: unknown): unknown
  /** The elements where `mask` is true, as an array of one axis. */
  compress?(mask: unknown, array: A): unknown
}

/** An array as this package sees it. */
export interface ArrayInfo {
  readonly shape: readonly number[]
  readonly dtype: string
  readonly isTracer: boolean
  values(): Values | null
}

/** On the prototype of a registered class of arrays: its {@link ArrayType}. */
export const ARRAY: unique symbol = /* @__PURE__ */ brand('array') as never

/**
 * Makes the instances of a class, and of its subclasses, known as arrays. They stay leaves.
 *
 * @example
 * registerArrayType(Matrix, { shape: (m) => [m.rows, m.cols], dtype: () => 'float64', values: (m) => m.data })
 */
export function registerArrayType<A extends object>(constructor: { readonly prototype: A }, type: ArrayType<A>): void {
  Object.defineProperty(constructor.prototype, ARRAY, { value: type, configurable: true })
}

/**
 * `x` as an array: a typed array or an instance of a registered class; `undefined` for everything else.
 *
 * @example arrayInfo(new Int8Array(3))?.dtype // 'int8'
 */
export function arrayInfo(x: unknown): ArrayInfo | undefined {
  if (typeof x !== 'object' || x === null) return undefined
  if (isTypedArray(x)) return { shape: [x.length], dtype: typedArrayDtype(x), isTracer: false, values: () => x }
  const type = (x as { [ARRAY]?: ArrayType<object> })[ARRAY]
  if (type === undefined) return undefined
  const isTracer = type.isTracer?.(x) ?? false
  return { shape: type.shape(x), dtype: type.dtype(x), isTracer, values: () => (isTracer ? null : type.values(x)) }
}

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array

export function isTypedArray(x: unknown): x is TypedArray {
  return ArrayBuffer.isView(x) && (x as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] !== 'DataView'
}

/** Whether numbers of this dtype have derivatives. */
export function isInexact(dtype: string): boolean {
  return /^(b?float|complex)/.test(dtype)
}

export function isInteger(dtype: string): boolean {
  return /^u?int/.test(dtype)
}

/** `f32[2,3]`: dtype and shape the way arrays are summed up everywhere. */
export function printShape(info: Pick<ArrayInfo, 'dtype' | 'shape'>): string {
  const dtype = info.dtype.replace('int', 'i').replace('float', 'f').replace('complex', 'c')
  return `${dtype}[${info.shape.join(',')}]`
}

function typedArrayDtype(x: TypedArray): string {
  const name = x[Symbol.toStringTag].replace('Array', '').toLowerCase()
  return name.replace('clamped', '').replace('big', '')
}

/**
 * Element by element: `whenTrue` where `mask` is true, else `whenFalse`. Values that are no arrays stand for all elements.
 *
 * @throws {TreeError} when the array's class does not say how
 */
export function selectElements(mask: object, whenTrue: unknown, whenFalse: unknown): unknown {
  const array = arrayInfo(whenTrue) === undefined ? whenFalse : whenTrue
  if (isTypedArray(array)) {
    const bits = truths(mask)
    const pick = (from: unknown, i: number) => (isTypedArray(from) ? from[i] : from) as never
    return array.map((_: unknown, i: number) => pick(bits[i] ? whenTrue : whenFalse, i))
  }
  return typeOf(array, 'where').where?.(mask, whenTrue, whenFalse)
}

/** The elements of `array` where `mask` is true. */
export function takeElements(mask: object, array: unknown): unknown {
  if (!isTypedArray(array)) return typeOf(array, 'compress').compress?.(mask, array as object)
  const bits = truths(mask)
  return (array as Float32Array).filter((_, i) => bits[i])
}

function truths(mask: object): ArrayLike<unknown> {
  const values = arrayInfo(mask)?.values()
  if (values) return values
  throw new TreeError(
    'at',
    'the array in the mask has no values to look at',
    'use masks of typed arrays for typed arrays',
  )
}

function typeOf(array: unknown, ability: 'where' | 'compress'): ArrayType<object> {
  const type = (array as { [ARRAY]?: ArrayType<object> } | null)?.[ARRAY]
  if (type?.[ability] !== undefined) return type
  throw new TreeError(
    'at',
    `a mask meets a leaf whose class has no ${ability}`,
    `name ${ability} in registerArrayType, or mask whole leaves`,
  )
}
