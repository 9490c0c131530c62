import {
  type DotRegion,
  type DType,
  type MoveRegion,
  type Operand,
  type OpName,
  type ReduceRegion,
  type Region,
  rowMajorStrides,
  rowOf,
  type Stage,
  type Var,
  type WholeRegion,
} from '@proj/backend'
import type { FramePlanner } from '../framePlanner.ts'
import type { Graph, Node } from '../lane/graph.ts'
import type { Layout, OpenLayout, Slot } from '../memory.ts'
import type { Base, Kernel } from '../nest/kernel.ts'
import { collapse, type Space, type Walk, walkOf } from '../nest/space.ts'
import { convert } from './convert.ts'
import { asStored, readElements } from './element.ts'
import { emitMatmul } from './emitMatmul.ts'
import { emitNest } from './emitNest.ts'
import type { FunctionContext } from './functionContext.ts'
import { roundToHalf } from './half.ts'
import { constant, laneTypes, wrap } from './lanes.ts'
import { matmulOf, productBase } from './matmul.ts'
import type { Accumulator } from './reduce.ts'
import { type Lowering, lowerings } from './table.ts'

const loweringOf = (op: OpName): Lowering<OpName> => rowOf<Lowering<OpName>>(lowerings, op)

/** Bytes that a region needs for itself. */
export function scratchBytes(region: Region, inPlace: ReadonlySet<Var>, threads = 1): number {
  if (region.kind === 'dot') return matmulOf(region, inPlace, threads)?.scratchBytes ?? 0
  const row = region.kind === 'whole' ? loweringOf(region.op) : undefined
  return row?.kind === 'whole' ? (row.scratchBytes?.(region as WholeRegion) ?? 0) : 0
}

/** Plans what is inside a control op. */
export function layoutOf(region: Region, slots: ReadonlyMap<Var, Slot>, memory: FramePlanner): OpenLayout | undefined {
  const row = region.kind === 'whole' ? loweringOf(region.op) : undefined
  return row?.kind === 'control' ? row.layout(region as WholeRegion, slots, memory) : undefined
}

