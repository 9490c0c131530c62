import { expect } from 'vitest'
import { isNDArray, lax, type NDArray, numpy } from '../../src/index.ts'
import { type Check, functionNamed, loadFixture } from '../check.ts'
import { type Case, describeCase, expectLike, isMany, type Tolerance, unpackArgument } from '../fixture.ts'

type Tolerances = { readonly [fn: string]: Tolerance }

/** In half precision XLA rounds less often than op by op. */
const half: Tolerance = { ulps: 2, absolute: 1e-3 }
/** In double precision the two take elementary functions from different libraries. */
const double: Tolerance = { ulps: 4, absolute: 1e-15 }
/** Sums and products of floats round as often as they have terms; XLA takes them in an order of its own, and fuses. */
const accumulated: Tolerance = { ulps: 4, absolute: 4e-6 }

/** Those that other fixtures ask about, with tolerances of their own. */
// biome-ignore format: a row for each group
const summing = [
  'cumsum', 'cumprod', 'cumlogsumexp', 'nancumsum', 'nancumprod', 'cumulativeSum', 'cumulativeProd', 'quantile', 'percentile', 'median', 'nanquantile',
  'nanpercentile', 'nanmedian', 'histogram', 'histogramBinEdges', 'interp', 'conv', 'convGeneralDilated', 'convTranspose', 'convWithGeneralPadding',
  'convGeneralDilatedLocal', 'reduceWindow',
]

/** How far from JAX in single precision; without an entry, not at all. XLA's float32 polynomials; exp2, sinh and cosh lose bits at large arguments there. */
// biome-ignore format: a row for each group
const ofNumpy: Tolerances = {
  exp: { ulps: 1 }, exp2: { ulps: 20 }, expm1: { ulps: 2 }, log1p: { ulps: 1 }, log2: { ulps: 1 }, log10: { ulps: 1 },
  sin: { ulps: 1 }, sinc: { ulps: 2 }, cos: { ulps: 1 }, tan: { ulps: 1 }, arctan: { ulps: 2 }, arctan2: { ulps: 1 },
  sinh: { ulps: 24 }, cosh: { ulps: 24 }, tanh: { ulps: 2 }, arcsinh: { ulps: 1 }, arctanh: { ulps: 2 },
  divide: { ulps: 1 }, hypot: { ulps: 1 }, logaddexp: { ulps: 1, absolute: 1e-7 }, logaddexp2: { ulps: 1, absolute: 1e-7 },
  sum: accumulated, prod: accumulated, mean: accumulated, var: accumulated, std: accumulated, average: accumulated, logsumexp: accumulated,
  nansum: accumulated, nanprod: accumulated, nanmean: accumulated, nanvar: accumulated, nanstd: accumulated, trace: accumulated,
  linspace: { ulps: 2, absolute: 1e-6 }, logspace: { ulps: 2 }, pad: { ulps: 1, absolute: 2e-7 }, trapezoid: accumulated, polyval: accumulated,
  matmul: accumulated, dot: accumulated, matvec: accumulated, vecmat: accumulated, vdot: accumulated, vecdot: accumulated, inner: accumulated,
  bartlett: { ulps: 4 }, blackman: { ulps: 4, absolute: 2e-7 }, hamming: { ulps: 4 }, hanning: { ulps: 4, absolute: 2e-7 }, kaiser: { ulps: 4 },
  cov: { ulps: 16, absolute: 4e-6 }, corrcoef: { ulps: 16, absolute: 1e-6 }, geomspace: { ulps: 8 }, unwrap: { ulps: 4, absolute: 2e-6 },
  convolve: accumulated, correlate: accumulated, polymul: accumulated, polyfit: { ulps: 64, absolute: 2e-5 },
  tensordot: accumulated, cross: { ulps: 2, absolute: 1e-6 }, einsum: { ulps: 8, absolute: 2e-5 },
}
/** As above, of one op at a time: ours are within 0.7 of the true values, XLA's atan is 2.2 off, its sinh and cosh 7.4, its tanh 2.6 and its erfc 13. */
// biome-ignore format: a row for each group
const ofLax: Tolerances = {
  exp: { ulps: 1 }, exp2: { ulps: 2 }, expm1: { ulps: 2 }, log: { ulps: 1 }, log1p: { ulps: 1 }, cbrt: { ulps: 1 }, logistic: { ulps: 1 },
  sin: { ulps: 1 }, cos: { ulps: 1 }, tan: { ulps: 1 }, asin: { ulps: 1 }, acos: { ulps: 1 }, atan: { ulps: 3 }, atan2: { ulps: 1 },
  sinh: { ulps: 8 }, cosh: { ulps: 8 }, tanh: { ulps: 3 }, asinh: { ulps: 1 }, acosh: { ulps: 2 }, atanh: { ulps: 1 },
  erf: { ulps: 2 }, erfc: { ulps: 14 }, erfInv: { ulps: 1 },
  reduceSum: { ulps: 4, absolute: 1e-6 }, reduceProd: { ulps: 2 },
  raggedDot: accumulated, dot: accumulated, dotGeneral: accumulated, batchMatmul: accumulated,
}
/** What XLA's double precision is off by, where that is more. */
const ofDoubles: Tolerances = { erfInv: { ulps: 12 } }

const spaces = { numpy, lax } as never

function toleranceOf(tolerances: Tolerances, fn: string, { dtype }: NDArray): Tolerance {
  if (dtype === 'float16') return half
  if (dtype === 'float64') return ofDoubles[fn] ?? double
  return tolerances[fn] ?? {}
}

function check(space: string, tolerances: Tolerances, { fn, args, out, weak }: Case): void {
  const result = functionNamed(spaces, space, fn)(...args.map(unpackArgument))
  if (!isMany(out)) {
    const array = isNDArray(result) ? result : numpy.array(result as number, out[0])
    return expectLike(array, out, toleranceOf(tolerances, fn, array), weak ?? false)
  }
  const results = result as readonly NDArray[]
  expect(results.length).toBe(out.length)
  out.forEach((packed, i) => {
    const array = results[i] as NDArray
    expectLike(array, packed, toleranceOf(tolerances, fn, array))
  })
}

const tolerancesOf = {
  numpy: { ...ofNumpy, ...Object.fromEntries(summing.map((fn) => [fn, accumulated])) },
  lax: { ...ofLax, ...Object.fromEntries(summing.map((fn) => [fn, accumulated])) },
} as const
/** Whether we answer a call as JAX does. */
export const checkAlike = (space: 'numpy' | 'lax', c: Case): void => check(space, tolerancesOf[space], c)

/** Calls of functions of `numpy` and `lax`. */
export async function calls(): Promise<readonly Check[]> {
  const of = async (space: string, fixture: string, tolerances: Tolerances): Promise<Check[]> =>
    (await loadFixture<Case>(fixture)).map((c) => ({
      subject: `${space}.${c.fn}`,
      title: describeCase(c),
      run: () => check(space, tolerances, c),
    }))
  const parts = [
    of('numpy', 'numpy', ofNumpy),
    of('numpy', 'numpyMore', ofNumpy),
    of('lax', 'lax', ofLax),
    of('lax', 'laxMore', ofLax),
  ]
  return (await Promise.all(parts)).flat()
}
