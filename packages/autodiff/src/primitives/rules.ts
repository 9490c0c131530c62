import type { Args, Aval, Each, OpName, Outs, Params } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { broadcastInDim, fullLike, transpose } from '../lax/index.ts'

/** A tangent or cotangent; `null` is zero, and costs nothing. */
export type Tangent = NDArray | null

/** In a transpose rule, the place of a linear operand: its value is not known. */
export class Linear {
  readonly kind = 'linear'
  readonly aval: Aval
  constructor(aval: Aval) {
    this.aval = aval
  }
  get shape(): readonly number[] {
    return this.aval.shape
  }
}

export const isLinear = (x: NDArray | Linear): x is Linear => x instanceof Linear

/** Thrown by a rule for going backwards that needs the value of an operand which is linear. */
export class NotLinear extends Error {
  override readonly name = 'NotLinear'
}

/** The axis along which a batched operand holds its examples; `null` is the same for all. */
export type Axis = number | null

/** A function of flat arrays, as the interpreters see one. */
export type Flat = (xs: readonly NDArray[]) => readonly NDArray[]

// What an interpreter hands to the rules of ops that hold a Jaxpr, so that they can interpret it in turn.
export type Jvp = (
  f: Flat,
  xs: readonly NDArray[],
  ts: readonly Tangent[],
) => readonly [outs: readonly NDArray[], tangents: readonly Tangent[]]
export interface Batch {
  (
    f: Flat,
    size: number,
    xs: readonly NDArray[],
    axes: readonly Axis[],
  ): readonly [outs: readonly NDArray[], axes: readonly Axis[]]
  /** The name of the batched axis: a collective along it is done, whatever its operands are. */
  readonly axisName: string | null
}
/** Cotangents of the linear ones among `xs`, given those of the results of `f`. */
export type Backward = (f: Flat, xs: readonly (NDArray | Linear)[], cts: readonly Tangent[]) => readonly Tangent[]
/** Splits `f` into what can be computed from the known ones among `xs`, and the rest; `forced` results belong to the rest though known. */
export type Split = (f: Flat, xs: readonly (NDArray | Linear)[], forced?: readonly boolean[]) => SplitResult
export interface SplitResult {
  /** For each result: its value, or `null` where it depends on an unknown operand. */
  readonly known: readonly (NDArray | null)[]
  /** Values that the rest needs. */
  readonly residuals: readonly NDArray[]
  /** The rest: from residuals and unknown operands to the unknown results. */
  readonly rest: (residuals: readonly NDArray[], unknowns: readonly NDArray[]) => readonly NDArray[]
}

/** What autodiff must know of an op. Rules call `lax`, so they run under whatever transform is outside. */
export interface Rules<K extends OpName> {
  /** Results and their tangents. */
  jvp(
    xs: Each<Args<K>, NDArray>,
    ts: Each<Args<K>, Tangent>,
    params: Params<K>,
    jvp: Jvp,
  ): readonly [outs: Each<Outs<K>, NDArray>, tangents: Each<Outs<K>, Tangent>]
  /**
   * Cotangents of the linear operands, `null` for the others. Absent: the op is never linear, so meeting it backwards is a bug of ours.
   */
  transpose?(
    cts: Each<Outs<K>, Tangent>,
    xs: Each<Args<K>, NDArray | Linear>,
    params: Params<K>,
    backward: Backward,
  ): Each<Args<K>, Tangent>
  /** Results for `size` examples at once, and where their axis is. At least one operand is batched. */
  batch(
    size: number,
    xs: Each<Args<K>, NDArray>,
    axes: Each<Args<K>, Axis>,
    params: Params<K>,
    batch: Batch,
  ): readonly [outs: Each<Outs<K>, NDArray>, axes: Each<Outs<K>, Axis>]
  /**
   * For an op that holds a Jaxpr: does what the known operands determine, and says what waits for the unknown ones. Absent: the op as a whole
   * waits. Unknown operands may be handed on, not computed with.
   */
  partial?(unknown: readonly boolean[], operands: readonly NDArray[], params: Params<K>, split: Split): Cut
}

/** An op cut in two. */
export interface Cut {
  /** For each result its value, or `null` where it waits. */
  readonly outs: readonly (NDArray | null)[]
  /** What waits. Its results, or those at the positions `results`, fill the gaps in order. */
  readonly pending: PendingOp | null
}

export interface PendingOp {
  readonly op: OpName
  readonly operands: readonly NDArray[]
  readonly params: Params<OpName>
  readonly results?: readonly number[]
}

export type RuleTable<Keys extends OpName = OpName> = { readonly [K in Keys]: Rules<K> }
export const family = <Keys extends OpName>(rows: RuleTable<Keys>): RuleTable<Keys> => rows

/** The same examples with their axis moved, or repeated along a new one, to `to`. */
export function moveBatchAxis(size: number, x: NDArray, from: Axis, to: number): NDArray {
  if (from === to) return x
  if (from === null) {
    const shape = x.shape.toSpliced(to, 0, size)
    return broadcastInDim(
      x,
      shape,
      x.shape.map((_, i) => (i < to ? i : i + 1)),
    )
  }
  const rest = x.shape.map((_, i) => i).filter((i) => i !== from)
  return transpose(x, rest.toSpliced(to, 0, from))
}

/** Where dimension `d` of one example lies when the batch axis is at `axis`. */
export const pastBatch = (d: number, axis: number): number => (d < axis ? d : d + 1)

/**
 * Operands brought to one batch axis, for ops that ask for equal shapes.
 *
 * @returns the operands, all of them batched, and their axis
 */
export function alignBatch(
  size: number,
  xs: readonly NDArray[],
  axes: readonly Axis[],
): readonly [xs: readonly NDArray[], axis: number] {
  const axis = axes.find((a) => a !== null) ?? 0
  return [xs.map((x, i) => moveBatchAxis(size, x, axes[i] as Axis, axis)), axis]
}

export const addTangents = (a: Tangent, b: Tangent, add: (a: NDArray, b: NDArray) => NDArray): Tangent =>
  a === null ? b : b === null ? a : add(a, b)

export const instantiate = (t: Tangent, like: NDArray): NDArray => t ?? fullLike(like, 0)
