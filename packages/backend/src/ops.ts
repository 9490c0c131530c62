import type { Aval } from './aval.ts'
import type { DType, TypedArray } from './dtype.ts'
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

/** What values that meet are combined by. */
export type Monoid = 'add' | 'mul' | 'min' | 'max'

/** What happens to an index vector whose slice would leave the operand: moved to the nearest that fits, filled or dropped, or nobody checks. */
export type GatherScatterMode = 'clip' | 'fillOrDrop' | 'promiseInBounds'

/** How `gather` lays out its slices; the last dimension of `indices` is the index vector. The names and meanings are JAX's. */
export interface GatherDimensionNumbers {
  /** Dimensions of the result that run over a slice. */
  readonly offsetDims: readonly number[]
  /** Dimensions of the operand, sliced to size 1, that leave the slice. */
  readonly collapsedSliceDims: readonly number[]
  /** Operand dimension that each entry of an index vector moves along. */
  readonly startIndexMap: readonly number[]
  /** Operand dimensions that run side by side with `startIndicesBatchingDims` of the indices. */
  readonly operandBatchingDims: readonly number[]
  readonly startIndicesBatchingDims: readonly number[]
}

/** How `scatter` reads its updates; the mirror of `GatherDimensionNumbers`. */
export interface ScatterDimensionNumbers {
  /** Dimensions of the updates that run over a window. */
  readonly updateWindowDims: readonly number[]
  /** Dimensions of the operand, of window size 1, that the updates lack. */
  readonly insertedWindowDims: readonly number[]
  /** Operand dimension that each entry of an index vector moves along. */
  readonly scatterDimsToOperandDims: readonly number[]
  readonly operandBatchingDims: readonly number[]
  readonly scatterIndicesBatchingDims: readonly number[]
}

/** Where windows lie: `low` and `high` elements of padding (negative crops), holes between elements (`baseDilation`) and inside a window. One entry for each dimension. */
interface Windows {
  readonly windowDimensions: readonly number[]
  readonly windowStrides: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
  /** 1 is no holes. */
  readonly baseDilation: readonly number[]
  readonly windowDilation: readonly number[]
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

  // Windows.
  /** Combines the elements of each window; padding and holes count as the identity of `kind`. */
  reduceWindow: Op<[x: 0], Windows & { readonly kind: Monoid }>
  /**
   * Cross-correlation, `lhs` [batch, in, …space], `rhs` [out, in / featureGroupCount, …window], result [batch / batchGroupCount, out, …space].
   * Padding is zeros, which times ∞ are NaN; holes are left out (XLA does either with both, as the shapes are).
   * Groups split channels (or, with `batchGroupCount`, examples) into as many independent convolutions. Sums in `preferredElementType`.
   */
  convGeneralDilated: Op<
    [lhs: 0, rhs: 0],
    {
      readonly windowStrides: readonly number[]
      readonly low: readonly number[]
      readonly high: readonly number[]
      readonly lhsDilation: readonly number[]
      readonly rhsDilation: readonly number[]
      readonly featureGroupCount: number
      readonly batchGroupCount: number
      readonly preferredElementType: DType
    }
  >

  // Indexed by values; indices are int32.
  /** Slices of `x` of sizes `sliceSizes`, one for each index vector. With `fillOrDrop`, one that leaves `x` is all `fillValue`. */
  gather: Op<
    [x: 0, indices: 0],
    {
      readonly dimensionNumbers: GatherDimensionNumbers
      readonly sliceSizes: readonly number[]
      readonly mode: GatherScatterMode
      /** `null`: NaN, or the least of a signed, the greatest of an unsigned integer; true of a bool. */
      readonly fillValue: number | null
    }
  >
  /** `x` with each window of `updates` combined into the place its index vector names, in the order of the updates; `set` overwrites. */
  scatter: Op<
    [x: 0, indices: 0, updates: 0],
    {
      readonly kind: 'set' | Monoid
      readonly dimensionNumbers: ScatterDimensionNumbers
      readonly mode: GatherScatterMode
      /** Promises: no two windows overlap; index vectors ascend. */
      readonly uniqueIndices: boolean
      readonly indicesAreSorted: boolean
    }
  >
  /** The part of `sliceSizes` that begins at scalars `starts`, moved so that it fits. */
  dynamicSlice: Op<[x: 0, ...starts: 0[]], { readonly sliceSizes: readonly number[] }>
  /** `x` with `update` written over it from scalars `starts` on, moved so that it fits. */
  dynamicUpdateSlice: Op<[x: 0, update: 0, ...starts: 0[]]>

