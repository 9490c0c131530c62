import { describe, expect, it } from 'vitest'
import { type Aval, formatAval, makeAval } from '../aval.ts'
import { JaxprBuilder } from '../builder.ts'
import type { DType } from '../dtype.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import { type OpName, opNames, type Params } from '../ops.ts'
import { infer, shapeRules } from './table.ts'

const a = (shape: readonly number[], dtype: DType = 'float32', weak = false): Aval => makeAval(shape, dtype, weak)

const results = <K extends OpName>(op: K, ins: readonly Aval[], params: Params<K>) =>
  infer(op, ins, params).map(formatAval).join(' ')

const dot = (lhsContracting: number[], rhsContracting: number[], lhsBatch: number[] = [], rhsBatch: number[] = []) => ({
  dimensionNumbers: { lhsContracting, rhsContracting, lhsBatch, rhsBatch },
  preferredElementType: 'float32' as DType,
})

const identity = (aval: Aval) => {
  const b = new JaxprBuilder()
  return { name: 'f', jaxpr: b.finish([b.input(aval)]) }
}

describe('infer', () => {
  it('has a rule for every op', () => expect(Object.keys(shapeRules).sort()).toEqual([...opNames].sort()))

  it('gives the shapes and dtypes that JAX gives', () => {
    expect(results('sin', [a([2, 3])], {})).toBe('f32[2,3]')
    expect(results('add', [a([2], 'int8'), a([2], 'int8')], {})).toBe('i8[2]')
    expect(results('lt', [a([2], 'bool'), a([2], 'bool')], {})).toBe('bool[2]')
    expect(results('isFinite', [a([2])], {})).toBe('bool[2]')
    expect(results('select', [a([2], 'bool'), a([2]), a([2])], {})).toBe('f32[2]')
    expect(results('threefry2x32', [a([4], 'uint32'), a([4], 'uint32'), a([4], 'uint32'), a([4], 'uint32')], {})).toBe(
      'u32[4] u32[4]',
    )
    expect(results('convertElementType', [a([2])], { newDtype: 'uint8' })).toBe('u8[2]')
    expect(results('bitcastConvertType', [a([2])], { newDtype: 'uint32' })).toBe('u32[2]')
    expect(results('iota', [], { dtype: 'int32', shape: [2, 3], dimension: 1 })).toBe('i32[2,3]')
    expect(results('broadcastInDim', [a([1, 3])], { shape: [4, 2, 3], broadcastDimensions: [1, 2] })).toBe('f32[4,2,3]')
    expect(results('reshape', [a([2, 3])], { newSizes: [3, 2, 1] })).toBe('f32[3,2,1]')
    expect(results('transpose', [a([2, 3, 4])], { permutation: [2, 0, 1] })).toBe('f32[4,2,3]')
    expect(results('slice', [a([7])], { startIndices: [1], limitIndices: [7], strides: [4] })).toBe('f32[2]')
    expect(results('pad', [a([3]), a([])], { low: [-1], high: [2], interior: [1] })).toBe('f32[6]')
    expect(results('pad', [a([0]), a([])], { low: [2], high: [1], interior: [3] })).toBe('f32[3]')
    expect(results('concatenate', [a([2, 1]), a([2, 0]), a([2, 3])], { dimension: 1 })).toBe('f32[2,4]')
    expect(results('rev', [a([2, 3])], { dimensions: [1] })).toBe('f32[2,3]')
    expect(results('reduceSum', [a([2, 3, 4])], { axes: [0, 2] })).toBe('f32[3]')
    expect(results('argmax', [a([2, 3])], { axis: 1, indexDtype: 'uint8' })).toBe('u8[2]')
    expect(results('dotGeneral', [a([5, 2, 3]), a([3, 5, 4])], dot([2], [0], [0], [1]))).toBe('f32[5,2,4]')
    expect(results('dotGeneral', [a([2, 3], 'float16'), a([3, 4], 'float16')], dot([1], [0]))).toBe('f32[2,4]')
    expect(results('jit', [a([2])], identity(a([2])))).toBe('f32[2]')
  })

  it('keeps weakness where every operand is weak and no dtype was asked for', () => {
    const weak = a([], 'float32', true)
    expect(results('add', [weak, weak], {})).toBe('f32[]*')
    expect(results('add', [weak, a([])], {})).toBe('f32[]')
    expect(results('convertElementType', [weak], { newDtype: 'float32' })).toBe('f32[]')
    expect(results('convertElementType', [weak], { newDtype: 'float32', weakType: true })).toBe('f32[]*')
    expect(results('bitcastConvertType', [weak], { newDtype: 'int32' })).toBe('i32[]')
    expect(results('iota', [], { dtype: 'float32', shape: [2], dimension: 0 })).toBe('f32[2]')
    expect(results('argmax', [a([3], 'float32', true)], { axis: 0, indexDtype: 'int32' })).toBe('i32[]')
    expect(results('jit', [weak], identity(a([])))).toBe('f32[]')
  })
})

