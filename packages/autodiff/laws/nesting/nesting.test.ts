import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import {
  checkpoint,
  grad,
  jacfwd,
  jacrev,
  jit,
  jvp,
  lax,
  linearize,
  type NDArray,
  numpy as np,
  TransformError,
  vjp,
  vmap,
} from '../../src/index.ts'
import { asWritten } from './asWritten.ts'
import type { Arrays, Dialect, Flat } from './dialect.ts'
import { functionOf, OutOfBudget, type Program, programs, type Run } from './program.ts'
import { spelledOut } from './spelledOut.ts'

/*
 * Laws of transforms nested in each other, on programs that nobody chose. `NESTING_RUNS=10000` tries as many for each law, `NESTING_SECONDS=60` for
 * no longer than that.
 */
const runs = Number(process.env['NESTING_RUNS'] ?? 5)
const seed = Number(process.env['NESTING_SEED'] ?? 1)
const seconds = process.env['NESTING_SECONDS']
const parameters = {
  numRuns: runs,
  seed,
  ...(seconds !== undefined && { interruptAfterTimeLimit: 1000 * Number(seconds) }),
}
/** How many programs were tried, and how many of them refused. */
const tried = { all: 0, refused: 0 }
afterAll(() => {
  if (seconds !== undefined) console.log(`${tried.all} programs, ${tried.refused} of them refused`)
})

const start = (): NDArray[] => [
  np.array(Float64Array.of(0.31, -0.72, 1.13)),
  np.array(Float64Array.of(0.55, -0.23, 0.91, -1.07)).reshape(2, 2),
  np.full([], 0.42, { dtype: 'float64' }),
]
const directions = (): NDArray[] =>
  start().map((x, i) =>
    x
      .mul(1.7 - i)
      .add(0.4)
      .sin(),
  )

/** The program in a dialect. */
function programIn(dialect: Dialect, program: Program): (...xs: NDArray[]) => NDArray[] {
  const run: Run = { dialect, stepsLeft: 0 }
  const f: Flat = functionOf(run, program)
  return (...xs) => {
    run.stepsLeft = 3000
    return [...f(xs)]
  }
}

/** Refusals that transforms promise: of programs with loops that have no reverse derivative, or rules that have no forward one. */
const isRefusal = (error: unknown): boolean =>
  error instanceof OutOfBudget ||
  (error instanceof TransformError && /reverse derivative|forward derivative|closes over/.test(error.message))

/** The law holds, or a program is refused, or its numbers are too large to compare. */
function holds(law: () => Pairs): void {
  let pairs: Pairs
  tried.all++
  try {
    pairs = law()
  } catch (error) {
    if (!isRefusal(error)) throw error
    tried.refused++
    return
  }
  for (const [got, wanted] of pairs) expectAlike(got, wanted)
}

type Pairs = readonly (readonly [got: Arrays, wanted: Arrays])[]

const numbersOf = (x: NDArray): number[] => Array.from(x.dataSync() as Float64Array)

function expectAlike(got: Arrays, wanted: Arrays, tolerance = 1e-7): void {
  expect(got.length).toBe(wanted.length)
  got.forEach((x, k) => {
    const y = wanted[k] as NDArray
    expect([x.shape, x.dtype]).toEqual([y.shape, y.dtype])
    const [a, b] = [numbersOf(x), numbersOf(y)]
    const scale = Math.max(1, ...a.map(Math.abs), ...b.map(Math.abs))
    if (!Number.isFinite(scale) || scale > 1e6) return
    a.forEach((value, i) => {
      const other = b[i] as number
      if (!(Math.abs(value - other) <= tolerance * scale))
        throw new Error(`result ${k}, element ${i}: ${value} for ${other}; ${a} for ${b}`)
    })
  })
}

const law = (title: string, f: (program: Program) => Pairs): void =>
  it(title, () => {
    fc.assert(
      fc.property(programs(3), (program) => holds(() => f(program))),
      parameters,
    )
  }, 3_600_000)

/** The sum of all results: a scalar loss. */
const lossOf =
  (f: (...xs: NDArray[]) => NDArray[]) =>
  (...xs: NDArray[]): NDArray =>
    f(...xs).reduce((sum, out) => sum.add(out.sum()), np.zeros([], { dtype: 'float64' }))
const dot = (xs: Arrays, ys: Arrays): NDArray =>
  xs.reduce((sum, x, i) => sum.add(np.vdot(x, ys[i] as NDArray)), np.zeros([], { dtype: 'float64' }))
