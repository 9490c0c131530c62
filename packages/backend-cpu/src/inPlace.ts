import {
  byteSize,
  isDense,
  type Operand,
  type OpName,
  type ReducePart,
  type Region,
  readsOf,
  type Stage,
  sizeOf,
  type Var,
  type WholeRegion,
} from '@proj/backend'
import { positionsOf } from './liveness.ts'

/**
 * Ops that may write a result over an operand: which operand, by the number of the result. The others read operands after they have begun to
 * write.
 */
const wholeOps: { readonly [K in OpName]?: (region: WholeRegion, result: number) => number } = {
  dynamicUpdateSlice: () => 0,
  scatter: () => 0,
  cumulative: () => 0,
  while: ({ inputs, outputs }, result) => inputs.length - outputs.length + result,
  scan: ({ params }, result) => {
    const { numConsts, numCarry } = params as { readonly numConsts: number; readonly numCarry: number }
    return result < numCarry ? numConsts + result : -1
  },
}

const sourcesOf = (stage: Stage): Operand[] => stage.steps.flatMap((step) => [...step.inputs])

/** Reads every element where it is written. */
const isInStep = (operand: Operand): boolean =>
  operand.kind === 'read' && isDense(operand.at) && sizeOf(operand.at.shape) === sizeOf(operand.source.aval.shape)

/** Buffers that the operands read in step with the loop, and in no other way. */
function inStep(operands: readonly Operand[]): Set<Var> {
  const found = new Set<Var>()
  for (const operand of operands) if (operand.kind === 'read' && isInStep(operand)) found.add(operand.source)
  for (const operand of operands) if (operand.kind === 'read' && !isInStep(operand)) found.delete(operand.source)
  return found
}

const without = (found: Set<Var>, operands: readonly Operand[]): Set<Var> => {
  for (const operand of operands) if (operand.kind === 'read') found.delete(operand.source)
  return found
}

/** For each result of a region, what may be written over, but for its size. */
type Overwritable = (variable: Var) => readonly Var[]

/** The operand that the op may write over, if it is handed in once. */
function overwritableByOp(region: WholeRegion): Overwritable {
  const operandOf = wholeOps[region.op]
  if (operandOf === undefined) return () => []
  const results = positionsOf(region.outputs)
  const times = new Map<Var, number>()
  for (const { source } of region.inputs) times.set(source, (times.get(source) ?? 0) + 1)
  return (variable) => {
    const source = region.inputs[operandOf(region, results.get(variable) ?? -1)]?.source
    return source === undefined || times.get(source) !== 1 ? [] : [source]
  }
}

function overwritableBy(region: Region): Overwritable {
  if (region.kind === 'whole') return overwritableByOp(region)
  if (region.kind === 'move') return () => []
  if (region.kind === 'loop') return always(inStep(sourcesOf(region.main)))
  if (region.kind === 'dot') return always(without(inStep(sourcesOf(region.epilogue)), [region.lhs, region.rhs]))
  return overwritableByParts(region.kind === 'rows' ? region.parts : [region])
}

/** What is read in step by the part that stores a variable, or before: for each row, later parts come when it is written over. */
function overwritableByParts(parts: readonly ReducePart[]): Overwritable {
  const main = parts.map((part) => [...sourcesOf(part.main), ...part.reductions.map((reduction) => reduction.input)])
  const after = parts.map(({ epilogue }) => sourcesOf(epilogue))
  const known = new Map<Var, readonly Var[]>()
  const note = (stores: readonly Var[], same: readonly Operand[][], other: readonly Operand[][], at: number) => {
    if (stores.length === 0) return
    const found = without(inStep(same.slice(0, at + 1).flat()), [...other.flat(), ...same.slice(at + 1).flat()])
    for (const variable of stores) known.set(variable, [...found])
  }
  parts.forEach((part, at) => {
    note(part.main.stores, main, after, at)
    note(part.epilogue.stores, after, main, at)
  })
  return (variable) => known.get(variable) ?? []
}

function always(found: Set<Var>): Overwritable {
  const all = [...found]
  return () => all
}

/** Regions never change, planning asks again and again, and a region may be as long as it has results. */
const known = new WeakMap<Region, Overwritable>()

/** The buffers that a region reads and that its result `variable` may be written over, if nobody needs them any more. */
export function inPlaceCandidates(region: Region, variable: Var): readonly Var[] {
  let overwritable = known.get(region)
  if (overwritable === undefined) known.set(region, (overwritable = overwritableBy(region)))
  const { aval } = variable
  return overwritable(variable).filter((one) => one.aval.dtype === aval.dtype && byteSize(one.aval) === byteSize(aval))
}

/** Whether a result of `region` may take the place of `old`, which no later region reads. */
export const mayReplace = (region: Region, variable: Var, old: Var): boolean =>
  !readsOf(region).has(old) || inPlaceCandidates(region, variable).includes(old)
