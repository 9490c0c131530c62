import { describe, expect, it } from 'vitest'
import { type Aval, formatAval, makeAval } from '../aval.ts'
import type { DType } from '../dtype.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import type { Jaxpr } from '../jaxpr.ts'
import type { OpName, Params } from '../ops.ts'
import { build } from '../testing/controlSamples.ts'
import { infer } from './table.ts'

const a = (shape: readonly number[], dtype: DType = 'float32', weak = false): Aval => makeAval(shape, dtype, weak)
const i = (...shape: number[]): Aval => a(shape, 'int32')

const results = <K extends OpName>(op: K, ins: readonly Aval[], params: Params<K>) =>
  infer(op, ins, params).map(formatAval).join(' ')

const rows = {
  dimensionNumbers: {
    offsetDims: [1],
    collapsedSliceDims: [0],
    startIndexMap: [0],
    operandBatchingDims: [],
    startIndicesBatchingDims: [],
  },
  sliceSizes: [1, 5],
  mode: 'clip',
  fillValue: null,
} as const
const intoRows = {
  kind: 'add',
  dimensionNumbers: {
    updateWindowDims: [1],
    insertedWindowDims: [0],
    scatterDimsToOperandDims: [0],
    operandBatchingDims: [],
    scatterIndicesBatchingDims: [],
  },
  mode: 'clip',
  uniqueIndices: false,
  indicesAreSorted: false,
} as const
const windows = {
  kind: 'max',
  windowDimensions: [3],
  windowStrides: [2],
  low: [1],
  high: [1],
  baseDilation: [1],
  windowDilation: [1],
} as const
const conv = {
  windowStrides: [2],
  low: [1],
  high: [1],
  lhsDilation: [1],
  rhsDilation: [1],
  featureGroupCount: 1,
  batchGroupCount: 1,
  preferredElementType: 'float32',
} as const
const solve = { leftSide: true, lower: true, transposeA: false, unitDiagonal: false }
const copy = (...avals: Aval[]): Jaxpr => build(avals, (_b, ...xs) => xs)
const loop = { jaxpr: copy(a([2]), a([])), length: 3, reverse: false, unroll: 1, numConsts: 0, numCarry: 1 }
const positive = build([a([])], (b, x) => b.emit('gt', [x, x], {}))
const turns = { condJaxpr: positive, bodyJaxpr: copy(a([])), condConsts: 0, bodyConsts: 0 }
const weak = a([3], 'float32', true)

describe('infer', () => {
  // biome-ignore format: a case a row
  it('gives the shapes and dtypes that JAX gives', () => {
    expect(results('gather', [a([6, 5]), i(4, 1)], rows)).toBe('f32[4,5]')
    expect(results('scatter', [a([6, 5]), i(4, 1), a([4, 5])], intoRows)).toBe('f32[6,5]')
    expect(results('dynamicSlice', [a([6, 5]), i(), i()], { sliceSizes: [2, 5] })).toBe('f32[2,5]')
    expect(results('dynamicUpdateSlice', [a([6, 5]), a([2, 1]), i(), i()], {})).toBe('f32[6,5]')
    expect(results('sort', [a([6]), i(6)], { dimension: 0, isStable: true, numKeys: 1 })).toBe('f32[6] i32[6]')
    expect(results('topK', [a([2, 6])], { k: 4 })).toBe('f32[2,4] i32[2,4]')
    expect(results('cumulative', [a([2, 6])], { kind: 'add', axis: 1, reverse: false })).toBe('f32[2,6]')
    expect(results('reduceWindow', [a([7])], windows)).toBe('f32[4]')
    expect(results('convGeneralDilated', [a([2, 3, 7]), a([4, 3, 3])], conv)).toBe('f32[2,4,4]')
    expect(results('lu', [a([2, 3, 5])], {})).toBe('f32[2,3,5] i32[2,3] i32[2,3]')
    expect(results('qr', [a([5, 3])], { fullMatrices: false })).toBe('f32[5,3] f32[3,3]')
    expect(results('qr', [a([5, 3])], { fullMatrices: true })).toBe('f32[5,5] f32[5,3]')
    expect(results('svd', [a([3, 5])], { fullMatrices: false })).toBe('f32[3,3] f32[3] f32[3,5]')
    expect(results('svd', [a([3, 5])], { fullMatrices: true })).toBe('f32[3,3] f32[3] f32[5,5]')
    expect(results('eigh', [a([2, 3, 3])], {})).toBe('f32[2,3,3] f32[2,3]')
    expect(results('triangularSolve', [a([3, 3]), a([3, 2])], solve)).toBe('f32[3,2]')
    expect(results('fft', [a([4]), a([4])], { rank: 1, inverse: false })).toBe('f32[4] f32[4]')
    expect(results('scan', [a([2]), a([3])], loop)).toBe('f32[2] f32[3]')
    expect(results('while', [a([])], turns)).toBe('f32[]')
    expect(results('cond', [i(), a([2])], { branches: [copy(a([2]))] })).toBe('f32[2]')
    expect(results('allGather', [a([2, 3])], { axisName: 'i', axisSize: 4, axis: 1, tiled: false })).toBe('f32[2,4,3]')
    expect(results('allGather', [a([2, 3])], { axisName: 'i', axisSize: 4, axis: 1, tiled: true })).toBe('f32[2,12]')
    expect(results('axisIndex', [], { axisName: 'i' })).toBe('i32[]')
  })
  it('lets indices have no say in weakness, and each operand of several its own', () => {
    expect(results('dynamicSlice', [weak, i()], { sliceSizes: [2] })).toBe('f32[2]*')
    expect(results('topK', [weak], { k: 1 })).toBe('f32[1]* i32[1]')
    expect(results('sort', [weak, i(3)], { dimension: 0, isStable: true, numKeys: 1 })).toBe('f32[3]* i32[3]')
    expect(results('optimizationBarrier', [weak, a([3])], {})).toBe('f32[3]* f32[3]')
  })
})