  // Order.
  /**
   * The operands, all of one shape, in ascending order of the first `numKeys` of them along `dimension`. -0 and 0 are equal; NaN comes last.
   */
  sort: Op<0[], { readonly dimension: number; readonly isStable: boolean; readonly numKeys: number }, 0[]>
  /** The `k` largest along the last dimension, descending, and where they were (int32); of equals the first. NaN is the largest. */
  topK: Op<[x: 0], { readonly k: number }, [values: 0, indices: 0]>
  /** Combines all elements up to each one along `axis`, or, with `reverse`, from each one on. */
  cumulative: Op<[x: 0], { readonly kind: Monoid; readonly axis: number; readonly reverse: boolean }>

  // Matrices: the last two dimensions, of floats; those before run side by side.
  /** Lower `L` with `L Lᵀ = x`, read from the lower triangle; NaN where `x` is not positive definite. */
  cholesky: Unary
  /** `y` with `op(a) y = b`, or `y op(a) = b` with `leftSide` false; only one triangle of `a` is read. */
  triangularSolve: Op<
    [a: 0, b: 0],
    {
      readonly leftSide: boolean
      readonly lower: boolean
      readonly transposeA: boolean
      readonly unitDiagonal: boolean
    }
  >
  /** `L` below the diagonal and `U` in one matrix, int32 row swaps as LAPACK's (from 0), and the permutation `p` with `x[p] = L U`. */
  lu: Op<[x: 0], {}, [lu: 0, pivots: 0, permutation: 0]>
  /** `q r = x`, by Householder reflections. `fullMatrices`: `q` is square. */
  qr: Op<[x: 0], { readonly fullMatrices: boolean }, [q: 0, r: 0]>
  /** Eigenvalues of a symmetric matrix, ascending, and eigenvectors in columns; only the lower triangle is read. */
  eigh: Op<[x: 0], {}, [vectors: 0, values: 0]>
  /** `u · diag(s) · vt = x`, `s` descending; `u` and `vt` square with `fullMatrices`. */
  svd: Op<[x: 0], { readonly fullMatrices: boolean }, [u: 0, s: 0, vt: 0]>
  /** Discrete Fourier transform of `re + i·im` over the last `rank` dimensions; the inverse divides by their size. */
  fft: Op<[re: 0, im: 0], { readonly rank: number; readonly inverse: boolean }, [re: 0, im: 0]>

  // Control. Jaxprs here stay; they are compiled with what surrounds them.
  /** Operands: constants of the condition, of the body, then the carry. While `condJaxpr` says so, the carry becomes what `bodyJaxpr` makes of it. */
  while: Op<
    0[],
    { readonly condJaxpr: Jaxpr; readonly bodyJaxpr: Jaxpr; readonly condConsts: number; readonly bodyConsts: number },
    0[]
  >
  /**
   * Operands: constants, carry, then `xs` with a leading dimension of `length`. `jaxpr` takes constants, carry and one row of each, and gives
   * carry and a row of each `ys`. Results: the last carry, then `ys`. With `reverse`, from the last row to the first.
   */
  scan: Op<
    0[],
    {
      readonly jaxpr: Jaxpr
      readonly length: number
      readonly reverse: boolean
      /** How many rows are done in one turn of the loop; changes no result. */
      readonly unroll: number
      readonly numConsts: number
      readonly numCarry: number
    },
    0[]
  >
  /** Runs one of `branches` on the operands; a scalar int32 `index` outside is moved to the nearest. */
  cond: Op<[index: 0, ...operands: 0[]], { readonly branches: readonly Jaxpr[] }, 0[]>

