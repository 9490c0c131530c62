import { dtypes, rowMajorStrides, type WholeRegion } from '@proj/backend'
import { addressOf } from '../lower/copy.ts'
import type { FunctionContext } from '../lower/functionContext.ts'
import type { Body } from '../wasm/body.ts'
import { type Turn, walkBox } from './box.ts'

const at = (list: readonly number[], i: number): number => list[i] as number

/** The dimensions from 0 to `rank` that are in none of the lists. */
export const others = (rank: number, ...lists: readonly (readonly number[])[]): number[] =>
  Array.from({ length: rank }, (_, d) => d).filter((d) => !lists.some((list) => list.includes(d)))

export const pick = (list: readonly number[], dims: readonly number[]): number[] => dims.map((d) => at(list, d))

export const byteStrides = (shape: readonly number[], width: number): number[] =>
  rowMajorStrides(shape).map((n) => n * width)

/** Brings the number in a local between 0 and `most`. */
export function clamp(body: Body, local: number, most: number): void {
  body.i32(0).get(local).get(local).i32(0).op('i32.lt_s', 'select').set(local)
  body.i32(most).get(local).get(local).i32(most).op('i32.gt_s', 'select').set(local)
}

/** What `gather` and `scatter` have in common. */
export interface Windows {
  /** The array that index vectors point into. */
  readonly shape: readonly number[]
  readonly width: number
  readonly indices: WholeRegion['inputs'][number]
  /** The dimension that each entry of an index vector moves along. */
  readonly moved: readonly number[]
  readonly operandBatching: readonly number[]
  readonly indexBatching: readonly number[]
  /** Of a window, by dimension of the array. */
  readonly sizes: readonly number[]
  readonly clips: boolean
  /** The other array, which the windows lie in one by one: its strides in bytes by dimension of the index vectors. */
  readonly batchStrides: readonly number[]
}

/**
 * For each index vector in order: `inside(place)` where its window begins in the array, or `outside()` where the window does not fit. `pointers`
 * are those of the array and of the other array.
 */
export function eachWindow(
  { body, slotOf }: FunctionContext,
  windows: Windows,
  [array, other]: readonly [number, number],
  inside: (place: number) => void,
  outside: () => void,
): void {
  const { shape, width, indices, moved, operandBatching, indexBatching, sizes, clips, batchStrides } = windows
  const strides = byteStrides(shape, width)
  const batch = indices.aval.shape.slice(0, -1)
  const indexStrides = byteStrides(batch, moved.length * dtypes.int32.bytes)
  const turns = batch.map((times, b): Turn => {
    const along = operandBatching.filter((_, k) => at(indexBatching, k) === b)
    const step = along.reduce((sum, d) => sum + at(strides, d), 0)
    return { times, steps: [at(indexStrides, b), at(batchStrides, b), step] }
  })
  const vector = addressOf(body, slotOf(indices.source))
  const [place, start, misses] = [body.local('i32'), body.local('i32'), body.local('i32')]
  walkBox(body, turns, [vector, other, array], () => {
    body.get(array).set(place).i32(0).set(misses)
    moved.forEach((d, k) => {
      const most = at(shape, d) - at(sizes, d)
      body
        .get(vector)
        .memory('i32.load', 4 * k)
        .set(start)
      if (clips) clamp(body, start, most)
      else body.get(start).i32(most).op('i32.gt_u').get(misses).op('i32.or').set(misses)
      body.get(place).get(start).i32(at(strides, d)).op('i32.mul', 'i32.add').set(place)
    })
    if (clips) inside(place)
    else body.get(misses).if(outside, () => inside(place))
  })
}
