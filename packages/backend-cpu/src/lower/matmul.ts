import { byteSize, type DotRegion, rowMajorStrides, type Var } from '@proj/backend'
import type { Base } from '../nest/kernel.ts'
import { collapse, type Walk, walkOf } from '../nest/space.ts'
import type { Body } from '../wasm/body.ts'
import { arenaLocal, type FunctionContext } from './functionContext.ts'
import { microkernel } from './microkernel.ts'
import { packPanel } from './packing.ts'
import { packByTable, type Steps, stepCount, writeOffsets } from './tablePacking.ts'

/** Rows and columns of C that one microkernel call makes. */
export const tileRows = 4
export const tileColumns = 8
/** Blocks: a panel of B of `depth` by 8 stays in the first cache, a block of A of `rows` by `depth` in the second. */
const block = { rows: 96, columns: 1024, depth: 256 } as const

/** Less work than this is done sooner without packing; fewer rows than a tile has are a vector's work. */
const leastWork = 2 ** 12
const leastSide = 4

interface Side {
  /** Over rows (of A) or columns (of B), and along the contracted dimensions; more than one loop where windows slide. */
  readonly across: readonly Steps[]
  readonly along: readonly Steps[]
  readonly offset: number
  readonly source: Var
}

/** What one stride cannot walk through is found by a table of offsets. */
const isWindowed = ({ across, along }: Side): boolean => across.length > 1 || along.length > 1

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
  /** A stored result that can hold C on the way, as big and of the same dtype and over no operand, if there is one. */
  readonly holder: Var | undefined
  readonly scratchBytes: number
}

const roundUp = (n: number, step: number): number => Math.ceil(n / step) * step

const tableBytes = (side: Side, along: number): number =>
  isWindowed(side) ? roundUp(4 * (stepCount(side.across) + along), 32) : 0

