import { type DType, makeAval, type OpName, type Params, sizeOf } from '@proj/backend'
import type { NDArray } from '../src/array.ts'
import { stage } from '../src/interpreters/staging.ts'
import * as lax from '../src/lax/index.ts'
import { controlSamples } from './controlSamples.ts'
import { indexingSamples } from './indexingSamples.ts'
import { linalgSamples } from './linalgSamples.ts'

// For tests only: arguments on which the laws of laws.test.ts are tried, for every op.

/** An operand: its dtype and shape, and the range its elements are drawn from, away from kinks and poles. */
export interface Operand {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly from: number
  readonly to: number
  /** Added to the diagonals of the last two dimensions. */
  readonly diagonal?: number
}
export interface Sample<K extends OpName> {
  readonly operands: readonly Operand[]
  readonly params: Params<K>
}
type Samples = { readonly [K in OpName]: readonly Sample<K>[] }

const f = (shape: readonly number[], from = -2, to = 2): Operand => ({ dtype: 'float64', shape, from, to })
const i = (shape: readonly number[], from = -9, to = 9): Operand => ({ dtype: 'int32', shape, from, to })
const u = (shape: readonly number[]): Operand => ({ dtype: 'uint32', shape, from: 0, to: 2 ** 32 })
const b = (shape: readonly number[]): Operand => ({ dtype: 'bool', shape, from: 0, to: 2 })

const shapes = [[], [3], [2, 3]] as const
const unary = (from?: number, to?: number) => shapes.map((shape) => ({ operands: [f(shape, from, to)], params: {} }))
const binary = (x: (shape: readonly number[]) => Operand, y = x) =>
  shapes.map((shape) => ({ operands: [x(shape), y(shape)], params: {} }))
const floats = (shape: readonly number[]): Operand => f(shape)
const positive = (shape: readonly number[]): Operand => f(shape, 0.3, 2)
const reduction = (x: (shape: readonly number[]) => Operand) =>
  [[0], [1], [0, 2], [0, 1, 2]].map((axes) => ({ operands: [x([2, 3, 4])], params: { axes } }))
const argReduction = [0, 2].map((axis) => ({
  operands: [f([2, 3, 4])],
  params: { axis, indexDtype: 'int32' as const },
}))
const dot = (
  lhs: readonly number[],
  rhs: readonly number[],
  contracting: readonly [readonly number[], readonly number[]],
  batch: readonly [readonly number[], readonly number[]] = [[], []],
) => ({
  operands: [f(lhs), f(rhs)],
  params: {
    dimensionNumbers: {
      lhsContracting: contracting[0],
      rhsContracting: contracting[1],
      lhsBatch: batch[0],
      rhsBatch: batch[1],
    },
    preferredElementType: 'float64' as const,
  },
})
const program = (body: (xs: readonly NDArray[]) => readonly NDArray[], operands: readonly Operand[]) => ({
  operands,
  params: {
    jaxpr: stage(
      'jit',
      body,
      operands.map(({ shape, dtype }) => makeAval(shape, dtype)),
    ).jaxpr,
    name: 'sample',
  },
})