type Bad = {
  [K in OpName]: readonly [title: string, op: K, ins: readonly Aval[], params: Params<K>, message: RegExp]
}[OpName]

// biome-ignore format: a case a row
const shapes: readonly Bad[] = [
  ['unequal shapes', 'add', [a([2, 3]), a([3])], {}, /^add: got f32\[2,3\] and f32\[3\]; broadcast one of them first/],
  ['an operand too few', 'add', [a([2])], {}, /^add: got 1 operands; give 2/],
  ['a predicate of another shape', 'select', [a([], 'bool'), a([2]), a([2])], {}, /^select: got bool\[\] and f32\[2\] and f32\[2\]/],
  ['a fractional power', 'integerPow', [a([2])], { y: 0.5 }, /^integerPow: power 0\.5; use an integer, or pow/],
  ['an axis out of range', 'reduceSum', [a([2])], { axes: [1] }, /^reduceSum: axis 1 of an array of rank 1; use an integer from 0 to 0/],
  ['an axis of a scalar', 'reduceSum', [a([])], { axes: [0] }, /a scalar has no axes/],
  ['an axis twice', 'reduceMax', [a([2, 3])], { axes: [0, 0] }, /axes \[0,0\]; give each axis once, in ascending order/],
  ['an axis out of order', 'rev', [a([2, 3])], { dimensions: [1, 0] }, /axes \[1,0\]/],
  ['a negative size', 'iota', [], { dtype: 'int32', shape: [-1], dimension: 0 }, /^iota: shape \[-1\]; sizes are integers from 0 up/],
  ['a broadcast that does not fit', 'broadcastInDim', [a([2])], { shape: [3], broadcastDimensions: [0] }, /^broadcastInDim: f32\[2\] into \[3\] at dimensions \[0\]; sizes must agree or grow from 1/],
  ['too few dimensions', 'broadcastInDim', [a([2])], { shape: [2], broadcastDimensions: [] }, /broadcastDimensions \[\] for f32\[2\]; give 1 entries/],
  ['another number of elements', 'reshape', [a([2, 3])], { newSizes: [4] }, /f32\[2,3\] into \[4\]; the new sizes must hold 6 elements/],
  ['no permutation', 'transpose', [a([2, 3])], { permutation: [0, 0] }, /axes \[0,0\]/],
  ['a slice past the end', 'slice', [a([3])], { startIndices: [0], limitIndices: [4], strides: [1] }, /0:4:1 of dimension 0 of f32\[3\]; need 0 <= start <= limit <= size/],
  ['a stride of 0', 'slice', [a([3])], { startIndices: [0], limitIndices: [3], strides: [0] }, /0:3:0/],
  ['a fill that is no scalar', 'pad', [a([3]), a([1])], { low: [0], high: [0], interior: [0] }, /fill f32\[1\]; the fill value is a scalar/],
  ['a crop of more than there is', 'pad', [a([3]), a([])], { low: [-4], high: [0], interior: [0] }, /f32\[3\] padded to \[-1\]/],
  ['a fractional pad', 'pad', [a([3]), a([])], { low: [0.5], high: [0.5], interior: [0] }, /padded to \[4\]; use integers/],
  ['a negative interior', 'pad', [a([3]), a([])], { low: [0], high: [0], interior: [-1] }, /interior padding is at least 0/],
  ['nothing to join', 'concatenate', [], { dimension: 0 }, /no operands; give at least one array/],
  ['parts that do not fit', 'concatenate', [a([2, 3]), a([3, 2])], { dimension: 0 }, /f32\[2,3\], f32\[3,2\] along dimension 0; the other sizes must agree/],
  ['parts of another rank', 'concatenate', [a([2]), a([2, 1])], { dimension: 0 }, /the other sizes must agree/],
  ['no element to choose', 'argmin', [a([0, 2])], { axis: 0, indexDtype: 'int32' }, /f32\[0,2\] along axis 0; there is no element to choose/],
  ['sizes that do not contract', 'dotGeneral', [a([2, 3]), a([4, 5])], dot([1], [0]), /f32\[2,3\] and f32\[4,5\], contracting dimensions \[1\] and \[0\]; they must pair up/],
  ['a batch without a partner', 'dotGeneral', [a([2, 3]), a([3, 2])], dot([1], [0], [0], []), /batch dimensions \[0\] and \[\]/],
  ['a dimension used twice', 'dotGeneral', [a([2, 2]), a([2, 2])], dot([0], [0], [0], [1]), /axes \[0,0\]/],
  ['other arguments than a call was traced for', 'jit', [a([3])], identity(a([2])), /^jit\(f\): got \(f32\[3\]\); it was traced for \(f32\[2\]\)/],
]

