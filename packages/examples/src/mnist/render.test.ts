import { describe, expect, it } from 'vitest'
import { bar, crop, drawPictures, grouped, type Picture, table } from './render.ts'

const ascii = { colour: false }
const colour = { colour: true }

const picture = (title: string, rows: number[][]): Picture => ({
  title,
  width: rows[0]?.length ?? 0,
  height: rows.length,
  values: rows.flat(),
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one
const visible = (text: string) => text.replace(/\x1b\[[0-9;]*m/g, '')

describe('bar', () => {
  it.each([
    [0, 10, '[..........]   0%'],
    [3, 10, '[###.......]  30%'],
    [10, 10, '[##########] 100%'],
  ])('shows %d of %d', (done, whole, text) => {
    expect(bar(done, whole, 10, ascii)).toBe(text)
  })

  it('does not claim to be done before it is', () => {
    expect(bar(999, 1000, 10, ascii)).toBe('[##########]  99%')
  })

  it('keeps within its width, whatever it is told', () => {
    expect(bar(-1, 10, 4, ascii)).toBe('[....]   0%')
    expect(bar(11, 10, 4, ascii)).toBe('[####] 100%')
    expect(bar(0, 0, 4, ascii)).toBe('[####] 100%')
  })

  it('has blocks in colour', () => {
    expect(bar(1, 2, 4, colour)).toBe('[██░░]  50%')
  })
})

describe('drawPictures', () => {
  it('makes darker characters of more ink, two rows in one', () => {
    const ramp = Array.from({ length: 10 }, (_, i) => i / 9)
    expect(drawPictures([picture('', [ramp, ramp])], ascii)).toBe('\n .:-=+*#%@')
    expect(drawPictures([picture('', [[1], [0], [1]])], ascii)).toBe('\n+\n+')
  })

  it('puts pictures side by side under their titles', () => {
    const ink = Array(3).fill([1, 1, 1])
    expect(drawPictures([picture('a', ink), picture('long', ink)], ascii)).toBe('a    lon\n@@@  @@@\n+++  +++')
  })

  it('takes what lies beyond paper and ink for paper and ink', () => {
    const strange = [-3, 7, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    expect(drawPictures([picture('', [strange, strange])], ascii)).toBe('\n @  @')
  })

  it('gives each half of a character the grey of its pixel', () => {
    const drawn = drawPictures(
      [
        picture('', [
          [0, 1],
          [1, 0.5],
        ]),
      ],
      colour,
    )
    expect(drawn).toBe('\n\x1b[38;5;232;48;5;255m▀\x1b[38;5;255;48;5;244m▀\x1b[0m')
  })

  it('takes the same room with and without colour', () => {
    const ink = picture('two', [
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ])
    const size = (text: string) =>
      visible(text)
        .split('\n')
        .map((line) => line.length)
    expect(size(drawPictures([ink, ink], colour))).toEqual(size(drawPictures([ink, ink], ascii)))
  })
})

describe('crop', () => {
  it('leaves the middle', () => {
    const rows = [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10, 11, 12],
      [13, 14, 15, 16],
    ]
    expect(crop(picture('t', rows), 1)).toEqual({
      title: 't',
      width: 2,
      height: 2,
      values: Float32Array.of(6, 7, 10, 11),
    })
  })
})

describe('table', () => {
  it('lines columns up, the first to the left and numbers to the right', () => {
    expect(
      table([
        ['', 'loss'],
        ['tied', '0.5'],
        ['untied', '12.5'],
      ]),
    ).toBe('        loss\ntied     0.5\nuntied  12.5')
  })
})

describe('grouped', () => {
  it('separates thousands and drops fractions', () => {
    expect(grouped(1234567.8)).toBe('1,234,568')
  })
})
