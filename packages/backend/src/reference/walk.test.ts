import { describe, expect, it } from 'vitest'
import { dense, walk } from './walk.ts'

const visits = (shape: readonly number[]): number[] => {
  const seen: number[] = []
  walk(shape, dense(shape), dense(shape.toReversed()), (a) => seen.push(a))
  return seen
}

describe('walk', () => {
  it('visits in row-major order', () => expect(visits([2, 3])).toEqual([0, 1, 2, 3, 4, 5]))
  it('visits the one element of a scalar', () => expect(visits([])).toEqual([0]))
  it('visits nothing of an empty array, however many rows it has', () =>
    expect(visits([2 ** 20, 2 ** 20, 0])).toEqual([]))
})
