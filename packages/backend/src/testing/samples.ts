import { makeAval, sizeOf } from '../aval.ts'
import { type DType, dtypes, isFloat } from '../dtype.ts'
import type { DotDimensionNumbers, OpName } from '../ops.ts'
import { integerRange } from '../reference/elementwise.ts'
import { type Argument, argument, listed, type SampleMaker, title } from './argument.ts'
import { controlSamples } from './controlSamples.ts'
import { Random } from './random.ts'
import { wholeSamples } from './wholeSamples.ts'

export type { Argument, Sample, SampleMaker } from './argument.ts'

/** Empty, scalar, of one element, odd, longer than a vector register, up to rank 4. */
const shapes = [[], [0], [1], [7], [67], [3, 5], [2, 0, 3], [1, 4, 1], [2, 3, 5], [2, 1, 3, 4]] as const

/** Where floats go wrong, and integers wrap. */
function edges(dtype: DType): number[] {
  if (dtype === 'bool') return [0, 1]
  if (!isFloat(dtype)) {
    const [least, most] = integerRange(dtype)
    return [0, 1, 2, 7, 100, most, most - 1, least, least + 1, Math.max(least, -1), Math.max(least, -3)]
  }
  const numbers = [0, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 3, 1e-3, 10, 31.25]
  return [...numbers, ...numbers.map((x) => -x)]
}

const nonFinite = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2.5]

/** Past the middle of the range, and at its ends. */
const far: { readonly [D in DType]?: readonly number[] } = {
  float16: [200, 1000, 65504, 2 ** -14, 2 ** -24],
  float32: [100, 1e4, 1e10, 3.4028234663852886e38, 2 ** -126, 2 ** -149],
  float64: [100, 1e4, 1e10, 1e200, 1.7976931348623157e308, 2 ** -1022, 2 ** -1074],
}

const signed = (values: readonly number[]): number[] => values.flatMap((x) => [x, -x])

/** Classes of values to try, each with a name; pairs are all of them with each other. */
function valueClasses(dtype: DType): (readonly [string, readonly number[]])[] {
  const classes: (readonly [string, readonly number[]])[] = [['edge values', edges(dtype)]]
  if (isFloat(dtype)) classes.push(['NaN, infinities, -0', nonFinite], ['far values', signed(far[dtype] ?? [])])
  return classes
}

const none = {} as const

const unary: SampleMaker<'neg'> = (dtype) => [
  ...shapes
    .map((shape) => argument(dtype, shape))
    .map((x) => ({ title: title(x), inputs: [x] as const, params: none })),
  ...valueClasses(dtype).map(([name, values]) => ({
    title: name,
    inputs: [listed(dtype, values)] as const,
    params: none,
  })),
]

const crossed = (dtype: DType, values: readonly number[], others = values): readonly [Argument, Argument] => [
  listed(
    dtype,
    values.flatMap((x) => others.map(() => x)),
  ),
  listed(
    dtype,
    values.flatMap(() => others),
  ),
]

const binary: SampleMaker<'add'> = (dtype) => [
  ...shapes.map((shape) => {
    const x = argument(dtype, shape)
    return { title: title(x), inputs: [x, argument(dtype, shape, 2)] as const, params: none }
  }),
  ...valueClasses(dtype).map(([name, values]) => ({ title: name, inputs: crossed(dtype, values), params: none })),
]

const withCounts: SampleMaker<'shiftLeft'> = (dtype) => [
  ...binary(dtype).slice(0, 5),
  {
    title: 'counts up to the width and past it',
    inputs: crossed(dtype, edges(dtype), [0, 1, 5, 7, 8, 31, 32, 33, 100]),
    params: none,
  },
]

/** Some shapes and all the values, with each of those parameters. */
const unaryWith =
  <P>(...all: readonly P[]) =>
  (dtype: DType): { title: string; inputs: readonly [Argument]; params: P }[] =>
    all.flatMap((params) =>
      unary(dtype)
        .filter((_, i) => i === 1 || i >= 8)
        .map((sample) => ({ ...sample, title: `${sample.title} ${JSON.stringify(params)}`, params })),
    )