const all = { argnums: [0, 1, 2] } as const
const examplesOf = (x: NDArray, axis: number): NDArray => np.stack([x, x.mul(0.6).sub(0.2), x.cos()], axis)
const example = (xs: Arrays, axes: readonly number[], e: number): NDArray[] =>
  xs.map((x, i) => lax.indexInDim(x, e, axes[i] as number, { keepdims: false }))

describe('programs of transforms in transforms', () => {
  law('mean what they mean spelled out', (program) => [
    [programIn(asWritten, program)(...start()), programIn(spelledOut, program)(...start())],
  ])

  law('mean the same under jit, with the same types', (program) => {
    const f = programIn(asWritten, program)
    return [[jit(f)(...start()), f(...start())]]
  })

  law('give examples side by side what each gives alone', (program) => {
    const f = programIn(asWritten, program)
    const axes = start().map((x, i) => (program.length + i) % (x.ndim + 1))
    const xs = start().map((x, i) => examplesOf(x, axes[i] as number))
    const alone = [0, 1, 2].map((e) => f(...example(xs, axes, e)))
    const stacked = (alone[0] as NDArray[]).map((_, k) =>
      np.stack(
        alone.map((outs) => outs[k] as NDArray),
        -1,
      ),
    )
    return [[vmap(f, { inAxes: axes, outAxes: -1 })(...xs), stacked]]
  })

  law('have one derivative: jvp, linearize, vjp, under jit and checkpoint', (program): Pairs => {
    const f = programIn(asWritten, program)
    const [xs, ts] = [start(), directions()]
    const [outs, tangents] = jvp(f, xs, ts)
    const [, push] = linearize(f, ...xs)
    const cts = outs.map((out) => out.mul(0.7).cos())
    const [, back] = vjp(f, ...xs)
    const gradient = grad(lossOf(f), all) as (...xs: NDArray[]) => NDArray[]
    return [
      [push(...ts), tangents],
      [jit(push)(...ts), tangents],
      [[dot(back(cts), ts)], [dot(cts, tangents)]],
      [vjp(checkpoint(f), ...xs)[1](cts), back(cts)],
      [vjp(jit(f), ...xs)[1](cts), back(cts)],
      [jit(gradient)(...xs), gradient(...xs)],
    ]
  })

  law('have one Jacobian, forward and reverse', (program) => {
    const f = (x: NDArray) => programIn(asWritten, program)(x)[0] as NDArray
    const [x] = start() as [NDArray]
    return [[[jacfwd(f)(x)], [jacrev(f)(x)]]]
  })

  law('have the gradients of a sum over examples, whichever of vmap and grad comes first', (program): Pairs => {
    const loss = lossOf(programIn(asWritten, program))
    const xs = start().map((x) => examplesOf(x, 0))
    const summed = (...batch: NDArray[]): NDArray => vmap(loss)(...batch).sum()
    return [[grad(summed, all)(...xs) as NDArray[], vmap(grad(loss, all))(...xs) as NDArray[]]]
  })

  it('have the slope that differences see', () => {
    fc.assert(
      fc.property(programs(3).filter(isHonest), (program) => hasSlope(programIn(asWritten, program))),
      parameters,
    )
  }, 3_600_000)
})

/** Differences see through what derivatives are told to stop at. */
const isHonest = (program: Program): boolean =>
  program.every(({ op, bodies = [] }) => op !== 'stopGradient' && bodies.every(isHonest))

/** `jvp` against central differences of two steps, wherever those agree: elsewhere the function bends. */
function hasSlope(f: (...xs: NDArray[]) => NDArray[]): void {
  tried.all++
  const [xs, ts] = [start(), directions()]
  const differences = (h: number): number[] => {
    const at = (sign: number) => f(...xs.map((x, i) => x.add((ts[i] as NDArray).mul(sign * h)))).flatMap(numbersOf)
    const [plus, minus] = [at(1), at(-1)]
    return plus.map((value, i) => (value - (minus[i] as number)) / (2 * h))
  }
  try {
    const tangents = jvp(f, xs, ts)[1].flatMap(numbersOf)
    const [fine, coarse] = [differences(1e-5), differences(3e-5)]
    tangents.forEach((t, i) => {
      const [a, b] = [fine[i] as number, coarse[i] as number]
      const scale = Math.max(1, Math.abs(a), Math.abs(b))
      if (!(Math.abs(a - b) <= 1e-5 * scale) || scale > 1e4) return
      if (!(Math.abs(t - a) <= 1e-3 * scale)) throw new Error(`tangent ${i}: ${t}, and differences ${a} and ${b}`)
    })
  } catch (error) {
    if (!isRefusal(error)) throw error
    tried.refused++
  }
}
