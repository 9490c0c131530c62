import { describe, expect, it } from 'vitest'
import binary from '../../fixtures/binary.json'
import convert from '../../fixtures/convert.json'
import dot from '../../fixtures/dot.json'
import indexing from '../../fixtures/indexing.json'
import linalg from '../../fixtures/linalg.json'
import movement from '../../fixtures/movement.json'
import order from '../../fixtures/order.json'
import reduce from '../../fixtures/reduce.json'
import unary from '../../fixtures/unary.json'
import window from '../../fixtures/window.json'
import { type Aval, formatAval, makeAval } from '../aval.ts'
import { JaxprBuilder } from '../builder.ts'
import { type DType, dtypes, isFloat, type TypedArray } from '../dtype.ts'
import { rowOf } from '../jaxpr.ts'
import type { AnyKernel, KernelInput } from '../kernel.ts'
import type { OpName, Params } from '../ops.ts'
import { formatOp } from '../print.ts'
import { infer } from '../shapes/table.ts'
import { numbersOf, ulpOf, worstMismatch } from '../testing/compare.ts'
import { errorBound } from '../testing/errorBound.ts'
import { invariantsOf } from '../testing/invariants.ts'
import { evaluateJaxpr, referenceKernels } from './evaluate.ts'

interface Case {
  readonly op: OpName
  readonly params: Params<OpName>
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  readonly exact?: number
}

interface Fixture {
  readonly arrays: readonly (readonly [dtype: DType, shape: readonly number[], base64: string])[]
  readonly cases: readonly Case[]
}

function unpack({ arrays }: Fixture, index: number): KernelInput<TypedArray> {
  const [dtype, shape, base64] = arrays[index] as Fixture['arrays'][number]
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
  const view = dtypes[dtype].array as unknown as new (bytes: ArrayBuffer) => TypedArray
  return { aval: makeAval(shape, dtype), buffer: new view(bytes.buffer) }
}

/** Units in the last place that JAX's own approximations are off by; other ops agree to the bit. */
// biome-ignore format: a row for each group
const jaxErrors: { readonly [K in OpName]?: number } = {
  exp: 1, exp2: 200, expm1: 2, log1p: 200, rsqrt: 1, cbrt: 2, sin: 1, cos: 1, tan: 1, acos: 1, asin: 1, atan: 1, sinh: 20, cosh: 20,
  tanh: 3, asinh: 3, acosh: 1, atanh: 200, logistic: 2, erf: 2, erfc: 64, erfInv: 4, pow: 1, atan2: 1, log: 1,
  // Besides `errorBound`: the order of a sum is the backend's.
  reduceSum: 1, reduceProd: 4, dotGeneral: 1, convGeneralDilated: 1, reduceWindow: 4, cumulative: 4, scatter: 4,
}

/** Of float32's `erfInv` the reference is JAX's own polynomial. */
const toleranceOf = (op: OpName, dtype: DType): number =>
  op === 'erfInv' && dtype === 'float32' ? 0 : (dtype === 'float16' ? 4 : 1) * (jaxErrors[op] ?? 0)

/** Of the reference, by dtype, against the true value. */
const errors = { float16: 1, float32: 1, float64: 4 } as const

/** Denormal, or so near that an intermediate of JAX's is. */
const isTiny = (x: number, { dtype }: Aval): boolean =>
  isFloat(dtype) && x !== 0 && Math.abs(x) < 2 ** { float16: -13, float32: -125, float64: -1021 }[dtype as 'float32']

/** XLA reads denormals as zero and we do not, so what comes of them is compared with nothing. */
function withoutDenormals(inputs: readonly KernelInput<TypedArray>[], data: TypedArray): TypedArray {
  const kept = data.slice()
  for (const { buffer, aval } of inputs) {
    if (!isFloat(aval.dtype) || buffer.length !== data.length) continue
    numbersOf(buffer, aval.dtype).forEach((x, i) => {
      if (isTiny(x, aval)) kept[i] = 0
    })
  }
  return kept
}

/** What of the results is compared. */
function comparing(op: OpName, outs: readonly Aval[]) {
  const builder = new JaxprBuilder()
  const results = outs.map((aval) => builder.input(aval))
  return builder.finish(invariantsOf(builder, op, results))
}

const zeroSigns = (data: TypedArray, aval: Aval): number[] =>
  numbersOf(data, aval.dtype).map((x) => (x !== 0 && !isTiny(x, aval) ? 0 : x < 0 || Object.is(x, -0) ? -1 : 1))

const fixtures = { unary, convert, binary, movement, reduce, dot, window, indexing, order, linalg }

describe.each(Object.entries(fixtures as unknown as Record<string, Fixture>))('%s', (_name, fixture) => {
  const cases = fixture.cases.map((one) => ({ ...one, inputs: one.inputs.map((i) => unpack(fixture, i)) }))
  const titled = cases.map(
    (one) => [`${formatOp(one)}(${one.inputs.map((x) => formatAval(x.aval)).join(', ')})`, one] as const,
  )
  const run = ({ op, params, inputs }: (typeof cases)[number]) => {
    const outs = infer(
      op,
      inputs.map((x) => x.aval),
      params,
    )
    return { outs, got: rowOf<AnyKernel<TypedArray>>(referenceKernels, op)(inputs, params, outs) }
  }

  it.each(titled)('agrees with JAX on %s', (_title, one) => {
    const { outs, got } = run(one)
    const answers = one.outputs.map((number) => unpack(fixture, number))
    expect(outs).toEqual(answers.map(({ aval }) => aval))
    const comparable = comparing(one.op, outs)
    const ours = evaluateJaxpr(comparable, got)
    const theirs = evaluateJaxpr(
      comparable,
      answers.map(({ buffer }) => buffer),
    )
    comparable.outputs.forEach(({ aval }, i) => {
      const want = { aval, buffer: theirs[i] as TypedArray }
      const { dtype } = aval
      const [mine, wanted] = [
        withoutDenormals(one.inputs, ours[i] as TypedArray),
        withoutDenormals(one.inputs, want.buffer),
      ]
      const tolerance = toleranceOf(one.op, dtype)
      const slack = errorBound(
        one.op,
        one.inputs.map(({ aval, buffer }) => ({ aval, data: buffer })),
        one.params,
        aval,
      )
      expect(worstMismatch(dtype, mine, wanted, tolerance, slack && ((index) => slack(0, index)))).toBeUndefined()
      if (tolerance === 0 && slack === undefined && isFloat(dtype))
        expect(zeroSigns(mine, aval)).toEqual(zeroSigns(wanted, aval))
    })
  })

  const known = titled.filter(([, one]) => one.exact !== undefined)
  if (known.length === 0) return
  it.each(known)('is within a few units of the true value on %s', (_title, one) => {
    const { got } = run(one)
    const want = unpack(fixture, one.exact as number)
    const { dtype } = want.aval
    const tolerance = one.op === 'erfInv' ? 4 : errors[dtype as keyof typeof errors]
    expect(worstMismatch(dtype, got[0] as TypedArray, want.buffer, tolerance)).toBeUndefined()
  })
})

describe('ulpOf', () => {
  it.each([
    ['float32', 1, 2 ** -23],
    ['float32', 3, 2 ** -22],
    ['float64', 1, 2 ** -52],
    ['float16', 2 ** -20, 2 ** -24],
  ] as const)('%s has its neighbour of %d at a distance of %d', (dtype, x, ulp) => expect(ulpOf(dtype, x)).toBe(ulp))
})
