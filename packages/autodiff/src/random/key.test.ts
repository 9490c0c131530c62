import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { DTypeError, isNDArray, jit, type NDArray, numpy as np, random, ShapeError, vmap } from '../index.ts'

const key = random.PRNGKey(1701)

describe('PRNGKey', () => {
  it('takes numbers, arrays and tracers, by their lowest 32 bits', () => {
    expect(random.PRNGKey(-1).arraySync()).toEqual([0, 2 ** 32 - 1])
    expect(random.PRNGKey(np.arange(5).sum()).arraySync()).toEqual([0, 10])
    expect(jit((seed: NDArray) => random.PRNGKey(seed))(np.array(Int32Array.of(-1)).reshape([])).arraySync()).toEqual([
      0,
      2 ** 32 - 1,
    ])
  })

  it('refuses what is no integer', () => {
    expect(() => random.PRNGKey(0.5)).toThrow(DTypeError)
    expect(() => random.PRNGKey(2 ** 60)).toThrow(DTypeError)
    expect(() => random.PRNGKey(np.arange(2))).toThrow('vmap')
    expect(() => random.PRNGKey(np.array(1.5))).toThrow(DTypeError)
  })
})

describe('split', () => {
  it('takes apart into keys without further ado', () => {
    const [a, b, c] = random.split(key, 3)
    expectTypeOf(a).toEqualTypeOf<NDArray>()
    expectTypeOf(c).toEqualTypeOf<NDArray>()
    const keys = random.split(key, 3)
    expect(isNDArray(keys)).toBe(true)
    expect(keys.arraySync()).toEqual([a.arraySync(), b.arraySync(), c.arraySync()])
    expect(keys[2].arraySync()).toEqual(c.arraySync())
  })

  it('makes two by default, and as many as a number or shape says', () => {
    const [a, b] = random.split(key)
    expect([a.shape, b.shape]).toEqual([[2], [2]])
    const n = 4 as number
    expectTypeOf(random.split(key, n)).toEqualTypeOf<NDArray>()
    expect(random.split(key, n).shape).toEqual([4, 2])
    expect(random.split(key, [2, 3]).shape).toEqual([2, 3, 2])
    expect(random.split(key, 100).shape).toEqual([100, 2])
  })

  it('knows how many there are', () => {
    // @ts-expect-error there are two
    expect(random.split(key, 2)[2]).toBeUndefined()
  })

  it('works on tracers, one key or a batch', () => {
    const both = (k: NDArray) => {
      const [a, b] = random.split(k, 2)
      return [a, b] as const
    }
    const [a, b] = both(key)
    expect(jit(both)(key).map((k) => k.arraySync())).toEqual([a.arraySync(), b.arraySync()])
    const keys = random.split(key, 3)
    expect(vmap((k: NDArray) => random.split(k, 2))(keys).arraySync()).toEqual(
      [...keys].map((k) => random.split(k, 2).arraySync()),
    )
  })

  it('refuses what is no key', () => {
    expect(() => random.split(random.split(key, 2))).toThrow(ShapeError)
    expect(() => random.split(np.zeros([2]))).toThrow(
      'split: a key of type f32[2]; pass one key, u32[2], and map over several with vmap.',
    )
    expect(() => random.split(0 as never)).toThrow('random.key(seed)')
    expect(() => random.split(key, -1)).toThrow(ShapeError)
  })
})

describe('samples', () => {
  it('of a batch of keys are those of each key', () => {
    const keys = random.split(key, 4)
    const together = vmap((k: NDArray) => random.normal(k, [3]))(keys)
    expect(together.arraySync()).toEqual([...keys].map((k) => random.normal(k, [3]).arraySync()))
    expect(random.bits(key, 3).shape).toEqual([3])
  })

  it('do not depend on the shape they are asked for in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer(), (m, n, seed) => {
        const k = random.PRNGKey(seed)
        expect(random.bits(k, [m, n]).dataSync()).toEqual(random.bits(k, [m * n]).dataSync())
      }),
      { numRuns: 20 },
    )
  })

  it('lie where they should', () => {
    const inside = (x: NDArray, low: number, high: number): boolean =>
      x.ge(low).bitwiseAnd(x.lt(high)).all().item() as boolean
    expect(inside(random.uniform(key, [1000], { minval: -3, maxval: 2 }), -3, 2)).toBe(true)
    expect(inside(random.randint(key, [1000], -3, 2), -3, 2)).toBe(true)
    expect(inside(random.truncatedNormal(key, -0.5, 0.25, [1000]), -0.5, 0.25)).toBe(true)
    const normal = random.normal(key, [4000])
    expect(Math.abs(normal.mean().item() as number)).toBeLessThan(0.05)
    expect(Math.abs((normal.std().item() as number) - 1)).toBeLessThan(0.05)
  })

  it('refuse dtypes and shapes that make no sense', () => {
    expect(() => random.normal(key, [2], 'int32')).toThrow(DTypeError)
    expect(() => random.bits(key, [2], 'int32')).toThrow(DTypeError)
    expect(() => random.uniform(key, [-1])).toThrow(ShapeError)
    expect(() => random.bernoulli(key, np.arange(2))).toThrow(DTypeError)
    expect(() => random.uniform(key, [2], { minval: np.zeros([3]) })).toThrow(ShapeError)
    expect(() => random.randint(key, [2], 0, 1.5)).toThrow(DTypeError)
    expect(() => random.categorical(key, np.zeros([4, 3]), { shape: [3] })).toThrow(ShapeError)
  })
})
