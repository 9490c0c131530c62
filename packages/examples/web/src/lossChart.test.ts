import { describe, expect, it } from 'vitest'
import { thinned } from './lossChart.ts'

describe('thinned', () => {
  it('keeps every loss where there is room', () => {
    expect(thinned([3, 2, 1], 1)).toEqual([
      [0, 3],
      [1, 2],
      [2, 1],
    ])
  })

  it('takes means, at the middle of their steps', () => {
    expect(thinned([1, 2, 3, 4, 5], 2)).toEqual([
      [0.5, 1.5],
      [2.5, 3.5],
      [4, 5],
    ])
  })

  it('leaves out what cannot be drawn', () => {
    expect(thinned([1, Number.NaN, 3], 1)).toEqual([
      [0, 1],
      [2, 3],
    ])
  })

  it('makes nothing of nothing', () => {
    expect(thinned([], 1)).toEqual([])
  })
})
