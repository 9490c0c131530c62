import { BackendError, jit, type NDArray, numpy as np } from '@proj/autodiff'
import { describe, expect, it } from 'vitest'
import { eagerLoop, growth, trainingLoop, transientLoad } from './workloads.ts'

const resident = (): number => process.memoryUsage().rss
const MB = 2 ** 20

describe('a loop that never yields', () => {
  it('holds what it held when it is of small eager ops', () => {
    const usage = eagerLoop(150_000, 16, resident)
    expect(usage.value).toBeCloseTo(1, 6)
    // Kept, 130,000 results with their handles would be 40 MB or more.
    expect(growth(usage)).toBeLessThan(24 * MB)
  })

  it('holds what it held when it is of large eager ops', () => {
    const usage = eagerLoop(4_500, 100_000, resident)
    expect(usage.value).toBeCloseTo(1, 6)
    // Kept, they would be 1,500 MB.
    expect(growth(usage)).toBeLessThan(200 * MB)
  })

  it('holds what it held when it is of training steps', () => {
    const usage = trainingLoop(20_000, resident)
    expect(usage.value).toBeLessThan(1e-4)
    expect(growth(usage)).toBeLessThan(24 * MB)
  })
})

describe('a large transient', () => {
  it('is given back by the small work after it', () => {
    // It goes after a second; threads that are stopped need a moment more where others use the cores.
    const { bytes, value } = transientLoad(0.5, 5, resident)
    const [before, peak, after] = bytes as [number, number, number]
    expect(value).toBeCloseTo(3, 5)
    expect(peak - before).toBeGreaterThan(450 * MB)
    expect(after - before).toBeLessThan(100 * MB)
  })
})

describe('memory given up early', () => {
  const given = (x: NDArray, by: RegExp) => {
    for (const use of [() => x.add(1), () => x.arraySync(), () => jit((y: NDArray) => y)(x)]) {
      expect(use).toThrow(BackendError)
      expect(use).toThrow(by)
    }
  }

  it('by using is free at the end of the block', () => {
    let kept: NDArray
    {
      using x = np.ones([4]).add(1)
      kept = x
      expect(x.sum().item()).toBe(8)
    }
    given(kept, /memory was given up by dispose\(\)/)
  })

  it('by donation is free after the call', () => {
    const donating = jit(
      function step(x: NDArray) {
        return x.mul(2)
      },
      { donateArgnums: 0 },
    )
    const x = np.ones([4]).add(1)
    expect(donating(x).arraySync()).toEqual([4, 4, 4, 4])
    given(x, /memory was given up by donation to jit\(step\)/)
  })

  it('holds large arrays to one at a time', () => {
    const held: number[] = []
    for (let i = 0; i < 400; i++) {
      using x = np.zeros([250_000]).add(i)
      expect(x.shape).toEqual([250_000])
      if (i === 40 || i === 399) held.push(resident())
    }
    // 360 of them, kept, would be 340 MB.
    expect((held[1] as number) - (held[0] as number)).toBeLessThan(48 * MB)
  })
})
