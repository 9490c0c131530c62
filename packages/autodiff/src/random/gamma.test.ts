import { describe, expect, it } from 'vitest'
import { grad, jit, lax, type NDArray, numpy as np, random, vmap } from '../index.ts'

const key = random.key(5)
const shapes = np.array([0.05, 0.5, 1, 2.5, 30])

/** The distance between the distribution of samples and that of a cumulative function (Kolmogorov and Smirnov). */
function distance(samples: NDArray, cumulative: (x: NDArray) => NDArray): number {
  const sorted = np.sort(samples.ravel())
  const ranks = np.arange(sorted.size).add(0.5).div(sorted.size)
  return np.abs(cumulative(sorted).sub(ranks)).max().item() as number
}
const count = 4000
/** Exceeded by one in a thousand fair samples. */
const critical = 1.95 / Math.sqrt(count)
const rep = (x: number) => (y: NDArray) => np.full(y.shape, x)

describe('samples', () => {
  it.each([0.3, 1, 4, 50])('of gamma(%d) follow the incomplete gamma function', (a) => {
    expect(distance(random.gamma(key, a, [count]), (x) => lax.igamma(rep(a)(x), x))).toBeLessThan(critical)
  })
  it('of loggamma are the logarithms, also where the samples themselves underflow', () => {
    const [plain, logs] = [random.gamma(key, shapes), random.loggamma(key, shapes)]
    expect(np.allclose(np.exp(logs), plain, { rtol: 1e-5 }).item()).toBe(true)
    expect(
      np
        .isfinite(random.loggamma(key, 1e-4, [100]))
        .all()
        .item(),
    ).toBe(true)
  })
  it.each([
    [0.5, 0.5],
    [2, 3],
  ])('of beta(%d, %d) follow the incomplete beta function', (a, b) => {
    const samples = random.beta(key, a, b, [count])
    expect(distance(samples, (x) => lax.betainc(rep(a)(x), rep(b)(x), x))).toBeLessThan(critical)
  })
  it('of chisquare(4) follow gamma(2) at half the size', () => {
    expect(distance(random.chisquare(key, 4, [count]), (x) => lax.igamma(rep(2)(x), x.div(2)))).toBeLessThan(critical)
  })
  it('of f(4, 6) and t(3) follow the incomplete beta function', () => {
    const ofF = (x: NDArray): NDArray => lax.betainc(rep(2)(x), rep(3)(x), x.mul(4).div(x.mul(4).add(6)))
    expect(distance(random.f(key, 4, 6, [count]), ofF)).toBeLessThan(critical)
    const ofSquare = (x: NDArray): NDArray => lax.betainc(rep(0.5)(x), rep(1.5)(x), x.div(x.add(3)))
    expect(distance(random.t(key, 3, [count]).square(), ofSquare)).toBeLessThan(critical)
  })
  it('of generalizedNormal(2) are normal with variance ½', () => {
    const cumulative = (x: NDArray): NDArray => lax.erf(x).add(1).div(2)
    expect(distance(random.generalizedNormal(key, 2, [count]), cumulative)).toBeLessThan(critical)
  })
  it.each([1, 2, 5])('of ball with p = %d have radii whose cube is uniform', (p) => {
    const points = random.ball(key, 3, p, [count])
    expect(points.shape).toEqual([count, 3])
    const radii = points
      .abs()
      .pow(p)
      .sum(-1)
      .pow(1 / p)
    expect(distance(radii.pow(3), (x) => x)).toBeLessThan(critical)
  })
  it('of dirichlet sum to 1, with the means of their parameters', () => {
    const samples = random.dirichlet(key, [1, 2, 7], [count])
    expect(np.allclose(samples.sum(-1), 1, { atol: 1e-6 }).item()).toBe(true)
    expect(np.allclose(samples.mean(0), [0.1, 0.2, 0.7], { atol: 0.01 }).item()).toBe(true)
  })
})

describe('derivatives', () => {
  it('of gamma by its parameter move a sample along its quantile', () => {
    const a = np.array([0.3, 1, 2.5, 8]).astype('float64')
    const draw = (a: NDArray): NDArray => random.gamma(key, a, [4], 'float64')
    const x = draw(a)
    const h = 1e-5
    const byA = lax
      .igamma(a.add(h), x)
      .sub(lax.igamma(a.sub(h), x))
      .div(2 * h)
    const byX = lax
      .igamma(a, x.add(h))
      .sub(lax.igamma(a, x.sub(h)))
      .div(2 * h)
    const slope = grad((a: NDArray) => draw(a).sum())(a)
    expect(np.allclose(slope, byA.div(byX).neg(), { rtol: 1e-5 }).item()).toBe(true)
  })
  it('of loggamma are those of gamma, divided by the sample', () => {
    const ofLogs = grad((a: NDArray) => random.loggamma(key, a).sum())(shapes)
    const ofPlain = grad((a: NDArray) => np.log(random.gamma(key, a)).sum())(shapes)
    expect(np.allclose(ofLogs, ofPlain, { rtol: 1e-3 }).item()).toBe(true)
  })
})

describe('transforms', () => {
  it('give the samples that one key gives alone', () => {
    const keys = random.split(key, 3)
    const draw = (k: NDArray): NDArray => random.gamma(k, shapes)
    const alone = np.stack([0, 1, 2].map((i) => draw(keys[i as 0 | 1 | 2])))
    expect(np.allclose(vmap(draw)(keys), alone, { rtol: 1e-5 }).item()).toBe(true)
    expect(np.allclose(jit(vmap(draw))(keys), alone, { rtol: 1e-5 }).item()).toBe(true)
  })
})

it.each([
  ['a scalar alpha', () => random.dirichlet(key, 1), /dirichlet: a scalar alpha; give one number for each category/],
  ['no dimensions', () => random.ball(key, 0), /ball: 0 dimensions; use a positive integer/],
  ['an integer dtype', () => random.gamma(key, 1, [2], 'int32'), /gamma: int32; use a float dtype/],
  ['parameters that do not fit', () => random.gamma(key, shapes, [2]), /gamma/],
  ['several keys', () => random.gamma(random.split(key), 1), /gamma: a key of type .*map over several with vmap/],
])('%s is an error that says what to do', (_name, call, message) => {
  expect(call).toThrow(message)
})
