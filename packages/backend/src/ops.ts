import type { DType } from './dtype.ts'
import type { Jaxpr } from './jaxpr.ts'

/**
 * The shape of an op: one entry for each operand, its static parameters (`{}` is none), one entry for each result. Only the
 * length of `Args` and `Outs` counts.
 */
export interface Op<Args extends readonly unknown[], Params = {}, Outs extends readonly unknown[] = [out: 0]> {
  readonly args: Args
  readonly params: Params
  readonly outs: Outs
}

/** One `T` for each operand or result: `Each<[x: 0, y: 0], Aval>` is `readonly [x: Aval, y: Aval]`. */
export type Each<Slots extends readonly unknown[], T> = { readonly [I in keyof Slots]: T }

type Unary = Op<[x: 0]>
type Binary = Op<[x: 0, y: 0]>
interface Axes {
  /** Sorted, distinct, non-negative. */
  readonly axes: readonly number[]
}
interface ArgReduce {
  readonly axis: number
  readonly indexDtype: DType
}

/** Which dimensions of the two operands are summed over and which run side by side; the names are JAX's. */
export interface DotDimensionNumbers {
  readonly lhsContracting: readonly number[]
  readonly rhsContracting: readonly number[]
  readonly lhsBatch: readonly number[]
  readonly rhsBatch: readonly number[]
}

/**
 * The closed vocabulary: all that a Jaxpr can say. Operands never broadcast: shapes agree exactly (a `Literal` of any shape is
 * a scalar repeated). Names and meanings are JAX's `lax`, close to StableHLO's.
 */
export interface Ops {
  // Elementwise, one operand.
  /** `-x`; integers wrap. */
  neg: Unary
  /** -1, 0 or 1; of a float, ±0 and NaN stay what they are. */
  sign: Unary
  abs: Unary
  floor: Unary
  ceil: Unary
  /** To an integral float; ties go to the even neighbour or away from zero. */
  round: Op<[x: 0], { readonly roundingMethod: 'toNearestEven' | 'awayFromZero' }>
  exp: Unary
  exp2: Unary
  /** `exp(x) - 1`, exact near 0. */
  expm1: Unary
  /** Natural logarithm. */
  log: Unary
  /** `log(1 + x)`, exact near 0. */
  log1p: Unary
  sqrt: Unary
  /** `1 / sqrt(x)`. */
  rsqrt: Unary
  cbrt: Unary
  /** `x` in radians, here and below. */
  sin: Unary
  cos: Unary
  tan: Unary
  asin: Unary
  acos: Unary
  atan: Unary
  sinh: Unary
  cosh: Unary
  tanh: Unary
  asinh: Unary
  acosh: Unary
  atanh: Unary
  /** `1 / (1 + exp(-x))`. */
  logistic: Unary
  /** `2/√π ∫₀ˣ exp(-t²) dt`. */
  erf: Unary
  /** `1 - erf(x)`, exact for large `x`. */
  erfc: Unary
  /** The inverse of `erf`, on (-1, 1). */
  erfInv: Unary
  /** `x` to a static integral power. */
  integerPow: Op<[x: 0], { readonly y: number }>
  /** Float to bool: neither infinite nor NaN. */
  isFinite: Unary
  /** Bitwise complement of integers, logical of bool. */
  not: Unary
  /** `x`; derivatives stop here. */
  stopGradient: Unary
  /**
   * The value in another dtype. Float to integer truncates and saturates, NaN becomes 0; to bool is `x != 0`; integers to
   * integers wrap. The result is weakly typed only where `weakType` says so, as in JAX.
   */
  convertElementType: Op<[x: 0], { readonly newDtype: DType; readonly weakType?: boolean }>
  /** The same bits under another dtype of the same width. */
  bitcastConvertType: Op<[x: 0], { readonly newDtype: DType }>

  // Elementwise, two operands of one dtype.
  add: Binary
  sub: Binary
  mul: Binary
  /** Integers truncate toward zero; division by zero gives -1 (all bits set), as XLA. */
  div: Binary
  /** Sign of the dividend, as C's `%`; integer remainder by zero gives the dividend. */
  rem: Binary
  /** Floats only. */
  pow: Binary
  /** NaN if either is. `false < true`. */
  max: Binary
  min: Binary
  /** The angle of the point `(y, x)` from the positive x axis, in (-π, π]. */
  atan2: Op<[y: 0, x: 0]>
  /** The float next to `x` on the way to `y`. */
  nextafter: Binary
  and: Binary
  or: Binary
  xor: Binary
  /** A shift by the width or more gives 0 (or the sign's fill, arithmetically). */
  shiftLeft: Binary
  shiftRightArithmetic: Binary
  shiftRightLogical: Binary
  /** To bool, here and below; any comparison with NaN but `ne` is false. */
  eq: Binary
  ne: Binary
  lt: Binary
  le: Binary
  gt: Binary
  ge: Binary

  // Elementwise, more operands.
  /** `pred ? onTrue : onFalse`, `pred` bool of the same shape. */
  select: Op<[pred: 0, onTrue: 0, onFalse: 0]>
  /** `min(max(x, lo), hi)`. */
  clamp: Op<[lo: 0, x: 0, hi: 0]>
  /**
   * Twenty rounds of Threefry-2x32 on the counter `(x0, x1)` under the key `(k0, k1)`, all uint32.
   * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
   */
  threefry2x32: Op<[k0: 0, k1: 0, x0: 0, x1: 0], {}, [y0: 0, y1: 0]>

