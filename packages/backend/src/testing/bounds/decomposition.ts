import { isFloat } from '../../dtype.ts'
import type { OpName } from '../../ops.ts'
import { numbersOf } from '../compare.ts'
import { errorBound } from '../errorBound.ts'
import { anything, type Bounded, compute, isExact, largest, type Rule, settle } from './bounded.ts'

/** Vectors of these may point either way, and be any basis of a repeated value's space. */
const free: { readonly [K in OpName]?: readonly number[] } = { eigh: [0], svd: [0, 2] }

/** Whether what an algorithm adds up, squares even, stays a number of the dtype. */
function isWithin({ aval, data }: Bounded): boolean {
  const largestSize = numbersOf(data, aval.dtype).reduce((most, x) => Math.max(most, Math.abs(x)), 1)
  return largestSize ** 2 * data.length < largest[aval.dtype as 'float32']
}

/** Of exact operands, to within what any good algorithm is off by; how much worse uncertain ones make it is anybody's guess. */
export const decomposition: Rule = (step, inputs) => {
  const results = compute(step, inputs)
  const slack = inputs.every((input) => isExact(input) && isWithin(input))
    ? errorBound(step.op, inputs, step.params, step.outs[0] as Bounded['aval'])
    : undefined
  return results.map((data, k) => {
    const aval = step.outs[k] as Bounded['aval']
    if (slack === undefined || free[step.op]?.includes(k)) return anything(aval, data)
    return settle(aval, data, (i, value) =>
      isFloat(aval.dtype) ? (Number.isFinite(value) ? slack(k, i) || Infinity : Infinity) : 0,
    )
  })
}
