import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { affineText, coordinates, divided, modulo, sum, texelAt } from './index.ts'

/** Evaluates index text as GLSL would: integer division, the precedence that both languages share. */
function evaluate(text: string, variables: Readonly<Record<string, number>>): number {
  const script = text.replace(/(\w+) \/ (\d+)/g, 'Math.trunc($1 / $2)')
  return new Function(...Object.keys(variables), `return ${script}`)(...Object.values(variables)) as number
}

const nest = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -40, max: 40 })), { maxLength: 4 })

/** Every multi-index over `sizes`, in row-major order. */
function* everyIndex(sizes: readonly number[]): Generator<readonly number[]> {
  const [first, ...rest] = sizes
  if (first === undefined) return yield []
  for (let i = 0; i < first; i++) for (const tail of everyIndex(rest)) yield [i, ...tail]
}

describe('affineText', () => {
  it('is the affine map of every index', () => {
    fc.assert(
      fc.property(nest, (dimensions) => {
        const sizes = dimensions.map(([size]) => size)
        const strides = dimensions.map(([, stride]) => stride)
        const text = affineText({ text: 'i', sizes }, strides)
        let i = 0
        for (const index of everyIndex(sizes)) {
          const want = index.reduce((total, x, d) => total + x * (strides[d] as number), 0)
          expect(evaluate(text, { i: i++ }) + 0, text).toBe(want + 0)
        }
      }),
    )
  })

  it('does not take apart what one stride walks through', () => {
    expect(affineText({ text: 'i', sizes: [3, 5, 7] }, [35, 7, 1])).toBe('i')
    expect(affineText({ text: 'i', sizes: [3, 5, 7] }, [0, 7, 1])).toBe('i % 35')
    expect(affineText({ text: 'i', sizes: [3, 5, 8] }, [5, 1, 0])).toBe('(i >> 3)')
    expect(affineText({ text: 'i', sizes: [3, 5] }, [0, 0])).toBe('0')
  })
})

describe('coordinates', () => {
  it('takes an index apart', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }), (sizes) => {
        const texts = coordinates({ text: 'i', sizes })
        let i = 0
        for (const index of everyIndex(sizes)) {
          expect(texts.map((text) => evaluate(text, { i }))).toEqual(index)
          i++
        }
      }),
    )
  })
})

describe('index arithmetic', () => {
  it('divides by powers of two by shifting', () => {
    expect(divided('i', 8)).toBe('i >> 3')
    expect(divided('i + 1', 6)).toBe('(i + 1) / 6')
    expect(modulo('i', 8)).toBe('i & 7')
    expect(modulo('i', 1)).toBe('0')
  })

  it('keeps shifts and masks apart from sums', () => {
    expect(evaluate(sum(['i >> 3', 'i & 7', '0'], -2), { i: 83 })).toBe(10 + 3 - 2)
    expect(sum([])).toBe('0')
  })

  it('finds the texel of an element', () => {
    expect(texelAt('i', 10, true)).toBe('ivec2(i, 0)')
    expect(texelAt('i + 1', 10, false)).toBe('ivec2((i + 1) & 1023, (i + 1) >> 10)')
  })
})
