import { describe, expect, it } from 'vitest'
import { sizeOf } from '../aval.ts'
import { checkJaxpr } from '../check.ts'
import { isVar } from '../jaxpr.ts'
import { jaxprKey } from '../key.ts'
import { families, opNames } from '../ops.ts'
import { evaluateJaxpr } from '../reference/evaluate.ts'
import { Random, randomNumber } from './random.ts'
import { randomJaxpr } from './randomJaxpr.ts'
import { samples } from './samples.ts'

/** No backend meets a collective. */
const runnable = opNames.filter((op) => families[op] !== 'collective')

const many = Array.from({ length: 600 }, (_, seed) => randomJaxpr({ seed, size: 20 }))

describe('randomJaxpr', () => {
  it('gives the same program for the same seed', () => {
    expect(jaxprKey(randomJaxpr({ seed: 5 }).jaxpr)).toBe(jaxprKey(randomJaxpr({ seed: 5 }).jaxpr))
    expect(randomJaxpr({ seed: 5 }).inputs).toEqual(randomJaxpr({ seed: 5 }).inputs)
    expect(jaxprKey(randomJaxpr({ seed: 6 }).jaxpr)).not.toBe(jaxprKey(randomJaxpr({ seed: 5 }).jaxpr))
  })
  it('gives sound programs that run', () => {
    for (const { jaxpr, inputs } of many) evaluateJaxpr(checkJaxpr(jaxpr), inputs)
  })
  it('meets every op and every odd structure', () => {
    const eqns = many.flatMap(({ jaxpr }) => jaxpr.eqns)
    expect(new Set(eqns.map((eqn) => eqn.op))).toEqual(new Set(runnable))
    expect(eqns.some((eqn) => eqn.inputs.length > 1 && eqn.inputs[0] === eqn.inputs[1])).toBe(true)
    const outputs = many.flatMap(({ jaxpr }) => jaxpr.outputs.map((output) => ({ jaxpr, output })))
    expect(outputs.some(({ output }) => !isVar(output))).toBe(true)
    expect(outputs.some(({ jaxpr, output }) => jaxpr.inputs.some((input) => input === output))).toBe(true)
    expect(outputs.some(({ output }) => sizeOf(output.aval.shape) === 0)).toBe(true)
  })
  it('keeps to the ops, dtypes and sizes it is given', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { jaxpr } = randomJaxpr({ seed, ops: ['add', 'reshape'], dtypes: ['int8'], maxElements: 5 })
      const atoms = jaxpr.eqns.flatMap((eqn) => [...eqn.inputs, ...eqn.outputs])
      expect(jaxpr.eqns.every(({ op }) => op === 'add' || op === 'reshape')).toBe(true)
      expect(atoms.every(({ aval }) => aval.dtype === 'int8' && sizeOf(aval.shape) <= 5)).toBe(true)
    }
  })
})

describe('Random', () => {
  it('spreads its numbers evenly', () => {
    const random = new Random(1)
    const counts = new Array<number>(10).fill(0)
    for (let i = 0; i < 10000; i++) counts[random.below(10)]!++
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
  it('shuffles without loss', () => expect(new Random(3).shuffled([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4]))
  it('leaves out what is not finite when asked to', () => {
    const random = new Random(2)
    for (let i = 0; i < 2000; i++) expect(Number.isFinite(randomNumber(random, 'float32', false))).toBe(true)
  })
})

describe('samples', () => {
  it.each(runnable)('of %s are there for some dtype', (op) =>
    expect(samples[op]('uint32').length + samples[op]('float32').length).toBeGreaterThan(0),
  )
})
