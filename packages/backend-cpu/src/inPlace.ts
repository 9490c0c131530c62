import {
  byteSize,
  isDense,
  type Operand,
  type OpName,
  type Region,
  readsOf,
  type Stage,
  sizeOf,
  type Var,
  type WholeRegion,
} from '@proj/backend'

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

function ofWhole(region: WholeRegion, variable: Var): Var[] {
  const operand = wholeOps[region.op]?.(region, region.outputs.indexOf(variable))
  const source = operand === undefined ? undefined : region.inputs[operand]?.source
  if (source === undefined || region.inputs.filter((input) => input.source === source).length > 1) return []
  return [source]
}

function ofStages(region: Region, variable: Var): Set<Var> {
  if (region.kind === 'loop') return inStep(sourcesOf(region.main))
  if (region.kind === 'dot') return without(inStep(sourcesOf(region.epilogue)), [region.lhs, region.rhs])
  if (region.kind !== 'reduce') return new Set()
  const main = [...sourcesOf(region.main), ...region.reductions.map((reduction) => reduction.input)]
  const after = sourcesOf(region.epilogue)
  return region.main.stores.includes(variable) ? without(inStep(main), after) : without(inStep(after), main)
}

/** Regions never change, and planning asks again and again. */
const known = new WeakMap<Region, Map<Var, readonly Var[]>>()

/** The buffers that a region reads and that its result `variable` may be written over, if nobody needs them any more. */
export function inPlaceCandidates(region: Region, variable: Var): readonly Var[] {
  let ofRegion = known.get(region)
  if (ofRegion === undefined) known.set(region, (ofRegion = new Map()))
  let candidates = ofRegion.get(variable)
  if (candidates === undefined) ofRegion.set(variable, (candidates = findCandidates(region, variable)))
  return candidates
}

function findCandidates(region: Region, variable: Var): readonly Var[] {
  const found = region.kind === 'whole' ? ofWhole(region, variable) : [...ofStages(region, variable)]
  return found.filter((one) => byteSize(one.aval) === byteSize(variable.aval) && one.aval.dtype === variable.aval.dtype)
}

/** Whether a result of `region` may take the place of `old`, which no later region reads. */
export const mayReplace = (region: Region, variable: Var, old: Var): boolean =>
  !readsOf(region).has(old) || inPlaceCandidates(region, variable).includes(old)
