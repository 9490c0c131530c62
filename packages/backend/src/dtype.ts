import { DTypeError } from './errors.ts'

/** Element types of a buffer. Random keys are `uint32` pairs at this level. */
export type DType = 'float32' | 'int32' | 'uint32' | 'bool' | 'float64' | 'float16' | 'int8' | 'uint8'

export type DTypeKind = 'float' | 'int' | 'uint' | 'bool'

/** What a buffer's elements look like in JavaScript; `float16` travels as its bits, `bool` as bytes 0 and 1. */
export type TypedArray = Float32Array | Int32Array | Uint32Array | Float64Array | Uint16Array | Int8Array | Uint8Array

export interface DTypeInfo {
  /** As printed: `f32[2,3]`. */
  readonly short: string
  readonly kind: DTypeKind
  readonly bytes: 1 | 2 | 4 | 8
  readonly array: new (length: number) => TypedArray
}

export const dtypes: { readonly [D in DType]: DTypeInfo } = {
  float32: { short: 'f32', kind: 'float', bytes: 4, array: Float32Array },
  int32: { short: 'i32', kind: 'int', bytes: 4, array: Int32Array },
  uint32: { short: 'u32', kind: 'uint', bytes: 4, array: Uint32Array },
  bool: { short: 'bool', kind: 'bool', bytes: 1, array: Uint8Array },
  float64: { short: 'f64', kind: 'float', bytes: 8, array: Float64Array },
  float16: { short: 'f16', kind: 'float', bytes: 2, array: Uint16Array },
  int8: { short: 'i8', kind: 'int', bytes: 1, array: Int8Array },
  uint8: { short: 'u8', kind: 'uint', bytes: 1, array: Uint8Array },
}

export const isDType = (name: unknown): name is DType => typeof name === 'string' && Object.hasOwn(dtypes, name)

/**
 * @throws {DTypeError} when `name` is no dtype; the message lists those there are
 */
export function checkDType(where: string, name: unknown): DType {
  if (isDType(name)) return name
  throw new DTypeError(
    where,
    `unknown dtype ${JSON.stringify(name) ?? String(name)}`,
    `use one of ${Object.keys(dtypes).join(', ')}`,
  )
}

export const isFloat = (dtype: DType): boolean => dtypes[dtype].kind === 'float'
export const isInteger = (dtype: DType): boolean => dtypes[dtype].kind === 'int' || dtypes[dtype].kind === 'uint'
