import { isFloat, type TypedArray } from '../../dtype.ts'
import type { OpName } from '../../ops.ts'
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

/**
 * Elements within their error of a number made that number: a function may have a jump or a pole there, or be of one value there alone.
 */
function drawnTo(
  { aval, data, error }: Bounded,
  to: (index: number) => number,
): Pick<Bounded, 'aval' | 'data'> | undefined {
  if (error === undefined || !isFloat(aval.dtype)) return undefined
  const [store, values] = [encode(aval.dtype), numbersOf(data, aval.dtype)]
  let changed: TypedArray | undefined
  error.forEach((e, i) => {
    if (!(e > 0 && e < Infinity && Math.abs((values[i] as number) - to(i)) <= e)) return
    changed ??= data.slice()
    changed[i] = store(to(i))
  })
  return changed && { aval, data: changed }
}

/** The operand as far as it may go: to both sides, to 0, and to where it meets another. */
function variantsOf(inputs: readonly Bounded[], position: number): Pick<Bounded, 'aval' | 'data'>[] {
  const input = inputs[position] as Bounded
  const others = inputs.filter((other, i) => i !== position && other.aval.dtype === input.aval.dtype)
  const meetings = others.map((other) => {
    const values = numbersOf(other.data, other.aval.dtype)
    return drawnTo(input, (i) => values[i] as number)
  })
  const all = [moved(input, 1), moved(input, -1), drawnTo(input, () => 0), ...meetings]
  return all.filter((variant) => variant !== undefined)
}

/** How far each element of the results goes when each operand in turn goes as far as it may; twice that, for what lies between. */
function spread(step: Step, inputs: readonly Bounded[], results: readonly TypedArray[]): Float64Array[] {
  const totals = results.map((data) => new Float64Array(data.length))
  const base = results.map((data, k) => numbersOf(data, (step.outs[k] as Bounded['aval']).dtype))
  inputs.forEach((input, position) => {
    if (isExact(input)) return
    const most = totals.map((total) => new Float64Array(total.length))
    for (const variant of variantsOf(inputs, position)) {
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

/** Whether the function may take on anything between one end of what an operand may be and the other: looking at the ends says nothing. */
type Wandering = (values: readonly number[], errors: readonly number[]) => boolean

const overPeriods: Wandering = (_values, [error]) => (error as number) > 1

const wandering: { readonly [K in OpName]?: Wandering } = {
  sin: overPeriods,
  cos: overPeriods,
  tan: overPeriods,
  rem: ([x, y], [e, f]) => {
    const [size, divisor] = [Math.abs(x as number), Math.abs(y as number)]
    const [least, most] = [divisor - (f as number), divisor + (f as number)]
    return !(least > 0) || Math.trunc((size - (e as number)) / most) !== Math.trunc((size + (e as number)) / least)
  },
}

/** By the index of an element. */
function wandersIn(step: Step, inputs: readonly Bounded[]): (index: number) => boolean {
  const wanders = wandering[step.op]
  if (wanders === undefined || inputs.every(isExact)) return () => false
  const [values, errors] = [inputs.map(({ aval, data }) => numbersOf(data, aval.dtype)), inputs.map(errorsOf)]
  const at = (arrays: readonly ArrayLike<number>[], i: number) => arrays.map((array) => array[i] as number)
  return (i) => wanders(at(values, i), at(errors, i))
}

/** Each result has the op's own error, and what its operands' errors do to it. */
export const elementwise: Rule = (step, inputs) => {
  const results = compute(step, inputs)
  const ulps = ulpsOf(step.op, step.params)
  const uncertain = inputs.filter(isUncertain).map(errorsOf)
  const spreads = spread(step, inputs, results)
  const wanders = wandersIn(step, inputs)
  return results.map((data, k) => {
    const aval = step.outs[k] as Bounded['aval']
    const unit = (value: number) => ulpOf(aval.dtype as 'float32', value)
    const own = isFloat(aval.dtype) && ulps > 0
    return settle(aval, data, (i, value) => {
      const isClean = uncertain.every((error) => error[i] === 0)
      if (isClean) return own && value !== 0 && Number.isFinite(value) ? ulps * unit(value) : 0
      if (uncertain.some((error) => error[i] === Infinity) || wanders(i)) return Infinity
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
