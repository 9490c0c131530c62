import { describe, expect, it } from 'vitest'
import { opacity } from './pictures.ts'

describe('opacity', () => {
  it('goes from paper to ink', () => {
    expect([0, 0.5, 1].map(opacity)).toEqual([0, 128, 255])
  })

  it('stays inside for what overshoots, and shows nothing for what is missing or is no number', () => {
    expect([-3, 7, Number.NaN, undefined].map(opacity)).toEqual([0, 255, 0, 0])
  })
})
