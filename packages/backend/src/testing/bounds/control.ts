import type { TypedArray } from '../../dtype.ts'
import type { Jaxpr } from '../../jaxpr.ts'
import type { Params } from '../../ops.ts'
import { branchOf } from '../../reference/control.ts'
import { allocate } from '../../reference/element.ts'
import { type Bounded, isUncertain, type Rule } from './bounded.ts'
import { exactOrUnknown } from './move.ts'

export const call: Rule = ({ params }, inputs, run) => run((params as Params<'jit'>).jaxpr, inputs)

/** Which way an uncertain choice goes is unknown, and so is all that comes of it. */
export const cond: Rule = (step, inputs, run) => {
  const [index, ...operands] = inputs as readonly [Bounded, ...Bounded[]]
  if (isUncertain(index)) return exactOrUnknown(step, inputs, run)
  const { branches } = step.params as Params<'cond'>
  return run(branches[branchOf(branches, index.data[0] as number)] as Jaxpr, operands)
}

/** A program that goes on for ever could not be compared. */
const mostTurns = 1000

export const whileLoop: Rule = (step, inputs, run) => {
  const { condJaxpr, bodyJaxpr, condConsts, bodyConsts } = step.params as Params<'while'>
  const toCondition = inputs.slice(0, condConsts)
  const toBody = inputs.slice(condConsts, condConsts + bodyConsts)
  let carry: readonly Bounded[] = inputs.slice(condConsts + bodyConsts)
  for (let turn = 0; turn < mostTurns; turn++) {
    const [goesOn] = run(condJaxpr, [...toCondition, ...carry]) as readonly [Bounded]
    if (isUncertain(goesOn)) return exactOrUnknown(step, inputs, run)
    if (!goesOn.data[0]) return carry
    carry = run(bodyJaxpr, [...toBody, ...carry])
  }
  throw new RangeError(`while: no end after ${mostTurns} turns; give the loop a bound.`)
}

/** Row `i` of the `length` that there are; the row's aval is known to whoever takes it. */
function row({ data, error }: Bounded, length: number, i: number, aval: Bounded['aval']): Bounded {
  const size = data.length / length
  const [from, to] = [size * i, size * (i + 1)]
  return { aval, data: data.slice(from, to), error: error?.slice(from, to) }
}

/** Gathers rows, in whatever order they come. */
class Rows {
  readonly #data: TypedArray
  readonly #error: Float64Array
  constructor(private readonly aval: Bounded['aval']) {
    this.#data = allocate(aval)
    this.#error = new Float64Array(this.#data.length)
  }

  set(i: number, { data, error }: Bounded): void {
    this.#data.set(data, data.length * i)
    if (error !== undefined) this.#error.set(error, error.length * i)
  }

  all(): Bounded {
    return { aval: this.aval, data: this.#data, error: this.#error.some((e) => e !== 0) ? this.#error : undefined }
  }
}

export const scan: Rule = (step, inputs, run) => {
  const { jaxpr, length, reverse, numConsts, numCarry } = step.params as Params<'scan'>
  const consts = inputs.slice(0, numConsts)
  const xs = inputs.slice(numConsts + numCarry)
  const rowAvals = jaxpr.inputs.slice(numConsts + numCarry).map(({ aval }) => aval)
  let carry: readonly Bounded[] = inputs.slice(numConsts, numConsts + numCarry)
  const ys = step.outs.slice(numCarry).map((aval) => new Rows(aval))
  for (let turn = 0; turn < length; turn++) {
    const i = reverse ? length - 1 - turn : turn
    const rows = xs.map((x, k) => row(x, length, i, rowAvals[k] as Bounded['aval']))
    const results = run(jaxpr, [...consts, ...carry, ...rows])
    carry = results.slice(0, numCarry)
    ys.forEach((y, k) => y.set(i, results[numCarry + k] as Bounded))
  }
  return [...carry, ...ys.map((y) => y.all())]
}
