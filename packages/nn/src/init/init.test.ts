import { readFileSync } from 'node:fs'
import { type NDArray, numpy as np, random, ShapeError } from '@proj/autodiff'
import { describe, expect, it } from 'vitest'
import * as init from './index.ts'

interface Case {
  readonly fn: string
  readonly args: readonly unknown[]
  readonly shape: readonly number[]
  readonly out: readonly unknown[]
}

const cases = JSON.parse(readFileSync(new URL('../../fixtures/init.json', import.meta.url), 'utf8')) as Case[]
const makers = init as unknown as { readonly [name: string]: (...args: unknown[]) => init.Initializer }
const constants: { readonly [name: string]: init.Initializer } = { zeros: init.zeros, ones: init.ones }
const initializerOf = ({ fn, args }: Case): init.Initializer =>
  constants[fn] ?? (makers[fn] as (...a: unknown[]) => init.Initializer)(...args)

describe('init', () => {
  it.each(cases.map((c) => [`${c.fn}(${JSON.stringify(c.args)}) of [${c.shape.join()}]`, c] as const))(
    '%s draws what JAX draws',
    (_, c) => {
      const got = initializerOf(c)(random.PRNGKey(3), c.shape)
      expect(got.shape).toEqual(c.shape)
      const wanted = (c.out as unknown[]).flat(Infinity) as number[]
      expect(wanted.length).toBe(got.size)
      got.dataSync().forEach((x, i) => expect(Math.abs(x - (wanted[i] as number))).toBeLessThan(2e-6))
    },
  )
  it('makes the dtype asked for', () => {
    expect(init.normal()(random.PRNGKey(0), [2], 'float64').dtype).toBe('float64')
    expect(init.heNormal({ dtype: 'float64' })(random.PRNGKey(0), [2, 2]).dtype).toBe('float64')
  })
  it('has columns of norm one when orthogonal', () => {
    const q = init.orthogonal()(random.PRNGKey(1), [6, 3])
    const gram: NDArray = q.T.matmul(q)
    expect(np.allclose(gram, np.eye(3), { atol: 1e-5 }).item()).toBe(true)
  })
  it('says what a weight lacks', () => {
    expect(() => init.heNormal()(random.PRNGKey(0), [3])).toThrow(ShapeError)
    expect(() => init.orthogonal()(random.PRNGKey(0), [3])).toThrow(/give it two dimensions or more/)
    expect(() => init.deltaOrthogonal()(random.PRNGKey(0), [3, 4, 2])).toThrow(/at least as many outputs/)
    expect(() => init.lecunNormal({ inAxis: 5 })(random.PRNGKey(0), [3, 4])).toThrow(/axis 5 of a weight/)
  })
})
