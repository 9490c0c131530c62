import { describe, expect, it } from 'vitest'
import { makeAval } from '../aval.ts'
import { concatenateWindows, padWindow } from './windows.ts'

const f32 = (...shape: number[]) => makeAval(shape, 'float32')

describe('windows', () => {
  it('lays operands end to end', () => {
    const starts = concatenateWindows([f32(2, 3), f32(2, 1), f32(2, 2)], { dimension: 1 }).map((window) => window.start)
    expect(starts).toEqual([
      [0, 0],
      [0, 3],
      [0, 4],
    ])
  })

  it('spreads a padded operand', () => {
    expect(padWindow(f32(3), f32(8), { low: [2], high: [1], interior: [1] })).toMatchObject({
      from: [0],
      shape: [3],
      start: [2],
      step: [2],
    })
  })

  it('crops where padding is negative', () => {
    expect(padWindow(f32(5), f32(3), { low: [-1], high: [-1], interior: [0] })).toMatchObject({
      from: [1],
      shape: [3],
      start: [0],
    })
    expect(padWindow(f32(3), f32(3), { low: [-1], high: [-1], interior: [1] })).toMatchObject({
      from: [1],
      shape: [1],
      start: [1],
      step: [2],
    })
  })
})
