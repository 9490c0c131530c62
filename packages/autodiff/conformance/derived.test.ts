import { readFileSync } from 'node:fs'
import { referenceBackend } from '@proj/backend'
import { cpu } from '@proj/backend-cpu'
import { beforeAll, describe, it } from 'vitest'
import { numpy, setBackend } from '../src/index.ts'
import { describeCase, expectLike, type Tolerance } from '../src/testing/fixture.ts'
import { type DerivedCase, derive } from './derived.ts'

const modules: { readonly [name: string]: { readonly [fn: string]: unknown } } = { numpy }

/** Sums of products in another order, and derivatives of float32 polynomials: of results of size 1 to 10. */
const usual: Tolerance = { ulps: 64, absolute: 2e-5 }

const tolerances: { readonly [fn: string]: Tolerance } = {}

const cases = JSON.parse(readFileSync(new URL('../fixtures/transforms.json', import.meta.url), 'utf8')) as DerivedCase[]
const subjects = [...new Set(cases.map((c) => `${c.from}.${c.fn}`))]

const title = (c: DerivedCase): string => {
  const axis = c.axis === undefined ? '' : ` along axis ${c.axis}`
  return `${c.kind}${axis} by argument ${c.at} of ${describeCase(c)}`
}

describe.each([
  ['the default backend', cpu],
  ['the reference backend', referenceBackend],
] as const)('on %s', (_, make) => {
  beforeAll(() => setBackend(make()))
  describe.each(subjects)('%s', (subject) => {
    const own = cases.filter((c) => `${c.from}.${c.fn}` === subject)
    it.each(own.map((c) => [title(c), c] as const))('%s is what JAX gives', (_, c) =>
      expectLike(derive(modules[c.from] as { readonly [fn: string]: unknown }, c), c.out, tolerances[c.fn] ?? usual),
    )
  })
})
