import { type Aval, makeAval } from '../aval.ts'
import { JaxprBuilder } from '../builder.ts'
import type { DType, TypedArray } from '../dtype.ts'
import { type Atom, type Jaxpr, scalarLiteral, type Var } from '../jaxpr.ts'
import type { Each } from '../ops.ts'
import { type Argument, argument, type Sample, type SampleMaker } from './argument.ts'

/** A Jaxpr of inputs of those avals. */
export function build<const Avals extends readonly Aval[]>(
  avals: Avals,
  body: (b: JaxprBuilder, ...inputs: Each<Avals, Var>) => readonly Atom[],
): Jaxpr {
  const builder = new JaxprBuilder()
  const inputs = avals.map((aval) => builder.input(aval))
  return builder.finish(body(builder, ...(inputs as unknown as Each<Avals, Var>)))
}

const int = makeAval([], 'int32')

const index = (value: number): Argument => ({ aval: int, data: Int32Array.of(value) })

/** Counts up to `n`, and meanwhile takes the larger of the carry and a constant, turned round each time. */
function counting(x: Aval): Pick<Sample<'while'>['params'], 'condJaxpr' | 'bodyJaxpr'> {
  return {
    condJaxpr: build([int, int, x], (b, n, i) => b.emit('lt', [i, n], {})),
    bodyJaxpr: build([x, int, x], (b, most, i, y) => {
      const [larger] = b.emit('max', [most, y], {})
      const [next] = b.emit('add', [i, scalarLiteral(1, 'int32')], {})
      return [next, b.emit('rev', [larger], { dimensions: [0] })[0]]
    }),
  }
}

const whileSamples: SampleMaker<'while'> = (dtype) => {
  const [x, y] = [argument(dtype, [7]), argument(dtype, [7], 2)]
  const params = { ...counting(x.aval), condConsts: 1, bodyConsts: 1 }
  return [0, 1, 3].map((turns) => ({
    title: `${turns} turns`,
    inputs: [index(turns), x, index(0), y],
    params,
  }))
}

/** The carry is the largest row so far; beside each the sum of whether anything changed, which is exact in every dtype. */
function running(x: Aval, row: Aval): Jaxpr {
  return build([x, x, row], (b, floor, carry, one) => {
    const [spread] = b.emit('broadcastInDim', [one], { shape: x.shape, broadcastDimensions: [0] })
    const [largest] = b.emit('max', [b.emit('max', [carry, spread], {})[0], floor], {})
    return [largest, carry, one]
  })
}

const scan: SampleMaker<'scan'> = (dtype) => {
  const x = argument(dtype, [3])
  const row = makeAval([3], dtype)
  const jaxpr = running(x.aval, row)
  return [0, 1, 5].flatMap((length) =>
    [false, true].map((reverse) => ({
      title: `${length} rows${reverse ? ' in reverse' : ''}`,
      inputs: [x, argument(dtype, [3], 2), argument(dtype, [length, 3], 3)],
      params: { jaxpr, length, reverse, unroll: length > 1 ? 2 : 1, numConsts: 1, numCarry: 1 },
    })),
  )
}

const cond: SampleMaker<'cond'> = (dtype) => {
  const [x, y] = [argument(dtype, [3, 5]), argument(dtype, [3, 5], 2)]
  const pair = [x.aval, x.aval] as const
  const branches = [
    build(pair, (b, u, v) => [b.emit('max', [u, v], {})[0], u]),
    build(pair, (b, u, v) => [b.emit('min', [u, v], {})[0], v]),
    build(pair, (_b, u, v) => [v, u]),
  ]
  return [-3, 0, 1, 2, 9].map((number) => ({
    title: `branch ${number} of 3`,
    inputs: [index(number), x, y],
    params: { branches },
  }))
}

/** A body with an unused result. */
function called(dtype: DType) {
  const x = argument(dtype, [3, 5])
  const jaxpr = build([x.aval, x.aval], (b, u, v) => {
    const [y] = b.emit('max', [u, v], {})
    return [y, u, y]
  })
  return { title: 'a body with an unused result', inputs: [x, x], params: { name: 'inner', jaxpr } }
}

const turned = (operands: readonly TypedArray[]): readonly TypedArray[] => operands.map((data) => data.toReversed())

const callback: SampleMaker<'callback'> = (dtype) =>
  [true, false].map((hasEffect) => {
    const inputs = [argument(dtype, [7]), argument(dtype, [2, 0]), argument(dtype, [3, 5])]
    const params = { callback: turned, outs: inputs.map(({ aval }) => aval), hasEffect, name: 'turned' }
    return { title: hasEffect ? 'with an effect' : 'without an effect', inputs, params }
  })

const barrier: SampleMaker<'optimizationBarrier'> = (dtype) => [
  {
    title: 'several operands',
    inputs: [argument(dtype, [7]), argument(dtype, []), argument(dtype, [2, 0])],
    params: {},
  },
]

/** No backend meets a collective. */
const never = () => []

/** Of ops that hold Jaxprs or functions, and of marks. */
export const controlSamples = {
  while: whileSamples,
  scan,
  cond,
  jit: (dtype: DType) => [called(dtype)],
  customCall: (dtype: DType) => [{ ...called(dtype), params: { ...called(dtype).params, rules: {} } }],
  checkpoint: (dtype: DType) => [{ ...called(dtype), params: { ...called(dtype).params, policy: null } }],
  callback,
  optimizationBarrier: barrier,
  allReduce: never,
  allGather: never,
  ppermute: never,
  axisIndex: never,
}