  // Creation and movement.
  /** `0, 1, 2 …` along `dimension`, the same along the others. */
  iota: Op<[], { readonly dtype: DType; readonly shape: readonly number[]; readonly dimension: number }>
  /** Operand dimension `i` becomes result dimension `broadcastDimensions[i]` (ascending), of the same size or grown from 1. */
  broadcastInDim: Op<[x: 0], { readonly shape: readonly number[]; readonly broadcastDimensions: readonly number[] }>
  /** The same elements in row-major order. */
  reshape: Op<[x: 0], { readonly newSizes: readonly number[] }>
  /** Result dimension `i` is operand dimension `permutation[i]`. */
  transpose: Op<[x: 0], { readonly permutation: readonly number[] }>
  /** From `startIndices` up to, not including, `limitIndices` in steps of `strides` (all positive). */
  slice: Op<
    [x: 0],
    {
      readonly startIndices: readonly number[]
      readonly limitIndices: readonly number[]
      readonly strides: readonly number[]
    }
  >
  /** `low` elements before, `high` after (negative crops), `interior` between two of `x`; all of value `fill[]`. */
  pad: Op<
    [x: 0, fill: 0],
    { readonly low: readonly number[]; readonly high: readonly number[]; readonly interior: readonly number[] }
  >
  /** Operands end to end along `dimension`. */
  concatenate: Op<0[], { readonly dimension: number }>
  /** The order along `dimensions` turned round. */
  rev: Op<[x: 0], { readonly dimensions: readonly number[] }>

  // Reductions: the axes leave the shape.
  /** Of no elements: 0. */
  reduceSum: Op<[x: 0], Axes>
  /** Of no elements: 1. */
  reduceProd: Op<[x: 0], Axes>
  /** NaN wins. Of no elements: the least value (-∞). */
  reduceMax: Op<[x: 0], Axes>
  reduceMin: Op<[x: 0], Axes>
  /** Bool: all; integers: bitwise. */
  reduceAnd: Op<[x: 0], Axes>
  reduceOr: Op<[x: 0], Axes>
  /** First position of the largest; of a NaN, if there is one. */
  argmax: Op<[x: 0], ArgReduce>
  argmin: Op<[x: 0], ArgReduce>

  // Contraction.
  /** Result: batch dimensions, then the rest of `lhs`, then the rest of `rhs`. Sums in `preferredElementType`. */
  dotGeneral: Op<
    [lhs: 0, rhs: 0],
    { readonly dimensionNumbers: DotDimensionNumbers; readonly preferredElementType: DType }
  >

  // Calls.
  /** Runs `jaxpr`. The clean-up passes inline it before a backend compiles. */
  jit: Op<0[], { readonly jaxpr: Jaxpr; readonly name: string }, 0[]>
}

export type OpName = keyof Ops
export type Args<K extends OpName> = Ops[K]['args']
export type Params<K extends OpName> = Ops[K]['params']
export type Outs<K extends OpName> = Ops[K]['outs']

/** How an op reads its operands, which is all that clean-up and fusion need to know of most. */
export type Family = 'elementwise' | 'creation' | 'movement' | 'reduce' | 'dot' | 'call'

export interface Signature<K extends OpName> {
  readonly family: Family
  /** How many operands; `null` for as many as there are. */
  readonly arity: number extends Args<K>['length'] ? null : Args<K>['length']
}

const unary = { family: 'elementwise', arity: 1 } as const
const binary = { family: 'elementwise', arity: 2 } as const
const ternary = { family: 'elementwise', arity: 3 } as const
const movement = { family: 'movement', arity: 1 } as const
const reduce = { family: 'reduce', arity: 1 } as const

// biome-ignore format: a row for each group
export const signatures: { readonly [K in OpName]: Signature<K> } = {
  neg: unary, sign: unary, abs: unary, floor: unary, ceil: unary, round: unary,
  exp: unary, exp2: unary, expm1: unary, log: unary, log1p: unary, sqrt: unary, rsqrt: unary, cbrt: unary,
  sin: unary, cos: unary, tan: unary, asin: unary, acos: unary, atan: unary,
  sinh: unary, cosh: unary, tanh: unary, asinh: unary, acosh: unary, atanh: unary,
  logistic: unary, erf: unary, erfc: unary, erfInv: unary, integerPow: unary,
  isFinite: unary, not: unary, stopGradient: unary, convertElementType: unary, bitcastConvertType: unary,
  add: binary, sub: binary, mul: binary, div: binary, rem: binary, pow: binary, max: binary, min: binary,
  atan2: binary, nextafter: binary, and: binary, or: binary, xor: binary,
  shiftLeft: binary, shiftRightArithmetic: binary, shiftRightLogical: binary,
  eq: binary, ne: binary, lt: binary, le: binary, gt: binary, ge: binary,
  select: ternary, clamp: ternary, threefry2x32: { family: 'elementwise', arity: 4 },
  iota: { family: 'creation', arity: 0 },
  broadcastInDim: movement, reshape: movement, transpose: movement, slice: movement, rev: movement,
  pad: { family: 'movement', arity: 2 }, concatenate: { family: 'movement', arity: null },
  reduceSum: reduce, reduceProd: reduce, reduceMax: reduce, reduceMin: reduce, reduceAnd: reduce, reduceOr: reduce,
  argmax: reduce, argmin: reduce,
  dotGeneral: { family: 'dot', arity: 2 },
  jit: { family: 'call', arity: null },
}

export const opNames = Object.keys(signatures) as readonly OpName[]

export const isOpName = (name: unknown): name is OpName => typeof name === 'string' && Object.hasOwn(signatures, name)

export const families = Object.fromEntries(opNames.map((op) => [op, signatures[op].family])) as {
  readonly [K in OpName]: Family
}
