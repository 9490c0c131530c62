import { config, type NDArray } from '@proj/autodiff'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import fixture from '../../fixtures/sharing.json' with { type: 'json' }
import { gradientsOf, main, show } from './main.ts'

const layers = ['enc1', 'enc2', 'dec2', 'dec1'] as const
const modes = [
  ['the original threefry', false, fixture.original],
  ['the default threefry', true, fixture.partitionable],
] as const
const calls = ['tied', 'nonTied'] as const

/** sepes leaves a space at the end of its lines. */
const trimmed = (text: string) => text.replaceAll(', \n', ',\n')

/** Within a few units in the last place of the largest value. */
function expectClose(array: NDArray, expected: unknown): void {
  const [found, wanted] = [[array.arraySync()].flat(2) as number[], [expected].flat(3) as number[]]
  expect(found.length).toBe(wanted.length)
  const scale = Math.max(...wanted.map(Math.abs))
  for (const [i, value] of wanted.entries())
    expect(Math.abs((found[i] as number) - value)).toBeLessThanOrEqual(2e-6 * scale)
}

describe.each(modes)('gradients with %s', (_, partitionable, answers) => {
  const before = config.threefryPartitionable
  beforeAll(() => config.update('threefryPartitionable', partitionable))
  afterAll(() => config.update('threefryPartitionable', before))

  it.each(calls)('print as those of sepes and JAX, %s', (call) => {
    expect(show(gradientsOf(call))).toBe(trimmed(answers[call].text))
  })

  it.each(calls)('are those of JAX, layer by layer, %s', (call) => {
    const gradients = gradientsOf(call)
    for (const layer of layers) {
      expectClose(gradients[layer].weight, answers[call].values[layer].weight)
      expectClose(gradients[layer].bias, answers[call].values[layer].bias)
    }
  })
})

describe('the program', () => {
  it('prints the published text', () => {
    const lines: string[] = []
    main((text) => lines.push(text))
    expect(lines.join('\n')).toContain(`Linear(
  weight=f32[1,10](μ=0.00, σ=0.00, ∈[0.00,0.00]),
  bias=f32[1](μ=622.29, σ=0.00, ∈[622.29,622.29])
) Linear(
  weight=f32[10,20](μ=0.00, σ=0.00, ∈[0.00,0.00]),
  bias=f32[10](μ=-107.37, σ=706.50, ∈[-1561.75,949.41])
)`)
    expect(lines.join('\n')).toContain('bias=f32[1](μ=469.07, σ=0.00, ∈[469.07,469.07])')
    expect(lines.join('\n')).toContain('bias=f32[10](μ=-123.62, σ=515.67, ∈[-887.02,779.42])')
  })

  it('leaves the configuration as it was', () => {
    const before = config.threefryPartitionable
    main(() => {})
    expect(config.threefryPartitionable).toBe(before)
  })
})
