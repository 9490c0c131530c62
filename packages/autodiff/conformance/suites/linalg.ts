import { expect } from 'vitest'
import * as image from '../../src/image/index.ts'
import { grad, isNDArray, jit, type NDArray, numpy as np, vmap } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import * as scipyLinalg from '../../src/scipy/linalg/index.ts'
import * as signal from '../../src/scipy/signal/index.ts'
import { type Callable, type Check, functionNamed, loadFixture } from '../check.ts'
import { allowanceFor, type Packed, unpack } from '../fixture.ts'

type Pair = { readonly real: Packed; readonly imag: Packed }
/** A result of JAX: an array, a list of results, or a pair for complex numbers. */
export type Result = Packed | Pair | readonly Result[]
export interface LinalgCase {
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

const spaces = { linalg: np.linalg, fft: np.fft, scipyLinalg, signal, image, ops } as never
/** What a space is called where users see it. */
export const publicNames: { readonly [space: string]: string } = {
  linalg: 'numpy.linalg',
  fft: 'numpy.fft',
  scipyLinalg: 'scipy.linalg',
  signal: 'scipy.signal',
}

const isPacked = (x: Result): x is Packed => Array.isArray(x) && typeof x[0] === 'string'
const isPair = (x: Result): x is Pair => 'real' in x

function argumentOf(arg: LinalgCase['args'][number]): unknown {
  if ('array' in arg) return unpack(arg.array)
  if ('arrays' in arg) return arg.arrays.map(unpack)
  if ('complex' in arg) return { real: unpack(arg.complex.real), imag: unpack(arg.complex.imag) }
  return arg.value
}

export const nameOf = ({ fn }: LinalgCase) => fn.split('.') as [space: string, name: string]

export function callOf(c: LinalgCase) {
  return { f: functionNamed(spaces, ...nameOf(c)), values: c.args.map(argumentOf) }
}

/** Errors of elimination and iteration grow with the condition: relative to the largest element. */
const relative = { float32: 2e-5, float64: 2e-13 } as const
/** Of gradients, which solve once more. */
export const loose = 50

export function expectNear(actual: NDArray, expected: Packed, { slack = 1, abs = false } = {}): void {
  const [dtype, shape] = expected
  expect({ dtype: actual.dtype, shape: [...actual.shape] }).toEqual({ dtype, shape })
  const size = (x: NDArray): number[] => Array.from(x.dataSync(), (v) => (abs ? Math.abs(v) : v))
  const [got, wanted] = [size(actual), size(unpack(expected))]
  const largest = wanted.reduce((m, v) => (Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m), 1)
  const isWhole = relative[dtype as 'float32'] === undefined
  const tolerance = isWhole ? 0 : (relative[dtype as 'float32'] * largest + allowanceFor(wanted)) * slack
  const off = got.flatMap((x, i) => {
    const y = wanted[i] as number
    return Object.is(x, y) || Math.abs(x - y) <= tolerance ? [] : [`[${i}]: ${x} for ${y}`]
  })
  if (off.length > 0) expect.fail(off.join('; '))
}

export function expectResult(actual: unknown, expected: Result, abs: boolean): void {
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
export function weighed(out: unknown): NDArray {
  const parts = arraysIn(out).filter((x) => x.dtype.startsWith('float'))
  return parts
    .map((x) => x.ravel().square().div(np.arange(x.size).add(1).astype(x.dtype)).sum())
    .reduce((a, b) => a.add(b))
}

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

function checkGradient(c: LinalgCase, at: number, expected: Packed): void {
  const { f, values } = callOf(c)
  expectGradient(c, grad(lossBy(f, values, at))(values[at] as NDArray), expected)
}

function checkBatched(c: LinalgCase, at: number, expected: Packed): void {
  const { f, values } = callOf(c)
  const x = values[at] as NDArray
  const [first, second] = [...jit(vmap(grad(lossBy(f, values, at))))(np.stack([x, x]))] as [NDArray, NDArray]
  expectGradient(c, first, expected)
  expectGradient(c, second, expected)
}

export function titleOf({ args }: LinalgCase): string {
  const short = args.map((a) => {
    if ('array' in a) return `${a.array[0]}[${a.array[1].join()}]`
    return 'value' in a ? JSON.stringify(a.value) : '…'
  })
  return short.join(', ')
}

function checksOf(c: LinalgCase): Check[] {
  const [space, name] = nameOf(c)
  const subject = `${publicNames[space] ?? space}.${name}`
  const call = () => {
    const { f, values } = callOf(c)
    expectResult(f(...values), c.out, c.abs ?? false)
  }
  const gradients = (c.grads ?? []).flatMap((out, at): Check[] =>
    out === null
      ? []
      : [
          { subject, title: `gradient ${at} of ${titleOf(c)}`, run: () => checkGradient(c, at, out) },
          { subject, title: `gradient ${at} under jit and vmap of ${titleOf(c)}`, run: () => checkBatched(c, at, out) },
        ],
  )
  return [{ subject, title: titleOf(c), run: call }, ...gradients]
}

/** Matrices, transforms, images and segments, and gradients of them. */
export const linalg = async (): Promise<readonly Check[]> => (await loadFixture<LinalgCase>('linalg')).flatMap(checksOf)
