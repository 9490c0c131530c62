import { referenceBackend } from '@proj/backend'
import { describe, expect, it } from 'vitest'
import { blockUntilReady, deviceGet, devicePut, jit, type NDArray, numpy as np, random } from '../index.ts'

describe('devicePut', () => {
  it('makes arrays of numbers and typed arrays, and leaves the rest of the tree', () => {
    const put = devicePut({ x: Float32Array.of(1, 2), n: 3, name: 'net', none: null })
    expect(String((put.x as unknown as NDArray).aval.dtype)).toBe('float32')
    expect((put.n as unknown as NDArray).item()).toBe(3)
    expect(put).toMatchObject({ name: 'net', none: null })
  })
  it('moves arrays to a backend, where they keep their values', () => {
    const other = referenceBackend()
    const moved = devicePut(np.array([1, 2]), other)
    expect(moved.arraySync()).toEqual([1, 2])
    expect(moved.add(1).arraySync()).toEqual([2, 3])
  })
  it('says that freed memory is gone', () => {
    const x = np.array([1])
    x.dispose()
    expect(() => devicePut(x)).toThrow(/memory was given up/)
  })
})

describe('deviceGet', () => {
  it('reads every array of a tree', async () => {
    const got = await deviceGet({ x: np.array([1, 2]), deep: [np.ones([], 'int32')], name: 'net' })
    expect(got).toEqual({ x: Float32Array.of(1, 2), deep: [Int32Array.of(1)], name: 'net' })
  })
  it('refuses tracers', async () => {
    let caught: Promise<unknown> = Promise.resolve()
    jit((x: NDArray) => {
      caught = deviceGet(x).catch(String)
      return x
    })(1)
    expect(await caught).toMatch(/has no numbers yet while jit traces/)
  })
})

describe('blockUntilReady', () => {
  it('gives back the same tree', async () => {
    const x = { w: random.normal(random.key(0), [100]).sum(), f: Math.sin }
    expect(await blockUntilReady(x)).toBe(x)
  })
  it('rejects for freed memory', async () => {
    const x = np.array([1])
    x.dispose()
    await expect(blockUntilReady([x])).rejects.toThrow(/memory was given up/)
  })
})
