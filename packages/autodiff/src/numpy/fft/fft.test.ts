import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grad, jit, type NDArray, numpy as np, random, vmap } from '../../index.ts'
import type { Complex } from '../../lax/fft.ts'

const { fft } = np
const signal = (seed: number, shape: readonly number[]): NDArray =>
  random.normal(random.PRNGKey(seed), shape).astype('float64')
const pair = (seed: number, shape: readonly number[]): Complex => ({
  real: signal(seed, shape),
  imag: signal(seed + 1, shape),
})

function expectClose(x: NDArray, y: NDArray, tolerance = 1e-10): void {
  expect(x.shape).toEqual(y.shape)
  expect(np.abs(x.sub(y)).max({ initial: 0 }).item()).toBeLessThan(tolerance)
}
const expectPair = (x: Complex, y: Complex): void => {
  expectClose(x.real, y.real)
  expectClose(x.imag, y.imag)
}

const seed = fc.nat(1000)
const shape = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 })
const norm = fc.constantFrom('backward' as const, 'ortho' as const, 'forward' as const)

describe('the Fourier transform', () => {
  it('is undone by its inverse, over all axes, with every norm', () => {
    fc.assert(
      fc.property(seed, shape, norm, (s, sizes, scale) => {
        const x = pair(s, sizes)
        expectPair(fft.ifftn(fft.fftn(x, { norm: scale }), { norm: scale }), x)
      }),
      { numRuns: 40 },
    )
  })

  it('of real numbers is undone by its inverse, given their number', () => {
    fc.assert(
      fc.property(seed, shape, norm, (s, sizes, scale) => {
        const x = signal(s, sizes)
        expectClose(fft.irfftn(fft.rfftn(x, { norm: scale }), { s: sizes, norm: scale }), x)
        const n = sizes.at(-1) as number
        expectClose(fft.hfft(fft.ihfft(x, { norm: scale }), { n, norm: scale }), x)
      }),
      { numRuns: 40 },
    )
  })

  it('keeps energy with the norm ortho', () => {
    const x = pair(4, [7])
    const y = fft.fft(x, { norm: 'ortho' })
    const energy = ({ real, imag }: Complex): number => real.square().add(imag.square()).sum().item() as number
    expect(energy(y)).toBeCloseTo(energy(x), 10)
  })

  it('of a wave is a peak at its frequency', () => {
    const wave = np.cos(np.arange(8).mul((2 * Math.PI * 3) / 8))
    expectClose(fft.rfft(wave).real, np.array([0, 0, 0, 4, 0]), 1e-5)
  })

  it('transforms pairs under jit and vmap', () => {
    const x = pair(2, [3, 5])
    expectPair(jit((z: Complex) => fft.fft(z))(x), fft.fft(x))
    expectPair(vmap((z: Complex) => fft.fft(z))(x), fft.fft(x))
  })

  it('has second derivatives: the energy of a spectrum is n times that of the signal', () => {
    const energy = (x: NDArray): NDArray => {
      const { real, imag } = fft.fft(x)
      return real.square().add(imag.square()).sum()
    }
    const x = signal(3, [5])
    expectClose(grad(energy)(x), x.mul(10))
    expectClose(grad((y: NDArray) => grad(energy)(y).square().sum())(x), x.mul(200))
  })
})

describe('shifts and frequencies', () => {
  it('put the zero frequency into the middle and back', () => {
    for (const n of [1, 4, 5]) {
      expectClose(fft.ifftshift(fft.fftshift(fft.fftfreq(n))), fft.fftfreq(n), 1e-12)
      expect(fft.fftshift(fft.fftfreq(n)).arraySync()).toEqual(
        [...(fft.fftfreq(n).arraySync() as number[])].sort((a, b) => a - b),
      )
    }
  })
  it('shift both parts of a pair', () => {
    const { real, imag } = fft.fftshift({ real: np.arange(3), imag: np.arange(3).mul(2) })
    expect([real.arraySync(), imag.arraySync()]).toEqual([
      [2, 0, 1],
      [4, 0, 2],
    ])
  })
})

describe('bad input', () => {
  it.each([
    ['no points', () => fft.fft([1, 2], 0), /fft: \[0\] points/],
    ['an axis that is not there', () => fft.fft([1, 2], { axis: 1 }), /axis 1/],
    ['an axis twice', () => fft.fftn(np.ones([2, 2]), { axes: [0, 0] }), /name each axis once/],
    ['sizes without axes', () => fft.fftn(np.ones([2, 2]), { s: [2], axes: [0, 1] }), /1 sizes for 2 axes/],
    ['a norm', () => fft.fft([1], { norm: 'both' as 'ortho' }), /norm 'both'/],
    ['one point of half a spectrum', () => fft.irfft([1]), /irfft: \[0\] points/],
    ['no frequencies', () => fft.fftfreq(0), /0 points/],
    ['parts that differ', () => fft.fft({ real: np.ones([2]), imag: np.ones([3]) }), /complex: f32\[2\] and f32\[3\]/],
  ])('%s says what is wrong', (_name, call, message) => {
    expect(call).toThrow(message)
  })
})
