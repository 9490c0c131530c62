import { makeAval, sizeOf } from '../aval.ts'
import { type DType, dtypes, isFloat } from '../dtype.ts'
import type { Monoid, Params } from '../ops.ts'
import { encode } from '../reference/element.ts'
import { type Argument, argument, listed, type Sample, type SampleMaker, title } from './argument.ts'
import { Random } from './random.ts'

const sumKinds: readonly Monoid[] = ['add', 'mul', 'max', 'min']

const ints = (shape: readonly number[], values: (i: number) => number): Argument => ({
  aval: makeAval(shape, 'int32'),
  data: Int32Array.from({ length: sizeOf(shape) }, (_, i) => values(i)),
})

const scalar = (value: number): Argument => ints([], () => value)

const reshaped = ({ aval, data }: Argument, shape: readonly number[]): Argument => ({
  aval: makeAval(shape, aval.dtype),
  data,
})

/** Near 1, so that no order of multiplication overflows, and of integers small. */
function mild(dtype: DType, shape: readonly number[]): Argument {
  const values = isFloat(dtype) ? [1.25, -0.75, 0.5, 2, 1.5] : dtype === 'bool' ? [0, 1, 1] : [1, 2, 0, 3, 1]
  const list = listed(
    dtype,
    Array.from({ length: sizeOf(shape) }, (_, i) => values[(i * 7) % values.length] as number),
  )
  return reshaped(list, shape)
}

// biome-ignore format: a case a row
const windowRows = [
  // shape, window, strides, low, high, base dilation, window dilation
  [[7], [3], [1], [0], [0], [1], [1]], [[67], [3], [2], [1], [1], [1], [1]], [[5, 6], [2, 3], [2, 1], [0, 1], [1, 1], [1, 1], [1, 2]],
  [[5, 6], [2, 2], [1, 2], [-1, 2], [0, -1], [2, 1], [1, 1]], [[2, 3, 6, 6], [1, 1, 3, 3], [1, 1, 2, 2], [0, 0, 1, 1], [0, 0, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]],
  [[4], [6], [1], [0], [0], [1], [1]], [[3], [2], [1], [3], [3], [1], [1]], [[0], [2], [1], [1], [1], [1], [1]], [[], [], [], [], [], [], []],
  [[3, 4], [1, 1], [1, 1], [0, 0], [0, 0], [1, 1], [1, 1]], [[3, 5], [1, 5], [1, 1], [0, 0], [0, 0], [1, 1], [1, 1]],
] as const

const reduceWindow: SampleMaker<'reduceWindow'> = (dtype) =>
  windowRows.flatMap(([shape, windowDimensions, windowStrides, low, high, baseDilation, windowDilation]) =>
    sumKinds.map((kind) => {
      const params = { kind, windowDimensions, windowStrides, low, high, baseDilation, windowDilation }
      const x = kind === 'mul' ? mild(dtype, shape) : argument(dtype, shape)
      return { title: `${title(x)} ${JSON.stringify(params)}`, inputs: [x], params }
    }),
  )

// biome-ignore format: a case a row
const convRows: readonly (readonly [head: readonly number[], outputs: number, groups: number, batchGroups: number, ...lists: (readonly number[])[]])[] = [
  // [batch, channels], outputs, groups, batch groups, space, window, strides, low, high, dilation of lhs, of rhs
  [[2, 3], 4, 1, 1, [7], [3], [1], [0], [0], [1], [1]], [[2, 3], 4, 1, 1, [7, 6], [3, 2], [2, 1], [1, 0], [1, 1], [1, 1], [1, 2]],
  [[1, 4], 6, 2, 1, [5, 5], [3, 3], [1, 1], [1, 1], [1, 1], [1, 1], [1, 1]], [[2, 4], 8, 4, 1, [6], [3], [1], [2], [-1], [1], [1]],
  [[4, 3], 6, 1, 2, [5], [2], [1], [0], [0], [1], [1]], [[2, 2], 3, 1, 1, [4, 3], [2, 3], [1, 1], [1, 2], [1, 2], [2, 2], [1, 1]],
  [[2, 3], 4, 1, 1, [], [], [], [], [], [], []], [[1, 2], 2, 1, 1, [3, 4, 3], [2, 2, 2], [1, 2, 1], [0, 1, 0], [0, 0, 1], [1, 1, 1], [1, 1, 1]],
  [[0, 3], 4, 1, 1, [7], [3], [1], [0], [0], [1], [1]], [[2, 3], 4, 1, 1, [2], [3], [1], [0], [0], [1], [1]], [[3, 8], 16, 1, 1, [9, 9], [3, 3], [1, 1], [1, 1], [1, 1], [1, 1], [1, 1]],
]

