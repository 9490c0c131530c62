import { numpy as np } from '@proj/autodiff'
import { describe, expect, it } from 'vitest'
import { Chain, gradientsOfSteps, main, steps } from './main.ts'

describe('what happens on the way', () => {
  it('comes back beside the result', () => {
    const { b, c } = steps(new Chain(), np.array(1))
    expect([b.item(), c.item()]).toEqual([2, 4])
  })

  it('has gradients: de/db = 8, de/dc = 4', () => {
    const { b, c } = gradientsOfSteps(new Chain(), np.array(1))
    expect([b.item(), c.item()]).toEqual([8, 4])
  })

  it('is the same with and without nudges of zero', () => {
    const [chain, x] = [new Chain(), np.array(3)]
    const nudged = chain.callNudged(x, { b: np.array(0), c: np.array(0) })
    expect(nudged.item()).toBe(chain.callWithSteps(x)[0].item())
  })
})

describe('the program', () => {
  it('prints the published values', () => {
    const lines: string[] = []
    main((text) => lines.push(text))
    expect(lines).toEqual([
      'Values on the way: dict(b=f32[] 2, c=f32[] 4)',
      'Gradients on the way: dict(b=f32[] 8, c=f32[] 4)',
    ])
  })
})
