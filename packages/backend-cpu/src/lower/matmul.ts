import { byteSize, type DotRegion, rowMajorStrides, type Var } from '@proj/backend'
import type { Base } from '../nest/access.ts'
import { collapse, type Walk, walkOf } from '../nest/space.ts'
import { arenaLocal, type FunctionContext } from './functionContext.ts'
import { type Steps, stepCount } from './tablePacking.ts'

const roundUp = (n: number, step: number): number => Math.ceil(n / step) * step

/** Rows and columns of C that one microkernel call makes. */
export const tileRows = 4
export const tileColumns = 8
/** Blocks: a panel of B of `depth` by 8 stays in the first cache, a block of A of `rows` by `depth` in the second. */
export const block = { rows: 96, columns: 1024, depth: 256 } as const

/** How wide a block of B is at most, in whole panels. */
const packedWidth = ({ columns }: Pick<Matmul, 'columns'>): number =>
  roundUp(Math.min(columns, block.columns), tileColumns)

/** How deep B is packed at a time, in whole blocks: where it is narrow several at once, so that threads wait for each other less often. */
export function packedDepth(matmul: Pick<Matmul, 'columns' | 'depth'>): number {
  const blocks = Math.floor(block.columns / packedWidth(matmul))
  return Math.min(matmul.depth, blocks * block.depth)
}

/** Less work than this is done sooner without packing; fewer rows than a tile has are a vector's work. */
const leastWork = 2 ** 12
const leastSide = 4

export interface Side {
  /** Over rows (of A) or columns (of B), and along the contracted dimensions; more than one loop where windows slide. */
  readonly across: readonly Steps[]
  readonly along: readonly Steps[]
  readonly offset: number
  readonly source: Var
}

/** What one stride cannot walk through is found by a table of offsets. */
export const isWindowed = ({ across, along }: Side): boolean => across.length > 1 || along.length > 1

/** A matrix product, or a stack of them: C[i, j] = Σ_k A[i, k] B[k, j]. */
export interface Matmul {
  readonly rows: number
  readonly columns: number
  readonly depth: number
  readonly a: Side
  readonly b: Side
  /** Elements between rows of C; its columns are neighbours. */
  readonly rowStride: number
  readonly stack: readonly { readonly size: number; readonly a: number; readonly b: number; readonly c: number }[]
  /** Whether threads share the stack, each product done by one; else they share each product. */
  readonly isDividedByStack: boolean
  readonly threads: number
  /** A stored result that can hold C on the way, as big and of the same dtype and over no operand, if there is one. */
  readonly holder: Var | undefined
  readonly scratchBytes: number
}

const tableBytes = (side: Side, along: number): number =>
  isWindowed(side) ? roundUp(4 * (stepCount(side.across) + along), 32) : 0

const packedBytes = (matmul: Pick<Matmul, 'rows' | 'columns' | 'depth' | 'a' | 'b'>) => {
  const depth = Math.min(matmul.depth, block.depth)
  const a = 4 * depth * roundUp(Math.min(matmul.rows, block.rows), tileRows)
  const b = 4 * packedDepth(matmul) * packedWidth(matmul)
  const tables = { aTable: tableBytes(matmul.a, matmul.depth), bTable: tableBytes(matmul.b, matmul.depth) }
  return { a: roundUp(a, 32), b: roundUp(b, 32), tile: 4 * tileRows * tileColumns, ...tables }
}

/** The run of dimensions up to `last` of which `belongs` holds: the loops of one side of C. */
function runUpTo(last: number, belongs: (d: number) => boolean): number[] {
  const run: number[] = []
  for (let d = last; d >= 0 && belongs(d); d--) run.unshift(d)
  return run
}

/**
 * How a contraction is a product of matrices worth packing, if it is one: float32, the last dimensions of the result belonging to one
 * operand alone, and some before them to the other. A convolution is one: its columns are positions, found in the input by table.
 */
