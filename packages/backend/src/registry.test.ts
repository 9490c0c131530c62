import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Backend } from './backend.ts'
import { getDefaultBackend, setDefaultBackend } from './registry.ts'

afterEach(() => setDefaultBackend(undefined))

describe('the default backend', () => {
  it('is none until one is set', () => {
    expect(getDefaultBackend()).toBeUndefined()
  })
  it('is the one set last', () => {
    const [first, second] = [{ name: 'first' }, { name: 'second' }] as unknown as [Backend, Backend]
    setDefaultBackend(first)
    setDefaultBackend(second)
    expect(getDefaultBackend()).toBe(second)
  })
  it('is seen by another copy of the package', async () => {
    vi.resetModules()
    const copy = await import('./registry.ts')
    const backend = { name: 'shared' } as unknown as Backend
    setDefaultBackend(backend)
    expect(copy.setDefaultBackend).not.toBe(setDefaultBackend)
    expect(copy.getDefaultBackend()).toBe(backend)
  })
})
