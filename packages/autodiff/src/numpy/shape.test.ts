import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numpy as np, ShapeError } from '../index.ts'

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 })
const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
const numbered = (shape: readonly number[]) => np.reshape(np.arange(count(shape)), shape)

describe('shape', () => {
  it('transpose undoes itself, and so does flip', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const x = numbered(shape)
        expect(x.T.T.arraySync()).toEqual(x.arraySync())
        expect(np.flip(np.flip(x)).arraySync()).toEqual(x.arraySync())
      }),
      { numRuns: 30 },
    )
  })

  it('moveaxis there and back changes nothing', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), fc.nat(), (shape, i, j) => {
        const [a, b] = [i % shape.length, j % shape.length]
        const x = numbered(shape)
        expect(np.moveaxis(np.moveaxis(x, a, b), b, a).arraySync()).toEqual(x.arraySync())
      }),
      { numRuns: 30 },
    )
  })

  it('roll by the size changes nothing, and rolls add up', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), (shape, m, n) => {
        const x = numbered(shape)
        expect(np.roll(x, shape[0] as number, 0).arraySync()).toEqual(x.arraySync())
        expect(np.roll(np.roll(x, m), n).arraySync()).toEqual(np.roll(x, m + n).arraySync())
      }),
      { numRuns: 30 },
    )
  })

  it('what split takes apart concatenate puts together', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 5 }), fc.nat(), (shape, parts, i) => {
        const axis = i % shape.length
        const x = numbered(shape)
        const pieces = np.arraySplit(x, parts, axis)
        expect(pieces.length).toBe(parts)
        expect(np.concatenate(pieces, axis).arraySync()).toEqual(x.arraySync())
        const cut = np.split(x, [1, 3], axis)
        expect(np.concatenate(cut, axis).arraySync()).toEqual(x.arraySync())
      }),
      { numRuns: 30 },
    )
  })

  it('tells shape, rank and size of anything array-like', () => {
    expect([np.shape([[1, 2]]), np.ndim(3), np.size([[1, 2]]), np.size([[1, 2]], 1)]).toEqual([[1, 2], 0, 2, 2])
    expect(np.broadcastShapes([2, 1], [3])).toEqual([2, 3])
    expect(np.broadcastArrays([1, 2], [[1], [2]]).map((x) => x.shape)).toEqual([
      [2, 2],
      [2, 2],
    ])
  })

  it.each<[string, () => unknown, string]>([
    ['reshape to another size', () => np.reshape(np.arange(6), [4]), 'reshape: i32[6] of 6 elements as [4]'],
    ['reshape with two unknown sizes', () => np.reshape(np.arange(6), [-1, -1]), 'one may be -1'],
    [
      'reshape of nothing to an unknown size',
      () => np.reshape(np.zeros([0]), [0, -1]),
      'reshape: f32[0] of 0 elements',
    ],
    ['transpose of an axis twice', () => np.transpose(np.zeros([2, 2]), [0, 0]), 'name each axis once'],
    ['transpose of too few axes', () => np.transpose(np.zeros([2, 2]), [0]), 'transpose: axes [0]'],
    ['matrixTranspose of a vector', () => np.matrixTranspose([1]), 'matrixTranspose: got f32[1]'],
    ['an axis out of range', () => np.swapaxes(np.zeros([2, 2]), 0, 2), 'use an integer from -2 to 1'],
    ['moveaxis to a place twice', () => np.moveaxis(np.zeros([2, 2]), [0, 1], [0, 0]), 'each once'],
    ['squeeze of a larger dimension', () => np.squeeze(np.zeros([2, 1]), 0), 'only dimensions of size 1 can go'],
    ['broadcastTo a smaller shape', () => np.broadcastTo(np.zeros([3]), [1]), 'broadcastTo: f32[3] to [1]'],
    ['rot90 about one axis', () => np.rot90(np.zeros([2, 2]), 1, [0, 0]), 'name two different axes'],
    ['roll by several along several', () => np.roll(np.zeros([2, 2]), [1, 2, 3], [0, 1]), 'one shift for each axis'],
    [
      'concatenate of shapes that differ',
      () => np.concatenate([np.zeros([2, 3]), np.zeros([2, 4])]),
      'concatenate: f32[2,3] and f32[2,4] along axis 0',
    ],
    ['concatenate of scalars', () => np.concatenate([1, 2]), 'use stack'],
    ['concatenate of nothing', () => np.concatenate([]), 'pass at least one'],
    ['stack of shapes that differ', () => np.stack([[1], [1, 2]]), 'all must have one shape'],
    ['split into unequal parts', () => np.split(np.arange(5), 2), 'use a divisor, or arraySplit'],
    ['split into no parts', () => np.arraySplit(np.arange(5), 0), 'one part or more'],
    ['repeat with the wrong counts', () => np.repeat([1, 2, 3], [1, 2]), '2 counts along an axis of size 3'],
    ['pad of a negative width', () => np.pad([1], -1), 'whole numbers'],
    ['pad of a mode there is none of', () => np.pad([1], 1, { mode: 'mirror' as never }), 'use one of constant'],
    ['pad by repeating nothing', () => np.pad(np.zeros([0]), 1, { mode: 'edge' }), 'there is nothing to repeat'],
    [
      'pad with widths that fit no axis',
      () =>
        np.pad(np.zeros([2, 2]), [
          [1, 1],
          [1, 1],
          [1, 1],
        ]),
      'a pair for each axis',
    ],
  ])('%s is an error', (_, run, text) => {
    expect(run).toThrow(ShapeError)
    expect(run).toThrow(text)
  })

  it('joins blocks as nested lists lay them out', () => {
    const block = np.block([[np.ones([2, 2]), np.zeros([2, 1])], [np.full([1, 3], 7)]])
    expect(block.arraySync()).toEqual([
      [1, 1, 0],
      [1, 1, 0],
      [7, 7, 7],
    ])
  })
})

describe('pad', () => {
  it('takes its mode by position and by name', () => {
    expect(np.pad([1, 2], 1, 'edge').arraySync()).toEqual([1, 1, 2, 2])
    expect(np.pad([1, 2], 1, { mode: 'edge' }).arraySync()).toEqual([1, 1, 2, 2])
    expect(np.pad([1, 2], 1, 'constant', { constantValues: 3 }).arraySync()).toEqual([3, 1, 2, 3])
  })
  it('refuses an option there is none of', () => {
    expect(() => np.pad([1], 1, { constants: 3 } as never)).toThrow('pad: there is no option constants; use')
  })
  it('has NaN for the mean of nothing', () => {
    expect(np.pad(np.zeros([0]), 1, 'mean').arraySync()).toEqual([NaN, NaN])
  })
})
