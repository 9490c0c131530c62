import { describe, expect, it } from 'vitest'
import control from '../../fixtures/control.json'
import { type Aval, makeAval } from '../aval.ts'
import { type DType, dtypes, type TypedArray } from '../dtype.ts'
import { type Jaxpr, makeLiteral, scalarLiteral, type Var } from '../jaxpr.ts'
import { worstMismatch } from '../testing/compare.ts'
import { build } from '../testing/controlSamples.ts'
import { evaluateJaxpr } from './evaluate.ts'

// The programs of `control` in scripts/oracle_whole.py, under the same names.

const int = makeAval([], 'int32')
const whole = (value: number) => scalarLiteral(value, 'int32')

/** How many steps the Collatz sequence takes from `n` to 1. */
function collatz(): Jaxpr {
  const condJaxpr = build([int, int], (b, n) => b.emit('ne', [n, whole(1)], {}))
  const bodyJaxpr = build([int, int], (b, n, steps) => {
    const [half] = b.emit('div', [n, whole(2)], {})
    const [triple] = b.emit('mul', [n, whole(3)], {})
    const [next] = b.emit('add', [triple, whole(1)], {})
    const [isEven] = b.emit('eq', [b.emit('rem', [n, whole(2)], {})[0], whole(0)], {})
    return [b.emit('select', [isEven, half, next], {})[0], b.emit('add', [steps, whole(1)], {})[0]]
  })
  return build(
    [int],
    (b, n) => b.emit('while', [n, whole(0)], { condJaxpr, bodyJaxpr, condConsts: 0, bodyConsts: 0 }) as readonly Var[],
  )
}

/** A polynomial by Horner's rule, with its partial values. */
function horner([x, coefficients]: readonly Aval[], reverse = false): Jaxpr {
  const [point, list] = [x as Aval, coefficients as Aval]
  const jaxpr = build([point, point, makeAval([], point.dtype)], (b, at, y, c) => {
    const [spread] = b.emit('broadcastInDim', [c], { shape: point.shape, broadcastDimensions: [] })
    const [product] = b.emit('mul', [y, at], {})
    return [b.emit('add', [product, spread], {})[0], y]
  })
  const params = { jaxpr, length: list.shape[0] as number, reverse, unroll: 1, numConsts: 1, numCarry: 1 }
  return build([point, list], (b, at, cs) => b.emit('scan', [at, makeLiteral(0, point), cs], params) as readonly Var[])
}

const hornerReverse = (avals: readonly Aval[]): Jaxpr => horner(avals, true)

/** `x + 1`, `x²` or `-x`. */
function branches([, operand]: readonly Aval[]): Jaxpr {
  const x = operand as Aval
  const params = {
    branches: [
      build([x], (b, y) => b.emit('add', [y, makeLiteral(1, x)], {})),
      build([x], (b, y) => b.emit('mul', [y, y], {})),
      build([x], (b, y) => b.emit('neg', [y], {})),
    ],
  }
  return build([int, x], (b, index, y) => b.emit('cond', [index, y], params) as readonly Var[])
}

const programs: Readonly<Record<string, (avals: readonly Aval[]) => Jaxpr>> = {
  collatz,
  horner,
  hornerReverse,
  branches,
}

const arrays = control.arrays.map((packed) => {
  const [dtype, shape, base64] = packed as unknown as readonly [DType, readonly number[], string]
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
  const view = dtypes[dtype].array as unknown as new (bytes: ArrayBuffer) => TypedArray
  return { aval: makeAval(shape, dtype), data: new view(bytes.buffer) }
})

type Packed = (typeof arrays)[number]
const pick = (numbers: readonly number[]): Packed[] => numbers.map((i) => arrays[i] as Packed)

describe('loops and branches', () => {
  it.each(control.cases.map((one, i) => [one.op, i, one] as const))('%s agrees with JAX, case %d', (op, _i, one) => {
    const inputs = pick(one.inputs)
    const jaxpr = (programs[op] as (typeof programs)[string])(inputs.map(({ aval }) => aval))
    const got = evaluateJaxpr(
      jaxpr,
      inputs.map(({ data }) => data),
    )
    expect(jaxpr.outputs.map((output) => output.aval)).toEqual(pick(one.outputs).map(({ aval }) => aval))
    pick(one.outputs).forEach(({ aval, data }, i) => {
      // JAX fuses the product and the sum of `horner`.
      expect(worstMismatch(aval.dtype, got[i] as TypedArray, data, 0, () => 1e-6)).toBeUndefined()
    })
  })
})

describe('callback', () => {
  const aval = makeAval([2], 'float32')
  const calling = (callback: (operands: readonly TypedArray[]) => readonly TypedArray[]) =>
    build(
      [aval],
      (b, x) => b.emit('callback', [x], { callback, outs: [aval], hasEffect: false, name: 'f' }) as readonly Var[],
    )
  const data = Float32Array.of(1, 2)

  it('hands over copies and takes copies', () => {
    const kept = Float32Array.of(5, 6)
    const [got] = evaluateJaxpr(
      calling(([x]) => [(x as Float32Array).fill(0), kept].slice(1)),
      [data],
    )
    expect(data).toEqual(Float32Array.of(1, 2))
    expect(got).toEqual(kept)
    expect(got).not.toBe(kept)
  })
  it('says what the function should have returned', () => {
    expect(() =>
      evaluateJaxpr(
        calling(() => []),
        [data],
      ),
    ).toThrow(/callback\(f\): it returned 0 arrays; return a list of 1/)
    expect(() =>
      evaluateJaxpr(
        calling(() => [new Int32Array(2)]),
        [data],
      ),
    ).toThrow(/callback\(f\): result 0: got a Int32Array of 2; give a Float32Array of 2 for f32\[2\]/)
  })
})
