import {
  type DotRegion,
  type DType,
  type MoveRegion,
  type Operand,
  type Region,
  rowMajorStrides,
  type Stage,
  type Var,
  type WholeRegion,
} from '@proj/backend'
import type { FramePlanner } from '../framePlanner.ts'
import type { Node } from '../lane/graph.ts'
import type { Layout, OpenLayout, Slot } from '../memory.ts'
import type { Base } from '../nest/access.ts'
import { type Walk, walkOf } from '../nest/space.ts'
import { convert } from './convert.ts'
import { emitMatmul } from './emitMatmul.ts'
import { emitNest } from './emitNest.ts'
import type { FunctionContext } from './functionContext.ts'
import { constant, laneTypes, wrap } from './lanes.ts'
import { matmulOf, productBase } from './matmul.ts'
import type { Accumulator } from './reduce.ts'
import { lowerRows, rowScratchBytes } from './rows.ts'
import { dtypeOf, Lowered, loweringOf, range, vectorDimension, Walks } from './stage.ts'

/** Bytes that a region needs for itself. */
export function scratchBytes(region: Region, inPlace: ReadonlySet<Var>, threads = 1): number {
  if (region.kind === 'dot') return matmulOf(region, inPlace, threads)?.scratchBytes ?? 0
  if (region.kind === 'rows') return rowScratchBytes(region, threads)
  const row = region.kind === 'whole' ? loweringOf(region.op) : undefined
  return row?.kind === 'whole' ? (row.scratchBytes?.(region as WholeRegion) ?? 0) : 0
}

/** Plans what is inside a control op. */
export function layoutOf(region: Region, slots: ReadonlyMap<Var, Slot>, memory: FramePlanner): OpenLayout | undefined {
  const row = region.kind === 'whole' ? loweringOf(region.op) : undefined
  return row?.kind === 'control' ? row.layout(region as WholeRegion, slots, memory) : undefined
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
    const pass = kernel.pass()
    const lowered = new Lowered({ ...context, baseOf }, pass, collapsed.walks)
    if (given !== undefined) {
      lowered.set(given.variable, lowered.operand(pass.main, whole as Operand))
      pass.forbidOverrun()
    }
    lowered.steps(pass.main, main)
    lowered.stores('main', main)
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
  emitNest(outer, space, vectorDimension(space, reads), (context, kernel) => {
    const pass = kernel.pass()
    const { main, after } = pass
    const lowered = new Lowered(context, pass, collapsed)
    const factors = [lhs, rhs].map((operand) => convert(main, lowered.operand(main, operand), dtypeOf(operand), dtype))
    lowered.set(output, pass.fold(sumIn(dtype), main.mul(...(factors as [Node, Node])), main.i32(0)))
    lowered.steps(after, epilogue)
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
      const pass = kernel.pass()
      if (part.shape.some((n, d) => n !== shape[d])) pass.forbidOverrun()
      const lowered = new Lowered(context, pass, collapsed)
      lowered.store('main', lowered.operand(pass.main, part.value), target, collapsed.get(part) as Walk)
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
  else if (region.kind === 'reduce' || region.kind === 'rows') lowerRows(context, region)
  else if (region.kind === 'dot') lowerDot(context, region)
  else if (region.kind === 'move') lowerMove(context, region)
  else lowerWhole(context, region, layout)
}
