import type { Base } from '../nest/access.ts'
import type { Body } from '../wasm/body.ts'
import { arenaLocal, type Count, type FunctionContext, pushCount, type Share } from './functionContext.ts'
import {
  block,
  isWindowed,
  type Matmul,
  type MatmulPlaces,
  packedDepth,
  placesOf,
  productBase,
  type Side,
  tileColumns,
  tileRows,
} from './matmul.ts'
import { microkernel } from './microkernel.ts'
import { packPanel } from './packing.ts'
import { packByTable, type Steps, stepCount, writeOffsets } from './tablePacking.ts'

/** `for (local = from; local < limit; local += step)`, which turns at least once. */
function countUp(body: Body, from: Count, limit: Count, step: number, inside: (local: number) => void): void {
  const local = body.local('i32')
  pushCount(body, from).set(local)
  body.loop(() => {
    inside(local)
    pushCount(body.get(local).i32(step).op('i32.add').tee(local), limit).op('i32.lt_u').brIf(0)
  })
  body.release('i32', local)
}

/** `min(step, limit - at)` into a new local. */
function remaining(body: Body, at: number, limit: Count, step: number): number {
  const count = body.local('i32')
  pushCount(body, limit).get(at).op('i32.sub').tee(count)
  body.i32(step).get(count).i32(step).op('i32.lt_u', 'select').set(count)
  return count
}

/** A new local with what `push` leaves on the stack. */
function kept(body: Body, push: () => void): number {
  const local = body.local('i32')
  push()
  body.set(local)
  return local
}

interface Pointers {
  readonly a: number
  readonly b: number
  readonly c: number
}

/** In nanoseconds, for a multiplication and an element that is packed. */
const rates = { multiply: 0.05, pack: 0.7 } as const

/** The code of a blocked product: panels of B, blocks of A, tiles of C. Source of the scheme: Goto & van de Geijn, TOMS 2008. */
export function emitMatmul(context: FunctionContext, matmul: Matmul): void {
  const { body } = context
  const { rows, columns, depth, stack } = matmul
  const places = placesOf(matmul, context.scratch)
  const pointer = (base: Base, offset: number) =>
    kept(body, () =>
      body
        .get(base.local)
        .i32(base.offset + 4 * offset)
        .op('i32.add'),
    )
  const a = pointer(context.baseOf(matmul.a.source), matmul.a.offset)
  const b = pointer(context.baseOf(matmul.b.source), matmul.b.offset)
  const c = pointer(productBase(context, matmul), 0)
  writeTable(body, matmul.a, places.aTable)
  writeTable(body, matmul.b, places.bTable)
  const [first, ...others] = stack
  if (first === undefined || !matmul.isDividedByStack)
    return emitStack(context, stack, { a, b, c }, () => emitProduct(context, matmul, places, { a, b, c }))
  const perProduct =
    stepCount(others.map(({ size }) => ({ size, stride: 0 }))) * rows * columns * depth * rates.multiply
  const work = { units: first.size, nanoseconds: first.size * perProduct, handed: [a, b, c] }
  context.divide(work, (inner, share, handed) => {
    const [a, b, c] = handed as [number, number, number]
    const room = roomOf(inner, places, share)
    const some =
      share === undefined
        ? first.size
        : { local: kept(inner.body, () => inner.body.get(share.to).get(share.from).op('i32.sub')) }
    if (share !== undefined)
      for (const [local, by] of [
        [a, first.a],
        [b, first.b],
        [c, first.c],
      ] as const)
        inner.body
          .get(local)
          .get(share.from)
          .i32(4 * by)
          .op('i32.mul', 'i32.add')
          .set(local)
    emitStack(inner, [{ ...first, size: some }, ...others], { a, b, c }, () =>
      emitProduct(alone(inner), matmul, places, { a, b, c }, room),
    )
    return perProduct
  })
}

/** Does everything itself. */
const alone = (context: FunctionContext): FunctionContext => {
  const inner: FunctionContext = {
    ...context,
    divide: (work, write) => void write(inner, undefined, work.handed ?? []),
  }
  return inner
}

/** The address of the room of the thread at work, in a local. */
const roomOf = ({ body }: FunctionContext, { rooms, roomBytes }: MatmulPlaces, share: Share | undefined): number =>
  kept(body, () => {
    body.get(arenaLocal).i32(rooms).op('i32.add')
    if (share !== undefined) body.get(share.thread).i32(roomBytes).op('i32.mul', 'i32.add')
  })