const wider: { readonly [D in DType]?: DType } = { float16: 'float32', int8: 'int32' }

const convGeneralDilated: SampleMaker<'convGeneralDilated'> = (dtype) =>
  convRows.flatMap(([[batch = 0, channels = 0], outputs, featureGroupCount, batchGroupCount, ...lists]) =>
    [dtype, ...(wider[dtype] === undefined ? [] : [wider[dtype]])].map((preferredElementType) => {
      const [space = [], window = [], windowStrides = [], low = [], high = [], lhsDilation = [], rhsDilation = []] =
        lists
      const params = {
        windowStrides,
        low,
        high,
        lhsDilation,
        rhsDilation,
        featureGroupCount,
        batchGroupCount,
        preferredElementType,
      }
      const lhs = argument(dtype, [batch, channels, ...space])
      const rhs = argument(dtype, [outputs, channels / featureGroupCount, ...window], 2)
      return { title: `${title(lhs, rhs)} ${JSON.stringify(params)}`, inputs: [lhs, rhs] as const, params }
    }),
  )

// biome-ignore format: a case a row
const gatherRows: readonly (readonly (readonly number[])[])[] = [
  // operand, indices, slice sizes, offset, collapsed, start index map, operand batching, indices batching
  [[6, 5], [4, 1], [1, 5], [1], [0], [0], [], []], [[6, 5], [2, 3, 2], [1, 1], [], [0, 1], [0, 1], [], []], [[6, 5], [4, 2], [2, 3], [0, 2], [], [1, 0], [], []],
  [[3, 6, 5], [3, 4, 1], [1, 1, 5], [2], [1], [1], [0], [0]], [[6, 3], [4, 3, 1], [2, 1], [1], [], [0], [1], [1]], [[7], [0, 1], [2], [1], [], [0], [], []],
  [[4, 3], [2, 0], [4, 2], [0, 2], [], [], [], []], [[67], [130, 1], [1], [], [0], [0], [], []], [[0, 3], [2, 1], [0, 3], [0, 2], [], [0], [], []],
]

const modes = ['clip', 'fillOrDrop', 'promiseInBounds'] as const

/** Inside, at the edges and outside; only what every window fits at where that is promised. */
const indicesOf = (shape: readonly number[], mode: (typeof modes)[number]): Argument =>
  ints(shape, (i) =>
    mode === 'promiseInBounds' ? 0 : ([0, 1, -1, 2, 5, 1, 100, -7, 3, 2 ** 31 - 1][(i * 3) % 10] as number),
  )

const gather: SampleMaker<'gather'> = (dtype) =>
  gatherRows.flatMap(([x = [], indices = [], sliceSizes = [], ...dims]) => {
    const [
      offsetDims = [],
      collapsedSliceDims = [],
      startIndexMap = [],
      operandBatchingDims = [],
      startIndicesBatchingDims = [],
    ] = dims
    const dimensionNumbers = {
      offsetDims,
      collapsedSliceDims,
      startIndexMap,
      operandBatchingDims,
      startIndicesBatchingDims,
    }
    const cases = [...modes.map((mode) => [mode, null] as const), ['fillOrDrop', 1] as const]
    return cases.map(([mode, fillValue]) => {
      const inputs = [argument(dtype, x), indicesOf(indices, mode)] as const
      const params = { dimensionNumbers, sliceSizes, mode, fillValue }
      return { title: `${title(...inputs)} ${JSON.stringify(params)}`, inputs, params }
    })
  })

const scatter: SampleMaker<'scatter'> = (dtype) =>
  gatherRows.flatMap(([x = [], indices = [], sizes = [], ...dims]) => {
    const [
      updateWindowDims = [],
      insertedWindowDims = [],
      scatterDimsToOperandDims = [],
      operandBatchingDims = [],
      scatterIndicesBatchingDims = [],
    ] = dims
    const dimensionNumbers = {
      updateWindowDims,
      insertedWindowDims,
      scatterDimsToOperandDims,
      operandBatchingDims,
      scatterIndicesBatchingDims,
    }
    const window = sizes.filter((_, d) => !insertedWindowDims.includes(d) && !operandBatchingDims.includes(d))
    const [inner, outer] = [window.values(), indices.slice(0, -1).values()]
    const rank = window.length + indices.length - 1
    const shape = Array.from(
      { length: rank },
      (_, d) => (updateWindowDims.includes(d) ? inner : outer).next().value as number,
    )
    return (['set', ...sumKinds] as const).flatMap((kind) =>
      modes.map((mode) => {
        const make = kind === 'mul' ? mild : argument
        const inputs = [make(dtype, x), indicesOf(indices, mode), make(dtype, shape)] as const
        const params = { kind, dimensionNumbers, mode, uniqueIndices: false, indicesAreSorted: false }
        return { title: `${title(...inputs)} ${JSON.stringify(params)}`, inputs, params }
      }),
    )
  })

