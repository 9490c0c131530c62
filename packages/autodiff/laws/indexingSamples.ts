import type { GatherDimensionNumbers, Monoid, Params, ScatterDimensionNumbers } from '@proj/backend'
import type { Operand, Sample } from './samples.ts'

// For tests only: arguments for ops that move elements by index, order them, or look at them through windows.

const f = (shape: readonly number[], from = -2, to = 2): Operand => ({ dtype: 'float64', shape, from, to })
/** Indices, some of them out of bounds where `to` says so. */
const i = (shape: readonly number[], from: number, to: number): Operand => ({ dtype: 'int32', shape, from, to })

const gather = (
  x: readonly number[],
  indices: Operand,
  numbers: Pick<GatherDimensionNumbers, 'offsetDims' | 'collapsedSliceDims' | 'startIndexMap'> &
    Partial<GatherDimensionNumbers>,
  sliceSizes: readonly number[],
  mode: Params<'gather'>['mode'] = 'fillOrDrop',
): Sample<'gather'> => ({
  operands: [f(x), indices],
  params: {
    dimensionNumbers: { operandBatchingDims: [], startIndicesBatchingDims: [], ...numbers },
    sliceSizes,
    mode,
    fillValue: 7,
  },
})

const elements: ScatterDimensionNumbers = {
  updateWindowDims: [],
  insertedWindowDims: [0],
  scatterDimsToOperandDims: [0],
  operandBatchingDims: [],
  scatterIndicesBatchingDims: [],
}
const rows: ScatterDimensionNumbers = { ...elements, updateWindowDims: [1] }
const windows: ScatterDimensionNumbers = { ...elements, updateWindowDims: [1], insertedWindowDims: [] }
const paired: ScatterDimensionNumbers = {
  ...elements,
  insertedWindowDims: [1],
  scatterDimsToOperandDims: [1],
  operandBatchingDims: [0],
  scatterIndicesBatchingDims: [0],
}

const scatter = (
  kind: Params<'scatter'>['kind'],
  shapes: readonly [x: readonly number[], updates: readonly number[]],
  indices: Operand,
  dimensionNumbers: ScatterDimensionNumbers,
  mode: Params<'scatter'>['mode'] = 'fillOrDrop',
): Sample<'scatter'> => ({
  operands: [f(shapes[0], 0.5, 2), indices, f(shapes[1], 0.5, 2)],
  // Two indices are only ever the same where the op allows it.
  params: { kind, dimensionNumbers, mode, uniqueIndices: kind === 'mul', indicesAreSorted: false },
})

const scatters = (kind: Params<'scatter'>['kind']): readonly Sample<'scatter'>[] => [
  scatter(kind, [[5], [4]], i([4, 1], -1, 6), elements),
  scatter(
    kind,
    [
      [4, 3],
      [2, 3],
    ],
    i([2, 1], 0, 4),
    rows,
  ),
  scatter(kind, [[6], [2, 2]], i([2, 1], -1, 7), windows, 'clip'),
  scatter(
    kind,
    [
      [2, 4],
      [2, 3],
    ],
    i([2, 3, 1], 0, 4),
    paired,
  ),
]
const kinds: readonly Monoid[] = ['add', 'mul', 'min', 'max']

const window = (
  shape: readonly number[],
  kind: Monoid,
  params: Partial<Omit<Params<'reduceWindow'>, 'kind'>> & Pick<Params<'reduceWindow'>, 'windowDimensions'>,
): Sample<'reduceWindow'> => ({
  operands: [f(shape, 0.2, 2)],
  params: {
    kind,
    windowStrides: shape.map(() => 1),
    low: shape.map(() => 0),
    high: shape.map(() => 0),
    baseDilation: shape.map(() => 1),
    windowDilation: shape.map(() => 1),
    ...params,
  },
})

type Conv = Params<'convGeneralDilated'>
const conv = (
  lhs: readonly number[],
  rhs: readonly number[],
  params: Partial<Conv> = {},
): Sample<'convGeneralDilated'> => {
  const space = lhs.slice(2)
  return {
    operands: [f(lhs), f(rhs)],
    params: {
      windowStrides: space.map(() => 1),
      low: space.map(() => 0),
      high: space.map(() => 0),
      lhsDilation: space.map(() => 1),
      rhsDilation: space.map(() => 1),
      featureGroupCount: 1,
      batchGroupCount: 1,
      preferredElementType: 'float64',
      ...params,
    },
  }
}