type Bad = {
  [K in OpName]: readonly [title: string, op: K, ins: readonly Aval[], params: Params<K>, message: RegExp]
}[OpName]

// biome-ignore format: a case a row
const shapes: readonly Bad[] = [
  ['too few dimensions of an index vector', 'gather', [a([6, 5]), i(4, 2)], rows, /^gather: index vectors of 2 in i32\[4,2\] for dimensions \[0\]/],
  ['a slice larger than the operand', 'gather', [a([6, 5]), i(4, 1)], { ...rows, sliceSizes: [1, 6] }, /sliceSizes \[1,6\] of f32\[6,5\], dimension 1; a slice is no larger/],
  ['a collapsed dimension of several', 'gather', [a([6, 5]), i(4, 1)], { ...rows, sliceSizes: [2, 5] }, /a dimension that leaves the slice has size 1/],
  ['no index vectors', 'gather', [a([6, 5]), i()], rows, /the last dimension holds the index vectors/],
  ['updates of another number', 'scatter', [a([6, 5]), i(4, 1), a([3, 5])], intoRows, /updates f32\[3,5\] .* are \[4\]/],
  ['a window larger than the operand', 'scatter', [a([6, 5]), i(4, 1), a([4, 6])], intoRows, /windows \[6\] .* within \[5\]/],
  ['a start too few', 'dynamicSlice', [a([6, 5]), i()], { sliceSizes: [2, 5] }, /^dynamicSlice: 1 starts for f32\[6,5\]; give 2/],
  ['a start that is no scalar', 'dynamicSlice', [a([6]), i(1)], { sliceSizes: [2] }, /a start i32\[1\]; starts are scalars/],
  ['an update that does not fit', 'dynamicUpdateSlice', [a([6]), a([7]), i()], {}, /update \[7\] of f32\[6\]; it must fit/],
  ['no operand', 'dynamicSlice', [], { sliceSizes: [] }, /got 0 operands; give at least 1/],
  ['nothing to sort', 'sort', [], { dimension: 0, isStable: true, numKeys: 1 }, /no operands/],
  ['more keys than operands', 'sort', [a([6])], { dimension: 0, isStable: true, numKeys: 2 }, /numKeys 2 of 1 operands/],
  ['more than there are', 'topK', [a([6])], { k: 7 }, /k 7 of f32\[6\]; use 0 to 6/],
  ['a window of too few dimensions', 'reduceWindow', [a([7])], { ...windows, low: [] }, /low \[\]; give 1 entries/],
  ['a crop of more than there is', 'reduceWindow', [a([7])], { ...windows, low: [-9] }, /padding \(-9, 1\) of 7 elements/],
  ['a stride of 0', 'reduceWindow', [a([7])], { ...windows, windowStrides: [0] }, /stride 0; use an integer from 1 up/],
  ['channels that do not meet', 'convGeneralDilated', [a([2, 3, 7]), a([4, 2, 3])], conv, /lhs must have 2 channels/],
  ['groups that do not divide', 'convGeneralDilated', [a([2, 4, 7]), a([3, 2, 3])], { ...conv, featureGroupCount: 2 }, /divide the output channels/],
  ['groups of both kinds', 'convGeneralDilated', [a([2, 4, 7]), a([4, 2, 3])], { ...conv, featureGroupCount: 2, batchGroupCount: 2 }, /leave one of the two counts at 1/],
  ['a matrix that is not square', 'cholesky', [a([2, 3])], {}, /got f32\[2,3\]; the last two dimensions must be equal/],
  ['a vector for a matrix', 'qr', [a([3])], { fullMatrices: true }, /at least 2 dimensions/],
  ['sides that do not meet', 'triangularSolve', [a([3, 3]), a([2, 3])], solve, /b have 3 rows/],
  ['more dimensions than there are', 'fft', [a([4]), a([4])], { rank: 2, inverse: false }, /at least 2 dimensions/],
  ['a carry that changes', 'scan', [a([2]), a([3])], { ...loop, jaxpr: build([a([2]), a([])], (_b, _x, y) => [y]) }, /the body makes \(f32\[\]\) of a carry \(f32\[2\]\)/],
  ['rows of another number', 'scan', [a([2]), a([4])], loop, /an array f32\[4\] to run over; .* length 3/],
  ['another carry than traced for', 'while', [a([2])], turns, /condition: got \(f32\[2\]\); it was traced for \(f32\[\]\)/],
  ['a condition that is no bool', 'while', [a([])], { ...turns, condJaxpr: copy(a([])) }, /a condition that gives \(f32\[\]\)/],
  ['no branches', 'cond', [i()], { branches: [] }, /no branches/],
  ['branches that differ', 'cond', [i(), a([2]), a([3])], { branches: [build([a([2]), a([3])], (_b, x) => [x]), build([a([2]), a([3])], (_b, _x, y) => [y])] }, /branch 1 gives \(f32\[3\]\), branch 0 \(f32\[2\]\)/],
  ['two that send to one', 'ppermute', [a([])], { axisName: 'i', perm: [[0, 1], [2, 1]] }, /perm \[\[0,1\],\[2,1\]\]/],
  ['other arguments than traced for', 'customCall', [a([3])], { jaxpr: copy(a([2])), name: 'f', rules: {} }, /^customCall\(f\): got \(f32\[3\]\)/],
]

