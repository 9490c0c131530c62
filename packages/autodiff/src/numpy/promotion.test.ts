import { type DType, isDType, referenceBackend } from '@proj/backend'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadFixture } from '../../conformance/check.ts'
import { DTypeError, numpy as np, setBackend } from '../index.ts'
import { convert } from './coerce.ts'
import { type Promotable, promoteAvals } from './promotion.ts'

// The one backend that has every dtype.
beforeAll(() => setBackend(referenceBackend()))

type Row = readonly [a: string, b: string, dtype: DType, weak: boolean]

/** What the oracle calls a value. */
const values: { readonly [name: string]: number | boolean | Promotable } = {
  true: true,
  1: 1,
  1.5: 1.5,
  'weak int32': { dtype: 'int32', weakType: true },
  'weak float32': { dtype: 'float32', weakType: true },
}
const bare = (x: number | boolean): Promotable =>
  typeof x === 'boolean'
    ? { dtype: 'bool', weakType: false }
    : { dtype: Number.isInteger(x) ? 'int32' : 'float32', weakType: true }
const promotable = (name: string): Promotable => {
  if (isDType(name)) return { dtype: name, weakType: false }
  const value = values[name] as number | boolean | Promotable
  return typeof value === 'object' ? value : bare(value)
}

/** int16 is missing here: what JAX takes to it goes to int32. */
const here = (dtype: string): string => (dtype === 'int16' ? 'int32' : dtype)

const rows = await loadFixture<Row>('promotion')

describe('promotion', () => {
  const table = rows

  it.each(table.map(([a, b, dtype, weak]) => [a, b, here(dtype), weak] as const))(
    'takes %s with %s to %s (weak: %s), as JAX does',
    (a, b, dtype, weak) => {
      expect(promoteAvals([promotable(a), promotable(b)])).toEqual({ dtype, weakType: weak })
    },
  )

  it('is what every function of two arrays follows', () => {
    const bareOnes = table.filter(([a, b]) => isDType(a) && !b.startsWith('weak'))
    for (const [a, b, dtype, weak] of bareOnes) {
      const y = isDType(b) ? np.zeros([], b) : (values[b] as number | boolean)
      const out = np.maximum(np.zeros([], a as DType), y)
      expect([out.dtype, out.weakType]).toEqual([here(dtype), weak])
      expect(np.resultType(np.zeros([], a as DType), y)).toBe(here(dtype))
    }
  })

  it('is symmetric, and associative on dtypes', () => {
    const all = ['bool', 'uint8', 'int8', 'uint32', 'int32', 'float16', 'float32', 'float64'] as const
    for (const a of all)
      for (const b of all) {
        expect(np.promoteTypes(a, b)).toBe(np.promoteTypes(b, a))
        for (const c of all)
          expect(np.promoteTypes(a, np.promoteTypes(b, c))).toBe(np.promoteTypes(np.promoteTypes(a, b), c))
      }
  })
})

describe('resultType', () => {
  it('takes dtypes, numbers, lists and typed arrays', () => {
    expect(np.resultType('int8', 1)).toBe('int8')
    expect(np.resultType('int8', [1])).toBe('float32')
    expect(np.resultType(Uint8Array.of(1), 1.5)).toBe('float32')
    expect(np.resultType(1, true)).toBe('int32')
  })
})

describe('finfo and iinfo', () => {
  it.each([
    ['float16', 2 ** -10, 65504, 2 ** -14],
    ['float32', 2 ** -23, 3.4028234663852886e38, 2 ** -126],
    ['float64', Number.EPSILON, Number.MAX_VALUE, 2 ** -1022],
  ] as const)('%s has its limits', (dtype, eps, max, tiny) => {
    expect(np.finfo(dtype)).toMatchObject({ eps, max, min: -max, tiny })
  })

  it('know integers', () => {
    expect(np.iinfo('int8')).toMatchObject({ min: -128, max: 127, bits: 8 })
    expect(np.iinfo('uint32')).toMatchObject({ min: 0, max: 2 ** 32 - 1, bits: 32 })
  })

  it('refuse each other’s dtypes', () => {
    expect(() => np.finfo('int32')).toThrow(DTypeError)
    expect(() => np.iinfo('float32')).toThrow('iinfo: float32; use an integer dtype, or finfo.')
    expect(() => np.iinfo('int64' as DType)).toThrow(DTypeError)
  })
})

describe('issubdtype', () => {
  it('knows the groups', () => {
    expect(np.issubdtype('int8', 'integer')).toBe(true)
    expect(np.issubdtype('uint8', 'signedinteger')).toBe(false)
    expect(np.issubdtype('bool', 'number')).toBe(false)
    expect(np.issubdtype('float16', 'inexact')).toBe(true)
    expect(np.issubdtype('float16', 'float16')).toBe(true)
    expect(() => np.issubdtype('float16', 'real' as never)).toThrow(DTypeError)
  })
})

describe('convert', () => {
  it('keeps a repeated number in no memory where the other dtype holds it exactly', () => {
    const ones = np.ones([3])
    expect(convert(ones, 'int32')).toHaveProperty('splatValue', 1)
    expect(convert(np.full([3], 0.5), 'int32').arraySync()).toEqual([0, 0, 0])
    expect(convert(np.full([3], -1), 'uint8').arraySync()).toEqual([0, 0, 0])
  })
})
