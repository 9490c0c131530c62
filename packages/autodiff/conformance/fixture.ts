import { type DType, dtypes, encodeFloat16, isFloat, makeAval, sizeOf, type TypedArray } from '@proj/backend'
import { expect } from 'vitest'
import type { NDArray } from '../src/array.ts'
import { fromData } from '../src/trace.ts'

/** An array as `oracle/oracle.py` writes it: dtype, shape, base64 of its bytes. */
export type Packed = readonly [dtype: DType, shape: readonly number[], base64: string]

/** An argument of a call that Python recorded. */
export type PackedArgument =
  | { readonly array: Packed }
  | { readonly arrays: readonly Packed[] }
  | { readonly value: unknown }
  | { readonly bytes: readonly number[] }
  | { readonly options: object; readonly arrays: { readonly [name: string]: Packed } }

/** A call and what JAX answered. */
export interface Case {
  readonly fn: string
  readonly args: readonly PackedArgument[]
  readonly out: Packed | readonly Packed[]
  readonly weak?: true
}

function dataOf([dtype, shape, base64]: Packed): TypedArray {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  const View = dtypes[dtype].array as unknown as new (buffer: ArrayBuffer, offset: number, length: number) => TypedArray
  return new View(bytes.buffer, 0, sizeOf(shape))
}

export const unpack = (packed: Packed): NDArray => fromData(dataOf(packed), makeAval(packed[1], packed[0]))

/** The argument as the call takes it. */
export function unpackArgument(arg: PackedArgument): unknown {
  if ('array' in arg) return unpack(arg.array)
  if ('bytes' in arg) return Uint8Array.from(arg.bytes)
  if ('options' in arg)
    return {
      ...arg.options,
      ...Object.fromEntries(Object.entries(arg.arrays).map(([name, packed]) => [name, unpack(packed)])),
    }
  if ('arrays' in arg) return arg.arrays.map(unpack)
  return arg.value
}

export const isMany = (out: Case['out']): out is readonly Packed[] => typeof out[0] !== 'string'

const short = ([dtype, shape]: Packed): string => `${dtypes[dtype].short}[${shape.join()}]`
/** `f32[2,3], i32[]` */
export const dtypesAndShapes = (list: readonly Packed[]): string => list.map(short).join(', ')

/** What a call looks like, for the name of a test. */
export function describeCase({ fn, args }: Case): string {
  const texts = args.map((arg) => {
    if ('array' in arg) return short(arg.array)
    if ('options' in arg)
      return JSON.stringify({
        ...arg.options,
        ...Object.fromEntries(Object.entries(arg.arrays).map(([name, packed]) => [name, short(packed)])),
      })
    if ('bytes' in arg) return `${arg.bytes.length} bytes`
    return 'arrays' in arg ? `[${arg.arrays.map(short).join(', ')}]` : JSON.stringify(arg.value)
  })
  return `${fn}(${texts.join(', ')})`
}

const words = { float16: [Uint16Array, 0x7fff], float32: [Int32Array, 0x7fffffff] } as const

/** How many floats of the dtype lie between two numbers; NaN is as far from NaN as 1 from 1. */
export function ulpsApart(a: number, b: number, dtype: DType): number {
  if (Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0
  if (!Number.isFinite(a) || !Number.isFinite(b) || !isFloat(dtype)) return Infinity
  if (dtype === 'float64') return Math.abs(a - b) / (2 ** -52 * Math.max(Math.abs(a), Math.abs(b)))
  const rank = (x: number): number => {
    const bits = dtype === 'float16' ? encodeFloat16(x) : (new Uint32Array(Float32Array.of(x).buffer)[0] as number)
    const size = bits & words[dtype as 'float16' | 'float32'][1]
    return x < 0 ? -size : size
  }
  return Math.abs(rank(a) - rank(b))
}

/** How far results may be from JAX's: so many units in the last place, or, near 0, so far. */
export interface Tolerance {
  readonly ulps?: number
  readonly absolute?: number
}

/** What a backend of less precision is allowed besides: units in the last place, and so much of the largest element. */
export interface Slack {
  readonly ulps: number
  readonly relative: number
}
let slack: Slack = { ulps: 0, relative: 0 }
/** Widens every tolerance for floats from here on. */
export const allow = (more: Slack): void => void (slack = more)

/** How far from `wanted` a float may be on this backend, for its size and besides. */
export function allowanceFor(wanted: ArrayLike<number>): number {
  if (slack.relative === 0) return 0
  const largest = Array.from(wanted).reduce((m, y) => (Number.isFinite(y) ? Math.max(m, Math.abs(y)) : m), 1)
  return slack.relative * largest
}

/** Asserts dtype, weakness, shape and values. */
export function expectLike(
  actual: NDArray,
  expected: Packed,
  { ulps = 0, absolute = 0 }: Tolerance = {},
  weak?: boolean,
): void {
  const [dtype, shape] = expected
  expect({ dtype: actual.dtype, shape: [...actual.shape] }).toEqual({ dtype, shape })
  // Whether bool is weak means nothing: nothing lies below it.
  if (weak !== undefined && dtype !== 'bool') expect({ weak: actual.weakType }).toEqual({ weak })
  const [got, wanted] = [actual.dataSync(), unpack(expected).dataSync()]
  const [units, distance] = isFloat(dtype) ? [ulps + slack.ulps, absolute + allowanceFor(wanted)] : [ulps, absolute]
  const off = Array.from(got).flatMap((x, i) => {
    const y = wanted[i] as number
    const apart = ulpsApart(x, y, dtype)
    return apart <= units || Math.abs(x - y) <= distance ? [] : [`[${i}]: ${x} for ${y}, ${apart} ulp`]
  })
  if (off.length > 0) expect.fail(off.join('; '))
}
