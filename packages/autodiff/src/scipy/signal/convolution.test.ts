import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grad, type NDArray, numpy as np, random, scipy } from '../../index.ts'
import type { ConvolutionMode } from './index.ts'

const { signal } = scipy
const noise = (seed: number, shape: readonly number[]): NDArray =>
  random.normal(random.PRNGKey(seed), shape).astype('float64')
const expectClose = (x: NDArray, y: NDArray): void => {
  expect(x.shape).toEqual(y.shape)
  expect(np.abs(x.sub(y)).max().item()).toBeLessThan(1e-10)
}
const modes: readonly ConvolutionMode[] = ['full', 'valid']

describe('convolutions', () => {
  it('agree with the Fourier transform', () => {
    const size = fc.integer({ min: 1, max: 3 })
    fc.assert(
      fc.property(
        fc.nat(99),
        fc.array(fc.tuple(size, size), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...modes),
        (seed, sizes, mode) => {
          const x = noise(
            seed,
            sizes.map(([k, more]) => k + more),
          )
          const y = noise(
            seed + 1,
            sizes.map(([k]) => k),
          )
          expectClose(signal.fftconvolve(x, y, { mode }), signal.convolve(x, y, { mode }))
        },
      ),
      { numRuns: 30 },
    )
  })
  it('have each other for derivatives: convolving turns into correlating', () => {
    const [x, y, ct] = [noise(1, [6]), noise(2, [3]), noise(3, [8])]
    const back = grad((v: NDArray) => signal.convolve(v, y).mul(ct).sum())(x)
    expectClose(back, signal.correlate(ct, y, { mode: 'valid' }))
  })
  it.each([
    [
      'ranks that differ',
      () => signal.convolve(np.ones([2]), np.ones([2, 2])),
      /f32\[2\] and f32\[2,2\]; pass arrays of one/,
    ],
    ['empty arrays', () => signal.convolve(np.ones([0]), np.ones([2])), /not empty/],
    ['a mode', () => signal.convolve([1], [1], { mode: 'half' as 'full' }), /mode 'half'/],
    ['crossed sizes', () => signal.convolve(np.ones([2, 3]), np.ones([3, 2])), /no larger than the other/],
    ['vectors', () => signal.convolve2d([1], [1]), /pass arrays of rank 2/],
  ])('%s say what is wrong', (_name, call, message) => {
    expect(call).toThrow(message)
  })
})