// biome-ignore format: a case a row
const kinds: readonly Bad[] = [
  ['indices of another dtype', 'gather', [a([6, 5]), a([4, 1])], rows, /indices f32\[4,1\]; they are int32/],
  ['updates of another dtype', 'scatter', [a([6, 5]), i(4, 1), i(4, 5)], intoRows, /got f32\[6,5\] and i32\[4,5\]/],
  ['a sum of bools', 'cumulative', [a([3], 'bool')], { kind: 'add', axis: 0, reverse: false }, /got bool\[3\]/],
  ['integers to decompose', 'svd', [i(2, 2)], { fullMatrices: true }, /got i32\[2,2\]; it takes float/],
  ['a convolution in a narrower dtype', 'convGeneralDilated', [a([2, 3, 7]), a([4, 3, 3])], { ...conv, preferredElementType: 'float16' }, /preferredElementType float16/],
]

describe('bad operands', () => {
  it.each(shapes)('%s: %s says so', (_title, op, ins, params, message) => {
    expect(() => infer(op, ins, params)).toThrow(ShapeError)
    expect(() => infer(op, ins, params)).toThrow(message)
  })
  it.each(kinds)('%s: %s says so', (_title, op, ins, params, message) => {
    expect(() => infer(op, ins, params)).toThrow(DTypeError)
    expect(() => infer(op, ins, params)).toThrow(message)
  })
  it('a mode or kind that is none names those there are', () => {
    expect(() => infer('gather', [a([6, 5]), i(4, 1)], { ...rows, mode: 'wrap' } as never)).toThrow(
      "gather: mode 'wrap'; use one of clip, fillOrDrop, promiseInBounds.",
    )
  })
})
