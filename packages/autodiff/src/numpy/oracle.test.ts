import { numpy as np } from '../index.ts'
import type { Tolerance } from '../testing/fixture.ts'
import { casesOf, replay, type Tolerances } from '../testing/replay.ts'

/** Sums and products of floats round as often as they have terms; XLA takes them in an order of its own, and fuses. */
const accumulated: Tolerance = { ulps: 4, absolute: 4e-6 }
/** XLA's float32 polynomials; exp2, sinh and cosh lose bits at large arguments there. */
// biome-ignore format: a row for each group
const tolerances: Tolerances = {
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

replay('numpy', np, [...casesOf('numpy'), ...casesOf('numpyMore')], tolerances)
