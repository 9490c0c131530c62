import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeAval, sizeOf } from '../aval.ts'
import { JaxprBuilder } from '../builder.ts'
import type { Jaxpr } from '../jaxpr.ts'
import type { Params } from '../ops.ts'
import { evaluateJaxpr } from '../reference/evaluate.ts'
import { withoutHoles } from './phases.ts'

type Conv = Params<'convGeneralDilated'>

/** What is drawn for one dimension of space. */
interface Side {
  readonly size: number
  readonly window: number
  readonly stride: number
  readonly low: number
  readonly high: number
  readonly lhsDilation: number
  readonly rhsDilation: number
}

const sides = fc.record({
  size: fc.integer({ min: 0, max: 5 }),
  window: fc.integer({ min: 0, max: 4 }),
  stride: fc.integer({ min: 1, max: 4 }),
  low: fc.integer({ min: -2, max: 4 }),
  high: fc.integer({ min: -2, max: 4 }),
  lhsDilation: fc.integer({ min: 1, max: 4 }),
  rhsDilation: fc.integer({ min: 1, max: 4 }),
})

const spanOf = ({ size, low, high, lhsDilation }: Side) => Math.max(0, (size - 1) * lhsDilation + 1) + low + high

function convolution(space: readonly Side[], groups: number): Jaxpr {
  const b = new JaxprBuilder()
  const all = <K extends keyof Side>(key: K) => space.map((side) => side[key])
  const lhs = b.input(makeAval([2, 2, ...all('size')], 'float32'))
  const rhs = b.input(makeAval([2, 2 / groups, ...all('window')], 'float32'))
  const outputs = b.emit('convGeneralDilated', [lhs, rhs], {
    windowStrides: all('stride'),
    low: all('low'),
    high: all('high'),
    lhsDilation: all('lhsDilation'),
    rhsDilation: all('rhsDilation'),
    featureGroupCount: groups,
    batchGroupCount: 1,
    preferredElementType: 'float32',
  })
  return b.finish(outputs)
}

/** With infinities and NaN here and there. */
const dataOf = (jaxpr: Jaxpr, seed: number) =>
  jaxpr.inputs.map(({ aval }, k) =>
    Float32Array.from({ length: sizeOf(aval.shape) }, (_, i) => {
      const at = (i * 7919 + k * 104_729 + seed) % 97
      return at < 3 ? ([Infinity, -Infinity, NaN][at] as number) : (at - 50) / 8
    }),
  )

describe('withoutHoles', () => {
  it('leaves no holes, and every result as it was', () => {
    const spaces = fc
      .array(sides, { minLength: 1, maxLength: 3 })
      .filter((space) => space.every((side) => spanOf(side) >= 0))
    fc.assert(
      fc.property(spaces, fc.constantFrom(1, 2), fc.nat(1000), (space, groups, seed) => {
        const jaxpr = convolution(space, groups)
        const [size] = jaxpr.outputs.map(({ aval }) => sizeOf(aval.shape)) as [number]
        const split = withoutHoles(jaxpr)
        const inputs = dataOf(jaxpr, seed)
        expect(evaluateJaxpr(split, inputs)).toEqual(evaluateJaxpr(jaxpr, inputs))
        for (const { op, params } of size === 0 ? [] : split.eqns)
          if (op === 'convGeneralDilated') expect(Math.max(...(params as Conv).lhsDilation)).toBe(1)
      }),
      { numRuns: 1000 },
    )
  })

  it('meets each element once under each tap', () => {
    const side = { size: 28, window: 3, stride: 1, low: 2, high: 1, lhsDilation: 2, rhsDilation: 1 }
    const split = withoutHoles(convolution([side, side], 1))
    const products = split.eqns
      .filter(({ op }) => op === 'convGeneralDilated')
      .map(({ inputs: [, kernel], outputs: [y] }) => sizeOf(kernel?.aval.shape ?? []) * sizeOf(y?.aval.shape ?? []))
    // Two by two outputs and inputs, an example each of two, nine taps at the 28 by 28 elements, and what padding adds.
    const least = 2 * 2 * 2 * 9 * 28 ** 2
    expect(products.reduce((a, b) => a + b) / 2).toBeGreaterThanOrEqual(least)
    expect(products.reduce((a, b) => a + b) / 2).toBeLessThan(1.2 * least)
  })

  it('leaves programs without holes alone', () => {
    const side = { size: 5, window: 3, stride: 2, low: 1, high: 1, lhsDilation: 1, rhsDilation: 2 }
    const jaxpr = convolution([side], 1)
    expect(withoutHoles(jaxpr)).toBe(jaxpr)
  })
})
