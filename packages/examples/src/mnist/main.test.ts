import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DataError } from './idx.ts'
import { main } from './main.ts'
import { Terminal } from './terminal.ts'

/** Mean squared distance of the first 1,000 test digits from the mean training digit: the best without looking. */
const withoutLooking = 0.0647

describe('the example', () => {
  it('learns digits from real data, tied and untied, and shows what it learnt', async () => {
    let text = ''
    const terminal = new Terminal({ write: (more) => (text += more) })
    const [tied, untied] = await main({ quick: true, terminal })
    const [weights, biases] = [2 * (784 * 128 + 128 * 32), 128 + 32 + 128 + 784]
    expect(tied).toMatchObject({ name: 'tied', parameters: weights + biases, learned: weights / 2 + biases })
    expect(untied).toMatchObject({ name: 'untied', parameters: weights + biases, learned: weights + biases })
    expect(tied?.testLoss).toBeLessThan(withoutLooking)
    expect(untied?.testLoss).toBeLessThan(withoutLooking)
    expect(text).toContain('100%')
    expect(text).toContain(tied?.testLoss.toFixed(4))
    // The three pictures stand beside each other: 24 pixels each, two rows a line.
    expect(text).toMatch(/never seen +tied +untied\n(.{0,76}\n){12}/)
  }, 120_000)

  it('names the file of digits that is missing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mnist-'))
    try {
      await expect(main({ folder })).rejects.toThrow(DataError)
      await expect(main({ folder })).rejects.toThrow(join(folder, 'train-images-idx3-ubyte'))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
