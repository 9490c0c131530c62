import type { Body } from '../wasm/body.ts'
import type { FunctionContext } from './functionContext.ts'

/** Byte lanes of two registers' 32-bit lanes. */
const words = (...lanes: readonly number[]): number[] =>
  lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3])
const low = words(0, 4, 1, 5)
const high = words(2, 6, 3, 7)
const lowPairs = words(0, 1, 4, 5)
const highPairs = words(2, 3, 6, 7)

/**
 * A routine `(from, to, count, depth)` that lays `count` rows (or columns) of a matrix of float32 out in panels of `width`, each with its
 * `width` elements of one depth side by side; the last panel is filled up with zeros. Strides in bytes.
 */
export function packPanel(context: FunctionContext, width: number, across: number, along: number): number {
  return context.routine(`pack ${width} ${across} ${along}`, ['i32', 'i32', 'i32', 'i32'], (body) => {
    const [from, to, count, depth] = [0, 1, 2, 3]
    const [source, k] = [body.local('i32'), body.local('i32')]
    if (across === 4) pairsOfPanels(body, { from, to, count, depth }, { source, k }, width, along)
    body.block(() => {
      body.get(count).i32(0).op('i32.le_s').brIf(0)
      body.loop(() => {
        body.get(from).set(source).get(depth).set(k)
        body.get(count).i32(width).op('i32.ge_s')
        body.if(
          () => fullPanel(body, { source, to, k }, width, across, along),
          () => partialPanel(body, { source, to, k }, width, across, along, count),
        )
        body
          .get(from)
          .i32(width * across)
          .op('i32.add')
          .set(from)
        body.get(count).i32(width).op('i32.sub').tee(count).i32(0).op('i32.gt_s').brIf(0)
      })
    })
  })
}

/** Two panels at once where rows are neighbours in memory: each line of the cache is then brought in once. */
function pairsOfPanels(
  body: Body,
  {
    from,
    to,
    count,
    depth,
  }: { readonly from: number; readonly to: number; readonly count: number; readonly depth: number },
  { source, k }: { readonly source: number; readonly k: number },
  width: number,
  along: number,
): void {
  const second = body.local('i32')
  whileAtLeast(body, count, 2 * width, () => {
    body.get(from).set(source).get(depth).set(k)
    body
      .get(depth)
      .i32(4 * width)
      .op('i32.mul')
      .get(to)
      .op('i32.add')
      .set(second)
    whileAtLeast(body, k, 1, () => {
      for (let w = 0; w < 2 * width; w += 4)
        body
          .get(w < width ? to : second)
          .get(source)
          .memory('v128.load', 4 * w)
          .memory('v128.store', 4 * (w % width))
      add(body, source, along)
      add(body, to, 4 * width)
      add(body, second, 4 * width)
    })
    body.get(second).set(to)
    add(body, from, 8 * width)
  })
  body.release('i32', second)
}

interface Locals {
  readonly source: number
  readonly to: number
  readonly k: number
}

const add = (body: Body, local: number, by: number): Body => body.get(local).i32(by).op('i32.add').set(local)

/** Runs `inside` while local `k` is at least `step`, taking `step` off each time. */
function whileAtLeast(body: Body, k: number, step: number, inside: () => void): void {
  body.block(() => {
    body.get(k).i32(step).op('i32.lt_s').brIf(0)
    body.loop(() => {
      inside()
      body.get(k).i32(step).op('i32.sub').tee(k).i32(step).op('i32.ge_s').brIf(0)
    })
  })
}

function fullPanel(body: Body, locals: Locals, width: number, across: number, along: number): void {
  const { source, to, k } = locals
  if (along === 4 && across !== 4) whileAtLeast(body, k, 4, () => transposeFour(body, locals, width, across))
  whileAtLeast(body, k, 1, () => {
    if (across === 4) {
      for (let w = 0; w < width; w += 4)
        body
          .get(to)
          .get(source)
          .memory('v128.load', 4 * w)
          .memory('v128.store', 4 * w)
    } else for (let w = 0; w < width; w++) copyOne(body, locals, w, across)
    add(body, source, along)
    add(body, to, 4 * width)
  })
}

function copyOne(body: Body, { source, to }: Locals, w: number, across: number): void {
  body.get(to).get(source)
  if (across < 0) body.i32(w * across).op('i32.add')
  body.memory('f32.load', across < 0 ? 0 : w * across).memory('f32.store', 4 * w)
}

/** Four depths of all rows at once, where depths are neighbours in memory. */
function transposeFour(body: Body, { source, to }: Locals, width: number, across: number): void {
  const rows = Array.from({ length: 4 }, () => body.local('v128')) as [number, number, number, number]
  const mixed = Array.from({ length: 4 }, () => body.local('v128')) as [number, number, number, number]
  for (let w = 0; w < width; w += 4) {
    rows.forEach((row, i) => {
      body.get(source)
      if (across < 0) body.i32((w + i) * across).op('i32.add')
      body.memory('v128.load', across < 0 ? 0 : (w + i) * across).set(row)
    })
    const mix = (to: number, x: number, y: number, lanes: readonly number[]) =>
      body.get(x).get(y).shuffle(lanes).set(to)
    mix(mixed[0], rows[0], rows[1], low)
    mix(mixed[1], rows[0], rows[1], high)
    mix(mixed[2], rows[2], rows[3], low)
    mix(mixed[3], rows[2], rows[3], high)
    const columns: readonly [number, number, readonly number[]][] = [
      [0, 2, lowPairs],
      [0, 2, highPairs],
      [1, 3, lowPairs],
      [1, 3, highPairs],
    ]
    columns.forEach(([x, y, lanes], depth) => {
      body
        .get(to)
        .get(mixed[x] as number)
        .get(mixed[y] as number)
        .shuffle(lanes)
        .memory('v128.store', 4 * (depth * width + w))
    })
  }
  for (const local of [...rows, ...mixed]) body.release('v128', local)
  add(body, source, 16)
  add(body, to, 16 * width)
}

/** The last rows, fewer than `width`. */
function partialPanel(body: Body, locals: Locals, width: number, across: number, along: number, count: number): void {
  const { source, to, k } = locals
  whileAtLeast(body, k, 1, () => {
    for (let w = 0; w < width; w++) {
      body.get(count).i32(w).op('i32.gt_s')
      body.if(
        () => copyOne(body, locals, w, across),
        () =>
          body
            .get(to)
            .f32(0)
            .memory('f32.store', 4 * w),
      )
    }
    add(body, source, along)
    add(body, to, 4 * width)
  })
}
