import {
  byteSize,
  makeAval,
  type Operand,
  type ReducePart,
  type ReduceRegion,
  type RowsRegion,
  rowMajorStrides,
  sizeOf,
  type Var,
} from '@proj/backend'
import type { Base } from '../nest/access.ts'
import type { Kernel } from '../nest/kernel.ts'
import type { Held } from '../nest/pass.ts'
import type { Space, Walk } from '../nest/space.ts'
import { slotSize } from '../rooms.ts'
import { emitNest } from './emitNest.ts'
import { arenaLocal, type FunctionContext, type Share } from './functionContext.ts'
import type { Accumulator } from './reduce.ts'
import { dtypeOf, Lowered, loweringOf, range, readWalks, vectorDimension, Walks, type WalkTable } from './stage.ts'

/** Parts over the same rows. */
type Rows = Omit<RowsRegion, 'kind'>

const rowsIn = (region: ReduceRegion | RowsRegion): Rows =>
  region.kind === 'rows' ? region : { shape: region.main.shape, axes: region.axes, parts: [region], rowValues: [] }

/** How the loops over rows run. */
interface RowNest {
  readonly space: Space
  readonly vector: number
  readonly walks: WalkTable
  /** Of a position along the axis, where somebody asks for one. */
  readonly position: object | undefined
  /** Where the scratch holds each row value, in bytes. */
  readonly places: ReadonlyMap<Var, number>
  readonly scratchBytes: number
}

/**
 * Shorter rows go four side by side, though their elements must be gathered: joining lanes and computing a rest of up to three elements weighs
 * more. Measured for 4096 rows of 10, in ns an element, along rows and side by side: maximum 0.59 and 0.35, softmax 3.5 and 1.6; for rows
 * of 21: 0.95 and 0.70, 3.5 and 2.4; from 48 on it is the other way round.
 */
const shortRow = 32

const hasShortRows = ({ sizes, kept }: Space): boolean =>
  kept > 0 && (sizes[kept - 1] as number) >= 4 && kept < sizes.length && (sizes.at(-1) as number) < shortRow

/** As many rows go side by side at most. */
const rowsAtOnce = 16

const accumulatorsOf = ({ reductions }: ReducePart): Accumulator[] =>
  reductions.map(({ op, params, input }) => {
    const row = loweringOf(op)
    if (row.kind !== 'reduction') throw new RangeError(`lower: ${op} as a reduction; only those reduce.`)
    return row.accumulator(dtypeOf(input), params)
  })

const isPositional = (accumulator: Accumulator): boolean => accumulator.types.length > 1

/** What a part makes of one element a row. */
const reducedBy = ({ reductions, epilogue }: ReducePart): Var[] => [
  ...reductions.map(({ output }) => output),
  ...epilogue.steps.flatMap(({ outputs }) => outputs),
]

/** Everything that parts read and store: rows outermost, then through each. */
class RowWalks {
  readonly #walks = new Walks()
  /** What walks through the scratch. */
  readonly #inScratch = new Set<object>()
  readonly #rows: Rows
  readonly #keptAxes: readonly number[]
  /** The parts' dimensions, the kept ones first. */
  readonly #order: readonly number[]

  constructor(rows: Rows) {
    this.#rows = rows
    this.#keptAxes = range(rows.shape.length).filter((d) => !rows.axes.includes(d))
    this.#order = [...this.#keptAxes, ...rows.axes]
    const reduced = new Set(rows.parts.flatMap(reducedBy))
    for (const part of rows.parts) this.#part(part, reduced)
    for (const value of rows.rowValues) this.#scratch(value)
  }

  #part({ main, reductions, epilogue }: ReducePart, reduced: ReadonlySet<Var>): void {
    const [whole, kept, rank] = [this.#order, range(this.#keptAxes.length), this.#order.length]
    const operands = (some: readonly Operand[], order: readonly number[]) => {
      for (const operand of some) {
        if (operand.kind !== 'read') this.#walks.operand(operand, order, rank)
        else if (this.#rows.rowValues.includes(operand.source)) this.#scratch(operand)
        else if (!reduced.has(operand.source)) this.#walks.operand(operand, order, rank)
      }
    }
    for (const { inputs } of main.steps) operands(inputs, whole)
    operands(
      reductions.map(({ input }) => input),
      whole,
    )
    this.#walks.stores(main, whole, rank)
    for (const { inputs } of epilogue.steps) operands(inputs, kept)
    this.#walks.stores(epilogue, kept, rank)
  }

  #scratch(key: object): void {
    const { shape, axes } = this.#rows
    const inRow = rowMajorStrides(axes.map((axis) => shape[axis] as number))
    this.#walks.add(key, { strides: [...this.#keptAxes.map(() => 0), ...inRow], offset: 0 })
    this.#inScratch.add(key)
  }

  /** A walk through positions along the reduced dimension. */
  position(): object {
    const key = {}
    this.#walks.add(key, { strides: this.#order.map((_, d) => (d < this.#keptAxes.length ? 0 : 1)), offset: 0 })
    return key
  }

