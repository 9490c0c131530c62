import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { transform } from './fourier.ts'

const signal = fc.integer({ min: 1, max: 70 }).chain((n) => {
  const part = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: n, maxLength: n })
  return fc.tuple(part, part)
})

/** By the definition. */
function slow(re: readonly number[], im: readonly number[]): readonly [re: number[], im: number[]] {
  const n = re.length
  const at = (k: number) => {
    let [x, y] = [0, 0]
    for (let j = 0; j < n; j++) {
      const angle = (-2 * Math.PI * ((j * k) % n)) / n
      const [c, s, a, b] = [Math.cos(angle), Math.sin(angle), re[j] as number, im[j] as number]
      x += a * c - b * s
      y += a * s + b * c
    }
    return [x, y] as const
  }
  const all = re.map((_, k) => at(k))
  return [all.map(([x]) => x), all.map(([, y]) => y)]
}

const expectNear = (got: Float64Array, want: readonly number[]) =>
  got.forEach((x, i) => expect(Math.abs(x - (want[i] as number))).toBeLessThan(1e-10))

describe('transform', () => {
  it('is the sum that defines it, at any length', () => {
    fc.assert(
      fc.property(signal, ([re, im]) => {
        const [x, y] = [Float64Array.from(re), Float64Array.from(im)]
        transform(x, y, false)
        const [wantX, wantY] = slow(re, im)
        expectNear(x, wantX)
        expectNear(y, wantY)
      }),
      { numRuns: 200 },
    )
  })
  it('is undone by its inverse', () => {
    fc.assert(
      fc.property(signal, ([re, im]) => {
        const [x, y] = [Float64Array.from(re), Float64Array.from(im)]
        transform(x, y, false)
        transform(x, y, true)
        expectNear(x, re)
        expectNear(y, im)
      }),
      { numRuns: 200 },
    )
  })
})