/** Does `inside` with the pointers at each product of a stack. */
function emitStack(
  context: FunctionContext,
  stack: readonly (Omit<Matmul['stack'][number], 'size'> & { readonly size: Count })[],
  { a, b, c }: Pointers,
  inside: () => void,
): void {
  const { body } = context
  const [dimension, ...others] = stack
  if (dimension === undefined) return inside()
  const before = [a, b, c].map((local) => kept(body, () => body.get(local)))
  const turn = () => {
    emitStack(context, others, { a, b, c }, inside)
    advance(body, a, 4 * dimension.a)
    advance(body, b, 4 * dimension.b)
    advance(body, c, 4 * dimension.c)
  }
  if (typeof dimension.size === 'number') body.repeat(dimension.size, turn)
  else body.repeatLocal(dimension.size.local, turn)
  ;[a, b, c].forEach((local, i) => body.get(before[i] as number).set(local))
}

function writeTable(body: Body, side: Side, at: number): void {
  if (!isWindowed(side)) return
  const to = kept(body, () => body.get(arenaLocal).i32(at).op('i32.add'))
  writeOffsets(body, to, side.across)
  writeOffsets(body, to, side.along)
  body.release('i32', to)
}

function advance(body: Body, local: number, by: number): void {
  if (by !== 0) body.get(local).i32(by).op('i32.add').set(local)
}

/** A block of columns, packed as deep as there is room: locals. */
interface ColumnBlock {
  readonly j: number
  readonly k: number
  readonly columnsHere: number
  readonly depthHere: number
  /** Where the panels of B are: those of the first depth, those of the next … */
  readonly panels: number
}

/** One product. `room` is that of a thread that does all of it. */
function emitProduct(
  context: FunctionContext,
  matmul: Matmul,
  places: MatmulPlaces,
  at: Pointers,
  room?: number,
): void {
  const { body } = context
  const { columns, depth } = matmul
  const panels = kept(body, () =>
    body
      .get(room ?? arenaLocal)
      .i32(places.b)
      .op('i32.add'),
  )
  const packed = packedDepth(matmul)
  countUp(body, 0, depth, packed, (k) => {
    const depthHere = remaining(body, k, depth, packed)
    countUp(body, 0, columns, block.columns, (j) => {
      const columnsHere = remaining(body, j, columns, block.columns)
      const here = { j, k, columnsHere, depthHere, panels }
      packColumns(context, matmul, places, at.b, here)
      multiplyRows(context, matmul, places, at, here, room)
      body.release('i32', columnsHere)
    })
    body.release('i32', depthHere)
  })
}

/** Does `inside` for the blocks of depth that are packed here. `panels` moves on from one to the next. */
function eachDepth(
  body: Body,
  { k, columnsHere, depthHere, panels }: ColumnBlock,
  inside: (k: number, depth: number, panels: number) => void,
): void {
  const end = kept(body, () => body.get(k).get(depthHere).op('i32.add'))
  const wide = kept(body, () => {
    pushPanels(body, columnsHere)
    body.i32(4 * tileColumns).op('i32.mul')
  })
  const at = kept(body, () => body.get(panels))
  countUp(body, { local: k }, { local: end }, block.depth, (here) => {
    const depth = remaining(body, here, { local: end }, block.depth)
    inside(here, depth, at)
    body.get(at).get(wide).get(depth).op('i32.mul', 'i32.add').set(at)
    body.release('i32', depth)
  })
  for (const local of [end, wide, at]) body.release('i32', local)
}

/** How many panels so many columns make. */
const pushPanels = (body: Body, columns: number): Body =>
  body
    .get(columns)
    .i32(tileColumns - 1)
    .op('i32.add')
    .i32(tileColumns)
    .op('i32.div_u')

/** Packs a block of B; a unit is a panel. */
function packColumns(
  context: FunctionContext,
  matmul: Matmul,
  places: MatmulPlaces,
  b: number,
  here: ColumnBlock,
): void {
  const [atMost, depth] = [Math.min(matmul.columns, block.columns), packedDepth(matmul)]
  const { body } = context
  const units = kept(body, () => pushPanels(body, here.columnsHere))
  const work = {
    units: { local: units },
    atMost: Math.ceil(atMost / tileColumns),
    nanoseconds: atMost * depth * rates.pack,
    handed: [b, here.j, here.k, here.columnsHere, here.depthHere, here.panels],
  }
  context.divide(work, ({ ...inner }, share, handed) => {
    const [pointer, j, k, columnsHere, depthHere, panels] = handed as [number, number, number, number, number, number]
    const { body } = inner
    const [first, count] = share === undefined ? [undefined, columnsHere] : columnsOf(body, share, columnsHere)
    const at = first === undefined ? j : kept(body, () => body.get(j).get(first).op('i32.add'))
    eachDepth(body, { j, k, columnsHere, depthHere, panels }, (k, depth, panels) => {
      const to = kept(body, () => {
        body.get(panels)
        if (first !== undefined) body.get(first).get(depth).op('i32.mul').i32(4).op('i32.mul', 'i32.add')
      })
      packBlock(inner, matmul.b, tileColumns, { pointer, at, count, k, depth, to, table: places.bTable })
      body.release('i32', to)
    })
    return tileColumns * depth * rates.pack
  })
}

