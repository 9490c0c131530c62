import { dtypes, isFloat, makeAval, type OpName, opNames, type Params } from '@proj/backend'
import { describe, expect, it } from 'vitest'
import '../src/install.ts'
import type { NDArray } from '../src/array.ts'
import type { ConcreteArray } from '../src/concrete.ts'
import { jvpFlat } from '../src/interpreters/jvp.ts'
import { linearizeFlat } from '../src/interpreters/linearize.ts'
import { stage } from '../src/interpreters/staging.ts'
import { batchFlat } from '../src/interpreters/vmap.ts'
import * as lax from '../src/lax/index.ts'
import type { Axis } from '../src/primitives/rules.ts'
import { bind, fromData } from '../src/trace.ts'
import { draw, type Operand, type Sample, samples } from './samples.ts'

const read = (x: NDArray): number[] => Array.from((x as ConcreteArray).readSync())
const array = (values: readonly number[], { dtype, shape }: Pick<Operand, 'dtype' | 'shape'>): NDArray => {
  const data = new dtypes[dtype].array(values.length)
  data.set(values)
  return fromData(data, makeAval(shape, dtype))
}
const dotOf = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * (b[i] as number), 0)

const cases = opNames.flatMap((op) => samples()[op].map((sample, n) => ({ op, n, sample: sample as Sample<OpName> })))
const floatCases = cases.filter(({ sample }) => sample.operands.some((operand) => isFloat(operand.dtype)))

function setUp(op: OpName, { operands, params }: Sample<OpName>) {
  const values = operands.map((operand, k) => draw(operand, k + 1))
  const directions = operands.map((operand, k) => draw({ ...operand, from: -1, to: 1 }, k + 50))
  const run = (xs: readonly NDArray[]): readonly NDArray[] => bind(op, xs as never, params as Params<'jit'>)
  const place = (lists: readonly (readonly number[])[]): NDArray[] =>
    lists.map((list, k) => array(list, operands[k] as Operand))
  const isFloatAt = operands.map((operand) => isFloat(operand.dtype))
  const tangents = place(directions).map((t, k) => (isFloatAt[k] ? t : null))
  return { values, directions, run, place, isFloatAt, tangents }
}

describe.each(floatCases)('$op sample $n', ({ op, sample }) => {
  const { values, directions, run, place, isFloatAt, tangents } = setUp(op, sample)

  it('has the jvp that finite differences see', () => {
    const h = 1e-6
    const shifted = (sign: number) =>
      run(
        place(
          values.map((list, k) =>
            isFloatAt[k] ? list.map((x, j) => x + sign * h * ((directions[k] as number[])[j] as number)) : list,
          ),
        ),
      ).map(read)
    const [plus, minus] = [shifted(1), shifted(-1)]
    const [outs, ts] = jvpFlat(run, place(values), tangents)
    outs.forEach((out, k) => {
      const t = ts[k]
      const got = t === null || t === undefined ? read(out).map(() => 0) : read(t)
      if (!isFloat(out.dtype) || op === 'nextafter' || op === 'convertElementType') return
      got.forEach((value, j) =>
        expect(value).toBeCloseTo(
          (((plus[k] as number[])[j] as number) - ((minus[k] as number[])[j] as number)) / (2 * h),
          4,
        ),
      )
    })
  })

  it('satisfies <J t, c> = <t, Jᵀ c>', () => {
    const floatAt = isFloatAt.flatMap((float, k) => (float ? [k] : []))
    const inputs = place(values)
    const f = (xs: readonly NDArray[]): readonly NDArray[] => {
      const all = [...inputs]
      floatAt.forEach((k, j) => (all[k] = xs[j] as NDArray))
      return run(all)
    }
    const xs = floatAt.map((k) => inputs[k] as NDArray)
    const ts = floatAt.map((k) => tangents[k] as NDArray)
    const { outs, pushforward, pullback } = linearizeFlat('test', f, xs)
    if (op === 'while')
      return expect(() => pullback(outs.map((out) => (isFloat(out.dtype) ? out : null)))).toThrow('scan')
    const cts = outs.map((out, k) =>
      isFloat(out.dtype)
        ? array(draw({ dtype: 'float64', shape: out.shape, from: -1, to: 1 }, 90 + k), {
            dtype: out.dtype,
            shape: out.shape,
          })
        : null,
    )
    const forward = pushforward(ts).reduce(
      (sum, t, k) => (t === null || cts[k] == null ? sum : sum + dotOf(read(t), read(cts[k] as NDArray))),
      0,
    )
    const backward = pullback(cts).reduce(
      (sum, ct, k) => (ct === null ? sum : sum + dotOf(read(ct), read(ts[k] as NDArray))),
      0,
    )
    expect(backward).toBeCloseTo(forward, 8)
  })
})

describe.each(cases.filter(({ sample }) => sample.operands.length > 0))('$op sample $n', ({ op, sample }) => {
  const size = 3
  const count = sample.operands.length
  const { run } = setUp(op, sample)

  /** Every choice of a batch axis, or none, for up to two operands; the rest follow the first. */
  const choices = (operand: Operand): Axis[] => [
    null,
    ...Array.from({ length: operand.shape.length + 1 }, (_, axis) => axis),
  ]
  const [first, second] = sample.operands
  const combinations = choices(first as Operand).flatMap((a) =>
    second === undefined ? [[a]] : choices(second).map((b) => [a, b]),
  )

  it.each(combinations.filter((axes) => axes.some((axis) => axis !== null)))(
    'batches like a loop over examples, axes %s %s',
    (...pair) => {
      const axes = sample.operands.map((_, k): Axis => (k < 2 ? (pair[k] ?? null) : null))
      const examples = Array.from({ length: size }, (_, e) =>
        sample.operands.map((operand, k) => array(draw(operand, axes[k] === null ? k + 1 : 10 * e + k + 1), operand)),
      )
      const batched = sample.operands.map((_, k) => {
        const axis = axes[k]
        const xs = examples.map((example) => example[k] as NDArray)
        return axis === null || axis === undefined
          ? (xs[0] as NDArray)
          : lax.concatenate(
              xs.map((x) => lax.expandDims(x, [axis])),
              axis,
            )
      })
      expect(count).toBe(batched.length)
      const [outs, outAxes] = batchFlat(run, size, batched, axes)
      examples.forEach((example, e) => {
        run(example).forEach((expected, k) => {
          const axis = outAxes[k] as Axis
          const got =
            axis === null ? (outs[k] as NDArray) : lax.indexInDim(outs[k] as NDArray, e, axis, { keepdims: false })
          expect(got.aval).toEqual(expected.aval)
          const [gotValues, wanted] = [read(got), read(expected)]
          gotValues.forEach((value, j) => expect(value).toBeCloseTo(wanted[j] as number, 9))
        })
      })
    },
  )

  it('is recorded with the avals that it has when it runs', () => {
    const inputs = sample.operands.map((operand, k) => array(draw(operand, k + 1), operand))
    const { jaxpr } = stage(
      'jit',
      run,
      inputs.map((x) => x.aval),
    )
    expect(jaxpr.outputs.map((output) => output.aval)).toEqual(run(inputs).map((x) => x.aval))
  })
})
