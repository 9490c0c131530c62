import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grad, jit, lax, type NDArray, numpy as np, vmap } from '../index.ts'

const at = (x: number): NDArray => np.array(x, 'float64')
const value = (x: NDArray): number => x.item() as number
const positive = fc.double({ min: 0.01, max: 50, noNaN: true })
const close = (a: number, b: number, relative = 1e-10): void => {
  expect(Math.abs(a - b)).toBeLessThanOrEqual(relative * Math.max(1, Math.abs(a), Math.abs(b)))
}

describe('identities, in double precision', () => {
  it('lgamma(x + 1) = lgamma(x) + log x, and digamma(x + 1) = digamma(x) + 1/x', () => {
    fc.assert(
      fc.property(positive, (x) => {
        close(value(lax.lgamma(at(x + 1))), value(lax.lgamma(at(x))) + Math.log(x))
        close(value(lax.digamma(at(x + 1))), value(lax.digamma(at(x))) + 1 / x)
      }),
      { numRuns: 50 },
    )
  })
  it('P + Q = 1, and I_x(a, b) = 1 - I_1-x(b, a)', () => {
    const share = fc.double({ min: 0.001, max: 0.999, noNaN: true })
    fc.assert(
      fc.property(positive, positive, share, (a, b, x) => {
        close(value(lax.igamma(at(a), at(b))) + value(lax.igammac(at(a), at(b))), 1)
        close(value(lax.betainc(at(a), at(b), at(x))), 1 - value(lax.betainc(at(b), at(a), at(1 - x))), 1e-8)
      }),
      { numRuns: 50 },
    )
  })
  it('ζ(x, q) = q^-x + ζ(x, q + 1)', () => {
    fc.assert(
      fc.property(fc.double({ min: 1.2, max: 20, noNaN: true }), positive, (x, q) => {
        const whole = value(lax.zeta(at(x), at(q)))
        const rest = q ** -x + value(lax.zeta(at(x), at(q + 1)))
        expect(Math.abs(whole - rest)).toBeLessThanOrEqual(1e-11 * Math.abs(whole))
      }),
      { numRuns: 50 },
    )
  })
})

describe('derivatives of every order', () => {
  it('of lgamma are the polygamma functions', () => {
    const x = at(1.3)
    const second = grad(grad((y: NDArray) => lax.lgamma(y)))
    close(value(second(x)), value(lax.polygamma(at(1), x)))
    close(value(jit(grad(second))(x)), value(lax.polygamma(at(2), x)))
  })
  it('of igamma by x are those of the density', () => {
    const density = grad((x: NDArray) => lax.igamma(at(2), x))
    close(value(density(at(3))), 3 * Math.exp(-3))
    close(value(grad(density)(at(3))), -2 * Math.exp(-3))
  })
  it('are the same for each example under vmap', () => {
    const xs = [0.5, 2, 20]
    const each = vmap(grad((x: NDArray) => lax.besselI1e(x)))(np.array(xs, 'float64')).arraySync() as number[]
    xs.forEach((x, i) => {
      close(each[i] as number, value(grad((y: NDArray) => lax.besselI1e(y))(at(x))))
    })
  })
})

describe('operands', () => {
  it('of half precision are computed in single', () => {
    const x = np.array([2.5, 7])
    const half = jit((y: NDArray) => lax.lgamma(y.astype('float16')).astype('float32'))
    expect(lax.lgamma(x.astype('float16')).dtype).toBe('float16')
    expect(half(x).arraySync()).toEqual(lax.lgamma(x).astype('float16').astype('float32').arraySync())
  })
  it('that are bare numbers give weak results', () => {
    expect(lax.lgamma(2.5).weakType).toBe(true)
    expect(lax.igamma(np.array([1, 2]), 1).weakType).toBe(false)
  })
  it('of integers, or of different shapes and dtypes, are refused', () => {
    expect(() => lax.lgamma(np.array([1], 'int32'))).toThrow(/lgamma: got i32\[1\]/)
    expect(() => lax.igamma(np.ones([2]), np.ones([3]))).toThrow(/got f32\[2\] and f32\[3\]; broadcast them/)
    expect(() => lax.igamma(np.ones([]), at(1))).toThrow(/got f32\[\] and f64\[\]/)
  })
})