/** The first column of a share of panels, and how many there are. */
function columnsOf(body: Body, { from, to }: Share, columns: number): [number, number] {
  const first = kept(body, () => body.get(from).i32(tileColumns).op('i32.mul'))
  const end = kept(body, () => body.get(to).i32(tileColumns).op('i32.mul'))
  body.get(end).get(columns).get(end).get(columns).op('i32.lt_u', 'select').get(first).op('i32.sub').set(end)
  return [first, end]
}

/** Multiplies all rows of A with a packed block of B; a unit is a row of tiles. */
function multiplyRows(
  context: FunctionContext,
  matmul: Matmul,
  places: MatmulPlaces,
  { a, c }: Pointers,
  here: ColumnBlock,
  room: number | undefined,
): void {
  const { rows } = matmul
  const wide = Math.min(matmul.columns, block.columns)
  const perUnit = tileRows * wide * packedDepth(matmul) * rates.multiply
  const units = Math.ceil(rows / tileRows)
  const handed = [a, c, here.j, here.k, here.columnsHere, here.depthHere, here.panels]
  context.divide({ units, nanoseconds: units * perUnit, handed }, (inner, share, given) => {
    const [a, c, j, k, columnsHere, depthHere, panels] = given as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    const { body } = inner
    const own = room ?? roomOf(inner, places, share)
    const [first, end] = share === undefined ? [0, rows] : rowsOf(body, share, rows)
    countUp(body, first, end, block.rows, (i) => {
      const rowsHere = remaining(body, i, end, block.rows)
      eachDepth(body, { j, k, columnsHere, depthHere, panels }, (k, depth, panels) => {
        packBlock(inner, matmul.a, tileRows, {
          pointer: a,
          at: i,
          count: rowsHere,
          k,
          depth,
          to: own,
          table: places.aTable,
        })
        const tiles = { c, room: own, tile: places.tile, i, j, k, rowsHere, columnsHere, depthHere: depth, panels }
        emitTiles(inner, matmul, tiles)
      })
      body.release('i32', rowsHere)
    })
    return perUnit
  })
}

/** The rows that belong to a share of rows of tiles. */
function rowsOf(body: Body, { from, to }: Share, rows: number): [Count, Count] {
  const first = kept(body, () => body.get(from).i32(tileRows).op('i32.mul'))
  const end = kept(body, () => body.get(to).i32(tileRows).op('i32.mul'))
  body.get(end).i32(rows).get(end).i32(rows).op('i32.lt_u', 'select').set(end)
  return [{ local: first }, { local: end }]
}

interface PackedBlock {
  readonly pointer: number
  readonly at: number
  readonly count: number
  readonly k: number
  readonly depth: number
  /** Local with the address of the first panel. */
  readonly to: number
  readonly table: number
}

/** Calls the packing routine for the `count` rows or columns from local `at` on. */
function packBlock(context: FunctionContext, side: Side, width: number, place: PackedBlock): void {
  const { body } = context
  const to = () => body.get(place.to).get(place.count).get(place.depth)
  const entry = (at: number, first: number) =>
    body
      .get(at)
      .i32(2)
      .op('i32.shl')
      .get(arenaLocal)
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

interface TileLocals extends ColumnBlock {
  readonly c: number
  readonly room: number
  /** Where the room for one tile is in it. */
  readonly tile: number
  readonly i: number
  readonly rowsHere: number
}

/** All tiles of one block of C: `tiles(a, b, c, tile, rows, columns, depth, accumulate)`. */
function emitTiles(context: FunctionContext, matmul: Matmul, at: TileLocals): void {
  const { body } = context
  body.get(at.room).get(at.panels)
  body
    .get(at.c)
    .get(at.i)
    .i32(4 * matmul.rowStride)
    .op('i32.mul', 'i32.add')
    .get(at.j)
    .i32(2)
    .op('i32.shl', 'i32.add')
  body.get(at.room).i32(at.tile).op('i32.add')
  body.get(at.rowsHere).get(at.columnsHere).get(at.depthHere)
  body.get(at.k).i32(0).op('i32.ne')
  body.call(microkernel(context, 4 * matmul.rowStride))
}
