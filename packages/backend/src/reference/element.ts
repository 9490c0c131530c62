import { type Aval, formatAval, sizeOf } from '../aval.ts'
import { type DType, dtypes, type TypedArray } from '../dtype.ts'
import { BackendError } from '../errors.ts'
import { decodeFloat16, encodeFloat16 } from '../float16.ts'
import type { KernelInput } from '../kernel.ts'

/**
 * An operand's elements as numbers. Every dtype fits: the widest integer is 32 bits.
 */
export function read({ buffer, aval }: KernelInput<TypedArray>): (index: number) => number {
  if (aval.dtype === 'float16') return (index) => decodeFloat16(buffer[index] as number)
  return (index) => buffer[index] as number
}

export const allocate = (aval: Aval): TypedArray => new dtypes[aval.dtype].array(sizeOf(aval.shape))

/** A number as an array of `dtype` stores it: floats rounded to the nearest, integers taken modulo their width. */
export const encode = (dtype: DType): ((value: number) => number) =>
  dtype === 'float16' ? encodeFloat16 : (value) => value

/** The array of `aval` whose elements are `value(0)`, `value(1)` …; rounding and wrapping are the store's. */
export function generate(aval: Aval, value: (index: number) => number): TypedArray {
  const out = allocate(aval)
  const store = encode(aval.dtype)
  for (let i = 0; i < out.length; i++) out[i] = store(value(i))
  return out
}

/** One number repeated over `aval`: what a literal stands for. */
export const splat = (value: number, aval: Aval): TypedArray => allocate(aval).fill(encode(aval.dtype)(value))

const scratch = new Map<DType, TypedArray>()

/** What becomes of a number that is stored as `dtype` and read again. */
export function roundTo(dtype: DType, value: number): number {
  let cell = scratch.get(dtype)
  if (cell === undefined) scratch.set(dtype, (cell = new dtypes[dtype].array(1)))
  cell[0] = encode(dtype)(value)
  return dtype === 'float16' ? decodeFloat16(cell[0] as number) : (cell[0] as number)
}

/**
 * @throws {BackendError} when `data` is not what holds an array of `aval`
 */
export function checkData(where: string, data: TypedArray, aval: Aval): void {
  const { array } = dtypes[aval.dtype]
  const size = sizeOf(aval.shape)
  if (data instanceof array && data.length === size) return
  throw new BackendError(
    where,
    `got a ${data?.constructor.name} of ${data?.length}`,
    `give a ${array.name} of ${size} for ${formatAval(aval)}`,
  )
}
