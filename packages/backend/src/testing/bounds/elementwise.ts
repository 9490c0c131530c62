import { isFloat, type TypedArray } from '../../dtype.ts'
import { encode } from '../../reference/element.ts'
import { numbersOf, ulpOf } from '../compare.ts'
import { ulpsOf } from '../tolerances.ts'
import {
  type Bounded,
  compute,
  distance,
  errorsOf,
  isExact,
  isUncertain,
  moved,
  type Rule,
  type Step,
  settle,
} from './bounded.ts'

/** Those within their error of 0 made 0: a function may have a jump there, or a pole. */
function zeroed({ aval, data, error }: Bounded): Pick<Bounded, 'aval' | 'data'> | undefined {
  if (error === undefined || !isFloat(aval.dtype)) return undefined
  const values = numbersOf(data, aval.dtype)
  const near = error.map((e, i) => Number(e < Infinity && e > 0 && Math.abs(values[i] as number) <= e))
  if (!near.includes(1)) return undefined
  const zero = encode(aval.dtype)(0)
  const changed = data.slice()
  near.forEach((isNear, i) => {
    if (isNear === 1) changed[i] = zero
  })
  return { aval, data: changed }
}

/** How far each element of the results goes when each operand in turn goes as far as it may; twice that, for what lies between. */
function spread(step: Step, inputs: readonly Bounded[], results: readonly TypedArray[]): Float64Array[] {
  const totals = results.map((data) => new Float64Array(data.length))
  const base = results.map((data, k) => numbersOf(data, (step.outs[k] as Bounded['aval']).dtype))
  inputs.forEach((input, position) => {
    if (isExact(input)) return
    const variants = [moved(input, 1), moved(input, -1), zeroed(input)].filter((variant) => variant !== undefined)
    const most = totals.map((total) => new Float64Array(total.length))
    for (const variant of variants) {
      compute(step, inputs.toSpliced(position, 1, variant as Bounded)).forEach((data, k) => {
        const values = numbersOf(data, (step.outs[k] as Bounded['aval']).dtype)
        const [worst, from] = [most[k] as Float64Array, base[k] as number[]]
        values.forEach((value, i) => {
          worst[i] = Math.max(worst[i] as number, distance(value, from[i] as number))
        })
      })
    }
    totals.forEach((total, k) => {
      total.forEach((sofar, i) => (total[i] = sofar + 2 * ((most[k] as Float64Array)[i] as number)))
    })
  })
  return totals
}

/** Each result has the op's own error, and what its operands' errors do to it. */
export const elementwise: Rule = (step, inputs) => {
  const results = compute(step, inputs)
  const ulps = ulpsOf(step.op, step.params)
  const uncertain = inputs.filter(isUncertain).map(errorsOf)
  const spreads = spread(step, inputs, results)
  return results.map((data, k) => {
    const aval = step.outs[k] as Bounded['aval']
    const unit = (value: number) => ulpOf(aval.dtype as 'float32', value)
    const own = isFloat(aval.dtype) && ulps > 0
    return settle(aval, data, (i, value) => {
      const isClean = uncertain.every((error) => error[i] === 0)
      if (isClean) return own && value !== 0 && Number.isFinite(value) ? ulps * unit(value) : 0
      if (uncertain.some((error) => error[i] === Infinity)) return Infinity
      const found = (spreads[k] as Float64Array)[i] as number
      if (!isFloat(aval.dtype) || !Number.isFinite(value)) return found
      return found + Math.max(ulps, 1) * unit(value)
    })
  })
}

/** Where the choice is known, the error of what is chosen. */
export const select: Rule = (step, [pred, onTrue, onFalse]) => {
  const [aval] = step.outs as readonly [Bounded['aval']]
  const [p, x, y] = [pred as Bounded, onTrue as Bounded, onFalse as Bounded]
  const [data] = compute(step, [p, x, y]) as [TypedArray]
  if ([p, x, y].every(isExact)) return [{ aval, data, error: undefined }]
  const [chosen, ifTrue, ifFalse] = [errorsOf(p), errorsOf(x), errorsOf(y)]
  return [
    settle(aval, data, (i) => {
      if (chosen[i] !== 0) return Infinity
      return (p.data[i] === 0 ? ifFalse[i] : ifTrue[i]) as number
    }),
  ]
}

/** Which of the many NaNs a float holds is nobody's promise. */
export const bitcast: Rule = (step, [x]) => {
  const input = x as Bounded
  const [aval] = step.outs as readonly [Bounded['aval']]
  const [data] = compute(step, [input]) as [TypedArray]
  const errors = errorsOf(input)
  const values = isFloat(input.aval.dtype) && !isFloat(aval.dtype) ? numbersOf(input.data, input.aval.dtype) : undefined
  return [
    settle(aval, data, (i) => (errors[i] !== 0 || (values !== undefined && Number.isNaN(values[i])) ? Infinity : 0)),
  ]
}
