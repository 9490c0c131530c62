import { campaign } from '@proj/backend/testing'
import { describe, expect, it } from 'vitest'
import { type Mode, modes } from './modes.ts'

/** Programs of one test, so that a failing one says soon where. */
const block = 500

/** Tests of the programs of `count` seeds from `seed` on, in one mode. */
export function fuzzTests(mode: Mode, { seed, count }: { readonly seed: number; readonly count: number }): void {
  describe(`random programs, ${mode}`, () => {
    const starts = Array.from({ length: count / block }, (_, i) => seed + i * block)
    it.each(starts)(`give what the reference gives, from seed %i on`, { timeout: 120_000 }, async (start) => {
      const { failures, tally } = await campaign({ backend: modes[mode], seed: start, count: block })
      expect(failures.map((failure) => `seed ${failure.seed}: ${failure.report}`)).toEqual([])
      expect(tally.programs).toBe(block)
    })
  })
}
