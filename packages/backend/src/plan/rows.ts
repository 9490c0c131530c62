import { rowMajorStrides, sameShape, sizeOf } from '../aval.ts'
import type { Var } from '../jaxpr.ts'
import { type Affine, isDense } from './affine.ts'
import {
  type LoopRegion,
  type Operand,
  operandsOf,
  type PlainRegion,
  type Plan,
  type ReducePart,
  type ReduceRegion,
  type Reduction,
  type Region,
  type RowsRegion,
  readsOf,
  type Stage,
  stagesOf,
  storesOf,
} from './region.ts'

/** What one loop nest may hold: as other regions, and no more parts than a normalisation and its gradient have. */
const mostParts = 8
const mostReads = 24
const mostSteps = 256

/**
 * In elements: a row and what is computed of it should stay in the second cache, 16 rows side by side where rows do not run along the last
 * dimension. Longer ones go to memory for each part in any case.
 */
const longestRow = 65536
const longestColumn = 4096

/**
 * Parts wait for the reductions before them. Rows of 32 to 95 elements (shorter ones go side by side) are too short to hide that, which costs
 * more than it saves where the array is in a cache anyway. Measured, in ns an element, apart and joined: layerNorm of [4096,64] 0.70 and 0.87,
 * of [16384,48] 1.01 and 1.15, of [128,32] 1.39 and 1.52; but of [4096,10] 1.22 and 1.05, of [4096,256] 0.60 and 0.59, of [64,65536] 1.07 and
 * 0.90, and of [65536,64] 0.96 and 0.91.
 */
const waitingRows = { from: 32, to: 96 }
const cachedSize = 2 ** 20

/** Whether going through rows part by part saves more than it costs. */
function isWorthwhile(shape: readonly number[], axes: readonly number[]): boolean {
  const [size, length] = [sizeOf(shape), sizeOf(axes.map((axis) => shape[axis] as number))]
  const alongLast = axes.includes(shape.length - 1)
  const waits = alongLast && length >= waitingRows.from && length < waitingRows.to && size <= cachedSize
  return size > 0 && length <= (alongLast ? longestRow : longestColumn) && !waits
}

/**
 * Joins reductions, and the loops that go on with what those found, where all run over the same rows and hand on nothing but what belongs to
 * one row: a softmax or a normalisation is one region, which goes to memory once.
 */
export function joinRows(plan: Plan<PlainRegion>): Plan {
  const groups = groupsOf(plan.regions)
  const wanted = usedOutside(plan, groups)
  const regions = [...new Set(groups)]
    .sort((one, other) => one.position - other.position)
    .map(({ rows, members }) => (rows !== undefined && members.length > 1 ? joined(rows, members, wanted) : members[0]))
  return { ...plan, regions: regions as Region[] }
}

/** Regions that run as one. */
interface Group {
  /** In the order in which groups run. */
  position: number
  readonly members: PlainRegion[]
  readonly rows: Rows | undefined
  /** Whether another group reads what it makes. */
  isRead: boolean
}

/** By region: its group, in one pass over the program. */
function groupsOf(regions: readonly PlainRegion[]): Group[] {
  const makers = new Map<Var, Group>()
  return regions.map((region, position) => {
    const sources = new Set([...readsOf(region)].flatMap((variable) => makers.get(variable) ?? []))
    const group = hostOf(region, sources, position) ?? { position, members: [], rows: Rows.of(region), isRead: false }
    group.members.push(region)
    group.rows?.note(region)
    for (const source of sources) if (source !== group) source.isRead = true
    for (const variable of storesOf(region)) makers.set(variable, group)
    return group
  })
}

/**
 * The group that a region joins, of those it reads from: the latest, so that all else it reads is there by then; else, if nobody reads
 * what that has made, it waits for the region.
 */
function hostOf(region: PlainRegion, sources: ReadonlySet<Group>, position: number): Group | undefined {
  const candidates = [...sources].filter(({ rows }) => rows?.takes(region))
  const latest = [...sources].reduce((last, { position }) => Math.max(last, position), -1)
  const host = candidates.find((group) => group.position === latest) ?? candidates.find(({ isRead }) => !isRead)
  if (host !== undefined && host.position !== latest) host.position = position
  return host
}

/** What is read by another group than the one that makes it, or given out. */
function usedOutside({ regions, outputs }: Plan<PlainRegion>, groups: readonly Group[]): Set<Var> {
  const makers = new Map<Var, Group>()
  regions.forEach((region, i) => {
    for (const variable of storesOf(region)) makers.set(variable, groups[i] as Group)
  })
  const used = new Set(outputs.flatMap((output) => (output.kind === 'buffer' ? [output.source] : [])))
  regions.forEach((region, i) => {
    for (const variable of readsOf(region)) if (makers.get(variable) !== groups[i]) used.add(variable)
  })
  return used
}

