import { workOf } from '@proj/backend/testing'
import { describe, expect, it } from 'vitest'
import { chart } from './chart.ts'
import { type Cost, costOf, stages } from './cost.ts'
import { programs } from './programs.ts'
import { growthOf, table } from './table.ts'

describe.each(Object.entries(programs))('the program %s', (_name, program) => {
  it('has about as many equations as it is asked for, and compiles', () => {
    for (const size of [100, 200]) {
      const { equations } = costOf(program, size)
      expect(equations).toBeGreaterThan(0.6 * size)
      expect(equations).toBeLessThan(1.4 * size)
    }
  })

  it('takes at most twice the work for twice the equations', () => {
    const work = (size: number): number => workOf(() => costOf(program, size))
    expect(work(2000) / work(1000)).toBeLessThan(2.1)
  })

  it('tells what each stage takes, which is all that there is', () => {
    const { ms } = costOf(program, 60) // of a structure not compiled yet
    expect(Object.keys(ms).toSorted()).toEqual(stages.toSorted())
    for (const stage of stages) expect(ms[stage]).toBeGreaterThan(0)
  })
})

/** All of it spent on tracing and emitting, to equal parts. */
const cost = (equations: number, ms: number): Cost => {
  const none = { 'clean up': 0, fuse: 0, place: 0, module: 0, link: 0 }
  return { equations, ms: { ...none, trace: ms / 2, emit: ms / 2 } }
}

describe('growthOf', () => {
  it('is 1 for what is linear and 2 for what is quadratic, by the two largest', () => {
    expect(growthOf([cost(10, 99), cost(100, 5), cost(400, 20)])).toBeCloseTo(1)
    expect(growthOf([cost(400, 80), cost(100, 5)])).toBeCloseTo(2)
  })

  it('refuses a single program', () => {
    expect(() => growthOf([cost(10, 1)])).toThrow('growthOf: one program does not grow')
  })
})

describe('table', () => {
  it('gives microseconds an equation and milliseconds in all', () => {
    const [, line] = table([cost(100, 5)]).split('\n')
    expect(line?.trim().split(/\s+/)).toEqual(['100', '25.0', '0.0', '0.0', '0.0', '25.0', '0.0', '0.0', '5'])
  })
})

describe('chart', () => {
  it('has a panel for each program, and a line for each stage, for all of them, and for what would be linear', async () => {
    const svg = await chart(
      [{ name: 'deep', title: 'by depth', costs: [cost(100, 4), cost(1000, 80)] }],
      'here and now',
    )
    const labels = [...svg.matchAll(/aria-label="([^"]+)"/g)].map(([, label]) => label ?? '')
    expect(svg).toContain('by depth')
    expect(svg).toContain('here and now')
    for (const stage of ['all', 'trace', 'emit']) {
      expect(labels).toContainEqual(expect.stringMatching(new RegExp(`equations: 1k; ms: .*stage: ${stage}`)))
    }
    // 80 ms for 1000 equations would be 8 for 100.
    expect(labels).toContainEqual(expect.stringMatching(/equations: 100; ms: 8$/))
  })
})
