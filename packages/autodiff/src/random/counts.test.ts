import { describe, expect, it } from 'vitest'
import { jit, type NDArray, numpy as np, random, vmap } from '../index.ts'
import { elementInDim } from '../lax/movement.ts'

const key = random.key(11)
const count = 20_000

/** Asserts that the mean and the variance of samples are within five standard errors of the true ones. */
function expectMoments(samples: NDArray, mean: number, variance: number, kurtosis = 3): void {
  const [m, v] = [samples.mean().item() as number, samples.astype('float64').var().item() as number]
  expect(Math.abs(m - mean)).toBeLessThan(5 * Math.sqrt(variance / samples.size))
  expect(Math.abs(v - variance)).toBeLessThan(5 * variance * Math.sqrt((kurtosis - 1) / samples.size))
}

describe('poisson', () => {
  it.each([0.3, 4, 9.9, 10.5, 300, 1e5, 1e6])('has mean and variance %d', (rate) => {
    expectMoments(random.poisson(key, rate, [count]).astype('float64'), rate, rate, 3 + 1 / rate)
  })
  it('has each count as often as its probability says', () => {
    const samples = random.poisson(key, 2, [count])
    for (const [k, p] of [0.1353, 0.2707, 0.2707, 0.1804].entries())
      expect(samples.eq(k).mean().item()).toBeCloseTo(p, 1.7)
  })
  it('is -1 where the rate is none: negative, infinite, NaN', () => {
    expect(random.poisson(key, np.array([-1, Infinity, Number.NaN])).arraySync()).toEqual([-1, -1, -1])
  })
  it('refuses float dtypes, and rates that do not fit', () => {
    expect(() => random.poisson(key, 1, [2], 'float32')).toThrow(/poisson: float32; use an integer dtype/)
    expect(() => random.poisson(key, np.ones([3]), [2])).toThrow(/poisson/)
  })
})

describe('binomial', () => {
  it.each([
    [10, 0.3],
    [100, 0.5],
    [1000, 0.9],
    [50, 0.01],
    [1e5, 0.2],
  ])('of %d trials with chance %d has its mean and variance', (n, p) => {
    expectMoments(random.binomial(key, n, p, [count]), n * p, n * p * (1 - p))
  })
  it('is certain where the chance is 0 or 1', () => {
    expect(random.binomial(key, np.array([5, 500]), 0).arraySync()).toEqual([0, 0])
    expect(random.binomial(key, np.array([5, 500]), 1).arraySync()).toEqual([5, 500])
  })
  it('is the same for one key under vmap and jit', () => {
    const keys = random.split(key, 3)
    const draw = (k: NDArray): NDArray => random.binomial(k, 40, 0.4, [4])
    const one = np.stack([0, 1, 2].map((i) => draw(keys[i as 0 | 1 | 2])))
    expect(jit(vmap(draw))(keys).arraySync()).toEqual(one.arraySync())
  })
})

describe('multinomial', () => {
  it('sums to the number of trials, and each count is binomial', () => {
    const samples = random.multinomial(key, 12, [0.2, 0.3, 0.5], { shape: [5000, 3] })
    expect(samples.sum(-1).eq(12).all().item()).toBe(true)
    expectMoments(elementInDim(samples, 1, -1), 3.6, 2.52)
  })
  it('leaves categories of chance 0 empty, and takes chances that do not sum to 1', () => {
    expect(random.multinomial(key, 7, [0, 2, 0]).arraySync()).toEqual([0, 7, 0])
  })
  it('refuses a scalar p', () => {
    expect(() => random.multinomial(key, 7, 0.5)).toThrow(/a scalar p; give one probability for each category/)
  })
})
