import { type Backend, UnsupportedOp } from '@proj/backend'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setBackend } from '../src/index.ts'
import type { Check } from './check.ts'
import { allow } from './fixture.ts'
import { suites } from './suites.ts'

const totals = { alike: 0, unsupported: 0, otherwise: 0 }
const reasons = new Map<string, number>()

type Outcome = { readonly title: string; readonly error?: unknown }

function outcomeOf({ title, run }: Check): Outcome {
  try {
    run()
    totals.alike += 1
    return { title }
  } catch (error) {
    if (error instanceof UnsupportedOp) {
      totals.unsupported += 1
      const reason = error.message.replace(/\[[\d,]*\]\*?/g, '')
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    } else totals.otherwise += 1
    return { title, error }
  }
}

function bySubject(checks: readonly Check[]): ReadonlyMap<string, readonly Check[]> {
  const groups = new Map<string, Check[]>()
  for (const check of checks) groups.set(check.subject, [...(groups.get(check.subject) ?? []), check])
  return groups
}

/** Every so-manieth subject, from one on. */
interface Share {
  readonly part: number
  readonly of: number
}

type Suite = readonly [name: string, subjects: readonly (readonly [subject: string, checks: readonly Check[]])[]]

async function suitesOf({ part, of }: Share): Promise<readonly Suite[]> {
  const all = await Promise.all(Object.entries(suites).map(async ([name, load]) => [name, await load()] as const))
  return all.map(([name, checks]) => [name, [...bySubject(checks)].filter((_, i) => i % of === part)])
}

/** Asks WebGL a share of the questions, so that browsers side by side ask all. */
export async function askOn(webgl: () => Promise<Backend>, share: Share): Promise<void> {
  const asked = await suitesOf(share)
  describe('on webgl', () => register(webgl, asked))
}

function register(webgl: () => Promise<Backend>, asked: readonly Suite[]): void {
  beforeAll(async () => {
    await setBackend(webgl())
    allow({ ulps: 64, relative: 2e-5 })
  })
  afterAll(() => {
    const rows = [...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => `  ${count} × ${reason}`)
    console.log([`webgl: ${JSON.stringify(totals)}`, ...rows].join('\n'))
  })

  describe.each(asked)('%s', (_suite, subjects) => {
    it.for([...subjects])('%s is what JAX gives', ([, asked], context) => {
      const outcomes = asked.map(outcomeOf)
      if (outcomes.every(({ error }) => error instanceof UnsupportedOp)) context.skip(`${outcomes[0]?.error}`)
      const wrong = outcomes.filter(({ error }) => error !== undefined && !(error instanceof UnsupportedOp))
      expect(wrong.map(({ title, error }) => `${title}: ${error instanceof Error ? error.message : error}`)).toEqual([])
    })
  })

  it('leaves out questions of dtypes that it has not, and no others', () => {
    expect(totals.alike).toBeGreaterThan(4000)
    expect([...reasons.keys()].filter((reason) => !/\b(f64|f16|i8|u8)\b/.test(reason))).toEqual([])
  })
}
