import { readFileSync } from 'node:fs'
import { grad, isNDArray, jit, type NDArray, numpy as np, ShapeError, vmap } from '@proj/autodiff'
import { describe, expect, it } from 'vitest'
import * as nn from './index.ts'

type Plain = number | string | boolean | readonly Plain[]
interface PlainArray {
  readonly array: Plain
  readonly dtype: NDArray['dtype']
}
type Argument = PlainArray | { readonly value: unknown } | { readonly options: { readonly [name: string]: Argument } }
interface Case {
  readonly fn: string
  readonly args: readonly Argument[]
  readonly out: PlainArray
  readonly grad?: PlainArray
}

const cases = JSON.parse(readFileSync(new URL('../../fixtures/functions.json', import.meta.url), 'utf8')) as Case[]
const functions = nn as unknown as { readonly [name: string]: (...args: unknown[]) => NDArray }

/** JSON writes infinities and NaN as words. */
const numbers = (x: Plain): unknown => {
  if (typeof x === 'string') return Number(x === 'inf' ? Infinity : x === '-inf' ? -Infinity : NaN)
  return Array.isArray(x) ? x.map(numbers) : x
}
const arrayOf = ({ array, dtype }: PlainArray): NDArray => np.array(numbers(array) as number[], dtype)

function decode(arg: Argument): unknown {
  if ('array' in arg) return arrayOf(arg)
  if ('value' in arg) return arg.value
  return Object.fromEntries(Object.entries(arg.options).map(([name, value]) => [name, decode(value)]))
}

function expectClose(got: NDArray, wanted: PlainArray, tolerance: number): void {
  const want = arrayOf(wanted)
  expect([got.dtype, got.shape]).toEqual([want.dtype, want.shape])
  const [a, b] = [got.dataSync(), want.dataSync()]
  const far = [...b].findIndex((y, i) => {
    const x = a[i] as number
    return !(Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(y)))
  })
  expect(far === -1 ? 'close' : `at ${far}: ${a[far]} for ${b[far]}`).toBe('close')
}

describe.each([...new Set(cases.map((c) => c.fn))])('nn.%s', (name) => {
  const own = cases.filter((c) => c.fn === name)
  it.each(own.map((c, i) => [i, c] as const))('is what JAX gives, case %i', (_, { fn, args, out }) =>
    expectClose((functions[fn] as (...a: unknown[]) => NDArray)(...args.map(decode)), out, 3e-6),
  )
  const differentiable = own.filter((c) => c.grad !== undefined)
  it.each(differentiable.map((c, i) => [i, c] as const))('has the gradient that JAX takes, case %i', (_, c) => {
    const [x, ...rest] = c.args.map(decode) as [NDArray, ...unknown[]]
    const f = functions[c.fn] as (...a: unknown[]) => NDArray
    const size = arrayOf(c.out).size
    const loss = (y: NDArray): NDArray => {
      const out = f(y, ...rest)
      return out.mul(np.cos(np.arange(size)).reshape(out.shape)).sum()
    }
    expectClose(grad(loss)(x), c.grad as PlainArray, 1e-5)
    expectClose(jit(grad(loss))(x), c.grad as PlainArray, 1e-5)
  })
})

describe('nn', () => {
  it('maps over examples', () => {
    const rows = np.array([
      [1, 2, 3],
      [0, 0, 5],
    ])
    const batched = vmap((row: NDArray) => nn.softmax(row))(rows)
    expectClose(batched, { array: nn.softmax(rows).arraySync() as Plain, dtype: 'float32' }, 1e-6)
  })
  it('takes numbers and nested lists', () => {
    expect(nn.relu([-1, 2]).arraySync()).toEqual([0, 2])
    expect(isNDArray(nn.identity(3))).toBe(true)
  })
  it('says which shapes do not fit', () => {
    expect(() => nn.glu(np.ones([3]))).toThrow(/nn\.glu: axis -1 of f32\[3\]; choose an axis of even size/)
    expect(() => nn.oneHot(np.array([0], 'int32'), 2.5)).toThrow(ShapeError)
    expect(() => nn.oneHot(np.array([0], 'int32'), 2, { axis: 3 })).toThrow(/axis 3 of a result of rank 2/)
    expect(() => nn.dotProductAttention(np.ones([3, 4, 2]), np.ones([5, 3, 2]), np.ones([5, 3, 2]))).toThrow(
      /kvHeads a divisor of heads/,
    )
  })
})
