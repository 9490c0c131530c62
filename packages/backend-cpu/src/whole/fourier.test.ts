import {
  type DType,
  dtypes,
  evaluateJaxpr,
  type Jaxpr,
  JaxprBuilder,
  makeAval,
  sizeOf,
  type TypedArray,
  type Var,
} from '@proj/backend'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpu } from '../index.ts'
import { rootOfUnity } from './rootsOfUnity.ts'

const backend = cpu()

function program(shape: readonly number[], dtype: DType, rank: number, inverse: boolean) {
  const b = new JaxprBuilder()
  const aval = makeAval(shape, dtype)
  return b.finish(b.emit('fft', [b.input(aval), b.input(aval)], { rank, inverse }))
}

const numbers = (shape: readonly number[], dtype: DType, seed: number): TypedArray =>
  new dtypes[dtype].array(sizeOf(shape)).map((_, i) => Math.sin(i * 12.9898 + seed))

function run(jaxpr: Jaxpr, inputs: readonly TypedArray[]): TypedArray[] {
  const buffers = inputs.map((data, i) => backend.put(data.slice(), (jaxpr.inputs[i] as Var).aval))
  return backend
    .compile(jaxpr, {})
    .run(buffers)
    .map((buffer) => backend.getSync?.(buffer) as TypedArray)
}

/** By the definition, in float64. */
function direct(re: TypedArray, im: TypedArray): [Float64Array, Float64Array] {
  const n = re.length
  const out: [Float64Array, Float64Array] = [new Float64Array(n), new Float64Array(n)]
  for (let k = 0; k < n; k++)
    for (let j = 0; j < n; j++) {
      const [c, s] = rootOfUnity((j * k) % n, n)
      const [a, b] = [re[j] as number, im[j] as number]
      out[0][k] = (out[0][k] as number) + a * c - b * s
      out[1][k] = (out[1][k] as number) + a * s + b * c
    }
  return out
}

const norm = (parts: readonly ArrayLike<number>[]): number =>
  Math.sqrt(parts.reduce((sum, part) => sum + Array.from(part).reduce((total, x) => total + x * x, 0), 0))

const apart = (got: readonly ArrayLike<number>[], want: readonly ArrayLike<number>[]): number =>
  norm(got.map((part, i) => Array.from(part, (x, k) => x - ((want[i] as ArrayLike<number>)[k] as number)))) / norm(want)

const units = { float32: 2 ** -24, float64: 2 ** -53 } as const

/** Of the error relative to the whole, in units: it grows with the number of passes. Source: Higham, "Accuracy and stability", theorem 24.2. */
const bound = (n: number): number => 2 + 2 * Math.log2(n)

describe('fft', () => {
  for (const dtype of ['float32', 'float64'] as const) {
    it(`is the transform by its definition, of any length up to 200, in ${dtype}`, () => {
      for (let n = 1; n <= 200; n++) {
        const inputs = [numbers([n], dtype, n), numbers([n], dtype, -n)] as const
        const got = run(program([n], dtype, 1, false), inputs)
        expect(apart(got, direct(...inputs)) / units[dtype], `length ${n}`).toBeLessThan(bound(n))
      }
    })

    for (const [shape, rank] of [
      [[4096], 1],
      [[3, 1000], 1],
      [[16, 48], 2],
      [[5, 12, 7], 2],
      [[6, 10, 8], 3],
      [[2, 1, 4], 2],
      [[1, 1], 2],
      [[2, 34], 2],
      [[37, 8], 2],
    ] as const)
      for (const inverse of [false, true])
        it(`agrees with the reference on [${shape}], the last ${rank}${inverse ? ', inverse' : ''}, in ${dtype}`, () => {
          const inputs = [numbers(shape, dtype, 1), numbers(shape, dtype, 2)]
          const jaxpr = program(shape, dtype, rank, inverse)
          const want = evaluateJaxpr(jaxpr, inputs)
          expect(apart(run(jaxpr, inputs), want) / units[dtype]).toBeLessThan(bound(sizeOf(shape)))
        })
  }

  it('is undone by its inverse', () =>
    fc.assert(
      fc.property(fc.constantFrom(2, 8, 60, 91, 128, 750, 1024, 2310), fc.nat(1000), (n, seed) => {
        const inputs = [numbers([n], 'float64', seed), numbers([n], 'float64', seed + 7)]
        const there = run(program([n], 'float64', 1, false), inputs)
        const back = run(program([n], 'float64', 1, true), there)
        expect(apart(back, inputs) / units.float64).toBeLessThan(2 * bound(n))
      }),
      { numRuns: 20 },
    ))
})

describe('rootOfUnity', () => {
  it('is exact at the eighths that have exact numbers, and nearly so elsewhere', () => {
    expect([0, 1, 2, 3].map((k) => rootOfUnity(k, 4).map((x) => x + 0))).toEqual([
      [1, 0],
      [0, -1],
      [-1, 0],
      [0, 1],
    ])
    for (let k = 0; k < 360; k++) {
      const [c, s] = rootOfUnity(k, 360)
      const [d, t] = rootOfUnity(360 - k, 360)
      expect(Math.max(Math.abs(d - c), Math.abs(t + s))).toBeLessThan(2e-16)
      expect(Math.abs(c - Math.cos((2 * Math.PI * k) / 360))).toBeLessThan(1e-15)
    }
  })
})
