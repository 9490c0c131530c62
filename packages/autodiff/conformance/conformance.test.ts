import { referenceBackend } from '@proj/backend'
import { cpu } from '@proj/backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { setBackend } from '../src/index.ts'
import { suites } from './suites.ts'

const loaded = await Promise.all(Object.entries(suites).map(async ([name, load]) => [name, await load()] as const))

it('asks at least 3,000 questions', () => {
  expect(loaded.reduce((sum, [, checks]) => sum + checks.length, 0)).toBeGreaterThan(3000)
})

describe.each([
  ['the default backend', cpu],
  ['the default backend without fused operations, on one thread', () => cpu({ relaxedSimd: false, threads: 1 })],
  ['the reference backend', referenceBackend],
] as const)('on %s', (_, make) => {
  beforeAll(() => setBackend(make()))
  describe.each(loaded)('%s', (_suite, checks) => {
    it.each(checks.map((check, i) => [check.subject, i, check.title, check] as const))(
      '%s, %i: %s is what JAX gives',
      (_subject, _i, _title, check) => check.run(),
    )
  })
})
