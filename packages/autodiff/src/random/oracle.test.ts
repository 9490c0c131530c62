import { readFileSync } from 'node:fs'
import { referenceBackend } from '@proj/backend'
import { beforeAll, describe, expect, it } from 'vitest'
import { jit, type NDArray, random, setBackend, withConfig } from '../index.ts'
import { type Case, describeCase, expectLike, type Packed, type Tolerance, unpackArgument } from '../testing/fixture.ts'

beforeAll(() => setBackend(referenceBackend()))

interface RandomCase extends Case {
  readonly partitionable: boolean
  readonly out: Packed
}
type Sampler = (...args: unknown[]) => NDArray

/** Keys, bits, integers and uniform samples are those of JAX to the bit; what passes through XLA's float functions, to some last places. */
// biome-ignore format: a row for each group
const tolerances: { readonly [fn: string]: Tolerance } = {
  // With bounds other than 0 and 1, XLA fuses the multiplication and the addition.
  uniform: { absolute: 2.4e-7 },
  normal: { ulps: 1 },
  truncatedNormal: { ulps: 6, absolute: 2e-7 },
  exponential: { ulps: 1 }, gumbel: { ulps: 1, absolute: 2e-7 }, laplace: { ulps: 1 }, logistic: { ulps: 1, absolute: 2e-7 }, cauchy: { ulps: 1 },
  maxwell: { ulps: 1 }, pareto: { ulps: 1 }, lognormal: { ulps: 1 }, rayleigh: { ulps: 2 }, weibullMin: { ulps: 1 }, doubleSidedMaxwell: { ulps: 2 },
  // A difference of numbers that are close: relative to them the error is some last places.
  wald: { ulps: 16, absolute: 1e-6 },
  // The third power of a normal sample; logarithms near 0 have its absolute error, and what is made of them grows with their size.
  gamma: { ulps: 8 }, loggamma: { ulps: 2, absolute: 5e-7 }, t: { ulps: 8 }, f: { ulps: 12 }, generalizedNormal: { ulps: 8 }, ball: { ulps: 8 },
  chisquare: { ulps: 8, absolute: 2 ** -126 }, beta: { ulps: 32, absolute: 2 ** -126 }, dirichlet: { ulps: 32 },
  multivariateNormal: { ulps: 4, absolute: 2e-7 },
  // Columns close to the others' span magnify rounding.
  orthogonal: { ulps: 2, absolute: 5e-6 },
}
/** The erf_inv of float64 is some last places off in XLA. */
const wide: Tolerance = { ulps: 12 }
/** In half precision XLA rounds less often than op by op. */
const narrow: Tolerance = { ulps: 4, absolute: 1e-3 }

function toleranceOf(name: string, dtype: string): Tolerance | undefined {
  if (name !== 'normal' && name !== 'gamma') return tolerances[name]
  return dtype === 'float64' ? wide : dtype === 'float16' ? narrow : tolerances[name]
}

const samplers = random as unknown as { readonly [name: string]: Sampler | undefined }
const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/random.json', import.meta.url), 'utf8'),
) as readonly RandomCase[]

describe.each([...new Set(cases.map((c) => c.fn))])('random.%s', (name) => {
  const own = cases.filter((c) => c.fn === name)
  it.each(own.map((c) => [`${describeCase(c)}, threefryPartitionable: ${c.partitionable}`, c] as const))(
    '%s samples what JAX does',
    (_, c) => {
      const sampler = samplers[name] as Sampler
      expect(sampler).toBeTypeOf('function')
      const args = c.args.map(unpackArgument)
      const sample = withConfig({ threefryPartitionable: c.partitionable }, () => sampler(...args))
      expectLike(sample, c.out, toleranceOf(name, c.out[0]))
    },
  )

  it('samples the same under jit', () => {
    for (const { partitionable, args: packed } of own.filter((c) => 'array' in (c.args[0] as object)).slice(0, 1)) {
      const [key, ...rest] = packed.map(unpackArgument) as [NDArray, ...unknown[]]
      const sampler = samplers[name] as Sampler
      withConfig({ threefryPartitionable: partitionable }, () => {
        expect(jit((k: NDArray) => sampler(k, ...rest))(key).arraySync()).toEqual(sampler(key, ...rest).arraySync())
      })
    }
  })
})