/** `x` of a few shapes, each with parameters that suit it. */
const moved =
  <P>(...rows: readonly (readonly [shape: readonly number[], params: P])[]) =>
  (dtype: DType): { title: string; inputs: readonly [Argument]; params: P }[] =>
    rows.map(([shape, params]) => ({
      title: `[${shape.join()}] ${JSON.stringify(params)}`,
      inputs: [argument(dtype, shape)] as const,
      params,
    }))

const everyDType = Object.keys(dtypes) as DType[]

const convert: SampleMaker<'convertElementType'> = unaryWith(...everyDType.map((newDtype) => ({ newDtype })))

/** Of integers and finite floats: which of the many NaNs comes out is nobody's promise. */
const bitcast: SampleMaker<'bitcastConvertType'> = (dtype) =>
  everyDType.flatMap((newDtype) => {
    const params = { newDtype }
    const finite = isFloat(dtype) ? signed([...edges(dtype), ...(far[dtype] ?? []), Infinity]) : signed([0, 1, 100])
    return [argument(dtype, [3, 5]), listed(dtype, finite)].map((x) => ({
      title: `${title(x)} as ${newDtype}`,
      inputs: [x] as const,
      params,
    }))
  })

// biome-ignore format: a case a row
const reduceRows = [
  [[7], [0]], [[0], [0]], [[1], [0]], [[3, 5], [1]], [[3, 5], [0]], [[3, 5], [0, 1]], [[3, 5], []], [[2, 3, 67], [1]], [[2, 3, 67], [0, 2]],
  [[4, 0], [0]], [[4, 0], [1]], [[2, 1, 3, 4], [1, 3]], [[2, 1, 3, 4], [0, 2]], [[5, 130], [1]], [[130, 5], [0]],
] as const

const reduceShapes = moved(...reduceRows.map(([shape, axes]) => [shape, { axes: axes as readonly number[] }] as const))

const reduce: SampleMaker<'reduceSum'> = (dtype) => [
  ...reduceShapes(dtype),
  ...valueClasses(dtype)
    .filter(([name]) => name !== 'far values') // a sum of the largest numbers depends on the order
    .map(([name, values]) => ({ title: name, inputs: [listed(dtype, values)] as const, params: { axes: [0] } })),
]

/** Values near 1, so that no order of multiplication overflows. */
const reduceProd: SampleMaker<'reduceProd'> = (dtype) =>
  reduceShapes(dtype).map((sample) => {
    const [{ aval, data }] = sample.inputs
    const near = listed(
      dtype,
      Array.from(data, (_, i) => (isFloat(dtype) ? [1.25, -0.75, 0.5, 2, 1.5][i % 5] : (i % 3) + 1) as number),
    )
    return { ...sample, inputs: [{ aval, data: near.data }] as const }
  })

// biome-ignore format: a case a row
const argRows = [[[7], 0], [[1], 0], [[3, 5], 0], [[3, 5], 1], [[2, 3, 67], 2], [[2, 3, 67], 1], [[0, 3], 1]] as const

const argReduce: SampleMaker<'argmax'> = (dtype) => {
  const indexDtype: DType = 'int32'
  const rows = moved(...argRows.map(([shape, axis]) => [shape, { axis, indexDtype }] as const))
  const ties = isFloat(dtype) ? [1, 3, NaN, 3, NaN] : [1, 0, 1, 0, 0]
  return [
    ...rows(dtype),
    ...valueClasses(dtype).map(([name, values]) => ({
      title: name,
      inputs: [listed(dtype, values)] as const,
      params: { axis: 0, indexDtype },
    })),
    { title: 'the first of several', inputs: [listed(dtype, ties)], params: { axis: 0, indexDtype } },
    { title: 'another index dtype', inputs: [argument(dtype, [3, 5])], params: { axis: 1, indexDtype: 'uint32' } },
  ]
}

// biome-ignore format: a case a row
const dotRows: readonly (readonly [lhs: readonly number[], rhs: readonly number[], ...lists: (readonly number[])[]])[] = [
  [[3, 4], [4, 5], [1], [0]], [[4, 3], [4, 5], [0], [0]], [[3, 4], [5, 4], [1], [1]], [[4, 3], [5, 4], [0], [1]], [[7], [7], [0], [0]],
  [[3], [5], [], []], [[], [2, 3], [], []], [[3, 7], [7], [1], [0]], [[7], [7, 3], [0], [0]], [[2, 3, 4], [2, 4, 5], [2], [1], [0], [0]],
  [[3, 2, 4], [4, 5, 2], [2], [0], [1], [2]], [[2, 3, 4], [4, 3, 6], [1, 2], [1, 0]], [[3, 0], [0, 2], [1], [0]], [[0, 3], [3, 2], [1], [0]],
  [[2, 3], [2, 3], [], [], [0, 1], [0, 1]], [[1, 5], [5, 1], [1], [0]], [[33, 67], [67, 19], [1], [0]], [[65, 130], [65, 130], [0], [0]],
]

