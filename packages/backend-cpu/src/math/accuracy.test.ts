import {
  type Backend,
  type DType,
  JaxprBuilder,
  makeAval,
  type OpName,
  scalarFunction,
  type TypedArray,
} from '@proj/backend'
import { describe, expect, it } from 'vitest'
import { cpu } from '../index.ts'

/** With fused multiplications and additions where the engine has them, and without. */
const backends = [cpu(), cpu({ relaxedSimd: false })]

/** Bounds in units in the last place of the true value, over all floats: bench/accuracy.ts. */
const bounds = {
  exp: [1.1, 1.5],
  exp2: [1.1, 1.5],
  expm1: [1.6, 2.5],
  log: [0.9, 1.5],
  log1p: [1.5, 1.5],
  rsqrt: [0.51, 1],
  cbrt: [1, 1.5],
  sin: [2, 3],
  cos: [2, 3],
  tan: [2, 4],
  asin: [1.4, 2.5],
  acos: [1.2, 2.5],
  atan: [1.5, 1.5],
  sinh: [1.6, 3.5],
  cosh: [1.5, 3.5],
  tanh: [1.4, 3.5],
  erf: [1.3, 4],
  asinh: [0.51, 2.5],
  acosh: [0.51, 2.5],
  atanh: [0.51, 2.5],
  logistic: [1.7, 2.5],
} as const satisfies { readonly [K in OpName]?: readonly [float32: number, float64: number] }

function apply(op: OpName, dtype: DType, data: TypedArray, backend = backends[0] as Backend): TypedArray {
  const b = new JaxprBuilder()
  const aval = makeAval([data.length], dtype)
  const outputs = b.emit(op as 'exp', [b.input(aval)], {})
  return backend.getSync?.(backend.compile(b.finish(outputs), {}).run([backend.put(data, aval)])[0]) as TypedArray
}

/** Any bits, and small, ordinary and large angles and exponents. */
function points(dtype: 'float32' | 'float64', count: number): Float32Array | Float64Array {
  let state = 1
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) | 0)
  const data = dtype === 'float32' ? new Float32Array(count) : new Float64Array(count)
  const words = new Int32Array(data.buffer)
  for (let i = 0; i < words.length; i++) words[i] = next()
  const scales = [1, 3, 30, 700, 1e5]
  for (let i = 0; i < count; i += 2) data[i] = (next() / 2 ** 31) * (scales[(i >> 1) % 5] as number)
  return data
}

function ulp(dtype: 'float32' | 'float64', x: number): number {
  const [precision, least] = dtype === 'float32' ? [23, -126] : [52, -1022]
  const size = Math.abs(x)
  const exponent = Number.isFinite(size) && size > 0 ? Math.max(least, Math.floor(Math.log2(size))) : least
  return 2 ** (exponent - precision)
}

/** The worst error against JavaScript's float64 function. */
function worst(op: OpName, dtype: 'float32' | 'float64', backend: Backend): { error: number; at: number } {
  const data = points(dtype, 1 << 17)
  const got = apply(op, dtype, data, backend)
  const truth = scalarFunction(op as 'exp', 'float64', {})
  const round = dtype === 'float32' ? Math.fround : (x: number) => x
  let result = { error: 0, at: 0 }
  data.forEach((x, i) => {
    const [want, found] = [truth(x), got[i] as number]
    if (Object.is(round(want), found) || (Number.isNaN(want) && Number.isNaN(found))) return
    const error = Math.abs(found - want) / ulp(dtype, want)
    const isBad = Number.isNaN(error) || (Object.is(want, -found) && want === 0)
    if (isBad || error > result.error) result = { error: isBad ? Infinity : error, at: x }
  })
  return result
}

describe('accuracy', () => {
  for (const [op, [single, double]] of Object.entries(bounds) as [OpName, readonly [number, number]][]) {
    it(`of ${op} is within ${single} ulp in float32 and ${double} in float64`, () => {
      for (const backend of backends) {
        const [narrow, wide] = [worst(op, 'float32', backend), worst(op, 'float64', backend)]
        expect(narrow.error, `at ${narrow.at}`).toBeLessThanOrEqual(single)
        expect(wide.error, `at ${wide.at}`).toBeLessThanOrEqual(double)
      }
    })
  }

  it('leaves no error where the value is a round number', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const exactly = (op: OpName, x: number, want: number) => {
        const data = dtype === 'float32' ? Float32Array.of(x) : Float64Array.of(x)
        expect([op, dtype, apply(op, dtype, data)[0]]).toEqual([op, dtype, want])
      }
      for (const op of ['exp', 'exp2', 'cos', 'cosh'] as const) exactly(op, 0, 1)
      for (const op of ['sin', 'tan', 'tanh', 'expm1', 'log1p', 'asin', 'atan', 'erf'] as const) exactly(op, -0, -0)
      exactly('sin', Math.PI / 2, 1)
      exactly('log', 1, 0)
      exactly('logistic', 0, 0.5)
      exactly('tanh', 30, 1)
      exactly('cbrt', 27, 3)
      exactly('exp2', 10, 1024)
    }
  })

  // Values of Wolfram's functions, to 17 digits.
  it('of erf, erfc and erfInv is right in known values', () => {
    const close = (op: OpName, x: number, want: number) => {
      const [value] = apply(op, 'float64', Float64Array.of(x, x, x, x, x)) as Float64Array
      expect(Math.abs((value as number) - want) / ulp('float64', want)).toBeLessThanOrEqual(4)
    }
    close('erf', 0.5, 0.52049987781304654)
    close('erf', 2, 0.99532226501895273)
    close('erfc', 1, 0.15729920705028513)
    close('erfc', 10, 2.0884875837625448e-45)
    close('erfInv', 0.5, 0.47693627620446987)
  })
})