  nest(needsKept: boolean): Pick<RowNest, 'space' | 'vector' | 'walks'> {
    const sizes = this.#order.map((d) => this.#rows.shape[d] as number)
    const { space, walks } = this.#walks.collapse({ sizes, kept: this.#keptAxes.length })
    const vector = vectorDimension(space, readWalks(walks), needsKept || hasShortRows(space))
    if (vector < space.kept) for (const key of this.#inScratch) walks.set(key, sideBySide(walks.get(key) as Walk))
    return { space, vector, walks }
  }
}

/** A walk through a scratch that holds as many rows as go at once, their elements in turn. */
const sideBySide = ({ strides, offset }: Walk): Walk => {
  return { strides: strides.map((stride) => stride * rowsAtOnce), offset, lane: 1 }
}

function nestOf(rows: Rows): RowNest {
  const walks = new RowWalks(rows)
  const needsPosition = rows.parts.flatMap(accumulatorsOf).some(isPositional)
  const position = needsPosition ? walks.position() : undefined
  const nest = walks.nest(needsPosition)
  const length = sizeOf(rows.axes.map((axis) => rows.shape[axis] as number))
  const places = new Map<Var, number>()
  let scratchBytes = 0
  for (const value of rows.rowValues) {
    places.set(value, scratchBytes)
    const shape = [nest.vector < nest.space.kept ? rowsAtOnce : 1, length]
    scratchBytes += slotSize(byteSize(makeAval(shape, value.aval.dtype)))
  }
  return { ...nest, position, places, scratchBytes }
}

const nests = new WeakMap<RowsRegion, RowNest>()

/** Planning asks before code is written. */
function knownNest(region: RowsRegion): RowNest {
  let nest = nests.get(region)
  if (nest === undefined) nests.set(region, (nest = nestOf(region)))
  return nest
}

/** What one thread needs, for each of so many. */
export const rowScratchBytes = (region: RowsRegion, threads: number): number =>
  region.rowValues.length === 0 ? 0 : threads * knownNest(region).scratchBytes

export function lowerRows(outer: FunctionContext, region: ReduceRegion | RowsRegion): void {
  const rows = rowsIn(region)
  const nest = region.kind === 'rows' ? knownNest(region) : nestOf(rows)
  emitNest(outer, nest.space, nest.vector, (context, kernel, share) =>
    describe(withScratch(context, nest, share), kernel, rows, nest),
  )
}

/** Knows where row values are, too: each thread has a scratch of its own. */
function withScratch(context: FunctionContext, { places, scratchBytes }: RowNest, share?: Share): FunctionContext {
  if (places.size === 0) return context
  const { body, scratch } = context
  let local = arenaLocal
  if (share !== undefined) {
    local = body.local('i32')
    body.get(arenaLocal).get(share.thread).i32(scratchBytes).op('i32.mul', 'i32.add').set(local)
  }
  const baseOf = (variable: Var): Base => {
    const place = places.get(variable)
    return place === undefined ? context.baseOf(variable) : { local, offset: scratch + place }
  }
  return { ...context, baseOf }
}

/** A pass for each part; what it makes of one element a row is handed on in locals. */
function describe(context: FunctionContext, kernel: Kernel, rows: Rows, nest: RowNest): void {
  const carried = new Map<Var, Held>()
  const wanted = new Set(rows.parts.flatMap(readIn))
  for (const part of rows.parts) {
    const lowered = lowerPart(context, kernel, part, nest, carried)
    for (const value of reducedBy(part)) {
      if (wanted.has(value)) carried.set(value, lowered.pass.carry(lowered.get(value), `carry ${carried.size}`))
    }
  }
}

const readIn = ({ main, reductions, epilogue }: ReducePart): Var[] => {
  const steps = [...main.steps, ...epilogue.steps].flatMap(({ inputs }) => inputs)
  return [...steps, ...reductions.map(({ input }) => input)].flatMap((one) => (one.kind === 'read' ? one.source : []))
}

function lowerPart(
  context: FunctionContext,
  kernel: Kernel,
  part: ReducePart,
  { walks, position }: RowNest,
  carried: ReadonlyMap<Var, Held>,
): Lowered {
  const { main, reductions, epilogue } = part
  const pass = kernel.pass()
  const lowered = new Lowered(context, pass, walks, carried)
  lowered.steps(pass.main, main)
  const accumulators = accumulatorsOf(part)
  reductions.forEach(({ input, output }, i) => {
    const accumulator = accumulators[i] as Accumulator
    const needsPosition = position !== undefined && isPositional(accumulator)
    const at = needsPosition ? pass.position(pass.main, walks.get(position) as Walk) : pass.main.i32(0)
    lowered.set(output, pass.fold(accumulator, lowered.operand(pass.main, input), at))
  })
  lowered.steps(pass.after, epilogue)
  lowered.stores('main', main)
  lowered.stores('after', epilogue)
  return lowered
}
