import { describe, expect, it } from 'vitest'
import {
  ensureCompileTimeEval,
  grad,
  jit,
  makeJaxpr,
  type NDArray,
  namedCall,
  numpy as np,
  random,
  typeOf,
  vmap,
} from '../index.ts'

describe('typeOf', () => {
  it('tells shape and dtype of arrays, numbers and tracers', () => {
    expect(String(typeOf(np.ones([2, 3])))).toBe('f32[2,3]')
    expect(typeOf(true).dtype).toBe('bool')
    let inside = ''
    vmap((x: NDArray) => {
      inside = String(typeOf(x))
      return x
    })(np.ones([4, 5]))
    expect(inside).toBe('f32[5]')
  })
  it('refuses what is no array', () => {
    expect(() => typeOf('text')).toThrow(/typeOf: got string; pass an array, a number or a boolean/)
    expect(() => typeOf(null)).toThrow(/got null/)
    expect(() => typeOf(random.key(0))).toThrow(/random keys/)
  })
})

describe('namedCall', () => {
  const wave = namedCall((x: NDArray) => x.sin(), 'wave')
  it('stands under its name in a traced program', () => {
    expect(String(makeJaxpr((x: NDArray) => wave(x))(1))).toContain('wave')
  })
  it('computes and differentiates as the function does', () => {
    expect(wave(2).item()).toBeCloseTo(Math.sin(2), 6)
    expect(grad(wave)(2).item()).toBeCloseTo(Math.cos(2), 6)
  })
})

describe('ensureCompileTimeEval', () => {
  it('computes at once inside a traced function, so that the value can be read', () => {
    const f = jit((x: NDArray) => {
      const n = ensureCompileTimeEval(() => np.arange(4).sum().item() as number)
      return n > 5 ? x.mul(n) : x
    })
    expect(f(2).item()).toBe(12)
  })
  it('puts the outer transform back when the body throws', () => {
    const f = jit((x: NDArray) => {
      expect(() =>
        ensureCompileTimeEval(() => {
          throw new Error('no')
        }),
      ).toThrow('no')
      return x.add(1)
    })
    expect(f(1).item()).toBe(2)
  })
})
