import { dtypes, isFloat, type Jaxpr, makeAval, type OpName, opNames, signatures, type TypedArray } from '@proj/backend'
import { Random, randomJaxpr } from '@proj/backend/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../src/install.ts'
import type { NDArray } from '../src/array.ts'
import type { ConcreteArray } from '../src/concrete.ts'
import { TransformError } from '../src/errors.ts'
import { jvpFlat } from '../src/interpreters/jvp.ts'
import { linearizeFlat } from '../src/interpreters/linearize.ts'
import { evalJaxpr } from '../src/interpreters/staging.ts'
import { batchFlat } from '../src/interpreters/vmap.ts'
import * as lax from '../src/lax/index.ts'
import type { Axis } from '../src/primitives/rules.ts'
import { fromData } from '../src/trace.ts'

/*
 * The laws of laws.test.ts on shapes, parameters and numbers that nobody chose: for each op programs of it alone, and programs of all of them.
 * `LAWS_RUNS=1000` tries a thousand for each op.
 */
const runs = Number(process.env['LAWS_RUNS'] ?? 12)

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 })
const read = (x: NDArray): TypedArray => (x as ConcreteArray).readSync()
const numbers = (x: NDArray): number[] => Array.from(read(x))

/** A program and a point, with as many examples of it as are batched, and a direction. */
interface Trial {
  readonly jaxpr: Jaxpr
  readonly inputs: readonly NDArray[]
  readonly random: Random
}

function draw(seed: number, only: readonly OpName[], size: number): Trial {
  const { jaxpr, inputs } = randomJaxpr({
    seed,
    size,
    ops: only,
    dtypes: ['float64', 'int32', 'uint32', 'bool'],
    nonFinite: false,
    maxElements: 60,
  })
  const arrays = inputs.map((data, k) => fromData(data, (jaxpr.inputs[k] as Jaxpr['inputs'][number]).aval))
  return { jaxpr, inputs: arrays, random: new Random(seed + 1) }
}

const isAlike = (a: number, b: number, tolerance: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b))

/** Other numbers of the same shape and dtype. */
function others(random: Random, x: NDArray): NDArray {
  const data = new dtypes[x.dtype].array(x.size)
  for (let i = 0; i < data.length; i++)
    data[i] = x.dtype === 'bool' ? random.below(2) : isFloat(x.dtype) ? 4 * random.uniform() - 2 : random.between(0, 6)
  return fromData(data, makeAval(x.shape, x.dtype))
}

function batchesLikeALoop({ jaxpr, inputs, random }: Trial): void {
  const run = (xs: readonly NDArray[]) => evalJaxpr(jaxpr, xs)
  const size = random.between(1, 3)
  const axes = inputs.map((x): Axis => (random.chance(0.3) ? null : random.below(x.ndim + 1)))
  const examples = Array.from({ length: size }, (_, e) =>
    inputs.map((x, k) => (e === 0 || axes[k] === null ? x : others(random, x))),
  )
  const batched = inputs.map((x, k) => {
    const axis = axes[k] as Axis
    if (axis === null) return x
    return lax.concatenate(
      examples.map((example) => lax.expandDims(example[k] as NDArray, [axis])),
      axis,
    )
  })
  const [outs, outAxes] = batchFlat(run, size, batched, axes)
  examples.forEach((example, e) => {
    run(example).forEach((wanted, k) => {
      const axis = outAxes[k] as Axis
      const got =
        axis === null ? (outs[k] as NDArray) : lax.indexInDim(outs[k] as NDArray, e, axis, { keepdims: false })
      expect([got.shape, got.dtype]).toEqual([wanted.shape, wanted.dtype])
      const [a, b] = [numbers(got), numbers(wanted)]
      a.forEach((value, i) => {
        if (!isAlike(value, b[i] as number, 1e-9))
          throw new Error(`result ${k}, example ${e} of axes [${axes}], element ${i}: ${value} for ${b[i]}`)
      })
    })
  })
}

/** The dot product, and the sum of the sizes of its terms, which its rounding errors are measured by. */
function dotOf(
  pairs: readonly (readonly [NDArray | null | undefined, NDArray | null | undefined])[],
): [number, number] {
  let [sum, scale] = [0, 0]
  for (const [x, y] of pairs) {
    if (x == null || y == null) continue
    const [a, b] = [numbers(x), numbers(y)]
    a.forEach((value, i) => {
      sum += value * (b[i] as number)
      scale += Math.abs(value * (b[i] as number))
    })
  }
  return [sum, scale]
}

function isAdjoint({ jaxpr, inputs, random }: Trial): void {
  const floatAt = inputs.flatMap((x, k) => (isFloat(x.dtype) ? [k] : []))
  if (floatAt.length === 0) return
  const place = (xs: readonly NDArray[]): NDArray[] => {
    const all = [...inputs]
    floatAt.forEach((k, j) => (all[k] = xs[j] as NDArray))
    return all
  }
  const run = (xs: readonly NDArray[]) => evalJaxpr(jaxpr, place(xs))
  const xs = floatAt.map((k) => inputs[k] as NDArray)
  const ts = xs.map((x) => others(random, x))
  const { outs, pushforward, pullback } = linearizeFlat('test', run, xs)
  const cts = outs.map((out) => (isFloat(out.dtype) ? others(random, out) : null))
  const pushed = pushforward(ts)
  const [, tangents] = jvpFlat(run, xs, ts)
  pushed.forEach((t, k) => {
    const direct = tangents[k]
    if (t === null || direct == null) return
    const [a, b] = [numbers(t), numbers(direct)]
    a.forEach((value, i) => expect(isAlike(value, b[i] as number, 1e-9), `${value} for ${b[i]}`).toBe(true))
  })
  const pulled = pullback(cts)
  const [forward, scale] = dotOf(pushed.map((t, k) => [t, cts[k]]))
  const [backward, scaleBack] = dotOf(pulled.map((ct, k) => [ct, ts[k]]))
  if (!Number.isFinite(scale) || !Number.isFinite(scaleBack)) return
  const allowed = 1e-9 * Math.max(1, scale, scaleBack)
  expect(Math.abs(forward - backward), `${forward} and ${backward}`).toBeLessThanOrEqual(allowed)
}

