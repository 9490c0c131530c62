import { describe, expect, it } from 'vitest'
import { type Aval, makeAval } from '../aval.ts'
import { JaxprBuilder } from '../builder.ts'
import { checkJaxpr } from '../check.ts'
import type { DType } from '../dtype.ts'
import { type Atom, isVar, makeLiteral, scalarLiteral, type Var } from '../jaxpr.ts'
import { formatLiteral } from '../print.ts'
import { workOf } from '../testing/work.ts'
import { cleanUp } from './cleanUp.ts'

type Body = (b: JaxprBuilder, x: Var, y: Var) => Atom

/** What is left of a program on two inputs `x` and `y`: its equations and its result, or the result alone. */
function left(body: Body, dtype: DType = 'float32', shape: readonly number[] = [2, 3]): string {
  const b = new JaxprBuilder()
  const aval = makeAval(shape, dtype)
  const [x, y] = [b.input(aval), b.input(aval)]
  const jaxpr = checkJaxpr(cleanUp(b.finish([body(b, x, y)])))
  const [output] = jaxpr.outputs as [Atom]
  const name = (atom: Atom) => (!isVar(atom) ? formatLiteral(atom) : atom === x ? 'x' : atom === y ? 'y' : 'r')
  if (jaxpr.eqns.length === 0) return name(output)
  return jaxpr.eqns.map((eqn) => `${eqn.op}(${eqn.inputs.map(name).join(', ')})`).join('; ')
}

const all = (value: number, like: Var): Atom => makeLiteral(value, like.aval)
const to = (b: JaxprBuilder, x: Atom, newDtype: DType) => b.emit('convertElementType', [x], { newDtype })[0]

const f = (shape: readonly number[], value: number): Atom => makeLiteral(value, makeAval(shape, 'float32'))

type Leaves = readonly [title: string, want: string, body: Body, dtype?: DType]
type Keeps = readonly [title: string, body: Body, dtype?: DType]

