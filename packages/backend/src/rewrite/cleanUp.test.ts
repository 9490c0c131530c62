import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeAval } from '../aval.ts'
import { checkJaxpr } from '../check.ts'
import type { DType, TypedArray } from '../dtype.ts'
import { AxisNameError } from '../errors.ts'
import { type Atom, type Jaxpr, makeLiteral, type Var } from '../jaxpr.ts'
import { type OpName, opNames } from '../ops.ts'
import { evaluateJaxpr } from '../reference/evaluate.ts'
import { numbersOf } from '../testing/compare.ts'
import { build } from '../testing/controlSamples.ts'
import { randomJaxpr } from '../testing/randomJaxpr.ts'
import { cleanUp } from './cleanUp.ts'

/** Numbers, so that NaNs of different payloads are equal and 0 and -0 are not. */
const run = (jaxpr: Jaxpr, inputs: Parameters<typeof evaluateJaxpr>[1]) =>
  evaluateJaxpr(jaxpr, inputs).map((data, i) => numbersOf(data, (jaxpr.outputs[i] as Atom).aval.dtype))

const dtypesOf = (jaxpr: Jaxpr) => jaxpr.outputs.map((output) => [output.aval.shape, output.aval.dtype])

// biome-ignore format: words
const algebra: readonly OpName[] = ['neg', 'not', 'add', 'sub', 'mul', 'div', 'integerPow', 'pow', 'max', 'min', 'and', 'or', 'xor', 'select', 'eq', 'lt', 'convertElementType']
// biome-ignore format: words
const movement: readonly OpName[] = ['transpose', 'reshape', 'broadcastInDim', 'slice', 'pad', 'concatenate', 'rev', 'reduceSum', 'reduceMax', 'argmax', 'jit', 'neg']

/** Whether the bits of a NaN are looked at: which NaN an operation gives is nobody's promise, and `b + -b` may become `b - b`. */
function readsNaN(jaxpr: Jaxpr, inputs: Parameters<typeof evaluateJaxpr>[1]): boolean {
  const looked = jaxpr.eqns.filter(({ op }) => op === 'bitcastConvertType').flatMap((eqn) => eqn.inputs)
  return evaluateJaxpr({ ...jaxpr, outputs: looked }, inputs).some((data, i) =>
    numbersOf(data, (looked[i] as Atom).aval.dtype).some(Number.isNaN),
  )
}

/** Few dtypes, so that operands meet and rules apply. */
const rounds: readonly (readonly [
  title: string,
  ops: readonly OpName[],
  dtypes: readonly DType[] | undefined,
  runs: number,
])[] = [
  ['all ops and dtypes', opNames, undefined, 1500],
  ['arithmetic of floats', algebra, ['float32', 'bool'], 2500],
  ['arithmetic of integers', algebra, ['int8', 'uint32', 'bool'], 1000],
  ['conversions', ['convertElementType', 'bitcastConvertType', 'neg', 'add'], undefined, 1000],
  ['movement', movement, ['float32', 'int32'], 2000],
]

const same = (operands: readonly TypedArray[]): readonly TypedArray[] => operands

describe('cleanUp', () => {
  it.each(rounds)(
    'changes no bit of any result, on random programs: %s',
    (_title, ops, dtypes, numRuns) => {
      fc.assert(
        fc.property(fc.nat(), fc.integer({ min: 1, max: 30 }), (seed, size) => {
          const { jaxpr, inputs } = randomJaxpr({ seed, size, ops, ...(dtypes && { dtypes }) })
          fc.pre(!readsNaN(jaxpr, inputs))
          const cleaned = checkJaxpr(cleanUp(jaxpr), 'cleanUp')
          expect(run(cleaned, inputs)).toEqual(run(jaxpr, inputs))
          expect(dtypesOf(cleaned)).toEqual(dtypesOf(jaxpr))
        }),
        { numRuns },
      )
    },
    60_000,
  )
})