const numbers = (lists: readonly (readonly number[])[]): DotDimensionNumbers => {
  const [lhsContracting = [], rhsContracting = [], lhsBatch = [], rhsBatch = []] = lists
  return { lhsContracting, rhsContracting, lhsBatch, rhsBatch }
}

const wider: { readonly [D in DType]?: DType } = { float16: 'float32', int8: 'int32', uint8: 'uint32' }

const dotGeneral: SampleMaker<'dotGeneral'> = (dtype) =>
  dotRows.flatMap(([lhs, rhs, ...lists]) =>
    [dtype, ...(wider[dtype] === undefined ? [] : [wider[dtype]])].map((preferredElementType) => {
      const inputs = [argument(dtype, lhs), argument(dtype, rhs, 2)] as const
      return {
        title: `${title(...inputs)} ${JSON.stringify(lists)} in ${preferredElementType}`,
        inputs,
        params: { dimensionNumbers: numbers(lists), preferredElementType },
      }
    }),
  )

// biome-ignore format: a case a row
const padRows = [
  [[5], [2], [1], [0]], [[5], [-1], [-2], [0]], [[5], [0], [0], [2]], [[0], [2], [1], [3]], [[3, 4], [1, 0], [0, 2], [0, 1]], [[], [], [], []],
  [[3, 4], [-1, 3], [2, -2], [0, 0]], [[3, 4], [-2, -3], [2, 1], [2, 1]], [[2, 1, 3, 4], [0, 1, 0, -1], [1, 0, 0, 2], [1, 0, 2, 0]],
] as const

const pad: SampleMaker<'pad'> = (dtype) =>
  padRows.map(([shape, low, high, interior]) => {
    const params = { low, high, interior }
    const fill = argument(dtype, [], 3)
    return {
      title: `[${shape.join()}] ${JSON.stringify(params)}`,
      inputs: [argument(dtype, shape), fill] as const,
      params,
    }
  })

// biome-ignore format: a case a row
const concatenateRows = [
  [[[3], [2]], 0], [[[3]], 0], [[[0], [2], [0]], 0], [[[2, 3], [2, 1], [2, 0], [2, 4]], 1], [[[1, 3], [4, 3]], 0], [[[2, 1, 2], [2, 3, 2]], 1],
] as const

const concatenate: SampleMaker<'concatenate'> = (dtype) =>
  concatenateRows.map(([parts, dimension]) => {
    const inputs = parts.map((shape, i) => argument(dtype, shape, i))
    return { title: `${title(...inputs)} along ${dimension}`, inputs, params: { dimension } }
  })

// biome-ignore format: a case a row
const iotaRows = [[[5], 0], [[0], 0], [[3, 4], 0], [[3, 4], 1], [[2, 3, 2], 1], [[300], 0]] as const

const iota: SampleMaker<'iota'> = (dtype) =>
  iotaRows.map(([shape, dimension]) => ({
    title: `[${shape.join()}] along ${dimension}`,
    inputs: [],
    params: { dtype, shape, dimension },
  }))

const select: SampleMaker<'select'> = (dtype) =>
  shapes.map((shape) => {
    const x = argument(dtype, shape)
    return { title: title(x), inputs: [argument('bool', shape), x, argument(dtype, shape, 2)], params: none }
  })

const clamp: SampleMaker<'clamp'> = (dtype) =>
  binary(dtype).map((sample) => ({
    ...sample,
    inputs: [sample.inputs[0], sample.inputs[1], { ...sample.inputs[0], data: sample.inputs[0].data.toReversed() }],
  }))

const threefry2x32: SampleMaker<'threefry2x32'> = (dtype) =>
  shapes.map((shape) => {
    const word = (seed: number) => {
      const aval = makeAval(shape, dtype)
      const random = new Random(seed)
      return { aval, data: Uint32Array.from({ length: sizeOf(shape) }, () => random.below(2 ** 32)) }
    }
    return { title: `[${shape.join()}]`, inputs: [word(1), word(2), word(3), word(4)], params: none }
  })

