import type { OpName, Params } from '../ops.ts'

/**
 * Units in the last place that a result may be from the reference, which is itself within one of the truth (`erfInv`: four). 0 is to the
 * bit, NaN and infinities included; denormals and zeros of either sign count as equal. Integers and bools are always exact. Sums,
 * contractions and decompositions have an error bound of their own: see `errorBound`.
 */
// biome-ignore format: a row for each group
export const ulps: { readonly [K in OpName]: number } = {
  neg: 0, sign: 0, abs: 0, floor: 0, ceil: 0, round: 0,
  exp: 3, exp2: 3, expm1: 4, log: 3, log1p: 4, sqrt: 0, rsqrt: 2, cbrt: 3,
  sin: 3, cos: 3, tan: 4, asin: 4, acos: 4, atan: 4, sinh: 5, cosh: 5, tanh: 4, asinh: 5, acosh: 5, atanh: 5,
  logistic: 4, erf: 4, erfc: 8, erfInv: 6, integerPow: 4,
  isFinite: 0, not: 0, stopGradient: 0, convertElementType: 0, bitcastConvertType: 0,
  add: 0, sub: 0, mul: 0, div: 0, rem: 0, pow: 4, max: 0, min: 0, atan2: 4, nextafter: 0,
  and: 0, or: 0, xor: 0, shiftLeft: 0, shiftRightArithmetic: 0, shiftRightLogical: 0,
  eq: 0, ne: 0, lt: 0, le: 0, gt: 0, ge: 0, select: 0, clamp: 0, threefry2x32: 0,
  iota: 0, broadcastInDim: 0, reshape: 0, transpose: 0, slice: 0, pad: 0, concatenate: 0, rev: 0,
  reduceSum: 1, reduceProd: 16, reduceMax: 0, reduceMin: 0, reduceAnd: 0, reduceOr: 0, argmax: 0, argmin: 0,
  dotGeneral: 1, reduceWindow: 16, convGeneralDilated: 1,
  gather: 0, scatter: 16, dynamicSlice: 0, dynamicUpdateSlice: 0, sort: 0, topK: 0, cumulative: 16,
  cholesky: 4, triangularSolve: 4, lu: 4, qr: 4, eigh: 4, svd: 4, fft: 4,
  while: 0, scan: 0, cond: 0, jit: 0, customCall: 0, checkpoint: 0, name: 0, optimizationBarrier: 0, callback: 0,
  allReduce: 0, allGather: 0, ppermute: 0, axisIndex: 0,
}

const exactKinds: ReadonlySet<string> = new Set(['set', 'min', 'max'])

/** The same for an op with those parameters: what only chooses or copies is exact. */
export const ulpsOf = (op: OpName, params: Params<OpName>): number =>
  'kind' in params && exactKinds.has(params.kind) ? 0 : ulps[op]
