import { type DType, type Operand, type OpName, rowMajorStrides, rowOf, type Stage, type Var } from '@proj/backend'
import type { Graph, Node } from '../lane/graph.ts'
import type { Held, Pass } from '../nest/pass.ts'
import { collapse, type Space, type Walk, walkOf } from '../nest/space.ts'
import { convert } from './convert.ts'
import { asStored, readElements } from './element.ts'
import type { FunctionContext } from './functionContext.ts'
import { roundToHalf } from './half.ts'
import { constant } from './lanes.ts'
import { type Lowering, lowerings } from './table.ts'

export const loweringOf = (op: OpName): Lowering<OpName> => rowOf<Lowering<OpName>>(lowerings, op)

export const dtypeOf = (operand: Operand): DType => {
  if (operand.kind === 'local') return operand.value.aval.dtype
  return operand.kind === 'read' ? operand.source.aval.dtype : operand.dtype
}

export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

/** What each operand or store goes through, once the space is collapsed. */
export type WalkTable = ReadonlyMap<object, Walk>

/** A pass under construction. */
export class Lowered {
  readonly pass: Pass
  readonly #context: FunctionContext
  readonly #walks: WalkTable
  readonly #carried: ReadonlyMap<Var, Held>
  readonly #values = new Map<Var, Node>()

  /** `carried` is what earlier passes hand on. */
  constructor(context: FunctionContext, pass: Pass, walks: WalkTable, carried: ReadonlyMap<Var, Held> = new Map()) {
    this.#context = context
    this.pass = pass
    this.#walks = walks
    this.#carried = carried
  }

  set(variable: Var, node: Node): void {
    this.#values.set(variable, node)
  }

  /** A value that a stage has made. */
  get(variable: Var): Node {
    return this.#values.get(variable) as Node
  }

  operand(graph: Graph, operand: Operand): Node {
    if (operand.kind === 'local') return this.#values.get(operand.value) as Node
    if (operand.kind === 'constant') return constant(graph, operand.value, operand.dtype)
    const held = operand.kind === 'read' ? this.#carried.get(operand.source) : undefined
    if (held !== undefined) return graph.leaf(held.type, held)
    const walk = this.#walks.get(operand) as Walk
    if (operand.kind === 'index') return convert(graph, this.pass.position(graph, walk), 'int32', operand.dtype)
    const { dtype } = operand.source.aval
    return readElements(this.pass, graph, this.#context.baseOf(operand.source), walk, dtype)
  }

  steps(graph: Graph, stage: Stage): void {
    for (const { op, params, inputs, outputs } of stage.steps) {
      const row = loweringOf(op)
      if (row.kind !== 'element') throw new RangeError(`lower: ${op} in a stage; only elementwise ops belong there.`)
      const nodes = inputs.map((input) => this.operand(graph, input))
      const results = row.lower(graph, nodes, dtypeOf(inputs[0] as Operand), params)
      outputs.forEach((output, i) => {
        const result = results[i] as Node
        this.set(output, output.aval.dtype === 'float16' ? roundToHalf(graph, result) : result)
      })
    }
  }

  store(at: 'main' | 'after', value: Node, variable: Var, walk: Walk): void {
    const { dtype } = variable.aval
    this.pass.store(at, asStored(this.pass[at], value, dtype), this.#context.baseOf(variable), walk, dtype)
  }

  /** Those of a stage, each where the walk under its own name leads, or else where that of the stage does. */
  stores(at: 'main' | 'after', stage: Stage): void {
    for (const variable of stage.stores) {
      const walk = this.#walks.get(variable) ?? (this.#walks.get(stage) as Walk)
      // Lanes too many would write over elements of the next row before they are read.
      if (walk.strides.length > 1 && this.#context.inPlace.has(variable)) this.pass.forbidOverrun()
      this.store(at, this.#values.get(variable) as Node, variable, walk)
    }
  }
}

/** Everything that walks: operands by themselves, the stores of a stage under the stage. */
export class Walks {
  readonly #keys: object[] = []
  readonly #walks: Walk[] = []

  add(key: object, walk: Walk): void {
    this.#keys.push(key)
    this.#walks.push(walk)
  }

  operands(stage: Stage, order: readonly number[], rank: number): void {
    for (const step of stage.steps) for (const input of step.inputs) this.operand(input, order, rank)
  }

  operand(operand: Operand, order: readonly number[], rank: number): void {
    if (operand.kind === 'read' || operand.kind === 'index') this.add(operand, walkOf(operand.at, order, rank))
  }

  /** Dense stores over `shape`, if there are any. */
  stores(stage: Stage, order: readonly number[], rank: number): void {
    if (stage.stores.length === 0) return
    const { shape } = stage
    this.add(stage, walkOf({ shape, strides: rowMajorStrides(shape), offset: 0 }, order, rank))
  }

  collapse(space: Space): { space: Space; walks: Map<object, Walk> } {
    const collapsed = collapse(space, this.#walks)
    return { space: collapsed.space, walks: new Map(this.#keys.map((key, i) => [key, collapsed.walks[i] as Walk])) }
  }
}

const isRead = (key: object): boolean => (key as Partial<Operand>).kind === 'read'

/** The walks of what is read. */
export const readWalks = (walks: WalkTable): Walk[] => [...walks].filter(([key]) => isRead(key)).map(([, walk]) => walk)

/**
 * Which dimension goes four at a time: the last kept one, whose results then need no joining, or the last reduced one, whichever more
 * operands lie still or in a row along.
 */
export function vectorDimension({ sizes, kept }: Space, reads: readonly Walk[], needsKept = false): number {
  const candidates = [kept - 1, sizes.length - 1].filter((d) => d >= 0 && (d < kept || !needsKept))
  const cost = (d: number) => {
    const jumps = reads.filter(({ strides }) => strides[d] !== 0 && strides[d] !== 1).length
    return 4 * jumps + ((sizes[d] as number) < 4 ? 3 : 0)
  }
  return candidates.reduce((best, d) => (best < 0 || cost(d) < cost(best) ? d : best), -1)
}