const packedBytes = (matmul: Pick<Matmul, 'rows' | 'columns' | 'depth' | 'a' | 'b'>) => {
  const depth = Math.min(matmul.depth, block.depth)
  const a = 4 * depth * roundUp(Math.min(matmul.rows, block.rows), tileRows)
  const b = 4 * depth * roundUp(Math.min(matmul.columns, block.columns), tileColumns)
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
export function matmulOf(region: DotRegion, inPlace: ReadonlySet<Var>): Matmul | undefined {
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
  const holder = epilogue.stores.find((variable) => variable.aval.dtype === 'float32' && !inPlace.has(variable))
  const packed = packedBytes(shape)
  const own = holder === undefined ? roundUp(byteSize(region.output.aval) + 64, 32) : 0
  return {
    ...shape,
    rowStride: out.strides[rowAxes.at(-1) as number] as number,
    stack,
    holder,
    scratchBytes: packed.a + packed.b + packed.tile + packed.aTable + packed.bTable + own,
  }
}

/** Where C and the packed panels are. */
export interface MatmulPlaces {
  readonly a: number
  readonly b: number
  readonly tile: number
  /** Tables of offsets, of sides that need them: across, then along. */
  readonly aTable: number
  readonly bTable: number
  readonly c: Base
}

export function placesOf(matmul: Matmul, scratch: number, holder: Base | undefined): MatmulPlaces {
  const packed = packedBytes(matmul)
  const tables = scratch + packed.a + packed.b + packed.tile
  const end = tables + packed.aTable + packed.bTable
  return {
    a: scratch,
    b: scratch + packed.a,
    tile: scratch + packed.a + packed.b,
    aTable: tables,
    bTable: tables + packed.aTable,
    c: holder ?? { local: arenaLocal, offset: end },
  }
}

/** `for (local = 0; local < limit; local += step)`. */
function countUp(body: Body, limit: number, step: number, inside: (local: number) => void): void {
  const local = body.local('i32')
  body.i32(0).set(local)
  body.loop(() => {
    inside(local)
    body.get(local).i32(step).op('i32.add').tee(local).i32(limit).op('i32.lt_u').brIf(0)
  })
  body.release('i32', local)
}

/** `min(step, limit - at)` into a new local. */
function remaining(body: Body, at: number, limit: number, step: number): number {
  const count = body.local('i32')
  body.i32(limit).get(at).op('i32.sub').tee(count).i32(step).get(count).i32(step).op('i32.lt_u', 'select').set(count)
  return count
}

/** The code of a blocked product: panels of B, blocks of A, tiles of C. Source of the scheme: Goto & van de Geijn, TOMS 2008. */
export function emitMatmul(context: FunctionContext, matmul: Matmul, places: MatmulPlaces): void {
  const { body } = context
  const bases = { a: context.baseOf(matmul.a.source), b: context.baseOf(matmul.b.source) }
  const pointer = (base: { local: number; offset: number }, offset: number) => {
    const local = body.local('i32')
    body
      .get(base.local)
      .i32(base.offset + 4 * offset)
      .op('i32.add')
      .set(local)
    return local
  }
  const [a, b] = [pointer(bases.a, matmul.a.offset), pointer(bases.b, matmul.b.offset)]
  const c = pointer(places.c, 0)
  writeTable(body, matmul.a, places.aTable)
  writeTable(body, matmul.b, places.bTable)
  const stacked = (level: number): void => {
    const dimension = matmul.stack[level]
    if (dimension === undefined) return emitProduct(context, matmul, places, { a, b, c, arena: arenaLocal })
    body.repeat(dimension.size, () => {
      stacked(level + 1)
      advance(body, a, 4 * dimension.a)
      advance(body, b, 4 * dimension.b)
      advance(body, c, 4 * dimension.c)
    })
    advance(body, a, -4 * dimension.a * dimension.size)
    advance(body, b, -4 * dimension.b * dimension.size)
    advance(body, c, -4 * dimension.c * dimension.size)
  }
  stacked(0)
}

function writeTable(body: Body, side: Side, at: number): void {
  if (!isWindowed(side)) return
  const to = body.local('i32')
  body.get(arenaLocal).i32(at).op('i32.add').set(to)
  writeOffsets(body, to, side.across)
  writeOffsets(body, to, side.along)
  body.release('i32', to)
}

function advance(body: Body, local: number, by: number): void {
  if (by !== 0) body.get(local).i32(by).op('i32.add').set(local)
}

interface Pointers {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly arena: number
}

function emitProduct(context: FunctionContext, matmul: Matmul, places: MatmulPlaces, pointers: Pointers): void {
  const { body } = context
  const { rows, columns, depth } = matmul
  countUp(body, depth, block.depth, (k) => {
    const depthHere = remaining(body, k, depth, block.depth)
    countUp(body, columns, block.columns, (j) => {
      const columnsHere = remaining(body, j, columns, block.columns)
      packBlock(context, matmul.b, tileColumns, {
        pointer: pointers.b,
        at: j,
        count: columnsHere,
        k,
        depth: depthHere,
        arena: pointers.arena,
        to: places.b,
        table: places.bTable,
      })
      countUp(body, rows, block.rows, (i) => {
        const rowsHere = remaining(body, i, rows, block.rows)
        packBlock(context, matmul.a, tileRows, {
          pointer: pointers.a,
          at: i,
          count: rowsHere,
          k,
          depth: depthHere,
          arena: pointers.arena,
          to: places.a,
          table: places.aTable,
        })
        emitTiles(context, matmul, places, pointers, { i, j, k, rowsHere, columnsHere, depthHere })
        body.release('i32', rowsHere)
      })
      body.release('i32', columnsHere)
    })
    body.release('i32', depthHere)
  })
}

interface PackedBlock {
  readonly pointer: number
  readonly at: number
  readonly count: number
  readonly k: number
  readonly depth: number
  readonly arena: number
  readonly to: number
  readonly table: number
}

/** Calls the packing routine for the `count` rows or columns from local `at` on. */
function packBlock(context: FunctionContext, side: Side, width: number, place: PackedBlock): void {
  const { body } = context
  const to = () => body.get(place.arena).i32(place.to).op('i32.add').get(place.count).get(place.depth)
  const entry = (at: number, first: number) =>
    body
      .get(at)
      .i32(2)
      .op('i32.shl')
      .get(place.arena)
      .op('i32.add')
      .i32(place.table + 4 * first)
      .op('i32.add')
  body.get(place.pointer)
  if (isWindowed(side)) {
    to()
    entry(place.at, 0)
    entry(place.k, stepCount(side.across))
    body.call(packByTable(context, width))
    return
  }
  const [across, along] = [side.across, side.along].map(([step]) => 4 * (step as Steps).stride) as [number, number]
  body.get(place.at).i32(across).op('i32.mul', 'i32.add')
  body.get(place.k).i32(along).op('i32.mul', 'i32.add')
  to()
  body.call(packPanel(context, width, across, along))
}

interface BlockLocals {
  readonly i: number
  readonly j: number
  readonly k: number
  readonly rowsHere: number
  readonly columnsHere: number
  readonly depthHere: number
}

/** All tiles of one block of C: `tiles(a, b, c, rows, columns, depth, accumulate)`. */
function emitTiles(
  context: FunctionContext,
  matmul: Matmul,
  places: MatmulPlaces,
  pointers: Pointers,
  at: BlockLocals,
): void {
  const { body } = context
  body.get(pointers.arena).i32(places.a).op('i32.add')
  body.get(pointers.arena).i32(places.b).op('i32.add')
  body
    .get(pointers.c)
    .get(at.i)
    .i32(4 * matmul.rowStride)
    .op('i32.mul', 'i32.add')
    .get(at.j)
    .i32(2)
    .op('i32.shl', 'i32.add')
  body.get(pointers.arena).i32(places.tile).op('i32.add')
  body.get(at.rowsHere).get(at.columnsHere).get(at.depthHere)
  body.get(at.k).i32(0).op('i32.ne')
  body.call(microkernel(context, 4 * matmul.rowStride))
}