// biome-ignore format: a case a row
const startRows = [[[4, 5], [2, 3], [0, 0]], [[4, 5], [2, 3], [2, 1]], [[4, 5], [2, 3], [5, -2]], [[4, 5], [4, 5], [3, 3]], [[67], [30], [25]], [[], [], []], [[3, 4], [0, 2], [1, 1]]] as const

const dynamicSlice: SampleMaker<'dynamicSlice'> = (dtype) =>
  startRows.map(([shape, sliceSizes, starts]) => ({
    title: `[${shape.join()}] ${sliceSizes.join()} from ${starts.join()}`,
    inputs: [argument(dtype, shape), ...starts.map(scalar)],
    params: { sliceSizes },
  }))

const dynamicUpdateSlice: SampleMaker<'dynamicUpdateSlice'> = (dtype) =>
  startRows.map(([shape, sizes, starts]) => ({
    title: `[${shape.join()}] ${sizes.join()} from ${starts.join()}`,
    inputs: [argument(dtype, shape), argument(dtype, sizes, 2), ...starts.map(scalar)],
    params: {},
  }))

/** Few different values, so that there are ties; of floats also those that have no place of their own in the order. */
function tied(dtype: DType, shape: readonly number[], seed = 1): Argument {
  const random = new Random(seed + sizeOf(shape))
  const values = isFloat(dtype) ? [1, -2, 0, -0, 3, NaN, Infinity, -Infinity, 0.5] : [0, 1, 1, 5, 100]
  const list = listed(
    dtype,
    Array.from({ length: sizeOf(shape) }, () => (dtype === 'bool' ? random.below(2) : random.pick(values))),
  )
  return reshaped(list, shape)
}

// biome-ignore format: a case a row
const sortRows = [[[7], 0, 1, 1], [[1], 0, 1, 1], [[0, 3], 0, 2, 1], [[4, 9], 1, 2, 1], [[9, 4], 0, 3, 2], [[2, 7, 2], 1, 2, 2], [[130], 0, 2, 1], [[67], 0, 1, 1]] as const

const sort: SampleMaker<'sort'> = (dtype) =>
  sortRows.flatMap(([shape, dimension, count, numKeys]) =>
    [argument, tied].map((make) => {
      const inputs = Array.from({ length: count }, (_, i) => make(dtype, shape, i))
      const params = { dimension, isStable: true, numKeys }
      return {
        title: `${title(...inputs)}${make === tied ? ' with ties' : ''} ${JSON.stringify(params)}`,
        inputs,
        params,
      }
    }),
  )

const topK: SampleMaker<'topK'> = (dtype) =>
  [0, 1, 3, 7].flatMap((k) =>
    [argument(dtype, [7]), tied(dtype, [2, 3, 9]), tied(dtype, [0, 9])].map((x) => ({
      title: `${title(x)} k ${k}`,
      inputs: [x] as const,
      params: { k },
    })),
  )

// biome-ignore format: a case a row
const lineRows = [[[7], 0], [[67], 0], [[1], 0], [[0], 0], [[3, 5], 0], [[3, 5], 1], [[2, 5, 3], 1], [[2, 0], 0], [[130, 3], 0]] as const

const cumulative: SampleMaker<'cumulative'> = (dtype) =>
  lineRows.flatMap(([shape, axis]) =>
    sumKinds.flatMap((kind) =>
      [false, true].flatMap((reverse) => {
        const params = { kind, axis, reverse }
        const plain = kind === 'mul' ? mild(dtype, shape) : argument(dtype, shape)
        const all = kind === 'max' || kind === 'min' ? [plain, tied(dtype, shape)] : [plain]
        return all.map((x, i) => ({
          title: `${title(x)} ${JSON.stringify(params)}${i === 1 ? ' with NaN' : ''}`,
          inputs: [x] as const,
          params,
        }))
      }),
    ),
  )

const matrixOf = (
  dtype: DType,
  shape: readonly number[],
  entry: (i: number, j: number, n: number) => number,
): Argument => {
  const columns = shape.at(-1) as number
  const size = columns * (shape.at(-2) as number)
  const data = new dtypes[dtype].array(sizeOf(shape))
  const store = encode(dtype)
  for (let n = 0; n < data.length; n++)
    data[n] = store(entry(Math.floor((n % size) / columns), n % columns, Math.floor(n / size)))
  return { aval: makeAval(shape, dtype), data }
}

/** Symmetric and positive definite, its lower triangle alone to be trusted. */
const definite = (dtype: DType, shape: readonly number[]): Argument =>
  matrixOf(dtype, shape, (i, j, n) => (j > i ? 7 : i === j ? 4 + i + n : 1 / (1 + i + j + n)))