// biome-ignore format: a case a row
const identities: readonly Leaves[] = [
  ['x + -0', 'x', (b, x) => b.emit('add', [x, all(-0, x)], {})[0]],
  ['-0 + x', 'x', (b, x) => b.emit('add', [all(-0, x), x], {})[0]],
  ['x + 0 of integers', 'x', (b, x) => b.emit('add', [x, all(0, x)], {})[0], 'int32'],
  ['x - 0', 'x', (b, x) => b.emit('sub', [x, all(0, x)], {})[0]],
  ['-0 - x', 'neg(x)', (b, x) => b.emit('sub', [all(-0, x), x], {})[0]],
  ['x - x of integers', '0:i32[2,3]', (b, x) => b.emit('sub', [x, x], {})[0], 'int32'],
  ['x + -y', 'sub(x, y)', (b, x, y) => b.emit('add', [x, b.emit('neg', [y], {})[0]], {})[0]],
  ['x - -y', 'add(x, y)', (b, x, y) => b.emit('sub', [x, b.emit('neg', [y], {})[0]], {})[0]],
  ['x · 1', 'x', (b, x) => b.emit('mul', [x, all(1, x)], {})[0]],
  ['x · -1', 'neg(x)', (b, x) => b.emit('mul', [x, all(-1, x)], {})[0]],
  ['x · 0 of integers', '0:u8[2,3]', (b, x) => b.emit('mul', [x, all(0, x)], {})[0], 'uint8'],
  ['x / 1', 'x', (b, x) => b.emit('div', [x, all(1, x)], {})[0]],
  ['x / 4', 'mul(x, 0.25:f32[2,3])', (b, x) => b.emit('div', [x, all(4, x)], {})[0]],
  ['x⁰', '1.0:f32[2,3]', (b, x) => b.emit('integerPow', [x], { y: 0 })[0]],
  ['x¹', 'x', (b, x) => b.emit('integerPow', [x], { y: 1 })[0]],
  ['x²', 'mul(x, x)', (b, x) => b.emit('integerPow', [x], { y: 2 })[0]],
  ['x⁻¹', 'div(1.0:f32[2,3], x)', (b, x) => b.emit('integerPow', [x], { y: -1 })[0]],
  ['x to the power 1', 'x', (b, x) => b.emit('pow', [x, all(1, x)], {})[0]],
  ['max(x, x)', 'x', (b, x) => b.emit('max', [x, x], {})[0]],
  ['max(x, -∞)', 'x', (b, x) => b.emit('max', [x, all(-Infinity, x)], {})[0]],
  ['min(x, the largest)', 'x', (b, x) => b.emit('min', [x, all(255, x)], {})[0], 'uint8'],
  ['--x', 'x', (b, x) => b.emit('neg', b.emit('neg', [x], {}), {})[0]],
  ['not not x', 'x', (b, x) => b.emit('not', b.emit('not', [x], {}), {})[0], 'bool'],
  ['x & all bits', 'x', (b, x) => b.emit('and', [x, all(4294967295, x)], {})[0], 'uint32'],
  ['x | 0', 'x', (b, x) => b.emit('or', [x, all(0, x)], {})[0], 'int8'],
  ['x ^ x', '0:i8[2,3]', (b, x) => b.emit('xor', [x, x], {})[0], 'int8'],
  ['x << 0', 'x', (b, x) => b.emit('shiftLeft', [x, all(0, x)], {})[0], 'int8'],
  ['x == x of integers', 'True:bool[2,3]', (b, x) => b.emit('eq', [x, x], {})[0], 'int8'],
  ['select true', 'x', (b, x, y) => b.emit('select', [makeLiteral(1, makeAval([2, 3], 'bool')), x, y], {})[0]],
  ['select of the same', 'x', (b, x) => b.emit('select', [b.emit('isFinite', [x], {})[0], x, x], {})[0]],
  ['select by not', 'isFinite(x); select(r, y, x)', (b, x, y) => b.emit('select', [b.emit('not', b.emit('isFinite', [x], {}), {})[0], x, y], {})[0]],
  ['stopGradient', 'x', (b, x) => b.emit('stopGradient', [x], {})[0]],
  ['to the same dtype', 'x', (b, x) => to(b, x, 'float32')],
  ['to a wider dtype and back', 'x', (b, x) => to(b, to(b, x, 'float64'), 'float32')],
  ['through a wider dtype', 'convertElementType(x)', (b, x) => to(b, to(b, x, 'int32'), 'uint32'), 'int8'],
  ['through a bool', 'convertElementType(x); convertElementType(r)', (b, x) => to(b, to(b, x, 'bool'), 'int8'), 'int8'],
  ['bits there and back', 'x', (b, x) => b.emit('bitcastConvertType', b.emit('bitcastConvertType', [x], { newDtype: 'int32' }), { newDtype: 'float32' })[0]],
]

// biome-ignore format: a case a row
const kept: readonly Keeps[] = [
  ['x + 0: -0 would change', (b, x) => b.emit('add', [x, all(0, x)], {})[0]],
  ['x - -0: -0 would change', (b, x) => b.emit('sub', [x, all(-0, x)], {})[0]],
  ['0 - x: 0 would change', (b, x) => b.emit('sub', [all(0, x), x], {})[0]],
  ['x · 0: not for ∞', (b, x) => b.emit('mul', [x, all(0, x)], {})[0]],
  ['x - x: not for NaN', (b, x) => b.emit('sub', [x, x], {})[0]],
  ['x / x: not for 0', (b, x) => b.emit('div', [x, x], {})[0]],
  ['x == x: not for NaN', (b, x) => b.emit('eq', [x, x], {})[0]],
  ['x / 3: 1/3 is rounded', (b, x) => b.emit('div', [x, all(3, x)], {})[0]],
  ['through a narrower dtype', (b, x) => to(b, to(b, x, 'float16'), 'float32')],
  ['from integers through a float, which saturates', (b, x) => to(b, to(b, x, 'float64'), 'int8'), 'int32'],
]

