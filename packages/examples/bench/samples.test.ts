import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sample, summarize, timeCalls } from './samples.ts'
import { task } from './task.ts'

const finite = fc.float({ min: 0, max: 1e6, noNaN: true })

describe('summarize', () => {
  it('has the quantiles of numpy', () => {
    // numpy.percentile([1, 2, 4, 8], [25, 50, 75])
    expect(summarize([8, 1, 4, 2])).toEqual({ lowerQuartile: 1.75, median: 3, upperQuartile: 5, samples: 4 })
    expect(summarize([7])).toEqual({ lowerQuartile: 7, median: 7, upperQuartile: 7, samples: 1 })
  })

  it('is in order, within what was measured, and blind to the order of the samples', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), (samples) => {
        const { lowerQuartile, median, upperQuartile } = summarize(samples)
        const all = [Math.min(...samples), lowerQuartile, median, upperQuartile, Math.max(...samples)]
        expect(all).toEqual(all.toSorted((a, b) => a - b))
        expect(summarize(samples.toReversed())).toEqual(summarize(samples))
      }),
    )
  })

  it('refuses to sum up nothing', () => {
    expect(() => summarize([])).toThrow('there are no samples')
  })
})

/** Counts what is run and given back. */
function counting(run: () => unknown) {
  const counts = { runs: 0, drops: 0 }
  const counted = task({
    run: () => {
      counts.runs++
      return run()
    },
    read: () => [],
    drop: () => counts.drops++,
  })
  return { counts, counted }
}

describe('timeCalls', () => {
  it('makes the calls, and gives every result back', async () => {
    const { counts, counted } = counting(() => 1)
    await timeCalls(counted, 7)
    expect(counts).toEqual({ runs: 7, drops: 7 })
  })

  it('waits for results that are promised', async () => {
    const { counted } = counting(() => new Promise((resolve) => setTimeout(resolve, 20)))
    expect(await timeCalls(counted, 2)).toBeGreaterThan(35)
  })
})

describe('sample', () => {
  it('takes at least two samples, however long a call takes', async () => {
    const { counted } = counting(() => new Promise((resolve) => setTimeout(resolve, 5)))
    expect((await sample(counted, 0)).length).toBe(2)
  })

  it('times short calls over many at a time', async () => {
    const { counts, counted } = counting(() => 1)
    const samples = await sample(counted, 0)
    expect(counts.runs).toBeGreaterThan(100)
    expect(Math.max(...samples)).toBeLessThan(0.5)
  })
})