const dtypeOf = (operand: Operand): DType => {
  if (operand.kind === 'local') return operand.value.aval.dtype
  return operand.kind === 'read' ? operand.source.aval.dtype : operand.dtype
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

/** A kernel under construction: which operand walks how, once the space is collapsed. */
class Lowered {
  readonly kernel: Kernel
  readonly #context: FunctionContext
  readonly #walks: ReadonlyMap<object, Walk>
  readonly #values = new Map<Var, Node>()

  constructor(context: FunctionContext, kernel: Kernel, walks: ReadonlyMap<object, Walk>) {
    this.#context = context
    this.kernel = kernel
    this.#walks = walks
  }

  set(variable: Var, node: Node): void {
    this.#values.set(variable, node)
  }

  operand(graph: Graph, operand: Operand): Node {
    if (operand.kind === 'local') return this.#values.get(operand.value) as Node
    if (operand.kind === 'constant') return constant(graph, operand.value, operand.dtype)
    const walk = this.#walks.get(operand) as Walk
    if (operand.kind === 'index') return convert(graph, this.kernel.position(graph, walk), 'int32', operand.dtype)
    const { dtype } = operand.source.aval
    const base = this.#context.baseOf(operand.source)
    return readElements(this.kernel, graph, base, walk, dtype)
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

  store(at: 'main' | 'after', graph: Graph, value: Node, variable: Var, walk: Walk): void {
    const { dtype } = variable.aval
    this.kernel.store(at, asStored(graph, value, dtype), this.#context.baseOf(variable), walk, dtype)
  }

  stores(at: 'main' | 'after', stage: Stage): void {
    const walk = this.#walks.get(stage) as Walk
    for (const variable of stage.stores) {
      // Lanes too many would write over elements of the next row before they are read.
      if (walk.strides.length > 1 && this.#context.inPlace.has(variable)) this.kernel.forbidOverrun()
      const graph = at === 'main' ? this.kernel.main : this.kernel.after
      this.store(at, graph, this.#values.get(variable) as Node, variable, walk)
    }
  }
}

/** Everything that walks: operands by themselves, the stores of a stage under the stage. */
class Walks {
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

/** A variable that a stage finds in memory. */
interface Given {
  readonly variable: Var
  baseIn(context: FunctionContext): Base
}

/** A stage by itself. */
function lowerStage(outer: FunctionContext, main: Stage, given?: Given): void {
  const { shape } = main
  const rank = shape.length
  const walks = new Walks()
  const whole: Operand | undefined = given && {
    kind: 'read',
    source: given.variable,
    at: { shape, strides: rowMajorStrides(shape), offset: 0 },
  }
  if (whole !== undefined) walks.operand(whole, range(rank), rank)
  walks.operands(main, range(rank), rank)
  walks.stores(main, range(rank), rank)
  const collapsed = walks.collapse({ sizes: shape, kept: rank })
  emitNest(outer, collapsed.space, collapsed.space.sizes.length - 1, (context, kernel) => {
    const baseOf = (variable: Var) => (variable === given?.variable ? given.baseIn(context) : context.baseOf(variable))
    const lowered = new Lowered({ ...context, baseOf }, kernel, collapsed.walks)
    if (given !== undefined) {
      lowered.set(given.variable, lowered.operand(kernel.main, whole as Operand))
      kernel.forbidOverrun()
    }
    lowered.steps(kernel.main, main)
    lowered.stores('main', main)
  })
}

/**
 * Which dimension goes four at a time: the last kept one, whose results then need no joining, or the last reduced one, whichever more
 * operands lie still or in a row along.
 */
function vectorDimension({ sizes, kept }: Space, reads: readonly Walk[], needsKept: boolean): number {
  const candidates = [kept - 1, sizes.length - 1].filter((d) => d >= 0 && (d < kept || !needsKept))
  const cost = (d: number) => {
    const jumps = reads.filter(({ strides }) => strides[d] !== 0 && strides[d] !== 1).length
    return 4 * jumps + ((sizes[d] as number) < 4 ? 3 : 0)
  }
  return candidates.reduce((best, d) => (best < 0 || cost(d) < cost(best) ? d : best), -1)
}

const isRead = (key: object): boolean => (key as Partial<Operand>).kind === 'read'

const isPositional = (accumulator: Accumulator): boolean => accumulator.types.length > 1

function lowerReduce(outer: FunctionContext, region: ReduceRegion): void {
  const { main, axes, epilogue } = region
  const rank = main.shape.length
  const keptAxes = range(rank).filter((d) => !axes.includes(d))
  const order = [...keptAxes, ...axes]
  const walks = new Walks()
  walks.operands(main, order, rank)
  for (const { input } of region.reductions) walks.operand(input, order, rank)
  walks.stores(main, order, rank)
  walks.operands(epilogue, range(keptAxes.length), rank)
  walks.stores(epilogue, range(keptAxes.length), rank)
  const accumulators = region.reductions.map(({ op, params, input }) => {
    const row = loweringOf(op)
    if (row.kind !== 'reduction') throw new RangeError(`lower: ${op} as a reduction; only those reduce.`)
    return row.accumulator(dtypeOf(input), params)
  })
  const needsPosition = accumulators.some(isPositional)
  const positions = {}
  if (needsPosition) walks.add(positions, { strides: order.map((_, d) => (d < keptAxes.length ? 0 : 1)), offset: 0 })
  const { space, walks: collapsed } = walks.collapse({
    sizes: order.map((d) => main.shape[d] as number),
    kept: keptAxes.length,
  })
  const reads = [...collapsed].filter(([key]) => isRead(key)).map(([, walk]) => walk)
  emitNest(outer, space, vectorDimension(space, reads, needsPosition), (context, kernel) => {
    const lowered = new Lowered(context, kernel, collapsed)
    lowered.steps(kernel.main, main)
    const position = needsPosition ? kernel.position(kernel.main, collapsed.get(positions) as Walk) : kernel.main.i32(0)
    region.reductions.forEach(({ input, output }, i) => {
      const folded = kernel.fold(accumulators[i] as Accumulator, lowered.operand(kernel.main, input), position)
      lowered.set(output, folded)
    })
    lowered.steps(kernel.after, epilogue)
    lowered.stores('main', main)
    lowered.stores('after', epilogue)
  })
}

/** A sum in the very dtype of its terms. */
const sumIn = (dtype: DType): Accumulator => ({
  types: [laneTypes[dtype]],
  initial: (g) => [constant(g, 0, dtype)],
  lift: (_, x) => [x],
  merge: (g, [x], [y]) => [g.add(x as Node, y as Node)],
  finish: (g, [x]) => wrap(g, x as Node, dtype),
})

function lowerDot(context: FunctionContext, region: DotRegion): void {
  const matmul = matmulOf(region, context.inPlace, context.threads)
  if (matmul === undefined) return lowerSmallDot(context, region)
  emitMatmul(context, matmul)
  const { epilogue, output } = region
  if (epilogue.steps.length === 0 && epilogue.stores.length === 1) return
  // What follows reads C where it lies, and may write over it.
  lowerStage(context, epilogue, { variable: output, baseIn: (inner) => productBase(inner, matmul) })
}

function lowerSmallDot(outer: FunctionContext, { contract, lhs, rhs, dtype, output, epilogue }: DotRegion): void {
  const kept = epilogue.shape.length
  const sizes = [...epilogue.shape, ...contract]
  const walks = new Walks()
  for (const operand of [lhs, rhs]) walks.operand(operand, range(sizes.length), sizes.length)
  walks.operands(epilogue, range(kept), sizes.length)
  walks.stores(epilogue, range(kept), sizes.length)
  const { space, walks: collapsed } = walks.collapse({ sizes, kept })
  const reads = [lhs, rhs].map((operand) => collapsed.get(operand) as Walk)
  emitNest(outer, space, vectorDimension(space, reads, false), (context, kernel) => {
    const lowered = new Lowered(context, kernel, collapsed)
    const factors = [lhs, rhs].map((operand) =>
      convert(kernel.main, lowered.operand(kernel.main, operand), dtypeOf(operand), dtype),
    )
    lowered.set(output, kernel.fold(sumIn(dtype), kernel.main.mul(...(factors as [Node, Node])), kernel.main.i32(0)))
    lowered.steps(kernel.after, epilogue)
    lowered.stores('after', epilogue)
  })
}

function lowerMove(outer: FunctionContext, { target, shape, parts }: MoveRegion): void {
  const dense = rowMajorStrides(shape)
  for (const part of parts) {
    const kept = range(part.shape.length).filter((d) => part.shape[d] !== 1)
    const strides = dense.map((stride, d) => stride * (part.step[d] as number))
    const offset = dense.reduce((sum, stride, d) => sum + stride * (part.start[d] as number), 0)
    const walks = new Walks()
    walks.operand(part.value, kept, kept.length)
    walks.add(part, walkOf({ shape: part.shape, strides, offset }, kept, kept.length))
    const { space, walks: collapsed } = walks.collapse({
      sizes: kept.map((d) => part.shape[d] as number),
      kept: kept.length,
    })
    emitNest(outer, space, space.sizes.length - 1, (context, kernel) => {
      if (part.shape.some((n, d) => n !== shape[d])) kernel.forbidOverrun()
      const lowered = new Lowered(context, kernel, collapsed)
      const value = lowered.operand(kernel.main, part.value)
      lowered.store('main', kernel.main, value, target, collapsed.get(part) as Walk)
    })
  }
}

function lowerWhole(context: FunctionContext, region: WholeRegion, layout: Layout | undefined): void {
  const row = loweringOf(region.op)
  if (row.kind === 'whole') row.emit(context, region)
  else if (row.kind === 'control') row.emit(context, layout as Layout)
  else context.callHost(region)
}

/** Writes the code of one region. */
export function lowerRegion(context: FunctionContext, region: Region, layout: Layout | undefined): void {
  if (region.kind === 'loop') lowerStage(context, region.main)
  else if (region.kind === 'reduce') lowerReduce(context, region)
  else if (region.kind === 'dot') lowerDot(context, region)
  else if (region.kind === 'move') lowerMove(context, region)
  else lowerWhole(context, region, layout)
}
