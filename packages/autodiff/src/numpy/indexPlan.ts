import type { NDArray } from '../array.ts'
import * as lax from '../lax/index.ts'
import { broadcastShapes, broadcastTo } from './broadcast.ts'
import type { Entry, ParsedIndex } from './indexSyntax.ts'

/** A gather that does an index, and what is left to do with its result. */
export interface GatherPlan {
  /** Index vectors in the last dimension. */
  readonly indices: NDArray
  readonly numbers: Required<lax.GatherDimensionNumbers>
  readonly sliceSizes: readonly number[]
  /** The shape that the index selects. */
  readonly shape: readonly number[]
  /** Its dimensions that are new, of size 1. */
  readonly newDims: readonly number[]
  /** Dimensions of the gathered array that were walked backwards. */
  readonly reversed: readonly number[]
  /** Whether no element can be selected twice. */
  readonly isUnique: boolean
}

/** A part of the index vectors: along these dimensions of the batch. */
interface Column {
  readonly indices: NDArray
  readonly from: number
}

const isAdvanced = (entry: Entry): boolean => entry.kind === 'array' || entry.kind === 'integer'
const asIndices = (entry: Entry): NDArray =>
  entry.kind === 'array' ? entry.indices : lax.full([], entry.kind === 'integer' ? entry.index : 0, 'int32')

/** Collects a gather entry by entry, from the left. */
class Planner {
  readonly columns: Column[] = []
  readonly batch: number[] = []
  readonly shape: number[] = []
  readonly newDims: number[] = []
  readonly reversed: number[] = []
  readonly sliceSizes: number[] = []
  readonly offsetDims: number[] = []
  readonly collapsed: number[] = []
  readonly startIndexMap: number[] = []
  /** Dimensions of the gathered array so far: the result's without the new ones. */
  rank = 0

  /** Index arrays that broadcast together and stand for dimensions of their own. */
  together(arrays: readonly NDArray[], axes: readonly number[]): void {
    const shape = broadcastShapes(
      'index',
      arrays.map((x) => x.shape),
    )
    for (const x of arrays) this.columns.push({ indices: broadcastTo(x, shape), from: this.batch.length })
    this.batch.push(...shape)
    this.shape.push(...shape)
    this.startIndexMap.push(...axes)
    this.collapsed.push(...axes)
    this.rank += shape.length
  }

  /** A dimension that leaves the shape. */
  single(indices: NDArray, axis: number): void {
    this.columns.push({ indices, from: this.batch.length })
    this.startIndexMap.push(axis)
    this.collapsed.push(axis)
  }

  newAxis(): void {
    this.newDims.push(this.shape.length)
    this.shape.push(1)
  }

  slice({ start, step, size }: Entry & { readonly kind: 'slice' }, axis: number, whole: number): void {
    this.shape.push(size)
    if (step === 1) {
      if (size !== whole) this.move(lax.full([], start, 'int32'), axis)
      this.sliceSizes.push(size)
      this.offsetDims.push(this.rank)
    } else {
      this.strided(step > 0 ? start : start + (size - 1) * step, Math.abs(step), size, axis)
      if (step < 0) this.reversed.push(this.rank)
    }
    this.rank++
  }

  private move(indices: NDArray, axis: number): void {
    this.columns.push({ indices, from: this.batch.length })
    this.startIndexMap.push(axis)
  }

  private strided(start: number, step: number, size: number, axis: number): void {
    this.move(lax.add(lax.mul(lax.iota('int32', size), step), start), axis)
    this.batch.push(size)
    this.collapsed.push(axis)
    this.sliceSizes.push(1)
  }

  /** The index vectors: all columns in the shape of the batch. */
  vectors(): NDArray {
    const shape = [...this.batch, 1]
    if (this.columns.length === 0) return lax.full([0], 0, 'int32')
    return lax.concatenate(
      this.columns.map(({ indices, from }) =>
        lax.broadcastInDim(
          indices,
          shape,
          indices.shape.map((_, i) => from + i),
        ),
      ),
      this.batch.length,
    )
  }
}

