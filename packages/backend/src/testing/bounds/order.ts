import { isFloat, type TypedArray } from '../../dtype.ts'
import type { OpName, Params } from '../../ops.ts'
import { numbersOf } from '../compare.ts'
import {
  anything,
  type Bounded,
  compute,
  computeWide,
  distance,
  errorsOf,
  isExact,
  isUncertain,
  moved,
  type Rule,
  type Step,
  settle,
  wide,
} from './bounded.ts'
import { exactOrUnknown } from './move.ts'

type Aval = Bounded['aval']

/** Where the dependence of a minimum or maximum is the same: on all it is taken of. */
const largestOfAll: { readonly [K in OpName]?: OpName } = {
  reduceMin: 'reduceMax',
  reduceAnd: 'reduceMax',
  reduceOr: 'reduceMax',
}

/** For each result, whether anything it is made of is `marked`; operands of other use than to be combined stay. */
function touched(
  step: Step,
  inputs: readonly Bounded[],
  isMarked: (error: number) => boolean,
  kept: number,
): Float64Array {
  const params = 'kind' in step.params ? ({ ...step.params, kind: 'max' } as Params<OpName>) : step.params
  const marks = inputs.map((input, i) =>
    i === kept
      ? input
      : wide(
          input.aval,
          errorsOf(input).map((e) => Number(isMarked(e))),
        ),
  )
  return computeWide({ ...step, op: largestOfAll[step.op] ?? step.op, params }, marks)[0] as Float64Array
}

/** Grows with each operand: between what it is when all are moved down and when all are moved up. */
function between(
  step: Step,
  inputs: readonly Bounded[],
  aval: Aval,
  data: TypedArray,
): (i: number, value: number) => number {
  const ends = ([1, -1] as const).map((direction) =>
    numbersOf(
      compute(
        step,
        inputs.map((input) => moved(input, direction)),
      )[0] as TypedArray,
      aval.dtype,
    ),
  )
  const values = numbersOf(data, aval.dtype)
  return (i) => Math.max(...ends.map((end) => distance(end[i] as number, values[i] as number)))
}

/** Minima, maxima, and, for integers, what is made bit by bit. `places` is the operand that says where. */
export const extreme =
  (places = -1): Rule =>
  (step, inputs, run) => {
    if (inputs.every(isExact)) return exactOrUnknown(step, inputs, run)
    const [aval] = step.outs as readonly [Aval]
    const [data] = compute(step, inputs) as [TypedArray]
    if (places >= 0 && isUncertain(inputs[places] as Bounded)) return [anything(aval, data)]
    const unknown = touched(step, inputs, (e) => e === Infinity, places)
    const range = isFloat(aval.dtype) ? between(step, inputs, aval, data) : () => 0
    return [settle(aval, data, (i, value) => ((unknown[i] as number) > 0 ? Infinity : range(i, value)))]
  }

/** Known where nothing that is compared is uncertain. */
export const argExtreme: Rule = (step, inputs, run) => {
  if (inputs.every(isExact)) return exactOrUnknown(step, inputs, run)
  const [aval] = step.outs as readonly [Aval]
  const { axis } = step.params as Params<'argmax'>
  const uncertain = touched({ ...step, op: 'reduceMax', params: { axes: [axis] } }, inputs, (e) => e > 0, -1)
  return [settle(aval, compute(step, inputs)[0] as TypedArray, (i) => ((uncertain[i] as number) > 0 ? Infinity : 0))]
}

/** One uncertain key is still sorted to within its error; what follows it is unknown. */
export const sort: Rule = (step, inputs, run) => {
  const { numKeys } = step.params as Params<'sort'>
  const keys = inputs.slice(0, numKeys)
  if (keys.every(isExact)) return carried(step, inputs)
  const results = exactOrUnknown(step, inputs, run)
  return numKeys === 1 && isFloat((inputs[0] as Bounded).aval.dtype)
    ? [ordered(step, inputs), ...results.slice(1)]
    : results
}

/** Errors go where the exact keys send them. */
function carried(step: Step, inputs: readonly Bounded[]): Bounded[] {
  const errors = inputs.map((input) => wide(input.aval, errorsOf(input)))
  const outs = [...step.outs, ...errors.map(({ aval }) => aval)]
  const results = compute({ ...step, outs }, [...inputs, ...errors])
  return step.outs.map((aval, k) => {
    const error = results[inputs.length + k] as Float64Array
    return { aval, data: results[k] as TypedArray, error: error.some((e) => e !== 0) ? error : undefined }
  })
}

function ordered(step: Step, inputs: readonly Bounded[]): Bounded {
  const aval = step.outs[0] as Aval
  const data = compute(step, inputs)[0] as TypedArray
  if (errorsOf(inputs[0] as Bounded).includes(Infinity)) return anything(aval, data)
  return settle(aval, data, between(step, inputs, aval, data))
}

/** The values to within their errors; where they were is unknown as soon as one is uncertain. */
export const topK: Rule = (step, inputs, run) => {
  const results = exactOrUnknown(step, inputs, run)
  return inputs.every(isExact) || !isFloat((inputs[0] as Bounded).aval.dtype)
    ? results
    : [ordered(step, inputs), ...results.slice(1)]
}
