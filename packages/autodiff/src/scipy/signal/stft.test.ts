import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grad, jit, type NDArray, numpy as np, random, scipy, vmap } from '../../index.ts'

const { stft, istft } = scipy.signal
const noise = (seed: number, shape: readonly number[]): NDArray => random.normal(random.PRNGKey(seed), shape)

describe('the two together', () => {
  it('give the signal back', () => {
    const size = fc.integer({ min: 2, max: 16 })
    fc.assert(
      fc.property(fc.nat(99), size, fc.integer({ min: 32, max: 60 }), (seed, half, length) => {
        const x = noise(seed, [length])
        const nperseg = 2 * half
        const [, back] = istft(stft(x, { nperseg })[2], { nperseg })
        expect(np.allclose(back.slice(`:${length}`), x, { atol: 1e-4 }).item()).toBe(true)
      }),
      { numRuns: 20 },
    )
  })
  it('are linear maps that jit, vmap and grad go through', () => {
    const x = noise(1, [3, 40])
    const energy = (v: NDArray): NDArray => {
      const { real, imag } = stft(v, { nperseg: 8 })[2]
      return real.square().add(imag.square()).sum()
    }
    const one = np.stack([0, 1, 2].map((i) => energy(x.at(i).get())))
    expect(np.allclose(jit(vmap(energy))(x), one, { rtol: 1e-4 }).item()).toBe(true)
    // Of a quadratic form: the derivative along x is twice its value.
    const slope = grad((v: NDArray) => energy(v))(x)
      .mul(x)
      .sum()
    expect(np.allclose(slope, energy(x).mul(2), { rtol: 1e-4 }).item()).toBe(true)
  })
})

const x = np.ones([20])
it.each([
  [
    'a window of another length',
    () => stft(x, { nperseg: 8, window: np.ones([5]) }),
    /a window f32\[5\] for segments of 8/,
  ],
  ['a window nobody knows', () => stft(x, { window: 'tall' as 'hann' }), /the window 'tall'; use hann/],
  ['segments without advance', () => stft(x, { nperseg: 8, noverlap: 8 }), /an overlap of 8 of 8/],
  ['too few points', () => stft(x, { nperseg: 8, nfft: 4 }), /4 points for segments of 8/],
  ['a boundary', () => stft(x, { boundary: 'wet' as 'even' }), /the boundary 'wet'/],
  ['vectors', () => istft({ real: x, imag: x }), /spectra of rank 1; pass \[..., frequency, time\]/],
  ['one axis for both', () => istft(stft(x)[2], { timeAxis: 0, freqAxis: 0 }), /axis 0 for both/],
])('%s is an error that says what to do', (_name, run, message) => {
  expect(run).toThrow(message)
})
