import type { OpName, Params } from '../../ops.ts'
import {
  anything,
  type Bounded,
  compute,
  computeWide,
  errorsOf,
  isExact,
  isUncertain,
  type Rule,
  type Step,
  wide,
} from './bounded.ts'

const all = (step: Step, inputs: readonly Bounded[]): Bounded[] =>
  compute(step, inputs).map((data, k) => anything(step.outs[k] as Bounded['aval'], data))

const exactly = (step: Step, inputs: readonly Bounded[]): Bounded[] =>
  compute(step, inputs).map((data, k) => ({ aval: step.outs[k] as Bounded['aval'], data, error: undefined }))

/** Exact of exact operands; nothing is known otherwise. */
export const exactOrUnknown: Rule = (step, inputs) =>
  inputs.every(isExact) ? exactly(step, inputs) : all(step, inputs)

/** Where nothing comes from an operand there is no error. */
const filledWithNone = (params: Params<OpName>): Params<OpName> =>
  'fillValue' in params ? ({ ...params, fillValue: 0 } as Params<'gather'>) : params

/**
 * Errors go where the elements go.
 *
 * @param places which operands say where, and do not go anywhere themselves
 */
export const moving =
  (places: (position: number) => boolean = () => false): Rule =>
  (step, inputs) => {
    if (inputs.every(isExact)) return exactly(step, inputs)
    if (inputs.some((input, i) => places(i) && isUncertain(input))) return all(step, inputs)
    const errors = inputs.map((input, i) => (places(i) ? input : wide(input.aval, errorsOf(input))))
    const moved = computeWide({ ...step, params: filledWithNone(step.params) }, errors)
    return compute(step, inputs).map((data, k) => ({
      aval: step.outs[k] as Bounded['aval'],
      data,
      error: (moved[k] as Float64Array).some((e) => e !== 0) ? moved[k] : undefined,
    }))
  }

/** Results that are the operands. */
export const unchanged: Rule = (step, inputs) =>
  inputs.map((input, i) => ({ ...input, aval: step.outs[i] ?? input.aval }))