export function matmulOf(region: DotRegion, inPlace: ReadonlySet<Var>, threads: number): Matmul | undefined {
  const { lhs, rhs, dtype, epilogue, contract } = region
  if (dtype !== 'float32' || lhs.source.aval.dtype !== 'float32' || rhs.source.aval.dtype !== 'float32')
    return undefined
  const sizes = [...epilogue.shape, ...contract]
  if (sizes.reduce((work, n) => work * n, 1) < leastWork) return undefined
  const order = sizes.map((_, d) => d)
  const kept = epilogue.shape.length
  const result = { shape: epilogue.shape, strides: rowMajorStrides(epilogue.shape), offset: 0 }
  const walks = [
    walkOf(lhs.at, order, sizes.length),
    walkOf(rhs.at, order, sizes.length),
    walkOf(result, order.slice(0, kept), sizes.length),
  ]
  const { space, walks: collapsed } = collapse({ sizes, kept }, walks)
  const [left, right, out] = collapsed as readonly [Walk, Walk, Walk]
  const isOnly = (walk: Walk, other: Walk) => (d: number) => walk.strides[d] !== 0 && other.strides[d] === 0
  const isTurned = isOnly(left, right)(space.kept - 1)
  const [first, second] = isTurned ? [right, left] : [left, right]
  const [a, b] = isTurned ? [rhs, lhs] : [lhs, rhs]
  const columnAxes = runUpTo(space.kept - 1, isOnly(second, first))
  const isRow = isOnly(first, second)
  const rowAxes = runUpTo(
    space.sizes.findLastIndex((_, d) => d < space.kept && isRow(d)),
    isRow,
  )
  if (columnAxes.length === 0 || rowAxes.length === 0 || space.kept === space.sizes.length) return undefined
  const steps = (walk: Walk, axes: readonly number[]): Steps[] =>
    axes.map((d) => ({ size: space.sizes[d] as number, stride: walk.strides[d] as number }))
  const contracted = space.sizes.map((_, d) => d).slice(space.kept)
  const sides = {
    a: { across: steps(first, rowAxes), along: steps(first, contracted), offset: first.offset, source: a.source },
    b: { across: steps(second, columnAxes), along: steps(second, contracted), offset: second.offset, source: b.source },
  }
  const shape = {
    rows: stepCount(sides.a.across),
    columns: stepCount(sides.b.across),
    depth: stepCount(sides.a.along),
    ...sides,
  }
  const { rows, columns, depth } = shape
  if (Math.min(rows, columns, depth) < leastSide || rows * columns * depth < leastWork) return undefined
  const stack = order
    .slice(0, space.kept)
    .filter((d) => !rowAxes.includes(d) && !columnAxes.includes(d))
    .map((d) => {
      return {
        size: space.sizes[d] as number,
        a: first.strides[d] as number,
        b: second.strides[d] as number,
        c: out.strides[d] as number,
      }
    })
    .sort((one, other) => other.size - one.size)
  const holder = epilogue.stores.find((variable) => variable.aval.dtype === 'float32' && !inPlace.has(variable))
  const matmul = {
    ...shape,
    rowStride: out.strides[rowAxes.at(-1) as number] as number,
    stack,
    isDividedByStack: stack.length > 0 && (stack[0] as { size: number }).size >= 2 * threads,
    threads,
    holder,
    scratchBytes: 0,
  }
  const own = holder === undefined ? roundUp(byteSize(region.output.aval) + 64, 32) : 0
  return { ...matmul, scratchBytes: placesOf(matmul, 0).end + own }
}

/** Where the packed panels are, from the arena's start; each thread has a room of its own. */
export interface MatmulPlaces {
  /** Tables of offsets, of sides that need them: across, then along. */
  readonly aTable: number
  readonly bTable: number
  /** Panels of B: from the arena's start, or in a room. */
  readonly b: number
  readonly rooms: number
  readonly roomBytes: number
  /** In a room. */
  readonly a: number
  readonly tile: number
  readonly end: number
}

export function placesOf(matmul: Matmul, scratch: number): MatmulPlaces {
  const packed = packedBytes(matmul)
  const bTable = scratch + packed.aTable
  const free = bTable + packed.bTable
  const [sharedB, ownB] = matmul.isDividedByStack ? [0, packed.b] : [packed.b, 0]
  const rooms = free + sharedB
  const tile = packed.a + ownB
  const roomBytes = roundUp(tile + packed.tile, 64)
  const b = matmul.isDividedByStack ? packed.a : free
  return { aTable: scratch, bTable, b, rooms, roomBytes, a: 0, tile, end: rooms + matmul.threads * roomBytes }
}

/** Where C is. */
export const productBase = (context: FunctionContext, matmul: Matmul): Base =>
  matmul.holder === undefined
    ? { local: arenaLocal, offset: placesOf(matmul, context.scratch).end }
    : context.baseOf(matmul.holder)
