import { getBackend } from '@proj/autodiff'
import { describe, expect, it } from 'vitest'
import fixture from '../../fixtures/sharing.json' with { type: 'json' }
import { main } from './main.ts'

/** sepes leaves a space at the end of its lines. */
const trimmed = (text: string) => text.replaceAll(', \n', ',\n')

describe('the example', () => {
  it('prints on the custom backend what JAX and sepes print', async () => {
    let text = ''
    await main((more) => (text += `${more}\n`))
    expect(text).toContain("On the backend 'views'")
    for (const { tied, nonTied } of [fixture.original, fixture.partitionable]) {
      expect(text).toContain(trimmed(tied.text))
      expect(text).toContain(trimmed(nonTied.text))
    }
  })

  it('puts the backend back that was there', async () => {
    const before = getBackend()
    await main(() => {})
    expect(getBackend()).toBe(before)
  })
})
