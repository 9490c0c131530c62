import { describe, expect, it } from 'vitest'
import { jit, type NDArray, numpy as np, random } from '../index.ts'

const key = random.key(9)
const cov = np.array([
  [2, 0.6],
  [0.6, 1],
])

describe('multivariateNormal', () => {
  it.each(['cholesky', 'eigh', 'svd'] as const)('has the mean and the covariance asked for, by %s', (method) => {
    const samples = random.multivariateNormal(key, [1, -1], cov, [20_000], { method })
    expect(samples.shape).toEqual([20_000, 2])
    expect(np.allclose(samples.mean(0), [1, -1], { atol: 0.05 }).item()).toBe(true)
    expect(np.allclose(np.cov(samples.T), cov, { atol: 0.08 }).item()).toBe(true)
  })
  it('takes singular covariances by eigh and svd', () => {
    const flat = [
      [1, 1],
      [1, 1],
    ]
    for (const method of ['eigh', 'svd'] as const) {
      const samples = random.multivariateNormal(key, [0, 0], flat, [50], { method })
      expect(np.abs(np.diff(samples)).max().item()).toBeLessThan(1e-3)
    }
  })
  it('broadcasts batches of means and covariances', () => {
    const covs = np.stack([cov, cov, cov])
    expect(random.multivariateNormal(key, np.zeros([4, 1, 2]), covs).shape).toEqual([4, 3, 2])
  })
  it.each([
    ['a scalar mean', () => random.multivariateNormal(key, 0, cov), /pass \[..., n\] and \[..., n, n\]/],
    [
      'sizes that differ',
      () => random.multivariateNormal(key, [0, 0, 0], cov),
      /a mean f32\[3\] and a covariance f32\[2,2\]/,
    ],
    [
      'a batch that does not fit',
      () => random.multivariateNormal(key, np.zeros([3, 2]), cov, [2]),
      /multivariateNormal/,
    ],
    [
      'a method',
      () => random.multivariateNormal(key, [0, 0], cov, [], { method: 'lu' as 'svd' }),
      /the method lu; use/,
    ],
    ['a dtype', () => random.multivariateNormal(key, [0, 0], cov, [], 'int32'), /int32; use a float dtype/],
  ])('refuses %s', (_name, call, message) => {
    expect(call).toThrow(message)
  })
})

describe('orthogonal', () => {
  it.each([
    [4, 4],
    [5, 2],
    [2, 5],
  ])('matrices of %d rows and %d columns keep lengths', (n, m) => {
    const x = random.orthogonal(key, n, { m, shape: [3] })
    expect(x.shape).toEqual([3, n, m])
    const product = n < m ? np.matmul(x, np.matrixTranspose(x)) : np.matmul(np.matrixTranspose(x), x)
    expect(np.allclose(product, np.eye(Math.min(n, m)), { atol: 1e-5 }).item()).toBe(true)
  })
  it('have entries of mean 0 and variance 1/n, and are the same under jit', () => {
    const draw = (k: NDArray): NDArray => random.orthogonal(k, 3, [2000])
    const x = draw(key)
    expect(Math.abs(x.mean().item() as number)).toBeLessThan(0.02)
    expect(x.var().item()).toBeCloseTo(1 / 3, 2)
    expect(np.allclose(jit(draw)(key), x, { atol: 1e-5 }).item()).toBe(true)
  })
  it('refuse negative sizes', () => {
    expect(() => random.orthogonal(key, -1)).toThrow(/orthogonal/)
  })
})
