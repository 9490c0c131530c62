import { describe, expect, it } from 'vitest'
import { makeAval } from '../../aval.ts'
import { isFloat, type TypedArray } from '../../dtype.ts'
import { type Atom, isVar, type Jaxpr, rowOf, type Var } from '../../jaxpr.ts'
import type { AnyKernel } from '../../kernel.ts'
import { families, opNames } from '../../ops.ts'
import { encode, splat } from '../../reference/element.ts'
import { referenceKernels } from '../../reference/evaluate.ts'
import { numbersOf, ulpOf } from '../compare.ts'
import { build } from '../controlSamples.ts'
import { Random } from '../random.ts'
import { randomJaxpr } from '../randomJaxpr.ts'
import { randomTrial } from '../randomTrial.ts'
import { ulps } from '../tolerances.ts'
import { evaluateBounded } from './evaluate.ts'

const vector = makeAval([3], 'float32')

const scatterAdd = {
  kind: 'add',
  dimensionNumbers: {
    updateWindowDims: [0],
    insertedWindowDims: [],
    scatterDimsToOperandDims: [0],
    operandBatchingDims: [],
    scatterIndicesBatchingDims: [],
  },
  mode: 'clip',
  uniqueIndices: false,
  indicesAreSorted: false,
} as const

const errorsOf = (jaxpr: Jaxpr, ...inputs: TypedArray[]) =>
  evaluateBounded(jaxpr, inputs).map(({ error }) => error && [...error])