// biome-ignore format: a case a row
const kinds: readonly Bad[] = [
  ['a mixture', 'add', [a([2]), a([2], 'int32')], {}, /^add: got f32\[2\] and i32\[2\]; cast one of them first/],
  ['integers where floats are needed', 'sin', [a([2], 'int32')], {}, /^sin: got i32\[2\]; it takes float; cast first/],
  ['bools to add', 'add', [a([], 'bool'), a([], 'bool')], {}, /got bool\[\]/],
  ['floats to shift', 'shiftLeft', [a([]), a([])], {}, /it takes int or uint/],
  ['a negative power of integers', 'integerPow', [a([], 'int32')], { y: -1 }, /got i32\[\]; it takes float/],
  ['a predicate that is no bool', 'select', [a([], 'int32'), a([]), a([])], {}, /it takes bool/],
  ['an unknown dtype', 'convertElementType', [a([])], { newDtype: 'float8' as DType }, /unknown dtype "float8"; use one of float32/],
  ['bits of another width', 'bitcastConvertType', [a([])], { newDtype: 'float64' }, /f32\[\] as float64; the two dtypes must have the same width/],
  ['keys that are signed', 'threefry2x32', [a([], 'int32'), a([], 'int32'), a([], 'int32'), a([], 'int32')], {}, /keys and counters are uint32/],
  ['counting in bool', 'iota', [], { dtype: 'bool', shape: [2], dimension: 0 }, /dtype bool/],
  ['positions that are floats', 'argmax', [a([2])], { axis: 0, indexDtype: 'float32' }, /positions are integers/],
  ['a sum in a narrower dtype', 'dotGeneral', [a([2]), a([2])], { ...dot([0], [0]), preferredElementType: 'float16' }, /preferredElementType float16 for float32/],
  ['a sum in another kind', 'dotGeneral', [a([2], 'int32'), a([2], 'int32')], dot([0], [0]), /preferredElementType float32 for int32/],
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
})
