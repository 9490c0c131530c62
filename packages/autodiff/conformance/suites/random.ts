import { type NDArray, random, withConfig } from '../../src/index.ts'
import { type Check, functionNamed, loadFixture } from '../check.ts'
import { type Case, describeCase, expectLike, type Packed, type Tolerance, unpackArgument } from '../fixture.ts'

interface RandomCase extends Case {
  readonly partitionable: boolean
  readonly out: Packed
}

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

const spaces = { random } as never

const checkOf = (c: RandomCase): Check => ({
  subject: `random.${c.fn}`,
  title: `${describeCase(c)}, threefryPartitionable: ${c.partitionable}`,
  run: () => {
    const sample = functionNamed(spaces, 'random', c.fn) as (...args: unknown[]) => NDArray
    const args = c.args.map(unpackArgument)
    const drawn = withConfig({ threefryPartitionable: c.partitionable }, () => sample(...args))
    expectLike(drawn, c.out, toleranceOf(c.fn, c.out[0]))
  },
})

/** Keys, bits and samples, in both ways of counting. */
export const samples = async (): Promise<readonly Check[]> => (await loadFixture<RandomCase>('random')).map(checkOf)
