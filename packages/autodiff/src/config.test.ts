import { afterEach, describe, expect, it } from 'vitest'
import { configKey } from './config.ts'
import { config, jit, type NDArray, random, withConfig } from './index.ts'

afterEach(() => config.update('threefryPartitionable', true))

describe('config', () => {
  it('starts as JAX does today', () => {
    expect(config.threefryPartitionable).toBe(true)
  })

  it('changes by update, and for the length of a function by withConfig', () => {
    config.update('threefryPartitionable', false)
    expect(config.threefryPartitionable).toBe(false)
    expect(withConfig({ threefryPartitionable: true }, () => config.threefryPartitionable)).toBe(true)
    expect(config.threefryPartitionable).toBe(false)
  })

  it('is put back when the function throws, and where functions nest', () => {
    const fail = () =>
      withConfig({ threefryPartitionable: false }, () => {
        withConfig({ threefryPartitionable: true }, () => {})
        expect(config.threefryPartitionable).toBe(false)
        throw new Error('no')
      })
    expect(fail).toThrow('no')
    expect(config.threefryPartitionable).toBe(true)
  })

  it('refuses switches and values there are none of', () => {
    expect(() => config.update('x64' as never, true as never)).toThrow(
      'config: there is no x64; use one of threefryPartitionable.',
    )
    expect(() => config.update('threefryPartitionable', 1 as never)).toThrow(
      'config: threefryPartitionable cannot be 1; use a boolean.',
    )
    expect(config.threefryPartitionable).toBe(true)
  })
})

describe('configKey', () => {
  it('is one text for each setting', () => {
    const before = configKey()
    const other = withConfig({ threefryPartitionable: false }, configKey)
    expect(other).not.toBe(before)
    expect(configKey()).toBe(before)
  })

  it('keeps compiled functions of different settings apart', () => {
    const sample = jit((key: NDArray) => random.uniform(key, [3]))
    const key = random.PRNGKey(0)
    const today = sample(key).arraySync()
    const before = withConfig({ threefryPartitionable: false }, () => sample(key).arraySync())
    expect(before).not.toEqual(today)
    expect(before).toEqual(withConfig({ threefryPartitionable: false }, () => random.uniform(key, [3]).arraySync()))
    expect(sample(key).arraySync()).toEqual(today)
  })
})