/**
 * The gather for an index. Several index arrays broadcast together; their dimensions stand where the first of them does, or, when something lies
 * between them, in front, as in numpy.
 */
export function gatherPlan({ entries, shape }: ParsedIndex): GatherPlan {
  const isArrays = entries.some((entry) => entry.kind === 'array' && entry.indices.ndim > 0)
  const places = isArrays ? entries.flatMap((entry, i) => (isAdvanced(entry) ? [i] : [])) : []
  const isAdjacent = places.every((p, i) => i === 0 || p === (places[i - 1] as number) + 1)
  const axisOf = entries.map((_, i) => entries.slice(0, i).filter((entry) => entry.kind !== 'newaxis').length)
  const planner = new Planner()
  entries.forEach((entry, i) => {
    if (places.length > 0 && i === (isAdjacent ? places[0] : 0))
      planner.together(
        places.map((p) => asIndices(entries[p] as Entry)),
        places.map((p) => axisOf[p] as number),
      )
    const axis = axisOf[i] as number
    if (places.includes(i)) planner.sliceSizes.push(1)
    else if (entry.kind === 'newaxis') planner.newAxis()
    else if (entry.kind === 'slice') planner.slice(entry, axis, shape[axis] as number)
    else {
      planner.single(asIndices(entry), axis)
      planner.sliceSizes.push(1)
    }
  })
  return {
    indices: planner.vectors(),
    numbers: {
      offsetDims: planner.offsetDims,
      collapsedSliceDims: planner.collapsed.toSorted((a, b) => a - b),
      startIndexMap: planner.startIndexMap,
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
    },
    sliceSizes: planner.sliceSizes,
    shape: planner.shape,
    newDims: planner.newDims,
    reversed: planner.reversed,
    isUnique: places.length === 0,
  }
}

/** A part of an array: a box in it, some of whose dimensions are then turned round, left out or added. */
export interface BoxPlan {
  /** Where it begins; traced where the index was. */
  readonly starts: readonly lax.Position[]
  readonly sizes: readonly number[]
  readonly strides: readonly number[]
  readonly reversed: readonly number[]
  /** The shape that the index selects. */
  readonly shape: readonly number[]
  /** Whether all starts are numbers. */
  readonly isStatic: boolean
  /** Whether all of it lies inside the array. */
  readonly isInside: boolean
}

/** The box that an index without index arrays selects, `undefined` if there is one. Starts outside are still to be moved. */
export function boxPlan({ entries, shape }: ParsedIndex): BoxPlan | undefined {
  if (entries.some((entry) => entry.kind === 'array' && entry.indices.ndim > 0)) return undefined
  const sides = entries
    .filter((entry) => entry.kind !== 'newaxis')
    .map((entry) => {
      if (entry.kind === 'array') return { start: entry.indices, size: 1, stride: 1, isBackward: false }
      if (entry.kind === 'integer') return { start: entry.index, size: 1, stride: 1, isBackward: false }
      const { start, step, size } = entry
      const first = size === 0 ? 0 : step > 0 ? start : start + (size - 1) * step
      return { start: first, size, stride: Math.abs(step), isBackward: step < 0 }
    })
  return {
    starts: sides.map((side) => side.start),
    sizes: sides.map((side) => side.size),
    strides: sides.map((side) => side.stride),
    reversed: sides.flatMap((side, d) => (side.isBackward ? [d] : [])),
    shape: entries.flatMap((entry) => (entry.kind === 'slice' ? [entry.size] : entry.kind === 'newaxis' ? [1] : [])),
    isStatic: sides.every((side) => typeof side.start === 'number'),
    isInside: sides.every(
      ({ start }, d) => typeof start === 'number' && start >= 0 && start < Math.max(1, shape[d] as number),
    ),
  }
}