describe('evaluateBounded', () => {
  it('knows exact results to the bit', () => {
    const jaxpr = build([vector, vector], (b, x, y) => [b.emit('add', [x, y], {})[0], b.emit('max', [x, y], {})[0], x])
    expect(errorsOf(jaxpr, Float32Array.of(0.1, -0, NaN), Float32Array.of(0.2, 0, 1))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('gives a function its units in the last place, and what follows its share', () => {
    const jaxpr = build([vector], (b, x) => {
      const [y] = b.emit('exp', [x], {})
      return [y, b.emit('mul', [y, y], {})[0]]
    })
    const [own, squared] = errorsOf(jaxpr, Float32Array.of(0, 1, NaN)) as [number[], number[]]
    expect(own).toEqual([ulps.exp * 2 ** -23, ulps.exp * 2 ** -22, 0])
    expect(squared[0]).toBeGreaterThanOrEqual(2 * (own[0] as number))
    expect(squared[0]).toBeLessThan(6 * (own[0] as number))
    expect(squared[2]).toBe(0)
  })

  it('calls unknown what hangs on an uncertain digit', () => {
    const jaxpr = build([vector], (b, x) => {
      const [y] = b.emit('sub', [b.emit('exp', [x], {})[0], b.emit('exp', [x], {})[0]], {})
      const [isPositive] = b.emit('gt', [y, b.emit('sub', [x, x], {})[0]], {})
      return [b.emit('div', [x, y], {})[0], isPositive]
    })
    expect(errorsOf(jaxpr, Float32Array.of(1, 1, 1))).toEqual([
      [Infinity, Infinity, Infinity],
      [Infinity, Infinity, Infinity],
    ])
  })

  it('calls unknown whether an uncertain number equals one within its error', () => {
    const jaxpr = build([vector, vector], (b, x, y) => b.emit('eq', [b.emit('exp', [x], {})[0], y], {}))
    const next = Math.E + 2 ** -22
    expect(errorsOf(jaxpr, Float32Array.of(1, 1, 0), Float32Array.of(next, 3, 1))).toEqual([[Infinity, 0, Infinity]])
  })

  it('keeps an error of float64 that is lost in the sum with a larger number', () => {
    const number = makeAval([1], 'float64')
    const sum = (x: number, y: number) => {
      const jaxpr = build([number, number], (b, x, y) => {
        const [both] = b.emit('concatenate', [b.emit('tan', [x], {})[0], y], { dimension: 0 })
        return [
          b.emit('reduceSum', [both], { axes: [0] })[0],
          b.emit(
            'scatter',
            [b.emit('tan', [x], {})[0], b.emit('iota', [], { dtype: 'int32', shape: [1], dimension: 0 })[0], y],
            scatterAdd,
          )[0],
        ]
      })
      return errorsOf(jaxpr, Float64Array.of(x), Float64Array.of(y)) as [number[], number[]]
    }
    // tan(-2.5) = 0.747 and its neighbour give -6.42494532465403 and its neighbour.
    for (const errors of sum(-2.5, -7.171967621892691)) expect(errors[0]).toBeGreaterThanOrEqual(2 ** -50)
  })

  it('calls unknown a remainder of what is less certain than the divisor is large, and waves over several periods', () => {
    const number = makeAval([3], 'float64')
    const jaxpr = build([number, number], (b, x, y) => {
      const [big] = b.emit('exp', [x], {})
      return [b.emit('rem', [big, y], {})[0], ...(['sin', 'cos', 'tan'] as const).map((op) => b.emit(op, [big], {})[0])]
    })
    const [remainders, ...waves] = errorsOf(jaxpr, Float64Array.of(36, 38, 1), Float64Array.of(0.01, 0.03, 2)) as [
      number[],
    ]
    expect(remainders).toEqual([Infinity, Infinity, expect.closeTo(0, 10)])
    for (const errors of waves) expect(errors).toEqual([Infinity, Infinity, expect.closeTo(0, 10)])
  })

  it('moves errors with their elements', () => {
    const jaxpr = build([vector, vector], (b, x, y) => {
      const [both] = b.emit('concatenate', [b.emit('exp', [x], {})[0], y], { dimension: 0 })
      return b.emit('rev', [both], { dimensions: [0] })
    })
    const [error] = errorsOf(jaxpr, Float32Array.of(0, 0, NaN), new Float32Array(3)) as [number[]]
    expect(error).toEqual([0, 0, 0, 0, 3 * 2 ** -23, 3 * 2 ** -23])
  })
})

/** Each float that its op need not give to the bit, off by as much as the op may be. */
function off(data: TypedArray, { aval: { dtype } }: Var, units: number, random: Random): TypedArray {
  if (units === 0 || !isFloat(dtype)) return data
  const store = encode(dtype)
  return data.map((bits, i) => {
    const value = numbersOf(data.subarray(i, i + 1), dtype)[0] as number
    if (!Number.isFinite(value) || value === 0) return bits
    return store(value + (random.uniform() * 1.8 - 0.9) * units * ulpOf(dtype as 'float32', value))
  })
}

/** Another right evaluation. */
function evaluateRoughly(jaxpr: Jaxpr, inputs: readonly TypedArray[], random: Random): TypedArray[] {
  const values = new Map<Var, TypedArray>(jaxpr.inputs.map((input, i) => [input, inputs[i] as TypedArray]))
  const valueOf = (atom: Atom) => (isVar(atom) ? (values.get(atom) as TypedArray) : splat(atom.value, atom.aval))
  for (const { op, params, inputs: atoms, outputs } of jaxpr.eqns) {
    const operands = atoms.map((atom) => ({ aval: atom.aval, buffer: valueOf(atom) }))
    const outs = outputs.map(({ aval }) => aval)
    const results = rowOf<AnyKernel<TypedArray>>(referenceKernels, op)(operands, params, outs)
    outputs.forEach((output, k) =>
      values.set(output, off(results[k] as TypedArray, output, families[op] === 'elementwise' ? ulps[op] : 0, random)),
    )
  }
  return jaxpr.outputs.map(valueOf)
}

/** All but those that hold programs, which would be evaluated exactly. */
const flat = opNames.filter((op) => !['control', 'call', 'collective'].includes(families[op]) && op !== 'callback')

describe('the bounds of random programs', () => {
  it('hold for another right evaluation', () => {
    for (let seed = 0; seed < 400; seed++) {
      const { jaxpr, inputs } = randomJaxpr({ seed, size: 12, ops: flat, maxElements: 60 })
      const [random, wants] = [new Random(seed), evaluateBounded(jaxpr, inputs)]
      evaluateRoughly(jaxpr, inputs, random).forEach((got, k) => {
        const { aval, data, error } = wants[k] as (typeof wants)[number]
        const [xs, ys] = [numbersOf(got, aval.dtype), numbersOf(data, aval.dtype)]
        const wrong = ys.findIndex((y, i) => {
          const x = xs[i] as number
          return !(Object.is(x, y) || Math.abs(x - y) <= (error?.[i] ?? 0) || error?.[i] === Infinity)
        })
        expect([seed, k, wrong]).toEqual([seed, k, -1])
      })
    }
  })

  it('leave few results unknown and most to the bit', () => {
    let [elements, bounded, unknown] = [0, 0, 0]
    for (let seed = 0; seed < 400; seed++) {
      const { jaxpr, calls } = randomTrial(seed)
      for (const { data, error } of evaluateBounded(jaxpr, calls[0])) {
        elements += data.length
        for (const e of error ?? []) if (e > 0) e === Infinity ? unknown++ : bounded++
      }
    }
    expect(unknown / elements).toBeLessThan(0.05)
    expect(bounded / elements).toBeGreaterThan(0.05)
    expect(bounded / elements).toBeLessThan(0.5)
  })
})