/** Arguments for every op. */
// biome-ignore format: a row for each group
export const samples: { readonly [K in OpName]: SampleMaker<K> } = {
  neg: unary, sign: unary, abs: unary, floor: unary, ceil: unary, exp: unary, exp2: unary, expm1: unary, log: unary, log1p: unary,
  sqrt: unary, rsqrt: unary, cbrt: unary, sin: unary, cos: unary, tan: unary, asin: unary, acos: unary, atan: unary, sinh: unary,
  cosh: unary, tanh: unary, asinh: unary, acosh: unary, atanh: unary, logistic: unary, erf: unary, erfc: unary, erfInv: unary,
  isFinite: unary, not: unary, stopGradient: unary, name: unaryWith({ name: 'kept' }),
  round: unaryWith({ roundingMethod: 'toNearestEven' }, { roundingMethod: 'awayFromZero' }),
  integerPow: unaryWith(...[0, 1, 2, 3, 7, -1, -2].map((y) => ({ y }))),
  convertElementType: convert, bitcastConvertType: bitcast,
  add: binary, sub: binary, mul: binary, div: binary, rem: binary, pow: binary, max: binary, min: binary, atan2: binary, nextafter: binary,
  and: binary, or: binary, xor: binary, shiftLeft: withCounts, shiftRightArithmetic: withCounts, shiftRightLogical: withCounts,
  eq: binary, ne: binary, lt: binary, le: binary, gt: binary, ge: binary,
  select, clamp, threefry2x32, iota, pad, concatenate, dotGeneral, ...wholeSamples, ...controlSamples,
  broadcastInDim: moved(
    [[], { shape: [3], broadcastDimensions: [] }], [[5], { shape: [3, 5], broadcastDimensions: [1] }], [[3], { shape: [3, 5], broadcastDimensions: [0] }],
    [[1, 5], { shape: [4, 5], broadcastDimensions: [0, 1] }], [[3, 1], { shape: [2, 3, 67], broadcastDimensions: [1, 2] }],
    [[2, 3], { shape: [2, 0, 3], broadcastDimensions: [0, 2] }], [[0], { shape: [2, 0], broadcastDimensions: [1] }],
    [[2, 3], { shape: [2, 4, 3, 5], broadcastDimensions: [0, 2] }],
  ),
  reshape: moved(
    [[6], { newSizes: [2, 3] }], [[2, 3], { newSizes: [6] }], [[2, 3, 5], { newSizes: [5, 6] }], [[1], { newSizes: [] }], [[], { newSizes: [1, 1] }],
    [[0, 3], { newSizes: [3, 0, 2] }], [[4, 67], { newSizes: [2, 1, 134] }],
  ),
  transpose: moved(
    [[3, 5], { permutation: [1, 0] }], [[2, 3, 5], { permutation: [2, 0, 1] }], [[2, 3, 5], { permutation: [0, 2, 1] }], [[7], { permutation: [0] }],
    [[], { permutation: [] }], [[2, 0], { permutation: [1, 0] }], [[2, 1, 3, 4], { permutation: [3, 1, 0, 2] }], [[33, 67], { permutation: [1, 0] }],
  ),
  slice: moved(
    [[7], { startIndices: [2], limitIndices: [6], strides: [1] }], [[7], { startIndices: [1], limitIndices: [7], strides: [3] }],
    [[7], { startIndices: [3], limitIndices: [3], strides: [1] }], [[5, 6], { startIndices: [1, 2], limitIndices: [4, 6], strides: [2, 3] }],
    [[67], { startIndices: [1], limitIndices: [66], strides: [1] }], [[2, 3, 5], { startIndices: [0, 1, 0], limitIndices: [2, 2, 5], strides: [1, 1, 2] }],
  ),
  rev: moved(
    [[7], { dimensions: [0] }], [[3, 5], { dimensions: [1] }], [[2, 3, 5], { dimensions: [0, 2] }], [[3, 5], { dimensions: [] }], [[0, 2], { dimensions: [0] }],
  ),
  reduceSum: reduce, reduceProd, reduceMax: reduce, reduceMin: reduce, reduceAnd: reduce, reduceOr: reduce, argmax: argReduce, argmin: argReduce,
}
