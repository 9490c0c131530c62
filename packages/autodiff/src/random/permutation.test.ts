import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jit, type NDArray, numpy as np, random, vmap } from '../index.ts'

const key = random.key(3)
const grid = np.arange(60).reshape(20, 3)
const sorted = (x: NDArray, axis = -1): unknown => np.sort(x, axis).arraySync()

describe('permutation', () => {
  it('has every element once', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.integer({ min: 0, max: 40 }), (seed, n) => {
        const found = random.permutation(random.key(seed), n)
        expect(found.dtype).toBe('int32')
        expect(sorted(found)).toEqual(Array.from({ length: n }, (_, i) => i))
      }),
      { numRuns: 30 },
    )
  })
  it('moves whole slices along the axis', () => {
    const rows = random.permutation(key, grid)
    expect(sorted(rows, 0)).toEqual(grid.arraySync())
    expect(np.diff(rows, { axis: 1 }).eq(1).all().item()).toBe(true)
    expect(sorted(random.permutation(key, grid, 1), 1)).toEqual(grid.arraySync())
  })
  it('gives each vector its own order with `independent`', () => {
    const rows = random.permutation(key, grid, { independent: true })
    expect(sorted(rows, 0)).toEqual(grid.arraySync())
    expect(np.diff(rows, { axis: 1 }).eq(1).all().item()).toBe(false)
  })
  it('puts each element in each place as often', () => {
    const draws = vmap((k: NDArray) => random.permutation(k, 4))(random.split(key, [6000]))
    for (let place = 0; place < 4; place++)
      expect(np.bincount(draws.T.at(place).get(), { length: 4 }).div(6000).sub(0.25).abs().max().item()).toBeLessThan(
        0.025,
      )
  })
})

describe('choice', () => {
  it('draws different elements without replacement', () => {
    const found = random.choice(key, 50, [5, 10], { replace: false })
    expect(found.shape).toEqual([5, 10])
    expect(sorted(found.ravel())).toEqual(np.arange(50).arraySync())
  })
  it.each([true, false])('draws by the chances (replace: %s)', (replace) => {
    const p = [0.1, 0.2, 0.7]
    const one = (k: NDArray): NDArray => random.choice(k, 3, [], { p, replace })
    const found = vmap(one)(random.split(key, [6000]))
    const shares = np.bincount(found, { length: 3 }).div(6000)
    expect(np.allclose(shares, p, { atol: 0.025 }).item()).toBe(true)
  })
  it('never draws what has no chance', () => {
    expect(
      random
        .choice(key, 3, [1000], { p: [0, 1, 0] })
        .eq(1)
        .all()
        .item(),
    ).toBe(true)
  })
  it('puts the shape of the draws in place of the axis', () => {
    expect(random.choice(key, grid, [2, 5], { axis: 1 }).shape).toEqual([20, 2, 5])
    expect(random.choice(key, grid, [0]).shape).toEqual([0, 3])
    expect(random.choice(key, grid).shape).toEqual([3])
  })
  it('is the same under jit', () => {
    const draw = (k: NDArray): NDArray => random.choice(k, grid, [4], { replace: false })
    expect(jit(draw)(key).arraySync()).toEqual(draw(key).arraySync())
  })
  it.each([
    ['too many', () => random.choice(key, 3, [4], { replace: false }), /4 different ones of 3; draw fewer/],
    ['none', () => random.choice(key, 0, [1]), /nothing to draw from/],
    ['chances', () => random.choice(key, 3, [1], { p: [1] }), /chances f32\[1\] for 3 elements; give one for each/],
    ['a fraction', () => random.choice(key, 1.5), /the number 1.5; pass a natural number or an array/],
    ['an axis', () => random.choice(key, grid, [1], { axis: 2 }), /axis 2/],
    ['a fraction to permute', () => random.permutation(key, -1), /the number -1/],
  ])('%s that do not fit are errors', (_name, call, message) => {
    expect(call).toThrow(message)
  })
})
