import {
  type Affine,
  type Operand,
  paramsKey,
  type ReducePart,
  type Region,
  readsOf,
  type Stage,
  storesOf,
  type Var,
} from '@proj/backend'
import type { Frame } from './memory.ts'

/** A region's code but for the places of its buffers. */
export interface RegionKey {
  /** Regions of one key have the same code, given their buffers in the order of `buffers`. */
  readonly text: string
  readonly buffers: readonly Var[]
}

const numberKey = (value: number): string => (Object.is(value, -0) ? '-0' : `${value}`)
const affineKey = ({ shape, strides, offset }: Affine): string => `@${shape.join()}/${strides.join()}/${offset}`

/** Writes a region with its variables numbered in the order of their meeting. */
class KeyWriter {
  readonly #frame: Frame
  readonly #numbers = new Map<Var, number>()
  readonly #declarations: string[] = []

  constructor(frame: Frame) {
    this.#frame = frame
  }

  region(region: Region): string {
    return `${region.kind} ${this.#parts(region)} ${this.#declarations.join(' ')}`
  }

  /** What was met, in order. */
  variables(): Iterable<Var> {
    return this.#numbers.keys()
  }

  #parts(region: Region): string {
    if (region.kind === 'loop') return this.#stage(region.main)
    if (region.kind === 'reduce') return [region.axes.join(), this.#reducePart(region)].join('|')
    if (region.kind === 'rows') {
      const values = region.rowValues.map((variable) => this.#variable(variable)).join()
      return [region.axes.join(), values, ...region.parts.map((part) => this.#reducePart(part))].join('|')
    }
    if (region.kind === 'dot') {
      const { roles, contract, lhs, rhs, dtype, output, epilogue } = region
      const factors = `${this.#operand(lhs)}${this.#operand(rhs)}>${this.#variable(output)}`
      return [roles.join(), contract.join(), dtype, factors, this.#stage(epilogue)].join('|')
    }
    if (region.kind === 'whole')
      throw new RangeError(`regionKey: ${region.op} stands by itself; only nests are shared.`)
    const parts = region.parts.map(
      ({ shape, start, step, value }) => `${shape.join()}+${start.join()}*${step.join()}=${this.#operand(value)}`,
    )
    return [this.#variable(region.target), region.shape.join(), ...parts].join('|')
  }

  #reducePart({ main, reductions, epilogue }: ReducePart): string {
    const folds = reductions.map(
      ({ op, params, input, output }) => `${op}${paramsKey(params)}${this.#operand(input)}>${this.#variable(output)}`,
    )
    return [this.#stage(main), ...folds, this.#stage(epilogue)].join('|')
  }

  #stage({ shape, steps, stores }: Stage): string {
    const lines = steps.map(({ op, params, inputs, outputs }) => {
      const operands = inputs.map((input) => this.#operand(input)).join(' ')
      return `${op}${paramsKey(params)}(${operands})${outputs.map((output) => this.#variable(output)).join()}`
    })
    return `[${shape.join()}]${lines.join(';')}>${stores.map((variable) => this.#variable(variable)).join()}`
  }

  #operand(operand: Operand): string {
    if (operand.kind === 'local') return this.#variable(operand.value)
    if (operand.kind === 'constant') return `${numberKey(operand.value)}:${operand.dtype}`
    const at = affineKey(operand.at)
    return operand.kind === 'index' ? `#${operand.dtype}${at}` : `*${this.#variable(operand.source)}${at}`
  }

  #variable(variable: Var): string {
    let number = this.#numbers.get(variable)
    if (number === undefined) {
      this.#numbers.set(variable, (number = this.#numbers.size))
      this.#declarations.push(this.#declaration(variable))
    }
    return `%${number}`
  }

  #declaration(variable: Var): string {
    const { slots, inPlace } = this.#frame
    const slot = slots.get(variable)
    const isTight = slot?.kind === 'pointer' && slot.isTight === true
    const { dtype, shape } = variable.aval
    return `${dtype}[${shape.join()}]${isTight ? 't' : ''}${inPlace.has(variable) ? 'i' : ''}`
  }
}

/** Linear in the size of the region, which is a loop nest: `whole` ones have their places in their code. */
export function regionKey(region: Region, frame: Frame): RegionKey {
  const writer = new KeyWriter(frame)
  const text = writer.region(region)
  const used = new Set([...readsOf(region), ...storesOf(region)])
  return { text, buffers: [...writer.variables()].filter((variable) => used.has(variable)) }
}