  // Calls. The clean-up passes inline them before a backend compiles.
  /** Runs `jaxpr`. */
  jit: Op<0[], { readonly jaxpr: Jaxpr; readonly name: string }, 0[]>
  /** Runs `jaxpr`, whose derivatives or batching are its author's: `rules` belongs to the transforms. */
  customCall: Op<0[], { readonly jaxpr: Jaxpr; readonly name: string; readonly rules: object }, 0[]>
  /** Runs `jaxpr`; backwards it is run again instead of kept. `policy` belongs to the transforms. */
  checkpoint: Op<0[], { readonly jaxpr: Jaxpr; readonly name: string; readonly policy: object | null }, 0[]>

  // Marks and effects.
  /** `x`, under a name that a checkpoint's policy can ask for. */
  name: Op<[x: 0], { readonly name: string }>
  /** The operands. No equation is merged with, or moved to, the other side. */
  optimizationBarrier: Op<0[], {}, 0[]>
  /** Calls out of the program with the operands' values. With an effect it is kept though nobody uses its results. */
  callback: Op<
    0[],
    {
      readonly callback: (operands: readonly TypedArray[]) => readonly TypedArray[]
      readonly outs: readonly Aval[]
      readonly hasEffect: boolean
      readonly name: string
    },
    0[]
  >

  // Along a named axis, which `vmap` binds: no backend meets them.
  allReduce: Op<[x: 0], { readonly axisName: string; readonly kind: Monoid }>
  /** All examples along a new dimension `axis` of size `axisSize`, or, `tiled`, end to end along the old one. */
  allGather: Op<
    [x: 0],
    { readonly axisName: string; readonly axisSize: number; readonly axis: number; readonly tiled: boolean }
  >
  /** Example `to` gets that of `from` for each pair; 0 where none is sent. */
  ppermute: Op<[x: 0], { readonly axisName: string; readonly perm: readonly (readonly [from: number, to: number])[] }>
  /** Which example this is, int32. */
  axisIndex: Op<[], { readonly axisName: string }>
}

export type OpName = keyof Ops
export type Args<K extends OpName> = Ops[K]['args']
export type Params<K extends OpName> = Ops[K]['params']
export type Outs<K extends OpName> = Ops[K]['outs']

/**
 * How an op reads its operands, which is all that clean-up and fusion need to know of most. `whole` ops read dense operands in an
 * order of their own; `control` ops do too, and hold Jaxprs that stay; those of `call` ops are inlined.
 */
export type Family =
  | 'elementwise'
  | 'creation'
  | 'movement'
  | 'reduce'
  | 'dot'
  | 'window'
  | 'whole'
  | 'control'
  | 'call'
  | 'barrier'
  | 'collective'

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
const whole = { family: 'whole', arity: 1 } as const
const control = { family: 'control', arity: null } as const
const call = { family: 'call', arity: null } as const
const collective = { family: 'collective', arity: 1 } as const

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
  reduceWindow: { family: 'window', arity: 1 }, convGeneralDilated: { family: 'window', arity: 2 },
  gather: { family: 'whole', arity: 2 }, scatter: { family: 'whole', arity: 3 },
  dynamicSlice: { family: 'whole', arity: null }, dynamicUpdateSlice: { family: 'whole', arity: null },
  sort: { family: 'whole', arity: null }, topK: whole, cumulative: whole,
  cholesky: whole, triangularSolve: { family: 'whole', arity: 2 }, lu: whole, qr: whole, eigh: whole, svd: whole,
  fft: { family: 'whole', arity: 2 }, callback: { family: 'whole', arity: null },
  while: control, scan: control, cond: control,
  jit: call, customCall: call, checkpoint: call,
  name: unary, optimizationBarrier: { family: 'barrier', arity: null },
  allReduce: collective, allGather: collective, ppermute: collective, axisIndex: { family: 'collective', arity: 0 },
}

export const opNames = Object.keys(signatures) as readonly OpName[]

export const isOpName = (name: unknown): name is OpName => typeof name === 'string' && Object.hasOwn(signatures, name)

export const families = Object.fromEntries(opNames.map((op) => [op, signatures[op].family])) as {
  readonly [K in OpName]: Family
}
