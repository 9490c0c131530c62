import { expect } from 'vitest'
import { type NDArray, scipy } from '../../src/index.ts'
import { type Check, loadFixture } from '../check.ts'
import { type Case, describeCase, expectLike, type Packed, unpackArgument } from '../fixture.ts'

const { stft, istft } = scipy.signal

/** The arrays of a call: of a pair, both. */
function call({ fn, args }: Case): readonly NDArray[] {
  const [given, options] = args.map(unpackArgument)
  if (fn === 'stft') {
    const [frequencies, times, { real, imag }] = stft(given as NDArray, options as Parameters<typeof stft>[1])
    return [frequencies, times, real, imag]
  }
  const [real, imag] = given as readonly [NDArray, NDArray]
  return istft({ real, imag }, options as Parameters<typeof istft>[1])
}

const checkOf = (c: Case): Check => ({
  subject: `scipy.signal.${c.fn}`,
  title: describeCase(c),
  run: () => {
    const results = call(c)
    expect(results.length).toBe(c.out.length)
    c.out.forEach((packed, i) => expectLike(results[i] as NDArray, packed as Packed, { ulps: 4, absolute: 2e-6 }))
  },
})

/** Spectra of pieces of a signal, and back. */
export const spectra = async (): Promise<readonly Check[]> => (await loadFixture<Case>('stft')).map(checkOf)
