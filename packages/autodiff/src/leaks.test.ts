import { referenceBackend } from '@proj/backend'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  grad,
  jit,
  jvp,
  lax,
  makeJaxpr,
  type NDArray,
  numpy as np,
  setBackend,
  TracerError,
  vmap,
  withConfig,
} from './index.ts'

const kept: NDArray[] = []
beforeAll(() => setBackend(referenceBackend()))
afterEach(() => void kept.splice(0))

const keep = (x: NDArray): NDArray => {
  kept.push(x.sin())
  return x.mul(2).sum()
}
const x = np.ones([3])
/** As a first call: a program made earlier is not traced again. */
const leaking: { readonly [transform: string]: () => unknown } = {
  jit: () => jit(keep)(x),
  vmap: () => vmap(keep)(np.ones([2, 3])),
  grad: () => grad(keep)(x),
  jvp: () => jvp(keep, [x], [x]),
  'jit of grad': () => jit(grad(keep))(x),
}

describe('checkTracerLeaks', () => {
  // The first of this file: the engine warns at the first look at the heap, and its warning holds frames.
  it('is silent when nothing leaks, whatever is nested', () => {
    const loss = (w: NDArray) => jit((v: NDArray) => vmap((row: NDArray) => lax.sin(row).sum())(v).mean())(w)
    const all = () => {
      const value = jit(grad(loss))(np.ones([2, 3]))
      makeJaxpr(loss)(np.ones([2, 3]))
      return value.arraySync()
    }
    expect(withConfig({ checkTracerLeaks: true }, all)).toEqual(all())
  })

  it.each(Object.entries(leaking))('finds what %s left behind, and where it was made', (_, run) => {
    let error: unknown
    try {
      withConfig({ checkTracerLeaks: true }, run)
    } catch (e) {
      error = e
    }
    expect(error).toBeInstanceOf(TracerError)
    expect(String(error)).toMatch(
      /something outside still holds f(loat)?32\[3\], made by sin at keep .*leaks\.test\.ts:\d+:\d+/,
    )
    expect(String(error).match(/made by/g)).toHaveLength(1)
  })

  it('looks again at programs that were traced while it was off', () => {
    const f = jit(keep)
    f(x)
    f(x)
    kept.splice(0)
    expect(() => withConfig({ checkTracerLeaks: true }, () => f(x))).toThrow('still holds')
    expect(() => f(x)).not.toThrow()
  })

  it('lets an error of the function through', () => {
    const fail = jit((y: NDArray) => {
      kept.push(y)
      throw new RangeError('mine')
    })
    expect(() => withConfig({ checkTracerLeaks: true }, () => fail(x))).toThrow(RangeError)
  })
})

describe('a leaked tracer', () => {
  it.each(Object.entries(leaking))('of %s is an error when it is used, with the line it comes from', (_, run) => {
    run()
    const [leak] = kept as [NDArray]
    expect(() => leak.add(1)).toThrow(TracerError)
    expect(() => leak.add(1)).toThrow(/made by sin at keep .*leaks\.test\.ts:\d+:\d+.* was kept after the function/)
    expect(() => jit((y: NDArray) => y.add(leak))(x)).toThrow(/made by sin at keep .*leaks\.test\.ts:\d+:\d+/)
    expect(() => leak.dataSync()).toThrow(/made by sin at keep .*leaks\.test\.ts:\d+:\d+/)
  })
})