export const indexingSamples = {
  gather: [
    gather([4, 3], i([3, 1], 0, 6), { offsetDims: [1], collapsedSliceDims: [0], startIndexMap: [0] }, [1, 3]),
    gather([4, 3], i([2, 2], 0, 3), { offsetDims: [], collapsedSliceDims: [0, 1], startIndexMap: [1, 0] }, [1, 1]),
    gather([5], i([3, 1], -2, 7), { offsetDims: [1], collapsedSliceDims: [], startIndexMap: [0] }, [2], 'clip'),
    gather(
      [2, 4],
      i([2, 3, 1], 0, 4),
      {
        offsetDims: [],
        collapsedSliceDims: [1],
        startIndexMap: [1],
        operandBatchingDims: [0],
        startIndicesBatchingDims: [0],
      },
      [1, 1],
    ),
  ],
  scatter: [
    ...scatters('set'),
    ...kinds.filter((kind) => kind !== 'mul').flatMap(scatters),
    scatter('mul', [[5], [1]], i([1, 1], 0, 5), elements),
    scatter(
      'mul',
      [
        [4, 3],
        [1, 3],
      ],
      i([1, 1], 0, 4),
      rows,
    ),
  ],
  dynamicSlice: [
    { operands: [f([5]), i([], -1, 6)], params: { sliceSizes: [2] } },
    { operands: [f([3, 4]), i([], 0, 3), i([], 0, 4)], params: { sliceSizes: [2, 3] } },
  ],
  dynamicUpdateSlice: [
    { operands: [f([5]), f([2]), i([], -1, 6)], params: {} },
    { operands: [f([3, 4]), f([2, 3]), i([], 0, 3), i([], 0, 4)], params: {} },
  ],
  sort: [
    { operands: [f([5])], params: { dimension: 0, isStable: true, numKeys: 1 } },
    { operands: [f([3, 4]), f([3, 4])], params: { dimension: 0, isStable: true, numKeys: 1 } },
    { operands: [i([2, 5], 0, 2), f([2, 5]), f([2, 5])], params: { dimension: 1, isStable: true, numKeys: 2 } },
  ],
  topK: [
    { operands: [f([5])], params: { k: 2 } },
    { operands: [f([3, 4])], params: { k: 3 } },
  ],
  cumulative: kinds.flatMap((kind) => [
    { operands: [f([5], 0.5, 2)], params: { kind, axis: 0, reverse: false } },
    { operands: [f([3, 4], 0.5, 2)], params: { kind, axis: 0, reverse: true } },
    { operands: [f([2, 1])], params: { kind, axis: 1, reverse: false } },
  ]),
  reduceWindow: kinds.flatMap((kind) => [
    window([6], kind, { windowDimensions: [3] }),
    window([5, 4], kind, { windowDimensions: [2, 3], windowStrides: [2, 1], low: [1, 0], high: [0, 2] }),
    window([5, 2], kind, {
      windowDimensions: [2, 1],
      windowDilation: [2, 1],
      baseDilation: [2, 1],
      windowStrides: [2, 1],
    }),
  ]),
  convGeneralDilated: [
    conv([2, 3, 6], [4, 3, 3]),
    conv([2, 2, 5, 4], [3, 2, 2, 3], { windowStrides: [2, 1], low: [1, 0], high: [0, 1] }),
    conv([1, 2, 7], [2, 2, 2], { lhsDilation: [2], rhsDilation: [3], low: [2], high: [-1], windowStrides: [2] }),
    conv([2, 4, 5], [6, 2, 2], { featureGroupCount: 2, low: [1], high: [1] }),
    conv([4, 2, 5], [6, 2, 2], { batchGroupCount: 2, windowStrides: [2] }),
    conv([2, 3], [4, 3]),
  ],
} as const satisfies { readonly [op: string]: readonly unknown[] }
