import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeAval } from './aval.ts'
import { mapBodies } from './bodies.ts'
import { JaxprBuilder } from './builder.ts'
import { type Atom, type Jaxpr, makeLiteral, makeVar, type Var } from './jaxpr.ts'
import { jaxprKey, paramsKey } from './key.ts'
import { formatJaxpr } from './print.ts'
import { randomJaxpr } from './testing/randomJaxpr.ts'

const f32 = makeAval([3], 'float32')

/** The same program in other objects. */
function copy(jaxpr: Jaxpr): Jaxpr {
  const names = new Map<Var, Var>()
  const define = (variable: Var): Var => {
    const fresh = makeVar(makeAval(variable.aval.shape, variable.aval.dtype, !variable.aval.weakType))
    names.set(variable, fresh)
    return fresh
  }
  const use = (atom: Atom): Atom => (atom.kind === 'var' ? (names.get(atom) as Var) : { ...atom })
  const inputs = jaxpr.inputs.map(define)
  const eqns = jaxpr.eqns.map((eqn) => {
    const reversed = Object.fromEntries(Object.entries(eqn.params).reverse())
    const params = mapBodies(reversed, copy)
    return {
      ...eqn,
      inputs: eqn.inputs.map(use),
      outputs: eqn.outputs.map(define),
      params: params as typeof eqn.params,
      source: undefined,
    }
  })
  return { inputs, eqns, outputs: jaxpr.outputs.map(use) }
}

const unary = (op: 'sin' | 'cos'): Jaxpr => {
  const b = new JaxprBuilder()
  return b.finish(b.emit(op, [b.input(f32)], {}))
}

const literal = (value: number, shape: readonly number[] = []): Jaxpr => ({
  inputs: [],
  eqns: [],
  outputs: [makeLiteral(value, makeAval(shape, 'float32'))],
})

describe('jaxprKey', () => {
  it('is the same for a copy with other variables, weak types, sources and orders of parameters', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { jaxpr } = randomJaxpr({ seed })
        expect(jaxprKey(copy(jaxpr))).toBe(jaxprKey(jaxpr))
      }),
      { numRuns: 300 },
    )
  })
  it('differs where the printed program differs', () => {
    const texts = new Map<string, string>()
    for (let seed = 0; seed < 2000; seed++) {
      const { jaxpr } = randomJaxpr({ seed, size: 1 + (seed % 3), maxElements: 4 })
      const key = jaxprKey(jaxpr)
      const text = formatJaxpr(jaxpr)
      // Printing hides the names of unused results, keys hide nothing.
      if (texts.has(key)) expect(texts.get(key)).toBe(text)
      texts.set(key, text)
    }
    expect(texts.size).toBeGreaterThan(1500)
  })
  it('tells literals apart', () => {
    const values = [0, -0, 1, NaN, Infinity, -Infinity, 0.1, Math.fround(0.1)]
    const keys = values.map((value) => jaxprKey(literal(value)))
    expect(new Set([...keys, jaxprKey(literal(1, [1]))]).size).toBe(values.length + 1)
    expect(jaxprKey(literal(NaN))).toBe(jaxprKey(literal(0 / 0)))
  })
  it('tells ops, wiring, outputs and dtypes apart', () => {
    const b = new JaxprBuilder()
    const [x, y] = [b.input(f32), b.input(f32)]
    const [z] = b.emit('sub', [x, y], {})
    const jaxpr = b.finish([z])
    const [eqn] = jaxpr.eqns as readonly [Jaxpr['eqns'][number]]
    // biome-ignore format: a case a row
    const others = [
      jaxpr, { ...jaxpr, eqns: [{ ...eqn, inputs: [y, x] }] }, { ...jaxpr, eqns: [{ ...eqn, inputs: [x, x] }] }, { ...jaxpr, eqns: [{ ...eqn, op: 'add' as const }] },
      { ...jaxpr, outputs: [x] }, { ...jaxpr, outputs: [z, z] }, unary('sin'), unary('cos'),
    ]
    expect(new Set(others.map(jaxprKey)).size).toBe(others.length)
  })
  it('is linear in calls of calls', () => {
    let jaxpr = unary('sin')
    for (let depth = 0; depth < 40; depth++) {
      const b = new JaxprBuilder()
      const x = b.input(f32)
      const [y] = b.emit('jit', [x], { jaxpr, name: 'f' }) as readonly Var[]
      jaxpr = b.finish(b.emit('jit', [y as Var], { jaxpr, name: 'f' }) as readonly Var[])
    }
    expect(jaxprKey(jaxpr).length).toBeLessThan(10_000)
    expect(jaxprKey(jaxpr)).not.toBe(jaxprKey(unary('sin')))
  })
})

describe('paramsKey', () => {
  it('tells the bodies of calls apart', () => {
    expect(paramsKey({ name: 'f', jaxpr: unary('sin') })).not.toBe(paramsKey({ name: 'f', jaxpr: unary('cos') }))
    expect(paramsKey({ name: 'f', jaxpr: unary('sin') })).toBe(paramsKey({ jaxpr: unary('sin'), name: 'f' }))
  })
  it('leaves out what does not change the computation', () => {
    expect(paramsKey({ newDtype: 'int8', weakType: true })).toBe(paramsKey({ newDtype: 'int8' }))
  })
  it('tells numbers apart that JSON does not', () => {
    const keys = [NaN, Infinity, -Infinity, 0, -0, null].map((fillValue) => paramsKey({ fillValue }))
    expect(new Set(keys).size).toBe(keys.length)
  })
  it('tells functions and objects that hold them apart by identity', () => {
    const [f, g] = [() => [], () => []]
    expect(paramsKey({ callback: f })).toBe(paramsKey({ callback: f }))
    expect(paramsKey({ callback: f })).not.toBe(paramsKey({ callback: g }))
    const rules = { jvp: f }
    expect(paramsKey({ rules })).toBe(paramsKey({ rules }))
    expect(paramsKey({ rules })).not.toBe(paramsKey({ rules: { jvp: f } }))
  })
  it('tells branches apart by what they compute', () => {
    const branches = [unary('sin'), unary('cos')]
    expect(paramsKey({ branches })).toBe(paramsKey({ branches: [unary('sin'), unary('cos')] }))
    expect(paramsKey({ branches })).not.toBe(paramsKey({ branches: branches.toReversed() }))
  })
})
