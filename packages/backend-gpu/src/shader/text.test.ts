import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { literal } from './text.ts'

/** What a GLSL compiler makes of a float literal of ours. */
function meaning(text: string): number {
  const bits = /^uintBitsToFloat\(0x([0-9a-f]{8})u\)$/.exec(text)?.[1]
  if (bits === undefined) return Math.fround(Number(text.replace(/^\((.*)\)$/, '$1')))
  return new Float32Array(new Uint32Array([Number.parseInt(bits, 16)]).buffer)[0] as number
}

describe('literal', () => {
  it('keeps every bit of a float32', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: false }), (x) => {
        expect(meaning(literal('float32', x))).toBe(x)
      }),
    )
  })

  it('looks like a float to GLSL, which converts nothing by itself', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(literal('float32', x)).toMatch(/[.e]|uintBitsToFloat/)
      }),
    )
    expect(literal('float32', 1)).toBe('1.0')
    expect(literal('float32', -2.5)).toBe('(-2.5)')
    expect(literal('float32', 0.1)).toBe('0.1')
  })

  it.each([
    [Number.NaN, '0x7fc00000u'],
    [Infinity, '0x7f800000u'],
    [-Infinity, '0xff800000u'],
    [-0, '0x80000000u'],
    [1e-45, '0x00000001u'],
  ])('writes %d by its bits', (x, bits) => {
    expect(literal('float32', x)).toBe(`uintBitsToFloat(${bits})`)
  })

  it('wraps integers to 32 bits', () => {
    expect(literal('int32', -(2 ** 31))).toBe('int(0x80000000u)')
    expect(literal('int32', -7)).toBe('(-7)')
    expect(literal('uint32', -1)).toBe('4294967295u')
    expect(literal('uint32', 2 ** 32 - 1)).toBe('4294967295u')
    expect(literal('bool', 1)).toBe('true')
  })
})
