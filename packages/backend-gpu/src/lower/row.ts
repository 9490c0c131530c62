import type { Args, DTypeKind, Each, OpName, Params } from '@proj/backend'
import type { GpuDType } from '../layout.ts'

/**
 * One elementwise op as a GLSL expression of its operands, each a name or a literal. `dtype` is that of the first
 * operand. An op of two results gives a two-component vector.
 */
export type Lowering<K extends OpName> = (ins: Each<Args<K>, string>, dtype: GpuDType, params: Params<K>) => string

/** Folds of many elements into one. */
export type ReduceOp =
  | 'reduceSum'
  | 'reduceProd'
  | 'reduceMax'
  | 'reduceMin'
  | 'reduceAnd'
  | 'reduceOr'
  | 'argmax'
  | 'argmin'

/** What the planner makes views or other regions of. */
type PlannedOp =
  | 'iota'
  | 'broadcastInDim'
  | 'reshape'
  | 'transpose'
  | 'slice'
  | 'pad'
  | 'concatenate'
  | 'rev'
  | 'dotGeneral'
  | 'reduceWindow'
  | 'convGeneralDilated'
  | 'optimizationBarrier'

/** What clean-up inlines, takes out or refuses. */
type CleanedOp = 'jit' | 'customCall' | 'checkpoint' | 'name' | 'allReduce' | 'allGather' | 'ppermute' | 'axisIndex'

/** What reads its operands in an order of its own, and runs on the host. */
type HostOp =
  | 'gather'
  | 'scatter'
  | 'dynamicSlice'
  | 'dynamicUpdateSlice'
  | 'sort'
  | 'topK'
  | 'cumulative'
  | 'cholesky'
  | 'triangularSolve'
  | 'lu'
  | 'qr'
  | 'eigh'
  | 'svd'
  | 'fft'
  | 'callback'
  | 'while'
  | 'scan'
  | 'cond'

/** All others: a new op does not compile until it has a row here, or a place above. */
export type ElementwiseOp = Exclude<OpName, ReduceOp | PlannedOp | CleanedOp | HostOp>

export type LoweringTable = { readonly [K in ElementwiseOp]: Lowering<K> }

const kinds: { readonly [D in GpuDType]: DTypeKind } = { float32: 'float', int32: 'int', uint32: 'uint', bool: 'bool' }

type Kinds<Text> = { readonly [K in DTypeKind]?: Text }

/** A different text for each kind of number; the op's shape rule keeps out the kinds that are not given. */
export function choose<Text>(dtype: GpuDType, texts: Kinds<Text>): Text {
  return texts[kinds[dtype]] as Text
}

type UnaryText = (x: string) => string
type BinaryText = (x: string, y: string) => string

export const unary =
  (texts: Kinds<UnaryText>) =>
  ([x]: readonly [string], dtype: GpuDType): string =>
    choose(dtype, texts)(x)

export const binary =
  (texts: Kinds<BinaryText>) =>
  ([x, y]: readonly [string, string], dtype: GpuDType): string =>
    choose(dtype, texts)(x, y)

/** The same function of the library, or of GLSL, for every kind. */
export const call =
  (name: string) =>
  (ins: readonly string[]): string =>
    `${name}(${ins.join(', ')})`

export const infix =
  (operator: string): BinaryText =>
  (x, y) =>
    `${x} ${operator} ${y}`

export const calls =
  (name: string): BinaryText =>
  (x, y) =>
    `${name}(${x}, ${y})`

/** An operator that numbers share. */
export const numeric = (operator: string) =>
  binary({ float: infix(operator), int: infix(operator), uint: infix(operator) })