/** Of full rank. */
const general = (dtype: DType, shape: readonly number[]): Argument =>
  matrixOf(dtype, shape, (i, j, n) => Math.fround(Math.sin(1 + 3 * i + 5 * j + 7 * n + i * j)) + (i === j ? 1.5 : 0))

const none = {} as const
const squares = [
  [1, 1],
  [4, 4],
  [2, 3, 3],
  [0, 0],
  [2, 0, 3, 3],
  [17, 17],
] as const
const rectangles = [
  [3, 3],
  [5, 3],
  [3, 5],
  [2, 4, 4],
  [1, 1],
  [19, 7],
  [2, 2, 2, 3],
] as const

const cholesky: SampleMaker<'cholesky'> = (dtype) => [
  ...squares.map((shape) => ({ title: `[${shape.join()}]`, inputs: [definite(dtype, shape)] as const, params: none })),
  { title: 'not positive definite', inputs: [matrixOf(dtype, [2, 2], (i, j) => (i === j ? 1 : 2))], params: none },
]

const triangularSolve: SampleMaker<'triangularSolve'> = (dtype) => {
  const flags = [true, false]
  const all = flags.flatMap((leftSide) =>
    flags.flatMap((lower) => flags.map((transposeA) => ({ leftSide, lower, transposeA }))),
  )
  return squares.slice(0, 4).flatMap((shape) =>
    all.map((flag, i): Sample<'triangularSolve'> => {
      const n = shape.at(-1) as number
      const rest = shape.slice(0, -2)
      const b = general(dtype, flag.leftSide ? [...rest, n, 2] : [...rest, 2, n])
      const params = { ...flag, unitDiagonal: i % 2 === 0 }
      return { title: `[${shape.join()}] ${JSON.stringify(params)}`, inputs: [definite(dtype, shape), b], params }
    }),
  )
}

const lu: SampleMaker<'lu'> = (dtype) => [
  ...rectangles.map((shape) => ({
    title: `[${shape.join()}]`,
    inputs: [general(dtype, shape)] as const,
    params: none,
  })),
  { title: 'singular', inputs: [matrixOf(dtype, [3, 3], (i, j) => (i === 2 ? 0 : (i + 1) * (j + 1)))], params: none },
]

const fullOrThin =
  (shapes: readonly (readonly number[])[]) =>
  (dtype: DType): (Sample<'qr'> & Sample<'svd'>)[] =>
    shapes.flatMap((shape) =>
      [false, true].map((fullMatrices) => ({
        title: `[${shape.join()}]${fullMatrices ? ' in full' : ''}`,
        inputs: [general(dtype, shape)] as const,
        params: { fullMatrices },
      })),
    )

const singular = (dtype: DType): Sample<'svd'> => ({
  title: 'of rank 1',
  inputs: [matrixOf(dtype, [3, 3], (i, j) => (i === 2 ? 0 : (i + 1) * (j + 1)))],
  params: { fullMatrices: true },
})

const eigh: SampleMaker<'eigh'> = (dtype) => [
  ...squares.map((shape) => ({ title: `[${shape.join()}]`, inputs: [definite(dtype, shape)] as const, params: none })),
  { title: 'values more than once', inputs: [matrixOf(dtype, [4, 4], (i, j) => (i === j ? 2 : 0))], params: none },
]

// biome-ignore format: a case a row
const fftRows: readonly (readonly [readonly number[], number])[] = [[[1], 1], [[8], 1], [[7], 1], [[3, 12], 1], [[4, 6], 2], [[2, 3, 4, 5], 3], [[101], 1], [[0, 4], 1], [[256], 1]]

const fft: SampleMaker<'fft'> = (dtype) =>
  fftRows.flatMap(([shape, rank]) =>
    [false, true].map((inverse) => ({
      title: `[${shape.join()}] rank ${rank}${inverse ? ' inverse' : ''}`,
      inputs: [mild(dtype, shape), mild(dtype, shape)] as const,
      params: { rank, inverse } satisfies Params<'fft'>,
    })),
  )

/** Of the ops that read their operands whole, and of windows. */
export const wholeSamples = {
  reduceWindow,
  convGeneralDilated,
  gather,
  scatter,
  dynamicSlice,
  dynamicUpdateSlice,
  sort,
  topK,
  cumulative,
  cholesky,
  triangularSolve,
  lu,
  qr: fullOrThin([...rectangles, [3, 0]]) satisfies SampleMaker<'qr'>,
  eigh,
  svd: ((dtype) => [...fullOrThin([...rectangles, [0, 3]])(dtype), singular(dtype)]) satisfies SampleMaker<'svd'>,
  fft,
}