/** Rows that regions share, and what those regions make. */
class Rows {
  readonly shape: readonly number[]
  readonly axes: readonly number[]
  /** What is left without `axes`. */
  readonly keptShape: readonly number[]
  /** What has an element at each point of `shape`; and what has one for each row. */
  readonly #whole = new Set<Var>()
  readonly #reduced = new Set<Var>()
  readonly #reads = new Set<Var>()
  #steps = 0
  #parts = 0

  constructor({ main: { shape }, axes, epilogue }: ReduceRegion) {
    this.shape = shape
    this.axes = axes
    this.keptShape = epilogue.shape
  }

  /** Those of a reduction that others may join. A position along the axis is only kept in step with whole vectors of rows, which others need not be. */
  static of(region: PlainRegion): Rows | undefined {
    if (region.kind !== 'reduce' || region.axes.length === 0 || region.reductions.some(isPositional)) return undefined
    return isWorthwhile(region.main.shape, region.axes) ? new Rows(region) : undefined
  }

  note(region: PlainRegion): void {
    this.#parts++
    for (const variable of readsOf(region)) this.#reads.add(variable)
    for (const stage of stagesOf(region)) {
      this.#steps += stage.steps.length
      const made = sameShape(stage.shape, this.shape) ? this.#whole : this.#reduced
      for (const variable of stage.stores) made.add(variable)
    }
  }

  /** Whether a region may go on with these rows. */
  takes(region: PlainRegion): boolean {
    return this.#hasSameRows(region) && this.#fits(region) && operandsOf(region).every((one) => this.#isInRow(one))
  }

  #hasSameRows(region: PlainRegion): boolean {
    if (region.kind === 'loop')
      return sameShape(region.main.shape, this.shape) || sameShape(region.main.shape, this.keptShape)
    if (region.kind !== 'reduce' || region.reductions.some(isPositional)) return false
    return sameShape(region.main.shape, this.shape) && sameShape(region.axes, this.axes)
  }

  #fits(region: PlainRegion): boolean {
    const steps = stagesOf(region).reduce((sum, stage) => sum + stage.steps.length, this.#steps)
    const reads = new Set([...this.#reads, ...readsOf(region)])
    return this.#parts < mostParts && steps <= mostSteps && reads.size <= mostReads
  }

  /** Whether what an operand reads of what is made here belongs to the row at hand. */
  #isInRow(operand: Operand): boolean {
    if (operand.kind !== 'read') return true
    const { source, at } = operand
    if (this.#whole.has(source)) return isDense(at) && sameShape(at.shape, this.shape)
    if (!this.#reduced.has(source)) return true
    return sameShape(at.shape, this.shape) ? this.#isOfRow(at) : isDense(at) && sameShape(at.shape, this.keptShape)
  }

  /** Whether a value of one element a row is spread over it. */
  #isOfRow({ strides, offset }: Affine): boolean {
    const own = rowMajorStrides(this.keptShape)
    const wanted = this.shape.map((_, d) => (this.axes.includes(d) ? 0 : own.shift()))
    return offset === 0 && wanted.every((stride, d) => strides[d] === stride)
  }
}

const isPositional = ({ params }: Reduction): boolean => 'axis' in params

type Member = LoopRegion | ReduceRegion

/** `wanted`: what somebody else reads. */
function joined(rows: Rows, members: readonly PlainRegion[], wanted: ReadonlySet<Var>): RowsRegion {
  const { shape, axes } = rows
  const parts = (members as readonly Member[]).map((member) => partOf(member, rows))
  const rowValues = parts.flatMap(({ main }) => main.stores.filter((variable) => !wanted.has(variable)))
  const kept = parts.map((part): ReducePart => {
    const { epilogue } = part
    return { ...part, epilogue: { ...epilogue, stores: epilogue.stores.filter((variable) => wanted.has(variable)) } }
  })
  return { kind: 'rows', shape, axes, parts: kept, rowValues }
}

/** A region over rows, or over what is left of each, as a part of a nest over them. */
function partOf(region: Member, { shape, keptShape }: Rows): ReducePart {
  const idle = (of: readonly number[]): Stage => ({ shape: of, steps: [], stores: [] })
  if (region.kind === 'reduce') return { main: region.main, reductions: region.reductions, epilogue: region.epilogue }
  return sameShape(region.main.shape, shape)
    ? { main: region.main, reductions: [], epilogue: idle(keptShape) }
    : { main: idle(shape), reductions: [], epilogue: region.main }
}
