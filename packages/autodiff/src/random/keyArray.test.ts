import { inspect } from 'node:util'
import { treeRepr } from '@proj/tree'
import { describe, expect, it } from 'vitest'
import { DTypeError, grad, jit, type NDArray, numpy as np, random, ShapeError, vmap } from '../index.ts'

const key = random.key(7)
const words = (keys: NDArray): unknown => random.keyData(keys).arraySync()

describe('key', () => {
  it('holds the words that PRNGKey gives', () => {
    expect(words(key)).toEqual(random.PRNGKey(7).arraySync())
    expect(words(random.wrapKeyData(random.PRNGKey(7)))).toEqual(words(key))
    expect(words(random.clone(key))).toEqual(words(key))
    expect(words(random.PRNGKey(7))).toEqual(words(key))
  })

  it('prints as key<fry>, in trees too', () => {
    expect(String(key)).toBe('key<fry>[]')
    expect(inspect(random.split(key, 3))).toBe('key<fry>[3]')
    expect(treeRepr({ key })).toBe('dict(key=key<fry>[])')
    expect([key.dtype, random.keyDtype(), random.keyImpl(key)]).toEqual(['key<fry>', 'key<fry>', 'threefry2x32'])
  })

  it('has the shape of the keys, not of their words', () => {
    const keys = random.split(key, [2, 3])
    expect([keys.shape, keys.ndim, keys.size]).toEqual([[2, 3], 2, 6])
    expect(keys.reshape(-1).shape).toEqual([6])
    expect(words(keys.reshape([3, 2]).ravel())).toEqual(words(keys.flatten()))
    expect([...keys].map(words)).toEqual(words(keys))
    expect(() => [...key]).toThrow(ShapeError)
  })

  it('samples what the raw key does', () => {
    const raw = random.PRNGKey(7)
    expect(random.normal(key, [3]).arraySync()).toEqual(random.normal(raw, [3]).arraySync())
    expect(words(random.foldIn(key, 3))).toEqual(random.foldIn(raw, 3).arraySync())
    const [a, b] = random.split(key)
    expect([words(a), words(b)]).toEqual(random.split(raw).arraySync())
    expect(String(a)).toBe('key<fry>[]')
  })

  it('goes in and out of jit, vmap and both', () => {
    const next = (k: NDArray) => random.split(k, 2)
    expect(String(jit(next)(key))).toBe('key<fry>[2]')
    expect(words(jit(next)(key))).toEqual(words(next(key)))
    const keys = random.split(key, 4)
    const draw = (k: NDArray) => random.uniform(k, [2])
    const expected = [...keys].map((k) => draw(k).arraySync())
    expect(vmap(draw)(keys).arraySync()).toEqual(expected)
    expect(jit(vmap(draw))(keys).arraySync()).toEqual(expected)
    expect(String(vmap(next)(keys))).toBe('key<fry>[4,2]')
    expect(jit((x: NDArray) => x.add(random.uniform(key)))(1).item()).toBe(random.uniform(key).add(1).item())
  })

  it('makes another program than a raw key of the same words', () => {
    const typed = jit((k: NDArray) => random.foldIn(k, 1))
    expect(String(typed(key))).toBe('key<fry>[]')
    expect(typed(random.PRNGKey(7)).dtype).toBe('uint32')
  })

  it('goes along, not differentiated', () => {
    const noisy = (x: NDArray, k: NDArray) => x.mul(random.normal(k)).sum()
    expect(grad(noisy)(2, key).item()).toBe(random.normal(key).item())
    expect(() => grad(noisy, 1)(2, key)).toThrow('only floats have derivatives')
  })

  it('is no number', () => {
    const message = 'key<fry>[] holds random keys, which are no numbers; take their words with random.keyData(key)'
    for (const wrong of [
      () => key.add(1),
      () => np.add(1, key),
      () => np.sum(key),
      () => np.exp(key),
      () => np.stack([key, key]),
      () => np.zerosLike(key),
      () => key.astype('float32'),
      () => key.dataSync(),
      () => key.item(),
      () => Number(key),
      () => jit((k: NDArray) => k.mul(2))(key),
      () => vmap((k: NDArray) => k.neg())(random.split(key, 1).reshape(1)),
      () => jit(() => np.cos(key))(),
    ]) {
      expect(wrong, String(wrong)).toThrow(DTypeError)
      expect(wrong, String(wrong)).toThrow(message)
    }
    expect(() => np.sum(key)).toThrow('sum: key<fry>[]')
  })

  it('refuses words that are none, seeds that are keys, and unknown implementations', () => {
    expect(() => random.wrapKeyData(np.zeros([2]))).toThrow(
      'wrapKeyData: words of type f32[2]; the words of keys are uint32 with a last dimension of size 2.',
    )
    expect(() => random.keyData(np.zeros([2]))).toThrow(ShapeError)
    expect(() => random.key(key)).toThrow('got key<fry>[] for the seed')
    expect(() => random.key(0, { impl: 'rbg' as never })).toThrow('the implementation rbg; use threefry2x32')
    expect(() => random.normal(random.split(key, 2), [3])).toThrow(
      'normal: a key of type key<fry>[2]; pass one key, key<fry>[], and map over several with vmap.',
    )
  })
})
