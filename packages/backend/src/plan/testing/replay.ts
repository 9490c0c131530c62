import { expect } from 'vitest'
import { makeAval, sizeOf } from '../../aval.ts'
import { makeEqn } from '../../builder.ts'
import { dtypes, type TypedArray } from '../../dtype.ts'
import { makeVar, type Var } from '../../jaxpr.ts'
import { evaluateJaxpr } from '../../reference/evaluate.ts'
import type { Affine } from '../affine.ts'
import { madeBy, type Operand, type Plan, type ReducePart, type Region, type Stage } from '../region.ts'

/** Calls `visit` with each multi-index of `shape`, in row-major order. */
export function visitAll(shape: readonly number[], visit: (index: readonly number[]) => void): void {
  const walk = (index: readonly number[]): void => {
    if (index.length === shape.length) return visit(index)
    for (let i = 0; i < (shape[index.length] as number); i++) walk([...index, i])
  }
  if (sizeOf(shape) > 0) walk([])
}

export const positionOf = (at: Affine, index: readonly number[]): number =>
  index.reduce((sum, i, d) => sum + i * (at.strides[d] as number), at.offset)

const allocate = (value: Var): TypedArray => new dtypes[value.aval.dtype].array(sizeOf(value.aval.shape))

/** Runs a plan region by region, each operand gathered as its affine map says and each step by the reference. */
class Replay {
  readonly buffers = new Map<Var, TypedArray>()
  #locals = new Map<Var, TypedArray>()

  operand(operand: Operand, shape: readonly number[], dtype: keyof typeof dtypes): TypedArray {
    if (operand.kind === 'local') {
      const local = this.#locals.get(operand.value)
      if (local === undefined) throw new Error('a local is used before it is computed')
      return local
    }
    const out = new dtypes[dtype].array(sizeOf(shape))
    if (operand.kind === 'constant') return out.fill(operand.value)
    expect(operand.at.shape).toEqual(shape)
    const source = operand.kind === 'read' ? this.buffers.get(operand.source) : undefined
    if (operand.kind === 'read' && source === undefined) throw new Error('a buffer is read before it is written')
    let i = 0
    visitAll(shape, (index) => {
      const position = positionOf(operand.at, index)
      if (source !== undefined && source[position] === undefined) throw new Error('a read out of bounds')
      out[i++] = source === undefined ? position : (source[position] as number)
    })
    return out
  }

  stage(stage: Stage): void {
    for (const { op, params, inputs, outputs } of stage.steps) {
      const avals = inputs.map((input) => makeAval(stage.shape, dtypeOf(input)))
      const vars = avals.map((aval) => makeVar(aval))
      const eqn = makeEqn(op, vars as never, params as never)
      const values = evaluateJaxpr(
        { inputs: vars, eqns: [eqn], outputs: eqn.outputs },
        inputs.map((input, i) => this.operand(input, stage.shape, (avals[i] as { dtype: keyof typeof dtypes }).dtype)),
      )
      outputs.forEach((output, i) => this.#locals.set(output, values[i] as TypedArray))
    }
    for (const value of stage.stores) this.buffers.set(value, this.#locals.get(value) as TypedArray)
  }

  part({ main, reductions, epilogue }: ReducePart, axes: readonly number[]): void {
    this.stage(main)
    for (const { op, params, input, output } of reductions) {
      const x = makeVar(makeAval(main.shape, dtypeOf(input)))
      const own = 'axis' in (params as object) ? { ...params, axis: axes[0] } : { axes }
      const eqn = makeEqn(op, [x] as never, own as never)
      const [value] = evaluateJaxpr({ inputs: [x], eqns: [eqn], outputs: eqn.outputs }, [
        this.operand(input, main.shape, x.aval.dtype),
      ])
      this.#locals.set(output, value as TypedArray)
    }
    this.stage(epilogue)
  }

  region(region: Region): void {
    this.#locals = new Map()
    if (region.kind === 'loop') this.stage(region.main)
    if (region.kind === 'reduce') this.part(region, region.axes)
    if (region.kind === 'rows') {
      for (const part of region.parts) {
        this.part(part, region.axes)
        for (const value of madeBy(part)) this.buffers.set(value, this.#locals.get(value) as TypedArray)
      }
    }
    if (region.kind === 'dot') {
      const shape = region.epilogue.shape
      const out = allocate(region.output)
      let i = 0
      visitAll(shape, (index) => {
        let sum = 0
        visitAll(region.contract, (k) => {
          const [lhs, rhs] = [region.lhs, region.rhs].map(
            (read) => (this.buffers.get(read.source) as TypedArray)[positionOf(read.at, [...index, ...k])] as number,
          )
          sum = (sum + Math.imul(lhs as number, rhs as number)) | 0
        })
        out[i++] = sum
      })
      this.#locals.set(region.output, out)
      this.stage(region.epilogue)
    }
    if (region.kind === 'whole') {
      const vars = region.inputs.map(({ aval }) => makeVar(aval))
      const { op, params, outputs } = region
      const eqns = [{ op, params, inputs: vars, outputs }]
      const buffers = region.inputs.map(({ source }) => this.buffers.get(source) as TypedArray)
      const values = evaluateJaxpr({ inputs: vars, eqns, outputs }, buffers)
      outputs.forEach((output, i) => this.buffers.set(output, values[i] as TypedArray))
    }
    if (region.kind === 'move') {
      const out = allocate(region.target)
      const whole = {
        shape: region.shape,
        strides: region.shape.map((_, d) => sizeOf(region.shape.slice(d + 1))),
        offset: 0,
      }
      for (const part of region.parts) {
        const value = this.operand(part.value, part.shape, region.target.aval.dtype)
        let i = 0
        visitAll(part.shape, (index) => {
          out[
            positionOf(
              whole,
              index.map((n, d) => (part.start[d] as number) + n * (part.step[d] as number)),
            )
          ] = value[i++] as number
        })
      }
      this.buffers.set(region.target, out)
    }
  }
}

const dtypeOf = (operand: Operand): keyof typeof dtypes => {
  if (operand.kind === 'local') return operand.value.aval.dtype
  return operand.kind === 'read' ? operand.source.aval.dtype : operand.dtype
}

/** What a plan gives for those inputs. */
export function replay(plan: Plan, inputs: readonly TypedArray[]): TypedArray[] {
  const run = new Replay()
  plan.inputs.forEach((input, i) => run.buffers.set(input, inputs[i] as TypedArray))
  for (const region of plan.regions) run.region(region)
  return plan.outputs.map((output) => {
    if (output.kind === 'buffer') return run.buffers.get(output.source) as TypedArray
    return new dtypes[output.literal.aval.dtype].array(sizeOf(output.literal.aval.shape)).fill(output.literal.value)
  })
}
