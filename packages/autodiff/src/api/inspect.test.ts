import { describe, expect, it } from 'vitest'
import { evalShape, grad, lax, makeJaxpr, type NDArray, numpy as np } from '../index.ts'

describe('makeJaxpr', () => {
  it('prints in the form of JAX', () => {
    expect(String(makeJaxpr((x: NDArray) => lax.sin(x))(np.ones([3])))).toBe(
      '{ lambda ; a:f32[3]. let b:f32[3] = sin a in (b,) }',
    )
  })
  it('shows what a gradient does', () => {
    const text = String(makeJaxpr(grad((x: NDArray) => lax.sin(x).sum()))(np.ones([3])))
    expect(text).toContain('cos')
    expect(text).toContain('mul')
  })
})

describe('evalShape', () => {
  it('gives shapes and dtypes without computing', () => {
    const out = evalShape((x: NDArray) => ({ sum: x.sum(), name: 'kept' }), np.ones([1000, 1000])) as {
      sum: { shape: number[] }
      name: string
    }
    expect([String(out.sum), out.name]).toEqual(['f32[]', 'kept'])
  })
})
