import { lax } from '../index.ts'
import { casesOf, replay, type Tolerances } from '../testing/replay.ts'

/** XLA's float32 polynomials, and sums in an order of its own. */
const tolerances: Tolerances = {
  exp: { ulps: 1 },
  log1p: { ulps: 1 },
  sin: { ulps: 1 },
  tanh: { ulps: 2 },
  logistic: { ulps: 1 },
  erf: { ulps: 2 },
  erfc: { ulps: 4 },
  reduceSum: { ulps: 4, absolute: 1e-6 },
  reduceProd: { ulps: 2 },
  raggedDot: { ulps: 4, absolute: 4e-6 },
  dot: { ulps: 4, absolute: 4e-6 },
}

replay('lax', lax, casesOf('lax'), tolerances)
