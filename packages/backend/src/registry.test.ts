import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Backend } from './backend.ts'
import { backendEpoch, getDefaultBackend, onBackendChange, setDefaultBackend } from './registry.ts'

const named = (name: string) => ({ name }) as unknown as Backend

afterEach(() => setDefaultBackend(undefined))

describe('the default backend', () => {
  it('is none until one is set', () => {
    expect(getDefaultBackend()).toBeUndefined()
  })
  it('is the one set last', () => {
    const second = named('second')
    setDefaultBackend(named('first'))
    setDefaultBackend(second)
    expect(getDefaultBackend()).toBe(second)
  })
  it('counts its changes, and only those', () => {
    const backend = named('once')
    const before = backendEpoch()
    setDefaultBackend(backend)
    setDefaultBackend(backend)
    expect(backendEpoch()).toBe(before + 1)
  })
  it('tells those who asked, until they have heard enough', () => {
    const heard: (string | undefined)[] = []
    const stop = onBackendChange((backend) => heard.push(backend?.name))
    setDefaultBackend(named('a'))
    setDefaultBackend(undefined)
    stop()
    setDefaultBackend(named('b'))
    expect(heard).toEqual(['a', undefined])
  })
  it('is seen by another copy of the package', async () => {
    vi.resetModules()
    const copy = await import('./registry.ts')
    const backend = named('shared')
    setDefaultBackend(backend)
    expect(copy.setDefaultBackend).not.toBe(setDefaultBackend)
    expect(copy.getDefaultBackend()).toBe(backend)
    expect(copy.backendEpoch()).toBe(backendEpoch())
  })
})
