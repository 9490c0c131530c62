import { describe, expect, expectTypeOf, it } from 'vitest'
import { byName } from './byName.ts'
import { jit, lax, type NDArray, numpy as np, OptionError, random, vmap } from './index.ts'

const listed = byName(
  'listed',
  ['x', 'k', 'm', 'options'],
  (x: string, k = 1, m: number | null = null, options: { readonly dtype?: string } = {}) => [x, k, m, options],
)

describe('arguments by name', () => {
  it('take the places that they have by position', () => {
    expect(listed('x', { m: 3 })).toEqual(listed('x', undefined, 3))
    expect(listed('x', 2, { m: 3 })).toEqual(listed('x', 2, 3))
    expect(listed('x')).toEqual(['x', 1, null, {}])
  })

  it('go to the options when they have no place of their own', () => {
    expect(listed('x', { dtype: 'int8', k: 5 })).toEqual(['x', 5, null, { dtype: 'int8' }])
    expect(listed('x', 5, 6, { dtype: 'int8' })).toEqual(['x', 5, 6, { dtype: 'int8' }])
  })

  it('are refused under names that there are not, and twice', () => {
    expect(() => np.roll([1, 2], 1, { axes: 0 } as never)).toThrow(OptionError)
    expect(() => np.roll([1, 2], 1, { axes: 0 } as never)).toThrow(/roll: there is no option axes; use shift, axis/)
    expect(() => Reflect.apply(np.tril, null, [np.ones([2, 2]), 1, { k: 1 }])).toThrow(
      /tril: k by position and by name/,
    )
  })

  it('are typed', () => {
    expectTypeOf(np.tril).toBeCallableWith(np.ones([2, 2]), { k: 1 })
    expectTypeOf(np.concatenate).toBeCallableWith([[1], [2]], { axis: 0, dtype: 'int32' })
    expectTypeOf(random.normal).toBeCallableWith(random.key(0), { shape: [2], dtype: 'float16' })
    expectTypeOf(np.round(1.25, { decimals: 1 })).toEqualTypeOf<NDArray>()
    // @ts-expect-error there is no such option
    expect(() => np.tril(np.ones([2, 2]), { axis: 1 })).toThrow(OptionError)
    // @ts-expect-error the shift is given by position
    expect(() => np.roll([1, 2], { axis: 0 })).toThrow()
  })

  it('mean the same under transforms', () => {
    const x = np.arange(12).reshape([3, 4])
    const rolled = np.roll(x, 1, 1)
    expect(jit((y: NDArray) => np.roll(y, 1, { axis: 1 }))(x).arraySync()).toEqual(rolled.arraySync())
    expect(vmap((y: NDArray) => np.roll(y, 1, { axis: 0 }))(x).arraySync()).toEqual(rolled.arraySync())
    expect(lax.cumsum(x, { axis: 1, reverse: true }).arraySync()).toEqual(
      lax.cumsum(x, 1, { reverse: true }).arraySync(),
    )
  })
})
