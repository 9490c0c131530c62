import { type DType, dtypes } from './dtype.ts'

/** What is known of an array before it has values: its shape, its dtype, and whether a bare JavaScript number gave the dtype. */
export interface Aval {
  readonly shape: readonly number[]
  readonly dtype: DType
  /** A weak dtype gives way to any other in promotion, as in JAX. */
  readonly weakType: boolean
}

const interned = new Map<string, Aval>()

/** The one `Aval` of these facts: two of one install compare with `===`. */
export function makeAval(shape: readonly number[], dtype: DType, weakType = false): Aval {
  const key = `${weakType ? '~' : ''}${dtype}:${shape.join()}`
  let aval = interned.get(key)
  if (aval === undefined) {
    aval = Object.freeze({ shape: Object.freeze([...shape]), dtype, weakType })
    interned.set(key, aval)
  }
  return aval
}

export const sizeOf = (shape: readonly number[]): number => {
  let size = 1
  for (const n of shape) size *= n
  return size
}

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i])

/** Equal shape and dtype; weakness aside. */
export const sameAval = (a: Aval, b: Aval): boolean => a === b || (a.dtype === b.dtype && sameShape(a.shape, b.shape))

/** Bytes of a dense buffer of this aval. */
export const byteSize = (aval: Aval): number => sizeOf(aval.shape) * dtypes[aval.dtype].bytes

/** `f32[2,3]`, a weak one `f32[]*`. */
export const formatAval = (aval: Aval): string =>
  `${dtypes[aval.dtype].short}[${aval.shape.join()}]${aval.weakType ? '*' : ''}`

/** Row-major strides, in elements. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride
    stride *= shape[i] as number
  }
  return strides
}
