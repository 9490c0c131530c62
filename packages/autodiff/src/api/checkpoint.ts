import type { Params } from '@proj/backend'
import { tree } from '@proj/tree'
import { TransformError } from '../errors.ts'
import type { CheckpointOptions as Kept, Saveable } from '../primitives/checkpoint.ts'
import { bind } from '../trace.ts'
import { type AnyFunction, flattenArrays, leafArray, unflattenArrays, type Widened } from './leaves.ts'
import { trace } from './program.ts'

/** Whether the results of an equation are kept for the way back. */
export type CheckpointPolicy = Saveable

export interface CheckpointOptions {
  /** What is kept; default: nothing but the arguments. */
  readonly policy?: CheckpointPolicy
  /** Whether the second computation is kept apart from the first, which a compiler would merge. Default true; a `scan` keeps them apart anyway. */
  readonly preventCse?: boolean
}

const isDot: CheckpointPolicy = ({ op }) => op === 'dotGeneral' || op === 'convGeneralDilated'

const nameOf: (eqn: Parameters<CheckpointPolicy>[0]) => string | undefined = ({ op, params }) =>
  op === 'name' ? (params as Params<'name'>).name : undefined

/**
 * Policies for `checkpoint`: what is kept for the way back.
 *
 * @example grad(checkpoint((x: NDArray) => x.sin().sin(), { policy: checkpointPolicies.dotsSaveable }))(1) // 0.3600
 */
export const checkpointPolicies = {
  /** Everything, as without `checkpoint`. */
  everythingSaveable: (() => true) as CheckpointPolicy,
  /** Nothing but the arguments. */
  nothingSaveable: (() => false) as CheckpointPolicy,
  /** Results of matrix products and convolutions. */
  dotsSaveable: isDot,
  /** Results of matrix products without batch dimensions: in a network, those with weights. */
  dotsWithNoBatchDimsSaveable: ((eqn) =>
    eqn.op === 'dotGeneral' &&
    (eqn.params as Params<'dotGeneral'>).dimensionNumbers.lhsBatch.length === 0) as CheckpointPolicy,
  /** Values marked by `checkpointName` with one of these names. */
  saveOnlyTheseNames: (...names: readonly string[]): CheckpointPolicy => {
    return (eqn) => names.includes(nameOf(eqn) ?? '')
  },
  /** Everything but values marked with one of these names. */
  saveAnythingExceptTheseNames: (...names: readonly string[]): CheckpointPolicy => {
    return (eqn) => !names.includes(nameOf(eqn) ?? '')
  },
  /** What either policy keeps. */
  saveFromBothPolicies: (a: CheckpointPolicy, b: CheckpointPolicy): CheckpointPolicy => {
    return (eqn) => a(eqn) || b(eqn)
  },
} as const

/**
 * `f`, whose intermediate values are computed again on the way back instead of kept: less memory for more arithmetic.
 *
 * @example grad(checkpoint((x: NDArray) => x.sin().sin(), { policy: checkpointPolicies.nothingSaveable }))(1)
 */
export function checkpoint<F extends AnyFunction>(
  f: F,
  { policy: saveable = checkpointPolicies.nothingSaveable, preventCse = true }: CheckpointOptions = {},
): F & ((...args: Widened<Parameters<F>>) => ReturnType<F>) {
  const policy: Kept = { saveable, preventCse }
  const run = (...args: unknown[]): unknown => {
    const inputs = args.map(flattenArrays)
    const arrays = inputs.flatMap((input) => input.arrays)
    const { jaxpr, consts, output } = trace(
      'checkpoint',
      f,
      inputs,
      arrays.map((x) => x.aval),
    )
    return unflattenArrays(
      output,
      bind('checkpoint', [...consts, ...arrays], { jaxpr, name: f.name || 'checkpoint', policy }),
    )
  }
  return Object.defineProperty(run, 'name', { value: `checkpoint(${f.name || 'anonymous'})` }) as never
}

/**
 * The same tree, its arrays marked with a name that a `checkpoint` policy can ask for.
 *
 * @throws {TransformError} for leaves that are no arrays
 * @example checkpointName(x.exp(), 'activations')
 */
export function checkpointName<T>(x: T, name: string): T {
  return tree.map((leaf: unknown) => {
    const array = leafArray(leaf)
    if (array === undefined)
      throw new TransformError('checkpointName', `a leaf is a ${typeof leaf}`, 'name arrays only')
    return bind('name', [array], { name })[0]
  }, x) as T
}
