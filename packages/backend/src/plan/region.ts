import type { Aval } from '../aval.ts'
import type { DType } from '../dtype.ts'
import type { Literal, Var } from '../jaxpr.ts'
import type { OpName, Params } from '../ops.ts'
import { type Affine, dense } from './affine.ts'

/** What a step reads at each point of its stage; `at` runs over the stage's shape. */
export type Operand = Local | Constant | Read | Index

/** A value that this region has computed at this very point. */
export interface Local {
  readonly kind: 'local'
  readonly value: Var
}

/** One number everywhere. */
export interface Constant {
  readonly kind: 'constant'
  readonly value: number
  readonly dtype: DType
}

/** An element of a buffer: of an input, or of what an earlier region stored. */
export interface Read {
  readonly kind: 'read'
  readonly source: Var
  readonly at: Affine
}

/** The affine function itself, converted to `dtype`: what is left of an `iota`. */
export interface Index {
  readonly kind: 'index'
  readonly dtype: DType
  readonly at: Affine
}

/** An elementwise equation, done at each point of a stage. */
export interface Step {
  readonly op: OpName
  readonly params: Params<OpName>
  readonly inputs: readonly Operand[]
  readonly outputs: readonly Var[]
}

/** Steps over one iteration shape, and which of their values (or of the region's results at that shape) are stored. */
export interface Stage {
  /** Without dimensions of size 1. */
  readonly shape: readonly number[]
  readonly steps: readonly Step[]
  /** Each dense and row-major over `shape`: a buffer as big as the variable's aval. */
  readonly stores: readonly Var[]
}

/** One loop nest, or one shader: what `planJaxpr` makes. */
export type PlainRegion = LoopRegion | ReduceRegion | DotRegion | MoveRegion | WholeRegion

/** With what `joinRows` makes of those. */
export type Region = PlainRegion | RowsRegion

export interface LoopRegion {
  readonly kind: 'loop'
  readonly main: Stage
}

export interface Reduction {
  /** Of the family `reduce`. */
  readonly op: OpName
  readonly params: Params<OpName>
  readonly input: Operand
  readonly output: Var
}

/** `main` over a whole shape feeds `reductions`, which drop some axes of it; `epilogue` goes on at what is left. */
export interface ReducePart {
  readonly main: Stage
  readonly reductions: readonly Reduction[]
  readonly epilogue: Stage
}

export interface ReduceRegion extends ReducePart {
  readonly kind: 'reduce'
  /** Of `main.shape`, ascending. May be empty, when every reduced dimension had size 1. */
  readonly axes: readonly number[]
}

/**
 * Loops over the same rows: what `axes` of `shape` run through. For each row, one part after the other; what a part reads of what others
 * have made belongs to the row at hand.
 */
export interface RowsRegion {
  readonly kind: 'rows'
  readonly shape: readonly number[]
  /** Ascending, at least one. */
  readonly axes: readonly number[]
  readonly parts: readonly ReducePart[]
  /** Stores of `main` stages that only later parts read: no more of them than the row at hand need be anywhere. */
  readonly rowValues: readonly Var[]
}

/**
 * `output[i] = Σ_k lhs[i, k] · rhs[i, k]`, with `i` over `epilogue.shape` and `k` over `contract`; both reads run over
 * `[...epilogue.shape, ...contract]`. `roles` tells which operands depend on a dimension of `i`; the others have stride 0 there.
 */
export interface DotRegion {
  readonly kind: 'dot'
  readonly roles: readonly ('batch' | 'lhs' | 'rhs')[]
  readonly contract: readonly number[]
  readonly lhs: Read
  readonly rhs: Read
  /** What is summed in, and what `output` is made of. */
  readonly dtype: DType
  readonly output: Var
  readonly epilogue: Stage
}

/** A copy into parts of one dense `target` of shape `shape` (dimensions of size 1 kept); later parts write over earlier ones. */
export interface MoveRegion {
  readonly kind: 'move'
  readonly target: Var
  readonly shape: readonly number[]
  readonly parts: readonly Part[]
}

/** Element `i` of `value` goes to `start + i · step`. */
export interface Part {
  readonly shape: readonly number[]
  readonly start: readonly number[]
  readonly step: readonly number[]
  readonly value: Operand
}