export const samples = (): Samples => ({
  ...controlSamples(),
  ...indexingSamples,
  ...linalgSamples,
  neg: unary(),
  sign: unary(0.2),
  abs: unary(0.2),
  floor: unary(0.1, 0.9),
  ceil: unary(0.1, 0.9),
  round: [{ operands: [f([3], 0.6, 0.9)], params: { roundingMethod: 'toNearestEven' } }],
  exp: unary(),
  exp2: unary(),
  expm1: unary(),
  log: unary(0.2, 3),
  log1p: unary(-0.6, 3),
  sqrt: unary(0.2, 3),
  rsqrt: unary(0.2, 3),
  cbrt: unary(0.2, 3),
  sin: unary(),
  cos: unary(),
  tan: unary(-1, 1),
  asin: unary(-0.8, 0.8),
  acos: unary(-0.8, 0.8),
  atan: unary(),
  sinh: unary(),
  cosh: unary(),
  tanh: unary(),
  asinh: unary(),
  acosh: unary(1.2, 3),
  atanh: unary(-0.8, 0.8),
  logistic: unary(),
  erf: unary(),
  erfc: unary(),
  erfInv: unary(-0.8, 0.8),
  integerPow: [-2, 0, 1, 3].map((y) => ({ operands: [f([2, 3], 0.5, 2)], params: { y } })),
  isFinite: unary(),
  not: [
    { operands: [i([3])], params: {} },
    { operands: [b([2, 3])], params: {} },
  ],
  stopGradient: [{ operands: [i([3])], params: {} }],
  convertElementType: [
    { operands: [f([2, 3])], params: { newDtype: 'float64' } },
    { operands: [i([3])], params: { newDtype: 'float32' } },
    { operands: [f([3])], params: { newDtype: 'int32' } },
  ],
  bitcastConvertType: [{ operands: [i([3])], params: { newDtype: 'uint32' } }],
  add: binary(floats),
  sub: binary(floats),
  mul: binary(floats),
  div: binary(floats, positive),
  rem: binary(
    (shape) => f(shape, 2.1, 2.9),
    (shape) => f(shape, 0.95, 1.05),
  ),
  pow: binary(positive, floats),
  max: binary(floats),
  min: binary(floats),
  atan2: binary(positive),
  nextafter: binary(floats),
  and: binary(u),
  or: binary(u),
  xor: binary(u),
  shiftLeft: binary(u, (shape) => ({ ...u(shape), to: 32 })),
  shiftRightArithmetic: binary(i, (shape) => i(shape, 0, 31)),
  shiftRightLogical: binary(i, (shape) => i(shape, 0, 31)),
  eq: binary(i),
  ne: binary(i),
  lt: binary(floats),
  le: binary(floats),
  gt: binary(floats),
  ge: binary(floats),
  select: shapes.map((shape) => ({ operands: [b(shape), f(shape), f(shape)], params: {} })),
  clamp: [
    [f([3], -1, -0.5), f([3], -0.4, 0.4), f([3], 0.5, 1)],
    [f([3], -1, -0.5), f([3], 1.1, 2), f([3], 0.5, 1)],
    [f([3], -1, -0.5), f([3], -3, -2), f([3], 0.5, 1)],
  ].map((operands) => ({ operands, params: {} })),
  threefry2x32: [{ operands: [u([3]), u([3]), u([3]), u([3])], params: {} }],
  iota: [{ operands: [], params: { dtype: 'int32', shape: [2, 3], dimension: 1 } }],
  broadcastInDim: [
    { operands: [f([])], params: { shape: [2, 3], broadcastDimensions: [] } },
    { operands: [f([3])], params: { shape: [2, 3, 4], broadcastDimensions: [1] } },
    { operands: [f([1, 3])], params: { shape: [2, 3], broadcastDimensions: [0, 1] } },
  ],
  reshape: [
    { operands: [f([2, 3])], params: { newSizes: [3, 1, 2] } },
    { operands: [f([1])], params: { newSizes: [] } },
  ],
  transpose: [{ operands: [f([2, 3, 4])], params: { permutation: [2, 0, 1] } }],
  slice: [
    { operands: [f([7])], params: { startIndices: [1], limitIndices: [7], strides: [3] } },
    { operands: [f([4, 5])], params: { startIndices: [1, 0], limitIndices: [3, 5], strides: [1, 2] } },
    { operands: [f([4])], params: { startIndices: [2], limitIndices: [2], strides: [1] } },
  ],
  pad: [
    { operands: [f([3]), f([])], params: { low: [1], high: [2], interior: [1] } },
    { operands: [f([3, 4]), f([])], params: { low: [-1, 0], high: [1, -2], interior: [0, 2] } },
  ],
  concatenate: [
    { operands: [f([2, 3]), f([1, 3]), f([3, 3])], params: { dimension: 0 } },
    { operands: [f([2, 1]), f([2, 3])], params: { dimension: 1 } },
  ],
  rev: [
    { operands: [f([2, 3])], params: { dimensions: [0, 1] } },
    { operands: [f([2, 3])], params: { dimensions: [1] } },
  ],
  reduceSum: reduction(floats),
  reduceProd: reduction(floats),
  reduceMax: reduction(floats),
  reduceMin: reduction(floats),
  reduceAnd: reduction(b),
  reduceOr: reduction(b),
  argmax: argReduction,
  argmin: argReduction,
  dotGeneral: [
    dot([3], [3], [[0], [0]]),
    dot([2, 3], [3, 4], [[1], [0]]),
    dot([3, 2], [4, 3], [[0], [1]]),
    dot([5, 2, 3], [3, 5, 4], [[2], [0]], [[0], [1]]),
    dot(
      [2, 3, 4],
      [4, 3, 5],
      [
        [1, 2],
        [1, 0],
      ],
    ),
    dot([2], [3], [[], []]),
  ],
  jit: [
    program(([x, y]) => [lax.mul(lax.sin(x as NDArray), y as NDArray), lax.exp(y as NDArray)], [f([3]), f([3])]),
    program(([x]) => [lax.reduceSum(lax.square(x as NDArray), [0]), lax.gt(x as NDArray, 0)], [f([3, 2])]),
  ],
})

/** Reproducible numbers in the operand's range. */
export function draw({ dtype, shape, from, to, diagonal = 0 }: Operand, seed: number): number[] {
  let state = seed * 2654435761 + 12345
  const [rows = 1, columns = 1] = shape.slice(-2)
  return Array.from({ length: sizeOf(shape) }, (_, at) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const isDiagonal = Math.floor(at / columns) % rows === at % columns
    const value = from + ((to - from) * state) / 2 ** 32 + (isDiagonal ? diagonal : 0)
    return dtype === 'float64' ? value : Math.floor(value)
  })
}
