import { describe, expect, it } from 'vitest'
import { byteSize, sizeOf } from '../aval.ts'
import { bodiesOf } from '../bodies.ts'
import { checkJaxpr } from '../check.ts'
import { type DType, dtypes } from '../dtype.ts'
import type { Eqn, Jaxpr } from '../jaxpr.ts'
import { jaxprKey } from '../key.ts'
import { families, opNames } from '../ops.ts'
import { cleanUp } from '../rewrite/cleanUp.ts'
import { randomTrial } from './randomTrial.ts'

const trials = Array.from({ length: 1500 }, (_, seed) => randomTrial(seed))

const everyEqn = (jaxpr: Jaxpr): Eqn[] =>
  jaxpr.eqns.flatMap((eqn) => [eqn, ...bodiesOf(eqn.params).flatMap((body) => everyEqn(body))])

describe('randomTrial', () => {
  it('gives sound programs, the same for the same seed', () => {
    for (const { jaxpr } of trials) checkJaxpr(jaxpr)
    expect(jaxprKey(randomTrial(9).jaxpr)).toBe(jaxprKey((trials[9] as (typeof trials)[number]).jaxpr))
    expect(randomTrial(9).calls).toEqual(trials[9]?.calls)
  })

  it('leaves every op something to compute once the program is cleaned up', () => {
    const gone = new Set(['jit', 'customCall', 'checkpoint', 'name', 'stopGradient'])
    const left = new Set(trials.flatMap(({ jaxpr }) => everyEqn(cleanUp(jaxpr)).map(({ op }) => op)))
    expect(opNames.filter((op) => families[op] !== 'collective' && !left.has(op) && !gone.has(op))).toEqual([])
  })

  it('computes in every dtype, in every rank up to 5, with no, one and many elements', () => {
    const avals = trials.flatMap(({ jaxpr }) => jaxpr.eqns.flatMap((eqn) => eqn.outputs.map(({ aval }) => aval)))
    expect(new Set(avals.map(({ dtype }) => dtype))).toEqual(new Set(Object.keys(dtypes) as DType[]))
    expect([0, 1, 2, 3, 4, 5].filter((rank) => !avals.some(({ shape }) => shape.length === rank))).toEqual([])
    expect(avals.some(({ shape }) => sizeOf(shape) === 0)).toBe(true)
    expect(avals.some((aval) => byteSize(aval) >= 32768)).toBe(true)
  })

  it('gives buffers up, and gives one for two inputs', () => {
    expect(trials.some(({ donated }) => donated.size > 1)).toBe(true)
    const shared = trials.filter(({ aliases }) => aliases.some((first, i) => first < i))
    expect(shared.length).toBeGreaterThan(20)
    for (const { jaxpr, aliases, calls } of shared) {
      aliases.forEach((first, i) => {
        expect(jaxpr.inputs[first]?.aval).toEqual(jaxpr.inputs[i]?.aval)
        expect(calls[1][i]).toEqual(calls[1][first])
      })
    }
  })
})
