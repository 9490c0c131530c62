import { describe, expect, it } from 'vitest'
import { type Cost, costOf } from './cost.ts'
import { programs } from './programs.ts'
import { growthOf, table } from './table.ts'

describe.each(Object.entries(programs))('the program %s', (_name, program) => {
  it('has about as many equations as it is asked for, and runs', () => {
    for (const size of [100, 200]) {
      const { equations } = costOf(program, size)
      expect(equations).toBeGreaterThan(0.6 * size)
      expect(equations).toBeLessThan(1.4 * size)
    }
  })
})

const cost = (equations: number, ms: number): Cost => {
  return { equations, trace: ms / 2, cleanUp: 0, plan: 0, compile: ms / 2, firstRun: 0 }
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
    expect(line?.trim().split(/\s+/)).toEqual(['100', '25.0', '0.0', '0.0', '25.0', '0.0', '5'])
  })
})
