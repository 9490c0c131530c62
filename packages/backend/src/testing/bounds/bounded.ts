import { type Aval, makeAval } from '../../aval.ts'
import { type DType, isFloat, type TypedArray } from '../../dtype.ts'
import { type Jaxpr, rowOf } from '../../jaxpr.ts'
import type { AnyKernel } from '../../kernel.ts'
import type { OpName, Params } from '../../ops.ts'
import { encode } from '../../reference/element.ts'
import { referenceKernels } from '../../reference/evaluate.ts'
import { numbersOf, ulpOf } from '../compare.ts'

/** What the reference computes, and how far from it, element by element, a right answer may be: ∞ is anywhere, no `error` is nowhere. */
export interface Bounded {
  readonly aval: Aval
  readonly data: TypedArray
  readonly error: Float64Array | undefined
}

/** An equation without its variables. */
export interface Step<P = Params<OpName>> {
  readonly op: OpName
  readonly params: P
  readonly outs: readonly Aval[]
}

/** What is known of an op's results, given what is known of its operands. */
export type Rule = (
  step: Step,
  inputs: readonly Bounded[],
  run: (jaxpr: Jaxpr, inputs: readonly Bounded[]) => readonly Bounded[],
) => readonly Bounded[]

export const isExact = ({ error }: Bounded): boolean => error === undefined

export const isUncertain = (bounded: Bounded): boolean => !isExact(bounded)

export const anything = (aval: Aval, data: TypedArray): Bounded => ({
  aval,
  data,
  error: data.length === 0 ? undefined : new Float64Array(data.length).fill(Infinity),
})

/** The reference's results for those arrays. */
export function compute({ op, params, outs }: Step, inputs: readonly Pick<Bounded, 'aval' | 'data'>[]): TypedArray[] {
  const operands = inputs.map(({ aval, data }) => ({ aval, buffer: data }))
  return [...rowOf<AnyKernel<TypedArray>>(referenceKernels, op)(operands, params, outs)]
}

/** An array of float64 in place of one of any dtype. */
export const wide = (aval: Aval, data: Float64Array): Pick<Bounded, 'aval' | 'data'> => ({
  aval: makeAval(aval.shape, 'float64'),
  data,
})

export const errorsOf = ({ error, data }: Bounded): Float64Array => error ?? new Float64Array(data.length)

/** The results of an op that sees operands of float64: the values or the errors, say, of others. */
export const computeWide = (step: Step, inputs: readonly Pick<Bounded, 'aval' | 'data'>[]): Float64Array[] =>
  compute({ ...step, outs: step.outs.map(({ shape }) => makeAval(shape, 'float64')) }, inputs) as Float64Array[]

/** The largest finite number of each float dtype. */
export const largest = { float16: 65504, float32: 3.4028234663852886e38, float64: Number.MAX_VALUE } as const

export const epsilonOf = (dtype: DType): number => ulpOf(dtype as 'float32', 1)

/** More uncertain than that, relative to the value and to 1, and a number counts as unknown. */
const useless = 0.01

/**
 * A result with its errors. An integer is right or unknown; so is a float that may overflow, or that hardly a digit is known of.
 *
 * @param errorAt the error of an element of that value; 0 where it is exact
 */
export function settle(aval: Aval, data: TypedArray, errorAt: (index: number, value: number) => number): Bounded {
  const values = numbersOf(data, aval.dtype)
  const isReal = isFloat(aval.dtype)
  const most = isReal ? largest[aval.dtype as 'float32'] : 0
  let error: Float64Array | undefined
  values.forEach((value, i) => {
    const found = errorAt(i, value)
    if (found === 0) return
    error ??= new Float64Array(values.length)
    const size = Math.abs(value)
    const isKnown = isReal && size + found < most && found <= useless * Math.max(1, size)
    error[i] = isKnown ? found : Infinity
  })
  return { aval, data, error }
}

/** How far two results are from each other; ∞ where only one is NaN or infinite. */
export function distance(x: number, y: number): number {
  if (x === y || (Number.isNaN(x) && Number.isNaN(y))) return 0
  const difference = Math.abs(x - y)
  return Number.isNaN(difference) ? Infinity : difference
}

/** The array with every float moved by its error, up or down; what is unknown stays. */
export function moved({ aval, data, error }: Bounded, direction: 1 | -1): Pick<Bounded, 'aval' | 'data'> {
  if (error === undefined || !isFloat(aval.dtype)) return { aval, data }
  const [store, values] = [encode(aval.dtype), numbersOf(data, aval.dtype)]
  const shifted = data.slice()
  error.forEach((e, i) => {
    if (e > 0 && e < Infinity) shifted[i] = store((values[i] as number) + direction * e)
  })
  return { aval, data: shifted }
}
