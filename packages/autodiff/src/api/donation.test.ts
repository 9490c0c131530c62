import { cpu } from '@proj/backend-cpu'
import { describe, expect, it } from 'vitest'
import { getBackend, grad, jit, lax, type NDArray, numpy as np, setBackend } from '../index.ts'

type Weights = { readonly w: NDArray; readonly b: NDArray }

/** 256 KiB, which stays in the backend's memory from call to call. */
const side = 256

const loss = ({ w, b }: Weights, x: NDArray): NDArray => np.tanh(x.matmul(w).add(b)).square().mean()

function descend(weights: Weights, x: NDArray): Weights {
  const slope = grad((p: Weights) => loss(p, x))(weights)
  return { w: weights.w.sub(slope.w.mul(0.1)), b: weights.b.sub(slope.b.mul(0.1)) }
}

const start = (): Weights => ({ w: np.ones([side, side]).mul(0.01), b: np.zeros([side]).add(0) })
const x = np.ones([32, side]).mul(0.1)

/** Bytes in use by the backend's arrays after each of a few calls. */
async function inUse(calls: number, call: () => void): Promise<readonly number[]> {
  const before = getBackend()
  await setBackend(cpu())
  try {
    return Array.from({ length: calls }, () => {
      call()
      return getBackend().memoryUse?.().inUse as number
    })
  } finally {
    await setBackend(before)
  }
}

describe('donateArgnums', () => {
  it('updates weights where they lie', async () => {
    const step = jit(descend, { donateArgnums: 0 })
    let weights = start()
    const held = await inUse(20, () => {
      weights = step(weights, x)
    })
    expect(new Set(held.slice(1)).size).toBe(1)
    let expected = start()
    for (let i = 0; i < 20; i++) expected = descend(expected, x)
    expect(weights.w.sub(expected.w).abs().max().item()).toBeLessThan(1e-6)
  })

  it('takes more and more without', async () => {
    const step = jit(descend)
    let weights = start()
    const held = await inUse(20, () => {
      weights = step(weights, x)
    })
    expect((held.at(-1) as number) - (held[1] as number)).toBeGreaterThanOrEqual(18 * 4 * side * side)
  })

  it('holds through the carry of a scan, and of a loop', async () => {
    const scanned = jit(
      (weights: Weights) => lax.scan((p: Weights) => [descend(p, x), 0], weights, undefined, { length: 5 })[0],
      {
        donateArgnums: 0,
      },
    )
    const looped = jit((weights: Weights) => lax.foriLoop(0, 5, (_: NDArray, p: Weights) => descend(p, x), weights), {
      donateArgnums: 0,
    })
    let expected = start()
    for (let i = 0; i < 20; i++) expected = descend(expected, x)
    for (const train of [scanned, looped]) {
      let weights = start()
      const held = await inUse(4, () => {
        weights = train(weights)
      })
      expect(new Set(held.slice(1)).size).toBe(1)
      expect(weights.w.sub(expected.w).abs().max().item()).toBeLessThan(1e-6)
    }
  })

  it('gives a result the place of an argument that it is not made from', async () => {
    const swap = jit((a: NDArray, b: NDArray) => [np.flip(b, 0).sin(), a.sum()] as const, { donateArgnums: 0 })
    const b = np.ones([side, side]).mul(2)
    let a = np.ones([side, side]).mul(3)
    const held = await inUse(5, () => {
      ;[a] = swap(a, b)
    })
    expect(new Set(held.slice(1)).size).toBe(1)
    expect(a.max().item()).toBeCloseTo(Math.sin(2), 6)
  })

  it.each([
    ['an elementwise step', (a: NDArray) => a.mul(2).add(1)],
    ['a slice that is set', (a: NDArray) => lax.dynamicUpdateSlice(a, np.ones([1, side]), [3, 0])],
    ['rows that are scattered', (a: NDArray) => a.at([1, 3]).add(5)],
    ['a chain of steps that need a copy between', (a: NDArray) => np.flip(np.flip(a.sin(), 0).cos(), 1)],
  ] as const)('needs no other room for %s', async (_, f) => {
    const given = jit(f as (a: NDArray) => NDArray, { donateArgnums: 0 })
    let a = np.ones([side, side]).mul(0.5)
    let expected = a.add(0)
    const held = await inUse(4, () => {
      a = given(a)
    })
    for (let i = 0; i < 4; i++) expected = f(expected)
    expect(held[3]).toBe(held[1])
    expect(a.sub(expected).abs().max().item()).toBe(0)
  })

  it('leaves alone what is passed twice, and what is not given up', () => {
    const add = jit((a: NDArray, b: NDArray) => a.add(b), { donateArgnums: 0 })
    const a = np.ones([side, side]).mul(3)
    expect(add(a, a).max().item()).toBe(6)
    expect(a.max().item()).toBe(3)
    const b = np.ones([side, side]).mul(4)
    add(a, b)
    expect(b.max().item()).toBe(4)
    expect(() => a.max()).toThrow(/given up by donation to jit/)
  })
})

describe('memory that does not suffice', () => {
  it('is an error that says what was asked, and the next call works', async () => {
    const before = getBackend()
    await setBackend(cpu({ memoryLimit: 2 ** 23 }))
    try {
      const widen = jit(function wide(y: NDArray) {
        return np.broadcastTo(y, [8, y.size]).mul(2)
      })
      const y = np.ones([2 ** 18]).mul(2)
      for (let i = 0; i < 3; i++)
        expect(() => widen(y)).toThrow(
          /^wide: result 0, f32\[8,262144\], would take 8\.\d* MiB of memory, where there are at most 8 MiB; work on smaller pieces/,
        )
      expect(y.add(1).sum().item()).toBe(3 * 2 ** 18)
      expect(() => np.ones([2 ** 21]).mul(y.at(0).get())).toThrow(/^\w+: result 0, f32\[2097152\], would take/)
      expect(widen(np.ones([16]).mul(1)).shape).toEqual([8, 16])
    } finally {
      await setBackend(before)
    }
  })

  it('is an error for a number repeated too often to be read, too', () => {
    expect(() => np.ones([2 ** 20, 2 ** 20]).dataSync()).toThrow(
      'dataSync: f32[1048576,1048576] has 1099511627776 elements, more than JavaScript has room for; read a part of it.',
    )
  })
})
