import { describe, expect, it } from 'vitest'
import { checkDType, dtypes, isDType, isFloat, isInteger } from './dtype.ts'
import { DTypeError } from './errors.ts'

describe('dtypes', () => {
  it.each(Object.entries(dtypes))('%s has arrays as wide as it says', (_name, { array, bytes }) => {
    expect(new array(3).byteLength).toBe(3 * bytes)
  })
  it('are told by name, inherited names aside', () => {
    expect(isDType('float16')).toBe(true)
    expect(isDType('toString')).toBe(false)
    expect(isDType(3)).toBe(false)
  })
  it('are floats, integers or bool', () => {
    expect(Object.keys(dtypes).filter((name) => isDType(name) && isFloat(name))).toEqual([
      'float32',
      'float64',
      'float16',
    ])
    expect(Object.keys(dtypes).filter((name) => isDType(name) && isInteger(name))).toEqual([
      'int32',
      'uint32',
      'int8',
      'uint8',
    ])
  })
})

describe('checkDType', () => {
  it('gives the name back', () => expect(checkDType('here', 'int8')).toBe('int8'))
  it.each(['float31', undefined, Symbol('x')])('lists the names there are for %s', (name) => {
    expect(() => checkDType('here', name)).toThrow(DTypeError)
    expect(() => checkDType('here', name)).toThrow(/^here: unknown dtype .*; use one of float32, int32,.*\.$/)
  })
})
