import type { TypedArray } from '../../dtype.ts'
import { type Atom, isVar, type Jaxpr, type OpTable, type Var } from '../../jaxpr.ts'
import { splat } from '../../reference/element.ts'
import { accumulation } from './accumulate.ts'
import type { Bounded, Rule } from './bounded.ts'
import { call, cond, scan, whileLoop } from './control.ts'
import { decomposition } from './decomposition.ts'
import { bitcast, elementwise, select } from './elementwise.ts'
import { exactOrUnknown, moving, unchanged } from './move.ts'
import { argExtreme, extreme, sort, topK } from './order.ts'

const [each, move] = [elementwise, moving()]
const [extremes, sums] = [extreme(), accumulation()]

const isMonotone = (kind: string): boolean => kind === 'min' || kind === 'max'

/** By what the op combines its elements with. */
const combining = (places?: number): Rule => {
  const [monotone, summing] = [extreme(places), accumulation(places)]
  return (step, inputs, run) => {
    const { kind } = step.params as { readonly kind: string }
    return (isMonotone(kind) ? monotone : summing)(step, inputs, run)
  }
}

const dropping: Rule = (step, inputs, run) =>
  ((step.params as { readonly kind: string }).kind === 'set' ? moving((i) => i === 1) : combining(1))(step, inputs, run)

// biome-ignore format: a row for each group
const rules: OpTable<Rule> = {
  neg: each, sign: each, abs: each, floor: each, ceil: each, round: each, exp: each, exp2: each, expm1: each, log: each, log1p: each,
  sqrt: each, rsqrt: each, cbrt: each, sin: each, cos: each, tan: each, asin: each, acos: each, atan: each, sinh: each, cosh: each,
  tanh: each, asinh: each, acosh: each, atanh: each, logistic: each, erf: each, erfc: each, erfInv: each, integerPow: each,
  isFinite: each, not: each, stopGradient: each, convertElementType: each, bitcastConvertType: bitcast, name: each,
  add: each, sub: each, mul: each, div: each, rem: each, pow: each, max: each, min: each, atan2: each, nextafter: each,
  and: each, or: each, xor: each, shiftLeft: each, shiftRightArithmetic: each, shiftRightLogical: each,
  eq: each, ne: each, lt: each, le: each, gt: each, ge: each, select, clamp: each, threefry2x32: each,
  iota: move, broadcastInDim: move, reshape: move, transpose: move, slice: move, pad: move, concatenate: move, rev: move,
  reduceSum: sums, reduceProd: sums, reduceMax: extremes, reduceMin: extremes, reduceAnd: extremes, reduceOr: extremes,
  argmax: argExtreme, argmin: argExtreme, dotGeneral: sums, reduceWindow: combining(), convGeneralDilated: sums,
  gather: moving((i) => i === 1), scatter: dropping, dynamicSlice: moving((i) => i > 0), dynamicUpdateSlice: moving((i) => i > 1),
  sort, topK, cumulative: combining(),
  cholesky: decomposition, triangularSolve: decomposition, lu: decomposition, qr: decomposition, eigh: decomposition, svd: decomposition,
  fft: decomposition,
  while: whileLoop, scan, cond, jit: call, customCall: call, checkpoint: call,
  optimizationBarrier: unchanged, callback: exactOrUnknown,
  allReduce: exactOrUnknown, allGather: exactOrUnknown, ppermute: exactOrUnknown, axisIndex: exactOrUnknown,
}

function run(jaxpr: Jaxpr, inputs: readonly Bounded[]): readonly Bounded[] {
  const values = new Map<Var, Bounded>()
  jaxpr.inputs.forEach((input, i) => values.set(input, inputs[i] as Bounded))
  const valueOf = (atom: Atom): Bounded =>
    isVar(atom)
      ? (values.get(atom) as Bounded)
      : { aval: atom.aval, data: splat(atom.value, atom.aval), error: undefined }
  for (const { op, params, inputs: atoms, outputs } of jaxpr.eqns) {
    const outs = outputs.map((output) => output.aval)
    const results = rules[op]({ op, params, outs }, atoms.map(valueOf), run)
    outputs.forEach((output, i) => values.set(output, results[i] as Bounded))
  }
  return jaxpr.outputs.map(valueOf)
}

/**
 * What the reference computes, with a bound on what another right evaluation may make of it: each op off by its units in the last place and
 * sums by their roundings, carried through what follows. What is exact stays exact; where hardly a digit is left, or a choice hangs on one,
 * the result is anything.
 */
export function evaluateBounded(jaxpr: Jaxpr, inputs: readonly TypedArray[]): readonly Bounded[] {
  return run(
    jaxpr,
    inputs.map((data, i) => ({ aval: (jaxpr.inputs[i] as Var).aval, data, error: undefined })),
  )
}
