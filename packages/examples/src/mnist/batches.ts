import { type NDArray, random } from '@proj/autodiff'
import type { Images } from './idx.ts'

/** Images as floats in [0, 1], one a row. */
export interface Batch {
  readonly rows: number
  /** `f32[rows · height · width]` */
  readonly values: Float32Array
}

/** The images at `indices`, in that order. */
export function gather({ height, width, pixels }: Images, indices: ArrayLike<number>): Batch {
  const size = height * width
  const values = new Float32Array(indices.length * size)
  for (let row = 0; row < indices.length; row++) {
    const from = (indices[row] as number) * size
    for (let i = 0; i < size; i++) values[row * size + i] = (pixels[from + i] as number) / 255
  }
  return { rows: indices.length, values }
}

/**
 * Batches without end: every image once in a random order, then all in another. What does not fill a batch is left for
 * the next round.
 *
 * @throws {RangeError} when there are fewer images than fit one batch
 */
export function* shuffledBatches(images: Images, rows: number, key: NDArray): Generator<Batch, never> {
  if (!(rows >= 1 && rows <= images.count)) {
    throw new RangeError(`shuffledBatches: ${rows} rows of ${images.count} images; ask for 1 to ${images.count}.`)
  }
  for (let epoch = 0; ; epoch++) {
    const order = permutation(images.count, random.foldIn(key, epoch))
    for (let start = 0; start + rows <= order.length; start += rows)
      yield gather(images, order.subarray(start, start + rows))
  }
}

/** Source: Durstenfeld, "Algorithm 235: random permutation", 1964. */
function permutation(count: number, key: NDArray): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i)
  const draws = random.uniform(key, [count]).dataSync()
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor((draws[last] as number) * (last + 1))
    const moved = order[last] as number
    order[last] = order[other] as number
    order[other] = moved
  }
  return order
}
