import { random } from '@proj/autodiff'
import { describe, expect, it } from 'vitest'
import { type Batch, gather, shuffledBatches } from './batches.ts'
import type { Images } from './idx.ts'

/** `count` images of one pixel: image `i` holds `i`. */
const numbered = (count: number): Images => ({
  count,
  height: 1,
  width: 1,
  pixels: Uint8Array.from({ length: count }, (_, i) => i),
})

function take(batches: Iterator<Batch>, count: number): number[][] {
  return Array.from({ length: count }, () =>
    [...(batches.next().value as Batch).values].map((x) => Math.round(x * 255)),
  )
}

describe('gather', () => {
  it('makes floats in [0, 1] of the pixels, in the order asked for', () => {
    const images = { count: 3, height: 1, width: 2, pixels: Uint8Array.of(0, 51, 102, 153, 204, 255) }
    const { rows, values } = gather(images, [2, 0, 2])
    expect(rows).toBe(3)
    expect([...values]).toEqual([0.8, 1, 0, 0.2, 0.8, 1].map(Math.fround))
  })
})

describe('shuffledBatches', () => {
  it('shows every image once a round, and in another order in the next', () => {
    const batches = shuffledBatches(numbered(20), 5, random.PRNGKey(0))
    const [first, second] = [take(batches, 4).flat(), take(batches, 4).flat()]
    const all = Array.from({ length: 20 }, (_, i) => i)
    expect(first.toSorted((a, b) => a - b)).toEqual(all)
    expect(second.toSorted((a, b) => a - b)).toEqual(all)
    expect(first).not.toEqual(all)
    expect(second).not.toEqual(first)
  })

  it('never shows an image twice in a round whose end does not fill a batch', () => {
    const round = take(shuffledBatches(numbered(20), 7, random.PRNGKey(0)), 2).flat()
    expect(new Set(round).size).toBe(14)
  })

  it('is the same for the same key, another for another', () => {
    const order = (seed: number) => take(shuffledBatches(numbered(20), 20, random.PRNGKey(seed)), 1)
    expect(order(1)).toEqual(order(1))
    expect(order(1)).not.toEqual(order(2))
  })

  it('brings every image to the front about equally often', () => {
    const counts = Array(4).fill(0)
    const batches = shuffledBatches(numbered(4), 4, random.PRNGKey(0))
    for (const [front] of take(batches, 400)) counts[front as number]++
    // Each count has mean 100 and deviation 8.7; the chance of a fifth deviation is below one in a million.
    for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(45)
  })

  it.each([0, 21, Number.NaN])('refuses %d rows of 20 images', (rows) => {
    expect(() => shuffledBatches(numbered(20), rows, random.PRNGKey(0)).next()).toThrow(RangeError)
  })
})
