import { type Aval, type DType, dtypes, type Jaxpr, JaxprBuilder, makeAval, type TypedArray } from '@proj/backend'
import { expectAgreement, Random, randomData } from '@proj/backend/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpu } from '../index.ts'

const backend = cpu()

/** Few different values, so that many are equal. */
function coarse(dtype: DType, shape: readonly number[], seed: number): TypedArray {
  const data = randomData(new Random(seed), makeAval(shape, dtype), true)
  const few = data.slice(0, 40)
  return data.map((_, i) => few[(i * 7919 + seed) % few.length] as number)
}

function sorted(aval: Aval, dimension: number): Jaxpr {
  const b = new JaxprBuilder()
  return b.finish(b.emit('sort', [b.input(aval)], { dimension, isStable: true, numKeys: 1 }))
}

describe('sort', () => {
  for (const dtype of Object.keys(dtypes) as DType[])
    for (const length of [63, 64, 65, 1000])
      it(`orders ${length} of ${dtype} by two keys and keeps the order of equals`, () => {
        const b = new JaxprBuilder()
        const shape = [2, length, 3]
        const [x, y, z] = [makeAval(shape, dtype), makeAval(shape, dtype), makeAval(shape, 'int32')]
        const operands = [b.input(x), b.input(y), b.input(z)]
        const jaxpr = b.finish(b.emit('sort', operands, { dimension: 1, isStable: true, numKeys: 2 }))
        const positions = Int32Array.from({ length: 6 * length }, (_, i) => i)
        return expectAgreement(backend, jaxpr, [coarse(dtype, shape, 1), coarse(dtype, shape, 2), positions], {
          ulps: 0,
        })
      })

  it('is done by the module itself', () => {
    const b = new JaxprBuilder()
    const jaxpr = b.finish(
      b.emit('sort', [b.input(makeAval([9], 'float32'))], { dimension: 0, isStable: true, numKeys: 1 }),
    )
    const text = backend.compile(jaxpr, {}).explain?.()
    expect(text).toContain('sort (f32[9]) -> f32[9]')
    expect(text).not.toContain('by the host')
  })

  for (const dtype of Object.keys(dtypes) as DType[])
    for (const [shape, dimension] of [
      [[3, 199], 1],
      [[3, 200], 1],
      [[201, 5], 0],
      [[2, 1500, 2], 1],
    ] as const)
      it(`orders [${shape}] of ${dtype} alone over ${dimension}`, () => {
        const jaxpr = sorted(makeAval(shape, dtype), dimension)
        return expectAgreement(backend, jaxpr, [coarse(dtype, shape, 3)], { ulps: 0 })
      })

  for (const dtype of ['float16', 'float32', 'float64'] as const)
    for (const length of [40, 700])
      it(`leaves ${length} zeros of both signs of ${dtype} in their order, between the others and before NaN`, () => {
        const minusZero = dtype === 'float16' ? 0x8000 : -0
        const few = dtype === 'float16' ? [0, 0x8000, 0xbc00, 0x3c00, 0x7e00] : [0, -0, -1, 1, Number.NaN]
        const x = new dtypes[dtype].array(length).map((_, i) => few[((i * 7919) >> 3) % 5] as number)
        const [got] = backend
          .compile(sorted(makeAval([length], dtype), 0), {})
          .run([backend.put(x, makeAval([length], dtype))])
        const isZero = (n: number) => Object.is(n, 0) || Object.is(n, minusZero)
        const zeros = (data: TypedArray) => Array.from(data).filter(isZero)
        const data = backend.getSync?.(got as object) as TypedArray
        expect(zeros(x).some((n) => Object.is(n, minusZero))).toBe(true)
        expect(zeros(data)).toEqual(zeros(x))
        const firstZero = Array.from(data).findIndex(isZero)
        expect(firstZero).toBe(x.filter((n) => n === few[2]).length)
      })

  it('sorts like the engine, whatever the numbers', () =>
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1, maxLength: 600, noNaN: true }), (x) => {
        const aval = makeAval([x.length], 'float32')
        const [got] = backend.compile(sorted(aval, 0), {}).run([backend.put(x.slice(), aval)])
        expect(Array.from(backend.getSync?.(got as object) as TypedArray, (n) => n + 0)).toEqual(
          Array.from(x.sort(), (n) => n + 0),
        )
      }),
      { numRuns: 60 },
    ))
})

/** The places of the `k` largest, of equals the first, NaN above all: by sorting in the engine. */
function largest(x: TypedArray, k: number): number[] {
  const above = (a: number, b: number) => (Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : Number.isNaN(b) ? 1 : b - a)
  return Array.from(x.keys())
    .sort((i, j) => above(x[i] as number, x[j] as number) || i - j)
    .slice(0, k)
}

const lines: { readonly [name: string]: (i: number) => number } = {
  'ascending numbers': (i) => i,
  'descending numbers': (i) => -i,
  'few different numbers': (i) => (i * i) % 7,
  'the same number': () => 5,
  'numbers with NaN, infinities and zeros': (i) =>
    [Number.NaN, Infinity, -Infinity, 0, -0, i, -i, 1][(i * 13 + (i >> 4)) % 8] as number,
}

describe('topK', () => {
  for (const dtype of ['float32', 'float64', 'float16', 'int32', 'uint32', 'int8'] as const)
    for (const k of [1, 10, 150])
      it(`takes the ${k} largest of 700 of ${dtype}, of equals the first`, () => {
        const b = new JaxprBuilder()
        const jaxpr = b.finish(b.emit('topK', [b.input(makeAval([3, 700], dtype))], { k }))
        return expectAgreement(backend, jaxpr, [coarse(dtype, [3, 700], 5)], { ulps: 0 })
      })

  for (const [name, element] of Object.entries(lines))
    for (const k of [1, 6, 40, 2000])
      it(`finds the ${k} largest of 5003: ${name}`, () => {
        const x = Float32Array.from({ length: 5003 }, (_, i) => element(i))
        const b = new JaxprBuilder()
        const aval = makeAval([5003], 'float32')
        const jaxpr = b.finish(b.emit('topK', [b.input(aval)], { k }))
        const [values, places] = backend.compile(jaxpr, {}).run([backend.put(x, aval)])
        const want = largest(x, k)
        expect(Array.from(backend.getSync?.(places as object) as TypedArray)).toEqual(want)
        expect(Array.from(backend.getSync?.(values as object) as TypedArray)).toEqual(want.map((i) => x[i]))
      })
})