// biome-ignore format: a case a row
const movements: readonly Leaves[] = [
  ['transpose of transpose', 'x', (b, x) => b.emit('transpose', b.emit('transpose', [x], { permutation: [1, 0] }), { permutation: [1, 0] })[0]],
  ['reshape of reshape', 'x', (b, x) => b.emit('reshape', b.emit('reshape', [x], { newSizes: [6] }), { newSizes: [2, 3] })[0]],
  ['a transpose that moves only sizes of 1', 'reshape(x)', (b, x) => b.emit('transpose', b.emit('reshape', [x], { newSizes: [2, 1, 3] }), { permutation: [1, 0, 2] })[0]],
  ['a broadcast to the same shape', 'x', (b, x) => b.emit('broadcastInDim', [x], { shape: [2, 3], broadcastDimensions: [0, 1] })[0]],
  ['a broadcast that only adds sizes of 1', 'reshape(x)', (b, x) => b.emit('broadcastInDim', [x], { shape: [2, 1, 3], broadcastDimensions: [0, 2] })[0]],
  ['broadcast of broadcast', 'broadcastInDim(x)', (b, x) => b.emit('broadcastInDim', b.emit('broadcastInDim', [x], { shape: [4, 2, 3], broadcastDimensions: [1, 2] }), { shape: [4, 5, 2, 3], broadcastDimensions: [0, 2, 3] })[0]],
  ['a slice of the whole', 'x', (b, x) => b.emit('slice', [x], { startIndices: [0, 0], limitIndices: [2, 3], strides: [1, 1] })[0]],
  ['slice of slice', 'slice(x)', (b, x) => b.emit('slice', b.emit('slice', [x], { startIndices: [0, 1], limitIndices: [2, 3], strides: [1, 1] }), { startIndices: [1, 0], limitIndices: [2, 2], strides: [1, 1] })[0]],
  ['rev of rev', 'x', (b, x) => b.emit('rev', b.emit('rev', [x], { dimensions: [0] }), { dimensions: [0] })[0]],
  ['rev of another rev', 'rev(x)', (b, x) => b.emit('rev', b.emit('rev', [x], { dimensions: [0] }), { dimensions: [0, 1] })[0]],
  ['a pad of nothing', 'x', (b, x) => b.emit('pad', [x, scalarLiteral(0, 'float32')], { low: [0, 0], high: [0, 0], interior: [0, 0] })[0]],
  ['a concatenation with an empty part', 'x', (b, x) => b.emit('concatenate', [x, makeLiteral(0, makeAval([0, 3], 'float32'))], { dimension: 0 })[0]],
  ['a sum over no axes', 'x', (b, x) => b.emit('reduceSum', [x], { axes: [] })[0]],
  ['a maximum over a size of 1', 'x', (b, x) => b.emit('reduceMax', b.emit('reshape', [x], { newSizes: [2, 1, 3] }), { axes: [1] })[0]],
  ['the place of the largest of one', '0:i32[2,3]', (b, x) => b.emit('argmax', b.emit('reshape', [x], { newSizes: [2, 1, 3] }), { axis: 1, indexDtype: 'int32' })[0]],
]

// biome-ignore format: a case a row
const folds: readonly Leaves[] = [
  ['arithmetic, rounded', '0.30000001192092896:f32[2]', (b) => b.emit('add', [f([2], 0.1), f([2], 0.2)], {})[0]],
  ['a comparison', 'True:bool[]', (b) => b.emit('lt', [f([], 1), f([], 2)], {})[0]],
  ['a broadcast', '2.0:f32[4,3]', (b) => b.emit('broadcastInDim', [f([3], 2)], { shape: [4, 3], broadcastDimensions: [1] })[0]],
  ['a conversion', '3:i32[2]', (b) => to(b, f([2], 3.7), 'int32')],
  ['bits', '1065353216:i32[]', (b) => b.emit('bitcastConvertType', [f([], 1)], { newDtype: 'int32' })[0]],
  ['a sum', '6.0:f32[2]', (b) => b.emit('reduceSum', [f([2, 3], 2)], { axes: [1] })[0]],
  ['a sum of nothing', '0.0:f32[2]', (b) => b.emit('reduceSum', [f([2, 0], 2)], { axes: [1] })[0]],
  ['a maximum of nothing', '-inf:f32[]', (b) => b.emit('reduceMax', [f([0], 2)], { axes: [0] })[0]],
  ['a pad with the same', '2.0:f32[5]', (b) => b.emit('pad', [f([3], 2), f([], 2)], { low: [1], high: [1], interior: [0] })[0]],
  ['parts that are alike', '2.0:f32[5]', (b) => b.emit('concatenate', [f([3], 2), f([2], 2)], { dimension: 0 })[0]],
  ['no elements at all', '0.0:f32[0,2]', (b, x) => b.emit('slice', [x], { startIndices: [1, 0], limitIndices: [1, 2], strides: [1, 1] })[0]],
]

