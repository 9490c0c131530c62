import { formatAval, isFloat } from '@proj/backend'
import type { TreeDef } from '@proj/tree'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { linearizeFlat } from '../interpreters/linearize.ts'
import { convertElementType, fullLike } from '../lax/index.ts'
import { checkOptions } from '../options.ts'
import { checkFunction, FlatFunction } from './flat.ts'
import {
  type AnyFunction,
  type FlatTree,
  flattenFloats,
  type Narrowed,
  unflattenArrays,
  type Widened,
} from './leaves.ts'

/** Which arguments are differentiated: one, or several. */
export type Argnums = number | readonly number[]

export interface GradOptions {
  /** Default 0. */
  readonly argnums?: Argnums
  /** The function returns `[value, aux]`; `aux` comes back beside the gradient, not differentiated. */
  readonly hasAux?: boolean
}

type ArgnumsOf<O> = O extends Argnums ? O : O extends { readonly argnums: infer N extends Argnums } ? N : 0
type HasAux<O> = O extends { readonly hasAux: true } ? true : false
export type Picked<P extends readonly unknown[], N extends Argnums> = N extends readonly number[]
  ? { -readonly [I in keyof N]: Narrowed<P[N[I] & keyof P]> }
  : Narrowed<P[N & keyof P]>
/** The arguments that options name. */
export type PickedBy<F extends AnyFunction, O> = Picked<Parameters<F>, ArgnumsOf<O>>
type Gradient<F extends AnyFunction, O> = PickedBy<F, O>
export type Pair<F extends AnyFunction> =
  ReturnType<F> extends readonly [infer V, infer A] ? readonly [value: V, aux: A] : never
type Value<F extends AnyFunction, O> = HasAux<O> extends true ? Pair<F> : ReturnType<F>
type GradResult<F extends AnyFunction, O> =
  HasAux<O> extends true ? readonly [gradient: Gradient<F, O>, aux: Pair<F>[1]] : Gradient<F, O>

/**
 * The gradient of a function with one scalar float result, by its first argument or those named by `argnums`. The gradient has the
 * structure of the argument: a tree for a tree.
 *
 * @param options an argument number, several, or `{ argnums, hasAux }`
 * @throws {TransformError} when the result is no float scalar, or the argument has leaves that are no floats
 * @example grad((x: NDArray) => x.mul(x).sum())(np.array([1, 2])) // [2, 4]
 */
export function grad<F extends AnyFunction, const O extends Argnums | GradOptions = 0>(
  f: F,
  options?: O,
): (...args: Widened<Parameters<F>>) => GradResult<F, O> {
  const both = valueAndGrad(f, options) as (...args: unknown[]) => readonly [unknown, unknown]
  const hasAux = toOptions('grad', options).hasAux
  const gradient = (...args: unknown[]): unknown => {
    const [value, gradients] = both(...args)
    return hasAux ? [gradients, (value as readonly unknown[])[1]] : gradients
  }
  return gradient as never
}

/**
 * The value beside the gradient, `[value, gradient]`; with `hasAux`, `[[value, aux], gradient]`. Otherwise as `grad`.
 *
 * @example valueAndGrad((x: NDArray) => x.mul(x))(3) // [9, 6]
 */
export function valueAndGrad<F extends AnyFunction, const O extends Argnums | GradOptions = 0>(
  f: F,
  options?: O,
): (...args: Widened<Parameters<F>>) => readonly [value: Value<F, O>, gradient: Gradient<F, O>] {
  checkFunction('grad', f)
  const { argnums, hasAux } = toOptions('grad', options)
  const several = typeof argnums !== 'number'
  const positions = several ? argnums : [argnums]
  const differentiated = (...args: unknown[]): unknown => {
    const at = positions.map((n) => checkArgnum('grad', n, args.length))
    const inputs = at.map((n) => flattenFloats('grad', `argument ${n}`, args[n]))
    const apart = new FlatFunction(f, inputs, (picked) => place(args, at, picked))
    const xs = inputs.flatMap((input) => input.arrays)
    const { outs, pullback } = linearizeFlat('grad', apart.call, xs)
    const loss = checkLoss(apart.output as FlatTree, outs, hasAux)
    const cts = pullback(outs.map((_, i) => (i === 0 ? fullLike(loss, 1) : null))).map(
      (ct, i) => ct ?? fullLike(xs[i] as NDArray, 0),
    )
    const gradients = regroup(inputs, cts)
    return [apart.rebuild(outs), several ? gradients : gradients[0]]
  }
  return differentiated as never
}

export function toOptions(where: string, options: Argnums | GradOptions = {}): Required<GradOptions> {
  if (!isArgnums(options)) checkOptions(where, options, ['argnums', 'hasAux'])
  const { argnums = 0, hasAux = false } = isArgnums(options) ? { argnums: options } : options
  return { argnums, hasAux }
}

const isArgnums = (options: Argnums | GradOptions): options is Argnums =>
  typeof options === 'number' || Array.isArray(options)

export function checkArgnum(where: string, n: number, count: number): number {
  const position = n < 0 ? n + count : n
  if (Number.isInteger(n) && position >= 0 && position < count) return position
  throw new TransformError(
    where,
    `argnums names argument ${n}, and there are ${count}`,
    'name an argument that is passed',
  )
}

const place = (args: readonly unknown[], at: readonly number[], picked: readonly unknown[]): unknown[] => {
  const all = [...args]
  at.forEach((n, i) => (all[n] = picked[i]))
  return all
}

/** The scalar to differentiate: the result, or the first of a pair. */
function checkLoss({ def }: FlatTree, outs: readonly NDArray[], hasAux: boolean): NDArray {
  if (hasAux && (def.isLeaf || def.children.length !== 2))
    throw new TransformError('grad', `hasAux is set, and the function returned ${def}`, 'return [value, aux]')
  const [loss] = outs
  const valueDef = hasAux ? (def.children[0] as TreeDef) : def
  if (loss === undefined || !valueDef.isLeaf)
    throw new TransformError(
      'grad',
      `the function returned ${valueDef}`,
      'return one scalar, or [scalar, aux] with { hasAux: true }',
    )
  if (loss.ndim !== 0)
    throw new TransformError(
      'grad',
      `the function returned ${formatAval(loss.aval)}`,
      'return a scalar, by .sum() or .mean(); for more results use jacrev or vjp',
    )
  if (!isFloat(loss.dtype))
    throw new TransformError(
      'grad',
      `the function returned ${formatAval(loss.aval)}`,
      'return a float: integers and booleans have no derivative',
    )
  return loss
}

/** Gradients in the structure of each argument, in the dtype of the leaf they belong to. */
function regroup(inputs: readonly FlatTree[], cts: readonly NDArray[]): unknown[] {
  let start = 0
  return inputs.map((input) => {
    const part = cts.slice(start, start + input.arrays.length)
    start += input.arrays.length
    return unflattenArrays(
      input,
      part.map((ct, i) => convertElementType(ct, (input.arrays[i] as NDArray).dtype)),
    )
  })
}
