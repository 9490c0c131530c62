import type { Body } from '../wasm/body.ts'
import type { FunctionContext } from './functionContext.ts'

/** One loop of a walk: so many steps of so many elements. */
export interface Steps {
  readonly size: number
  readonly stride: number
}

export const stepCount = (steps: readonly Steps[]): number => steps.reduce((product, { size }) => product * size, 1)

/** Writes the offset in bytes of every element of a walk, last loop fastest, to where local `to` points, which is moved on. */
export function writeOffsets(body: Body, to: number, steps: readonly Steps[]): void {
  const offset = body.local('i32')
  body.i32(0).set(offset)
  const move = (by: number) => body.get(offset).i32(by).op('i32.add').set(offset)
  const nested = (level: number): void => {
    const step = steps[level]
    if (step === undefined) {
      body.get(to).get(offset).memory('i32.store', 0).get(to).i32(4).op('i32.add').set(to)
      return
    }
    body.repeat(step.size, () => {
      nested(level + 1)
      move(4 * step.stride)
    })
    move(-4 * step.stride * step.size)
  }
  nested(0)
  body.release('i32', offset)
}

/**
 * A routine `(from, to, count, depth, across, along)` that lays `count` rows (or columns) out in panels of `width` as `packPanel` does, each
 * element at `from` plus its row's offset in the table `across` plus its depth's in `along`: windows are packed without being copied first.
 * The last panel is filled up with its last row.
 */
export function packByTable(context: FunctionContext, width: number): number {
  return context.routine(`pack ${width} by table`, ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], (body) => {
    const [from, to, count, depth, across, along] = [0, 1, 2, 3, 4, 5]
    const rows = Array.from({ length: width }, () => body.local('i32'))
    const [k, at] = [body.local('i32'), body.local('i32')]
    body.loop(() => {
      rows.forEach((row, w) => {
        body.get(from).get(across)
        body.i32(w).get(count).i32(1).op('i32.sub').i32(w).get(count).op('i32.lt_s', 'select')
        body.i32(2).op('i32.shl', 'i32.add').memory('i32.load', 0).op('i32.add').set(row)
      })
      body.get(along).set(at).get(depth).set(k)
      const eachDepth = (copy: () => void) =>
        body.loop(() => {
          copy()
          for (const [local, by] of [
            [at, 4],
            [to, 4 * width],
          ] as const)
            body.get(local).i32(by).op('i32.add').set(local)
          body.get(k).i32(1).op('i32.sub').tee(k).brIf(0)
        })
      areNeighbours(body, rows)
      body.if(
        () => eachDepth(() => copyTogether(body, { row: rows[0] as number, at, to }, width)),
        () => eachDepth(() => copyEach(body, rows, at, to)),
      )
      body
        .get(across)
        .i32(4 * width)
        .op('i32.add')
        .set(across)
      body.get(count).i32(width).op('i32.sub').tee(count).i32(0).op('i32.gt_s').brIf(0)
    })
  })
}

/** Leaves on the stack whether the rows' elements lie side by side. */
function areNeighbours(body: Body, rows: readonly number[]): void {
  const [first, ...others] = rows as [number, ...number[]]
  body.i32(1)
  others.forEach((row, i) =>
    body
      .get(row)
      .get(first)
      .op('i32.sub')
      .i32(4 * (i + 1))
      .op('i32.eq', 'i32.and'),
  )
}

function copyTogether(body: Body, { row, at, to }: { row: number; at: number; to: number }, width: number): void {
  const source = body.local('i32')
  body.get(row).get(at).memory('i32.load', 0).op('i32.add').set(source)
  for (let w = 0; w < width; w += 4)
    body
      .get(to)
      .get(source)
      .memory('v128.load', 4 * w)
      .memory('v128.store', 4 * w)
  body.release('i32', source)
}

function copyEach(body: Body, rows: readonly number[], at: number, to: number): void {
  const offset = body.local('i32')
  body.get(at).memory('i32.load', 0).set(offset)
  rows.forEach((row, w) =>
    body
      .get(to)
      .get(row)
      .get(offset)
      .op('i32.add')
      .memory('f32.load', 0)
      .memory('f32.store', 4 * w),
  )
  body.release('i32', offset)
}