describe('identities that hold to the bit', () => {
  for (const [title, want, body, dtype] of identities)
    it(`${title} leaves ${want}`, () => expect(left(body, dtype)).toBe(want))

  for (const [title, body, dtype] of kept)
    it(title, () =>
      expect(left(body, dtype)).toMatch(/^\w+\(x, |^\w+\(.*, x\)|^convertElementType\(x\); convertElementType\(r\)/),
    )

  it('does not multiply literals together', () => {
    expect(left((b, x) => b.emit('mul', [b.emit('mul', [x, all(0.1, x)], {})[0], all(0.1, x)], {})[0])).toBe(
      'mul(x, 0.1:f32[2,3]); mul(r, 0.1:f32[2,3])',
    )
  })
})

describe('movement', () => {
  for (const [title, want, body, dtype] of movements)
    it(`${title} leaves ${want}`, () => expect(left(body, dtype)).toBe(want))
})

describe('folding', () => {
  for (const [title, want, body, dtype] of folds)
    it(`${title} gives ${want}`, () => expect(left(body, dtype)).toBe(want))

  it('leaves a pad with another number to the device', () => {
    expect(left((b) => b.emit('pad', [f([3], 2), f([], 0)], { low: [1], high: [1], interior: [0] })[0])).toMatch(/^pad/)
  })
  it('folds the random bits of a literal key', () => {
    const zero = scalarLiteral(0, 'uint32')
    expect(left((b) => b.emit('threefry2x32', [zero, zero, zero, zero], {})[1])).toBe(`${0x99ba4efe}:u32[]`)
  })
})

describe('common subexpressions', () => {
  it('computes the same thing once, also with its operands swapped', () => {
    expect(left((b, x, y) => b.emit('sub', [b.emit('mul', [x, y], {})[0], b.emit('mul', [y, x], {})[0]], {})[0])).toBe(
      'mul(x, y); sub(r, r)',
    )
  })
  it('does not take different parameters or orders for the same', () => {
    const sums: Body = (b, x, y) => b.emit('add', [b.emit('sub', [x, y], {})[0], b.emit('sub', [y, x], {})[0]], {})[0]
    expect(left(sums)).toBe('sub(x, y); sub(y, x); add(r, r)')
    const square: Aval = makeAval([3, 3], 'float32')
    const axes: Body = (b, x) =>
      b.emit('add', [b.emit('reduceSum', [x], { axes: [0] })[0], b.emit('reduceSum', [x], { axes: [1] })[0]], {})[0]
    expect(left(axes, 'float32', square.shape)).toBe('reduceSum(x); reduceSum(x); add(r, r)')
  })
  it('tells 0 from -0', () => {
    const zeros: Body = (b, x) =>
      b.emit('sub', [b.emit('max', [x, all(0, x)], {})[0], b.emit('max', [x, all(-0, x)], {})[0]], {})[0]
    expect(left(zeros).match(/max/g)).toHaveLength(2)
  })
})

describe('cost', () => {
  it('grows with the number of equations, not its square', () => {
    const chain = (length: number) => {
      const b = new JaxprBuilder()
      let x = b.input(makeAval([4], 'float32'))
      for (let i = 0; i < length; i++) x = b.emit(i % 3 === 0 ? 'neg' : 'sin', [x], {})[0]
      return b.finish([x])
    }
    const work = (length: number): number => {
      const jaxpr = chain(length)
      return workOf(() => expect(cleanUp(jaxpr).eqns).toHaveLength(length))
    }
    expect(work(20_000) / work(10_000)).toBeLessThan(2.05)
  })
})