/**
 * One equation of the family `whole` or `control`. Its operands are dense buffers, in order; Jaxprs in its parameters are cleaned up, not
 * planned.
 */
export interface WholeRegion {
  readonly kind: 'whole'
  readonly op: OpName
  readonly params: Params<OpName>
  readonly inputs: readonly DenseOperand[]
  readonly outputs: readonly Var[]
}

/** All of a buffer, row-major, seen as an array of `aval`. */
export interface DenseOperand {
  readonly source: Var
  readonly aval: Aval
}

/** Where a result is found when all regions have run. */
export type PlanOutput =
  | { readonly kind: 'literal'; readonly literal: Literal }
  /** An input, or a variable that some region stores: as many elements, dense, though perhaps of another shape. */
  | { readonly kind: 'buffer'; readonly source: Var }

export interface Plan<R extends Region = Region> {
  readonly inputs: readonly Var[]
  /** In an order in which they may run. */
  readonly regions: readonly R[]
  readonly outputs: readonly PlanOutput[]
}

export function stagesOf(region: Region): readonly Stage[] {
  switch (region.kind) {
    case 'loop':
      return [region.main]
    case 'reduce':
      return [region.main, region.epilogue]
    case 'rows':
      return region.parts.flatMap(({ main, epilogue }) => [main, epilogue])
    case 'dot':
      return [region.epilogue]
    case 'move':
    case 'whole':
      return []
  }
}

/** The buffers a region writes. */
export function storesOf(region: Region): readonly Var[] {
  switch (region.kind) {
    case 'loop':
      return region.main.stores
    case 'reduce':
      return [...region.main.stores, ...region.epilogue.stores]
    case 'rows':
      return stagesOf(region).flatMap(({ stores }) => stores.filter((value) => !region.rowValues.includes(value)))
    case 'dot':
      return region.epilogue.stores
    case 'move':
      return [region.target]
    case 'whole':
      return region.outputs
  }
}

/** What a region reads besides the operands of its steps. */
function rootOperands(region: Region): readonly Operand[] {
  switch (region.kind) {
    case 'loop':
      return []
    case 'reduce':
      return region.reductions.map((reduction) => reduction.input)
    case 'rows':
      return region.parts.flatMap(({ reductions }) => reductions.map((reduction) => reduction.input))
    case 'dot':
      return [region.lhs, region.rhs]
    case 'move':
      return region.parts.map((part) => part.value)
    case 'whole':
      return region.inputs.map(({ source, aval }) => ({ kind: 'read', source, at: dense(aval.shape) }))
  }
}

/** Every operand of a region, in the order of use; those of a `whole` one are read from end to end. */
export function operandsOf(region: Region): readonly Operand[] {
  const ofSteps = stagesOf(region).flatMap(({ steps }) => steps.flatMap(({ inputs }) => inputs))
  const ofRoots = rootOperands(region)
  return region.kind === 'reduce' ? [...ofSteps, ...ofRoots] : [...ofRoots, ...ofSteps]
}

/** What the stages of a region compute. */
export function* madeBy({ main, reductions, epilogue }: ReducePart): Iterable<Var> {
  for (const { outputs } of main.steps) yield* outputs
  for (const { output } of reductions) yield output
  for (const { outputs } of epilogue.steps) yield* outputs
}

/** Regions never change, and every pass asks. */
const reads = new WeakMap<Region, ReadonlySet<Var>>()

/** The buffers a region reads and has not written itself, each once. */
export function readsOf(region: Region): ReadonlySet<Var> {
  let sources = reads.get(region)
  if (sources === undefined) reads.set(region, (sources = sourcesOf(region)))
  return sources
}

function sourcesOf(region: Region): ReadonlySet<Var> {
  if (region.kind === 'whole') return new Set(region.inputs.map(({ source }) => source))
  const sources = new Set<Var>()
  for (const operand of operandsOf(region)) if (operand.kind === 'read') sources.add(operand.source)
  if (region.kind === 'rows') for (const part of region.parts) for (const value of madeBy(part)) sources.delete(value)
  return sources
}
