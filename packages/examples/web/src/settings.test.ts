import { describe, expect, it } from 'vitest'
import { problemWith, ranges, readSettings } from './settings.ts'

const read = (query: string) => readSettings(new URLSearchParams(query))

describe('readSettings', () => {
  it('has a value for everything', () => {
    const { settings, problems } = read('')
    expect(settings).toEqual({
      backend: 'cpu',
      threefry: 'original',
      batch: 128,
      rate: 0.001,
      steps: 900,
      images: 60_000,
    })
    expect(problems).toEqual([])
  })

  it('takes each parameter from the address', () => {
    const { settings, problems } = read('backend=webgl&threefry=default&batch=32&rate=1e-2&steps=20&images=512')
    expect(settings).toEqual({ backend: 'webgl', threefry: 'default', batch: 32, rate: 0.01, steps: 20, images: 512 })
    expect(problems).toEqual([])
  })

  it('names a value that it cannot use, and uses the default', () => {
    const { settings, problems } = read('batch=1.5&steps=0&images=&rate=fast&backend=webgpu')
    expect(settings).toEqual(read('').settings)
    expect(problems).toEqual([
      'backend=webgpu: not one of cpu, webgl; cpu is used.',
      'batch=1.5: not a whole number from 1 to 1024; 128 is used.',
      'rate=fast: not a number from 0.000001 to 1; 0.001 is used.',
      'steps=0: not a whole number from 1 to 100000; 900 is used.',
      'images=: not a whole number from 1 to 60000; 60000 is used.',
    ])
  })
})

describe('ranges', () => {
  it('hold their own defaults and bounds', () => {
    for (const [name, { value, min, max }] of Object.entries(ranges)) {
      for (const each of [value, min, max]) expect(problemWith(name as keyof typeof ranges, each)).toBeUndefined()
      for (const each of [min - 1, max + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(problemWith(name as keyof typeof ranges, each)).toMatch(/^not a/)
      }
    }
  })
})
