import type { GpuDType } from '../layout.ts'

/** GLSL types of values, of the samplers they are read through, and of the outputs they are written to. */
export const glsl: {
  readonly [D in GpuDType]: { readonly value: string; readonly sampler: string; readonly out: string }
} = {
  float32: { value: 'float', sampler: 'sampler2D', out: 'float' },
  int32: { value: 'int', sampler: 'isampler2D', out: 'int' },
  uint32: { value: 'uint', sampler: 'usampler2D', out: 'uint' },
  bool: { value: 'bool', sampler: 'usampler2D', out: 'uint' },
}

/** What a texel's red channel means, as a value of the dtype. */
export const fromTexel = (dtype: GpuDType, texel: string): string =>
  dtype === 'bool' ? `(${texel}.r != 0u)` : `${texel}.r`

/** A value as an output variable takes it. */
export const toOutput = (dtype: GpuDType, value: string): string => (dtype === 'bool' ? `uint(${value})` : value)

const bits = new DataView(new ArrayBuffer(4))

const hex = (word: number): string => `0x${(word >>> 0).toString(16).padStart(8, '0')}u`

/** GLSL ES has no literal for infinities, NaN or a negative zero that survives folding; denormal ones may be flushed. */
function floatLiteral(value: number): string {
  const x = Math.fround(value)
  const plain = Number.isFinite(x) && !Object.is(x, -0) && (x === 0 || Math.abs(x) >= 2 ** -126)
  if (!plain) {
    bits.setFloat32(0, x)
    return `uintBitsToFloat(${hex(Number.isNaN(x) ? 0x7fc00000 : bits.getUint32(0))})`
  }
  let digits = 1
  while (Math.fround(Number(x.toPrecision(digits))) !== x) digits++
  const text = String(Number(x.toPrecision(digits)))
  const literal = /[.e]/.test(text) ? text : `${text}.0`
  return x < 0 ? `(${literal})` : literal
}

/** Wraps to the dtype as a typed array would: `-1` as uint32 is `4294967295u`. */
const literals: { readonly [D in GpuDType]: (value: number) => string } = {
  float32: floatLiteral,
  int32: (value) =>
    (value | 0) === -(2 ** 31) ? 'int(0x80000000u)' : value < 0 ? `(${value | 0})` : String(value | 0),
  uint32: (value) => `${value >>> 0}u`,
  bool: (value) => (value === 0 ? 'false' : 'true'),
}

/** @example literal('float32', 1) // '1.0' */
export const literal = (dtype: GpuDType, value: number): string => literals[dtype](value)

export const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)
