import type { Aval } from '../../aval.ts'
import { isFloat, type TypedArray } from '../../dtype.ts'
import type { OpName, Params } from '../../ops.ts'
import { numbersOf, ulpOf } from '../compare.ts'
import { isSum, termCount } from '../termCounts.ts'
import {
  anything,
  type Bounded,
  compute,
  computeWide,
  epsilonOf,
  errorsOf,
  isExact,
  isUncertain,
  largest,
  type Rule,
  type Step,
  settle,
  wide,
} from './bounded.ts'

/** In float64, whatever the dtype. */
const widened = (params: Params<OpName>): Params<OpName> =>
  'preferredElementType' in params ? ({ ...params, preferredElementType: 'float64' } as Params<'dotGeneral'>) : params

/** The op on numbers made of the operands' values and errors; `places` stays. */
function onNumbers(
  step: Step,
  inputs: readonly Bounded[],
  places: number,
  number: (value: number, error: number) => number,
): Float64Array {
  const arrays = inputs.map((input, k) => {
    if (k === places) return input
    const values = numbersOf(input.data, input.aval.dtype)
    return wide(
      input.aval,
      errorsOf(input).map((e, i) => number(values[i] as number, e)),
    )
  })
  return computeWide({ ...step, params: widened(step.params) }, arrays)[0] as Float64Array
}

/** How many numbers are combined for one result, at most. */
const countOf = ({ op, params }: Step, inputs: readonly Bounded[]): number =>
  termCount(
    op,
    params,
    inputs.map(({ aval }) => aval.shape),
  )

/** Integers wrap, so all is exact but what an unknown is part of. */
function ofIntegers(step: Step, inputs: readonly Bounded[], places: number, aval: Aval, data: TypedArray): Bounded {
  if (inputs.every(isExact)) return { aval, data, error: undefined }
  const marks = onNumbers(step, inputs, places, (_value, error) => (error === 0 ? 0 : Infinity))
  return settle(aval, data, (i) => (Number.isFinite(marks[i]) ? 0 : Infinity))
}

/** Whether an uncertain term is part of a result. Its error may be lost in the rounding of sums with it and without. */
function touchedBy(step: Step, inputs: readonly Bounded[], places: number): (index: number) => boolean {
  if (inputs.every(isExact)) return () => false
  const [all, marked] = [
    onNumbers(step, inputs, places, () => 1),
    onNumbers(step, inputs, places, (_value, error) => (error > 0 ? 2 : 1)),
  ]
  return (i) => (marked[i] as number) > (all[i] as number)
}

/** Each of their terms may round to a denormal, or to zero. */
const products: ReadonlySet<OpName> = new Set<OpName>(['dotGeneral', 'convGeneralDilated'])

/**
 * A rounding of the terms' sizes for each term, which is the most that they can come to (Higham, "Accuracy and stability of numerical
 * algorithms", 2002, 4.2; terms that are all alike come near it), and what the sizes
 * grow by when each term is as large as its error allows.
 */
function ofSums(step: Step, inputs: readonly Bounded[], places: number, aval: Aval, data: TypedArray): Bounded {
  const size = (value: number) => (Number.isFinite(value) ? Math.abs(value) : 0)
  const sizes = onNumbers(step, inputs, places, size)
  const certain = inputs.every(isExact)
  const most = certain ? sizes : onNumbers(step, inputs, places, (value, error) => size(value) + error)
  const count = countOf(step, inputs)
  const unit = count > 1 ? epsilonOf(aval.dtype) * Math.max(4, count) : 0
  const underflow = products.has(step.op) ? count * ulpOf(aval.dtype as 'float32', 0) : 0
  const isTouched = touchedBy(step, inputs, places)
  return settle(aval, data, (i, value) => {
    const [total, grown] = [sizes[i] as number, most[i] as number]
    if (!(grown < largest[aval.dtype as 'float32'])) return Infinity
    if (!Number.isFinite(value)) return certain ? 0 : Infinity
    return unit * total + underflow + (grown - total) + (isTouched(i) ? 2 * epsilonOf(aval.dtype) * grown : 0)
  })
}

const least = { float16: 2 ** -14, float32: 2 ** -126, float64: 2 ** -1022 } as const

/** As for sums, in ratios; unknown where a part of the product may leave the range on the way to a result within it. */
function ofProducts(step: Step, inputs: readonly Bounded[], places: number, aval: Aval, data: TypedArray): Bounded {
  const size = (value: number) => (Number.isFinite(value) ? Math.abs(value) : 1)
  const sizes = onNumbers(step, inputs, places, size)
  const most = onNumbers(step, inputs, places, (value, error) => size(value) + error)
  const above = onNumbers(step, inputs, places, (value, error) => Math.max(1, size(value) + error))
  const below = onNumbers(step, inputs, places, (value) => (value === 0 ? 1 : Math.min(1, size(value))))
  const certain = inputs.every(isExact)
  const count = countOf(step, inputs)
  const unit = count > 1 ? epsilonOf(aval.dtype) * Math.max(16, count) : 0
  const isTouched = touchedBy(step, inputs, places)
  return settle(aval, data, (i, value) => {
    const [total, grown] = [sizes[i] as number, most[i] as number]
    const isWithin =
      (above[i] as number) < largest[aval.dtype as 'float32'] && (below[i] as number) >= least[aval.dtype as 'float32']
    if (!isWithin && count > 1) return Infinity
    if (!Number.isFinite(value)) return certain ? 0 : Infinity
    return unit * total + (grown - total) * 2 + (isTouched(i) ? 2 * epsilonOf(aval.dtype) * grown : 0)
  })
}

/** Sums, products and contractions, in whatever order they are computed. `places` is the operand that says where. */
export const accumulation =
  (places = -1): Rule =>
  (step, inputs) => {
    const [aval] = step.outs as readonly [Aval]
    const [data] = compute(step, inputs) as [TypedArray]
    if (places >= 0 && isUncertain(inputs[places] as Bounded)) return [anything(aval, data)]
    if (!isFloat(aval.dtype)) return [ofIntegers(step, inputs, places, aval, data)]
    return [(isSum(step.op, step.params) ? ofSums : ofProducts)(step, inputs, places, aval, data)]
  }
