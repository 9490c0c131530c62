import { readFileSync } from 'node:fs'
import { referenceBackend } from '@proj/backend'
import { cpu } from '@proj/backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { isNDArray, numpy as np, setBackend } from '../index.ts'
import { type Case, describeCase, expectLike, isMany, type Tolerance, unpackArgument } from '../testing/fixture.ts'

/** Sums and products of floats round as often as they have terms; XLA takes them in an order of its own, and fuses. */
const accumulated: Tolerance = { ulps: 4, absolute: 4e-6 }
/** XLA's float32 polynomials; exp2, sinh and cosh lose bits at large arguments there. */
// biome-ignore format: a row for each group
const tolerances: { readonly [fn: string]: Tolerance } = {
  exp: { ulps: 1 }, exp2: { ulps: 20 }, expm1: { ulps: 2 }, log1p: { ulps: 1 }, log2: { ulps: 1 }, log10: { ulps: 1 },
  sin: { ulps: 1 }, sinc: { ulps: 2 }, cos: { ulps: 1 }, tan: { ulps: 1 }, arctan: { ulps: 2 }, arctan2: { ulps: 1 },
  sinh: { ulps: 24 }, cosh: { ulps: 24 }, tanh: { ulps: 1 }, arcsinh: { ulps: 1 }, arctanh: { ulps: 1 },
  divide: { ulps: 1 }, hypot: { ulps: 1 }, logaddexp: { ulps: 1, absolute: 1e-7 }, logaddexp2: { ulps: 1, absolute: 1e-7 },
  sum: accumulated, prod: accumulated, mean: accumulated, var: accumulated, std: accumulated, average: accumulated, logsumexp: accumulated,
  nansum: accumulated, nanprod: accumulated, nanmean: accumulated, nanvar: accumulated, nanstd: accumulated, trace: accumulated,
  linspace: { ulps: 2, absolute: 1e-6 }, logspace: { ulps: 2 }, pad: { ulps: 1, absolute: 2e-7 }, trapezoid: accumulated, polyval: accumulated,
  matmul: accumulated, dot: accumulated, matvec: accumulated, vecmat: accumulated, vdot: accumulated, vecdot: accumulated, inner: accumulated,
  tensordot: accumulated, cross: { ulps: 2, absolute: 1e-6 }, einsum: { ulps: 8, absolute: 2e-5 },
}

/** In half precision XLA rounds less often than op by op. */
const half: Tolerance = { ulps: 2, absolute: 1e-3 }

const functions = np as unknown as { readonly [name: string]: ((...args: unknown[]) => unknown) | undefined }
const cases = JSON.parse(readFileSync(new URL('../../fixtures/numpy.json', import.meta.url), 'utf8')) as readonly Case[]
const names = [...new Set(cases.map((c) => c.fn))]

function check({ fn, args, out, weak }: Case): void {
  const f = functions[fn]
  if (f === undefined) throw new Error(`numpy has no ${fn}`)
  const result = f(...args.map(unpackArgument))
  const isHalf = (isMany(out) ? out[0]?.[0] : out[0]) === 'float16'
  const tolerance = isHalf ? half : (tolerances[fn] ?? {})
  if (!isMany(out))
    return expectLike(isNDArray(result) ? result : np.array(result as number, out[0]), out, tolerance, weak ?? false)
  const results = result as readonly never[]
  expect(results.length).toBe(out.length)
  out.forEach((packed, i) => expectLike(results[i] as never, packed, tolerance))
}

describe.each(names)('numpy.%s', (name) => {
  const own = cases.filter((c) => c.fn === name)

  describe('on the reference backend', () => {
    beforeAll(() => setBackend(referenceBackend()))
    it.each(own.map((c) => [describeCase(c), c] as const))('%s is what JAX gives', (_, c) => check(c))
  })

  describe('on the default backend', () => {
    beforeAll(() => setBackend(cpu()))
    // It has no half precision.
    const full = own.filter((c) => !JSON.stringify(c).includes('float16'))
    it.each(full.map((c) => [describeCase(c), c] as const))('%s is what JAX gives', (_, c) => check(c))
  })
})
