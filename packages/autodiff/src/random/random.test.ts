import { describe, expect, it } from 'vitest'
import { jit, type NDArray, random, withConfig } from '../index.ts'

type Draw = (key: NDArray) => NDArray

/** One sampler for each way of using bits. */
const draws: { readonly [name: string]: Draw } = {
  split: (key) => random.split(key, 3),
  foldIn: (key) => random.foldIn(key, 7),
  bits: (key) => random.bits(key, [5]),
  uniform: (key) => random.uniform(key, [5], { minval: -1 }),
  normal: (key) => random.normal(key, [2, 3]),
  randint: (key) => random.randint(key, [5], 0, 100),
  bernoulli: (key) => random.bernoulli(key, 0.3, [5]),
  truncatedNormal: (key) => random.truncatedNormal(key, -1, 2, [5]),
  categorical: (key) => random.categorical(key, [0.1, 0.2, 0.3], { shape: [5] }),
  permutation: (key) => random.permutation(key, 10),
  gamma: (key) => random.gamma(key, 2.5, [5]),
  orthogonal: (key) => random.orthogonal(key, 3),
}

describe.each(Object.entries(draws))('random.%s', (_, draw) => {
  it.each([true, false])('samples the same under jit, threefryPartitionable: %s', (threefryPartitionable) => {
    const key = random.PRNGKey(3)
    withConfig({ threefryPartitionable }, () => expect(jit(draw)(key).arraySync()).toEqual(draw(key).arraySync()))
  })
})