/** Of matrices, into factors. */
const decompositions: ReadonlySet<OpName> = new Set(['cholesky', 'triangularSolve', 'lu', 'qr', 'eigh', 'svd'])

/** `jvp` against differences, where those of two step sizes and of both sides agree: elsewhere the function bends or the rounding shows. */
function isSlope({ jaxpr, inputs: given, random }: Trial): void {
  // Away from ties: there the function bends.
  const inputs = given.map((x) => (isFloat(x.dtype) ? lax.add(x, lax.mul(others(random, x), 1e-3)) : x))
  const tangents = inputs.map((x) => (isFloat(x.dtype) ? others(random, x) : null))
  const run = (xs: readonly NDArray[]) => evalJaxpr(jaxpr, xs)
  const at = (h: number): number[][] =>
    run(
      inputs.map((x, k) => {
        const t = tangents[k]
        if (t == null) return x
        const slopes = numbers(t)
        const moved = numbers(x).map((value, i) => value + h * (slopes[i] as number))
        return fromData(Float64Array.from(moved), makeAval(x.shape, x.dtype))
      }),
    ).map(numbers)
  const [outs, slopes] = jvpFlat(run, inputs, tangents)
  const h = 1e-6
  const [here, ahead, behind, far] = [at(0), at(h), at(-h), at(h / 2)]
  outs.forEach((out, k) => {
    if (!isFloat(out.dtype)) return
    const got = slopes[k] == null ? undefined : numbers(slopes[k] as NDArray)
    // A decomposition of a singular matrix has none.
    if (jaxpr.eqns.some(({ op }) => decompositions.has(op)) && got?.some((slope) => !Number.isFinite(slope))) return
    ;(here[k] as number[]).forEach((y, i) => {
      const value = (list: readonly (readonly number[])[]): number => (list[k] as number[])[i] as number
      const [right, left, near] = [(value(ahead) - y) / h, (y - value(behind)) / h, (value(far) - y) / (h / 2)]
      const wanted = (value(ahead) - value(behind)) / (2 * h)
      const isSmooth = isAlike(right, left, 1e-4) && isAlike(right, near, 1e-4) && Math.abs(y) < 1e4
      if (!isSmooth || !Number.isFinite(wanted)) return
      const slope = got?.[i] ?? 0
      if (!isAlike(slope, wanted, 2e-4)) throw new Error(`result ${k}, element ${i}: slope ${slope} for ${wanted}`)
    })
  })
}

const isTried = (op: OpName): boolean =>
  !['collective', 'call'].includes(signatures[op].family) && op !== 'callback' && op !== 'optimizationBarrier'
const tried = opNames.filter(isTried)

/** Loops whose length only running tells go forwards only. */
const forwardOnly: ReadonlySet<OpName> = new Set(['while'])
/**
 * Not what differences see, as in JAX: nothing passes stopGradient, nor a look at bits, even as the same float; a float has no neighbour in
 * between, and no bound of clamp counts where they cross.
 */
const otherwise: ReadonlySet<OpName> = new Set(['stopGradient', 'bitcastConvertType', 'nextafter', 'clamp'])

/** What a program of one op needs besides it: bodies of loops have something to do. */
const withBody = (op: OpName): readonly OpName[] =>
  signatures[op].family === 'control' ? [op, 'add', 'sub', 'mul', 'sin', 'lt', 'reshape', 'reduceSum'] : [op]

/** Some ops have no derivative for some parameters, and say so. */
function unlessRefused(check: () => unknown): void {
  try {
    check()
  } catch (error) {
    if (!(error instanceof TransformError && /derivative/.test(error.message))) throw error
  }
}

const quiet = { numRuns: runs, seed: 20 }
const programSizes = fc.integer({ min: 1, max: 3 })

describe.each(tried)('programs of %s', (op) => {
  it('batch like a loop over examples', () => {
    fc.assert(
      fc.property(seeds, programSizes, (seed, size) => batchesLikeALoop(draw(seed, withBody(op), size))),
      quiet,
    )
  })
  it('have the slope that differences see', () => {
    if (otherwise.has(op)) return
    fc.assert(
      fc.property(seeds, (seed) => unlessRefused(() => isSlope(draw(seed, withBody(op), 1)))),
      quiet,
    )
  })
  it('satisfy <J t, c> = <t, Jᵀ c>', () => {
    if (forwardOnly.has(op)) return
    fc.assert(
      fc.property(seeds, programSizes, (seed, size) => unlessRefused(() => isAdjoint(draw(seed, withBody(op), size)))),
      quiet,
    )
  })
})

describe('programs of all ops', () => {
  it('batch like a loop over examples', () => {
    fc.assert(
      fc.property(seeds, (seed) => batchesLikeALoop(draw(seed, tried, 8))),
      { ...quiet, numRuns: 10 * runs },
    )
  })
  it('satisfy <J t, c> = <t, Jᵀ c>', () => {
    // Those of what another decomposition made are ill-conditioned: its singular values are equal.
    const reversible = tried.filter((op) => !forwardOnly.has(op) && !decompositions.has(op))
    fc.assert(
      fc.property(seeds, (seed) => unlessRefused(() => isAdjoint(draw(seed, reversible, 6)))),
      { ...quiet, numRuns: 10 * runs },
    )
  })
})
