import type { Body } from '../wasm/body.ts'
import type { FunctionContext } from './functionContext.ts'

const rows = 4
const columns = 8
/**
 * A routine `(a, b, c, tile, rows, columns, depth, accumulate)`: C (+)= A·B for packed panels of A and B of that depth. Tiles that reach
 * over C's edge are made in `tile` and copied. `rowStride` of C in bytes.
 */
export function microkernel(context: FunctionContext, rowStride: number): number {
  const inner = innerTile(context)
  const copy = copyTile(context, rowStride)
  return context.routine(`tiles ${rowStride}`, ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'], (body) => {
    const [a, b, c, tile, rowCount, columnCount, depth, accumulate] = [0, 1, 2, 3, 4, 5, 6, 7]
    const [i, j, left, here, panel] = Array.from({ length: 5 }, () => body.local('i32')) as [
      number,
      number,
      number,
      number,
      number,
    ]
    const next = (local: number, step: number, limit: number) =>
      body.get(local).i32(step).op('i32.add').tee(local).get(limit).op('i32.lt_s').brIf(0)
    body.i32(0).set(j)
    body.loop(() => {
      body.get(a).set(left).get(c).set(here).i32(0).set(i)
      // Panels of B are 8 · depth floats apart, those of A 4 · depth.
      body.get(b).get(j).get(depth).op('i32.mul').i32(2).op('i32.shl', 'i32.add').set(panel)
      body.loop(() => {
        body
          .get(rowCount)
          .get(i)
          .op('i32.sub')
          .i32(rows)
          .op('i32.ge_s')
          .get(columnCount)
          .get(j)
          .op('i32.sub')
          .i32(columns)
          .op('i32.ge_s', 'i32.and')
        body.if(
          () => body.get(left).get(panel).get(here).i32(rowStride).get(depth).get(accumulate).call(inner),
          () => {
            body
              .get(left)
              .get(panel)
              .get(tile)
              .i32(4 * columns)
              .get(depth)
              .i32(0)
              .call(inner)
            body
              .get(tile)
              .get(here)
              .get(rowCount)
              .get(i)
              .op('i32.sub')
              .get(columnCount)
              .get(j)
              .op('i32.sub')
              .get(accumulate)
              .call(copy)
          },
        )
        body
          .get(left)
          .get(depth)
          .i32(2 + Math.log2(rows))
          .op('i32.shl', 'i32.add')
          .set(left)
        body
          .get(here)
          .i32(rows * rowStride)
          .op('i32.add')
          .set(here)
        next(i, rows, rowCount)
      })
      body
        .get(c)
        .i32(4 * columns)
        .op('i32.add')
        .set(c)
      next(j, columns, columnCount)
    })
  })
}

/** `(a, b, c, rowStride, depth, accumulate)`: one tile of 4 by 8, kept in eight registers. `depth` is at least 1. */
function innerTile(context: FunctionContext): number {
  return context.routine('tile', ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], (body) => {
    const [a, b, c, rowStride, depth, accumulate] = [0, 1, 2, 3, 4, 5]
    const sums = Array.from({ length: rows * 2 }, () => body.local('v128'))
    const [b0, b1, x] = [body.local('v128'), body.local('v128'), body.local('v128')]
    const madd = (sum: number, y: number) => {
      if (context.hasRelaxed) body.get(x).get(y).get(sum).op('f32x4.relaxed_madd').set(sum)
      else body.get(x).get(y).op('f32x4.mul').get(sum).op('f32x4.add').set(sum)
    }
    const add = (local: number, by: number) => body.get(local).i32(by).op('i32.add')
    // One depth a turn: with more, engines bring all loads forward and run out of registers.
    body.loop(() => {
      body.get(b).memory('v128.load', 0).set(b0)
      body.get(b).memory('v128.load', 16).set(b1)
      for (let row = 0; row < rows; row++) {
        body
          .get(a)
          .memory('v128.load32_splat', 4 * row)
          .set(x)
        madd(sums[2 * row] as number, b0)
        madd(sums[2 * row + 1] as number, b1)
      }
      add(a, 4 * rows).set(a)
      add(b, 4 * columns).set(b)
      add(depth, -1).tee(depth).brIf(0)
    })
    writeTile(body, sums, { c, rowStride, accumulate })
  })
}

function writeTile(
  body: Body,
  sums: readonly number[],
  { c, rowStride, accumulate }: { c: number; rowStride: number; accumulate: number },
): void {
  const write = (isSum: boolean) => {
    for (let row = 0; row < rows; row++) {
      for (const half of [0, 1]) {
        const sum = sums[2 * row + half] as number
        body.get(c)
        if (isSum)
          body
            .get(c)
            .memory('v128.load', 16 * half)
            .get(sum)
            .op('f32x4.add')
        else body.get(sum)
        body.memory('v128.store', 16 * half)
      }
      if (row + 1 < rows) body.get(c).get(rowStride).op('i32.add').set(c)
    }
  }
  body.get(accumulate).if(
    () => write(true),
    () => write(false),
  )
}

/** `(tile, c, rows, columns, accumulate)`: the part of a tile that lies inside C. */
function copyTile(context: FunctionContext, rowStride: number): number {
  return context.routine(`copy tile ${rowStride}`, ['i32', 'i32', 'i32', 'i32', 'i32'], (body) => {
    const [tile, c, rowCount, columnCount, accumulate] = [0, 1, 2, 3, 4]
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        body.get(rowCount).i32(row).op('i32.gt_s').get(columnCount).i32(column).op('i32.gt_s', 'i32.and')
        body.if(() => {
          const from = 4 * (row * columns + column)
          const to = row * rowStride + 4 * column
          body.get(c).get(tile).memory('f32.load', from)
          body.get(c).memory('f32.load', to).f32(-0).get(accumulate).op('select', 'f32.add')
          body.memory('f32.store', to)
        })
      }
    }
  })
}