describe('cleanUp of control, calls and marks', () => {
  const x = makeAval([3], 'float32')
  const call = (name: string, hasEffect: boolean) => ({ callback: same, outs: [x], hasEffect, name })
  const ops = (jaxpr: Jaxpr) => jaxpr.eqns.map((eqn) => eqn.op)

  it('inlines every call, and those within loops', () => {
    const body = build([x], (b, u) => b.emit('sin', [u], {}))
    const marked = build([x], (b, u) => {
      const [v] = b.emit('customCall', [u], { jaxpr: body, name: 'f', rules: {} }) as readonly [Var]
      const [w] = b.emit('checkpoint', [v], { jaxpr: body, name: 'g', policy: null }) as readonly [Var]
      return b.emit('name', [w], { name: 'kept' })
    })
    const params = { jaxpr: marked, length: 2, reverse: false, unroll: 1, numConsts: 0, numCarry: 1 }
    const jaxpr = build([x], (b, u) => {
      const [v] = b.emit('jit', [u], { jaxpr: marked, name: 'h' }) as readonly [Var]
      return b.emit('scan', [v], params) as readonly Var[]
    })
    const clean = cleanUp(jaxpr)
    expect(ops(clean)).toEqual(['sin', 'sin', 'scan'])
    expect(ops((clean.eqns.at(-1) as unknown as { params: typeof params }).params.jaxpr)).toEqual(['sin', 'sin'])
  })
  it('keeps every effect, in order, and drops and merges what has none', () => {
    const jaxpr = build([x], (b, u) => {
      for (const name of ['first', 'second', 'second']) b.emit('callback', [u], call(name, true))
      const pure = [call('pure', false), call('pure', false)].map((params) => b.emit('callback', [u], params)[0] as Var)
      b.emit('callback', [u], call('unused', false))
      return pure
    })
    const clean = cleanUp(jaxpr)
    expect(clean.eqns.map((eqn) => (eqn.params as { name: string }).name)).toEqual([
      'first',
      'second',
      'second',
      'pure',
    ])
    expect(clean.outputs[0]).toBe(clean.outputs[1])
  })
  it('keeps a loop with an effect inside though nobody uses its results', () => {
    const body = build([x], (b, u) => {
      b.emit('callback', [u], call('said', true))
      return [u]
    })
    const params = { jaxpr: body, length: 2, reverse: false, unroll: 1, numConsts: 0, numCarry: 1 }
    const jaxpr = build([x], (b, u) => {
      b.emit('scan', [u], params)
      return [u]
    })
    expect(ops(cleanUp(jaxpr))).toEqual(['scan'])
  })
  it('keeps an effect without results and with empty results', () => {
    const jaxpr = build([], (b) => {
      b.emit('callback', [], { callback: same, outs: [], hasEffect: true, name: 'f' })
      b.emit('callback', [], { callback: same, outs: [makeAval([0], 'int32')], hasEffect: true, name: 'g' })
      return []
    })
    expect(ops(cleanUp(jaxpr))).toEqual(['callback', 'callback'])
  })
  it('computes again what is behind a barrier', () => {
    const jaxpr = build([x], (b, u) => {
      const [first] = b.emit('sin', [u], {})
      const barred = [1, 2].map(() => b.emit('optimizationBarrier', [u, makeLiteral(1, x)], {}) as readonly [Var, Var])
      return [first, ...barred.flatMap(([v, one]) => [b.emit('sin', [v], {})[0], b.emit('mul', [v, one], {})[0]])]
    })
    const clean = cleanUp(jaxpr)
    expect(ops(clean).filter((op) => op === 'sin')).toHaveLength(3)
    expect(ops(clean).filter((op) => op === 'mul')).toHaveLength(2)
    expect(ops(clean).filter((op) => op === 'optimizationBarrier')).toHaveLength(2)
  })
  it('refuses a collective whose axis nobody binds, however deep', () => {
    const body = build([x], (b, u) => b.emit('allReduce', [u], { axisName: 'i', kind: 'add' }))
    const jaxpr = build(
      [makeAval([], 'int32'), x],
      (b, i, u) => b.emit('cond', [i, u], { branches: [body] }) as readonly Var[],
    )
    expect(() => cleanUp(jaxpr)).toThrow(AxisNameError)
    expect(() => cleanUp(body)).toThrow(
      "allReduce: no axis is named 'i' here; bind it with vmap(f, { axisName: 'i' }).",
    )
  })
})
