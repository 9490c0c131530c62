import { describe, expect, it } from 'vitest'
import { duration, formatRow, significant } from './report.ts'

const timing = (median: number) => ({ median, lowerQuartile: median * 0.9, upperQuartile: median * 1.1, samples: 9 })

/** The cells of each line of the table. */
const cells = (text: string) => text.split('\n').map((line) => line.trim().split(/ {2,}/))

describe('formatRow', () => {
  it('compares each peer with the first', () => {
    const entries = [
      { peer: '@proj', firstMs: 12.34, difference: 0, timing: timing(0.01) },
      { peer: 'other', firstMs: 80, difference: 1.25e-7, timing: timing(0.25) },
    ]
    expect(cells(formatRow({ name: 'add', title: 'adding', entries }))).toEqual([
      ['adding'],
      ['first call', 'median', 'quartiles', 'times ours', 'difference'],
      ['@proj', '12.3 ms', '10.0 µs', '9.00 µs to 11.0 µs', '1.0', '0'],
      ['other', '80.0 ms', '250 µs', '225 µs to 275 µs', '25', '1e-7'],
    ])
  })

  it('lines its columns up', () => {
    const entries = [
      { peer: 'a', firstMs: 1, difference: 0, timing: timing(1) },
      { peer: 'a longer name', firstMs: 1000, difference: 0, timing: timing(0.001) },
    ]
    const [, ...lines] = formatRow({ name: 'add', title: 'adding', entries }).split('\n')
    expect(new Set(lines.map((line) => line.length)).size).toBe(1)
  })

  it('tells speed where operations are counted', () => {
    const entries = [{ peer: '@proj', firstMs: 1, difference: 0, timing: timing(2) }]
    const table = cells(formatRow({ name: 'matmul', title: 'product', flops: 8e7, entries }))
    expect(table[1]?.at(-1)).toBe('GFLOP/s')
    expect(table[2]?.at(-1)).toBe('40.0')
  })

  it('says what went wrong, and invents no figures', () => {
    const entries = [
      { peer: '@proj', problem: 'it ended' },
      { peer: 'other', firstMs: 2, difference: 0, timing: timing(1) },
    ]
    expect(cells(formatRow({ name: 'add', title: 'adding', entries })).slice(2)).toEqual([
      ['@proj', '-', '-', '-', '-', '-'],
      ['other', '2.00 ms', '1.00 ms', '900 µs to 1.10 ms', '-', '0'],
      ['@proj: it ended'],
    ])
  })
})

describe('duration', () => {
  it.each([
    [0.000_123_4, '0.123 µs'],
    [0.0123, '12.3 µs'],
    [0.999, '999 µs'],
    [1, '1.00 ms'],
    [61.25, '61.3 ms'],
    [3400, '3.40 s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })
})

describe('significant', () => {
  it.each([
    [0, 2, '0.0'],
    [1, 2, '1.0'],
    [0.0456, 2, '0.046'],
    [123.4, 2, '123'],
  ])('writes %d with %d digits as %s', (value, digits, text) => {
    expect(significant(value, digits)).toBe(text)
  })
})
