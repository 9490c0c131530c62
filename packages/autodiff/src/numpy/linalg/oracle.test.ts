import { readFileSync } from 'node:fs'
import { referenceBackend } from '@proj/backend'
import { cpu } from '@proj/backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { isNDArray } from '../../array.ts'
import * as image from '../../image/index.ts'
import { grad, jit, type NDArray, numpy as np, setBackend, vmap } from '../../index.ts'
import * as ops from '../../ops/index.ts'
import * as scipyLinalg from '../../scipy/linalg/index.ts'
import * as signal from '../../scipy/signal/index.ts'
import { type Packed, unpack } from '../../testing/fixture.ts'

type Pair = { readonly real: Packed; readonly imag: Packed }
/** A result of JAX: an array, a list of results, or a pair for complex numbers. */
type Result = Packed | Pair | readonly Result[]
interface LinalgCase {
  readonly fn: string
  readonly args: readonly (
    | { readonly array: Packed }
    | { readonly arrays: readonly Packed[] }
    | { readonly complex: Pair }
    | { readonly value: unknown }
  )[]
  readonly out: Result
  /** Whether signs are arbitrary. */
  readonly abs?: true
  readonly grads?: readonly (Packed | null)[]
}
const cases = JSON.parse(
  readFileSync(new URL('../../../fixtures/linalg.json', import.meta.url), 'utf8'),
) as readonly LinalgCase[]

type Callable = (...args: unknown[]) => unknown
const spaces = {
  linalg: np.linalg,
  fft: np.fft,
  scipyLinalg,
  signal,
  image,
  ops,
} as unknown as { readonly [space: string]: { readonly [name: string]: Callable } }

const isPacked = (x: Result): x is Packed => Array.isArray(x) && typeof x[0] === 'string'
const isPair = (x: Result): x is Pair => 'real' in x

function argumentOf(arg: LinalgCase['args'][number]): unknown {
  if ('array' in arg) return unpack(arg.array)
  if ('arrays' in arg) return arg.arrays.map(unpack)
  if ('complex' in arg) return { real: unpack(arg.complex.real), imag: unpack(arg.complex.imag) }
  return arg.value
}

function callOf({ fn, args }: LinalgCase) {
  const [space, name] = fn.split('.') as [string, string]
  const f = spaces[space]?.[name]
  if (f === undefined) throw new Error(`there is no ${fn}`)
  return { f, values: args.map(argumentOf) }
}

/** Errors of elimination and iteration grow with the condition: relative to the largest element. */
const relative = { float32: 2e-5, float64: 2e-13 } as const
/** Of gradients, which solve once more. */
const loose = 50

function expectNear(actual: NDArray, expected: Packed, { slack = 1, abs = false } = {}): void {
  const [dtype, shape] = expected
  expect({ dtype: actual.dtype, shape: [...actual.shape] }).toEqual({ dtype, shape })
  const size = (x: NDArray): number[] => Array.from(x.dataSync(), (v) => (abs ? Math.abs(v) : v))
  const [got, wanted] = [size(actual), size(unpack(expected))]
  const largest = wanted.reduce((m, v) => (Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m), 1)
  const tolerance = (relative[dtype as 'float32'] ?? 0) * slack * largest
  const off = got.flatMap((x, i) => {
    const y = wanted[i] as number
    return Object.is(x, y) || Math.abs(x - y) <= tolerance ? [] : [`[${i}]: ${x} for ${y}`]
  })
  if (off.length > 0) expect.fail(off.join('; '))
}

function expectResult(actual: unknown, expected: Result, abs: boolean): void {
  if (isPacked(expected)) return expectNear(actual as NDArray, expected, { abs })
  if (isPair(expected)) {
    const { real, imag } = actual as { readonly real: NDArray; readonly imag: NDArray }
    expectNear(real, expected.real, { abs })
    return expectNear(imag, expected.imag, { abs })
  }
  expect((actual as readonly unknown[]).length).toBe(expected.length)
  expected.forEach((one, i) => {
    expectResult((actual as readonly unknown[])[i], one, abs)
  })
}

const arraysIn = (x: unknown): readonly NDArray[] =>
  isNDArray(x) ? [x] : typeof x === 'object' && x !== null ? Object.values(x).flatMap(arraysIn) : []

/** The sum over all float results of `x² / (1 + i)`, which no sign of a vector changes. */
function weighed(out: unknown): NDArray {
  const parts = arraysIn(out).filter((x) => x.dtype.startsWith('float'))
  return parts
    .map((x) => x.ravel().square().div(np.arange(x.size).add(1).astype(x.dtype)).sum())
    .reduce((a, b) => a.add(b))
}

const named = cases.map((c, i) => {
  const short = c.args.map((a) => {
    if ('array' in a) return `${a.array[0]}[${a.array[1].join()}]`
    return 'value' in a ? JSON.stringify(a.value) : '…'
  })
  return [i, `${c.fn}(${short.join(', ')})`, c] as const
})
const differentiable = named.flatMap(([i, name, c]) =>
  (c.grads ?? []).flatMap((out, at) => (out === null ? [] : [[i, name, at, c, out] as const])),
)

const lossBy =
  (f: Callable, values: readonly unknown[], at: number) =>
  (x: NDArray): NDArray =>
    weighed(f(...values.with(at, x)))

/** JAX differentiates these as if the triangle that is not read counted too: only symmetric changes of the matrix mean the same. */
const readsOneTriangle = new Set(['scipyLinalg.cholesky'])

function expectGradient({ fn }: LinalgCase, actual: NDArray, expected: Packed): void {
  if (!readsOneTriangle.has(fn)) return expectNear(actual, expected, { slack: loose })
  const [ours, theirs] = [actual, unpack(expected)]
  const difference = np.abs(ours.add(ours.T).sub(theirs.add(theirs.T))).max()
  expect(difference.item()).toBeLessThan(loose * (relative[ours.dtype as 'float32'] ?? 0))
}

describe.each([
  ['the reference backend', referenceBackend],
  ['the default backend', cpu],
] as const)('on %s', (_, backend) => {
  beforeAll(() => {
    setBackend(backend())
  })

  it.each(named)('%i: %s is what JAX gives', (_i, _name, c) => {
    const { f, values } = callOf(c)
    expectResult(f(...values), c.out, c.abs ?? false)
  })

  it.each(differentiable)('%i: %s has the derivative by argument %i that JAX has', (_i, _name, at, c, out) => {
    const { f, values } = callOf(c)
    expectGradient(c, grad(lossBy(f, values, at))(values[at] as NDArray), out)
  })
})

describe('under jit and vmap', () => {
  beforeAll(() => {
    setBackend(cpu())
  })
  it.each(differentiable)('%i: %s has the same derivative by argument %i', (_i, _name, at, c, out) => {
    const { f, values } = callOf(c)
    const x = values[at] as NDArray
    const [first, second] = [...jit(vmap(grad(lossBy(f, values, at))))(np.stack([x, x]))] as [NDArray, NDArray]
    expectGradient(c, first, out)
    expectGradient(c, second, out)
  })
})
