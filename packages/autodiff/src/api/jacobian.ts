import { formatAval, isFloat } from '@proj/backend'
import { tree } from '@proj/tree'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { runJvp } from '../interpreters/jvp.ts'
import { linearizeFlat } from '../interpreters/linearize.ts'
import { batchFlat } from '../interpreters/vmap.ts'
import { add, broadcastedIota, convertElementType, eq, fullLike, reshape, sliceInDim } from '../lax/index.ts'
import { type Axis, moveBatchAxis, type Tangent } from '../primitives/rules.ts'
import { FlatFunction } from './flat.ts'
import { type Argnums, checkArgnum, type GradOptions, type Pair, type PickedBy, toOptions } from './grad.ts'
import { type AnyFunction, type FlatTree, flattenFloats, unflattenArrays, type Widened } from './leaves.ts'
import { countArrays, itemsOf, type Structure } from './program.ts'

/** A tree of `R`'s structure with a tree `P` in place of each array. */
export type Jacobian<R, P> = R extends NDArray | number ? P : { readonly [K in keyof R]: Jacobian<R[K], P> }
type HasAux<O> = O extends { readonly hasAux: true } ? true : false
type Value<F extends AnyFunction, O> = HasAux<O> extends true ? Pair<F>[0] : ReturnType<F>
type JacobianResult<F extends AnyFunction, O> =
  HasAux<O> extends true
    ? readonly [jacobian: Jacobian<Value<F, O>, PickedBy<F, O>>, aux: Pair<F>[1]]
    : Jacobian<Value<F, O>, PickedBy<F, O>>

/** Directions along each element of each array in turn, as one batch for each array. */
function basis(xs: readonly NDArray[]): { readonly batches: readonly NDArray[]; readonly count: number } {
  const count = xs.reduce((sum, x) => sum + x.size, 0)
  let start = 0
  const batches = xs.map((x) => {
    const shape = [count, x.size]
    const column = broadcastedIota('int32', shape, 1)
    const isOne = eq(broadcastedIota('int32', shape, 0), add(column, fullLike(column, start)))
    start += x.size
    return reshape(convertElementType(isOne, x.dtype), [count, ...x.shape])
  })
  return { batches, count }
}

/** Rows that belong to each array, in its shape: `along` of them is where the rows lie. */
function rowsOf(table: NDArray, xs: readonly NDArray[], axis: number): readonly NDArray[] {
  let start = 0
  return xs.map((x) => {
    const part = sliceInDim(table, start, (start += x.size), 1, axis)
    return reshape(part, part.shape.toSpliced(axis, 1, ...x.shape))
  })
}

interface Setting {
  readonly inputs: readonly FlatTree[]
  readonly xs: readonly NDArray[]
  readonly flat: FlatFunction
  readonly several: boolean
}

function settingOf(where: string, f: AnyFunction, argnums: Argnums, args: readonly unknown[]): Setting {
  const several = typeof argnums !== 'number'
  const at = (several ? argnums : [argnums]).map((n) => checkArgnum(where, n, args.length))
  const inputs = at.map((n) => flattenFloats(where, `argument ${n}`, args[n]))
  const place = (picked: readonly unknown[]): unknown[] => {
    const all = [...args]
    at.forEach((n, i) => (all[n] = picked[i]))
    return all
  }
  const flat = new FlatFunction(f, inputs, place)
  return { inputs, xs: inputs.flatMap((input) => input.arrays), flat, several }
}

/** For each array of the results, the tree of derivatives by the arguments: `blocks[out][in]`. */
function assemble({ inputs, several }: Setting, output: Structure, blocks: readonly (readonly NDArray[])[]): unknown {
  const trees = blocks.map((block) => {
    let start = 0
    const own = inputs.map((input) => unflattenArrays(input, block.slice(start, (start += input.arrays.length))))
    return several ? own : own[0]
  })
  return tree.unflatten(output.def, trees)
}

function resultsOf(where: string, output: Structure, outs: readonly NDArray[], hasAux: boolean) {
  const items = hasAux && !output.def.isLeaf ? itemsOf(output) : []
  if (hasAux && items.length !== 2)
    throw new TransformError(where, `hasAux is set, and the function returned ${output.def}`, 'return [value, aux]')
  const value = hasAux ? (items[0] as Structure) : output
  const count = countArrays(value)
  const integral = outs.slice(0, count).find((out) => !isFloat(out.dtype))
  if (integral !== undefined || value.statics.length > 0)
    throw new TransformError(
      where,
      `the function returned ${integral === undefined ? 'something that is no array' : formatAval(integral.aval)}`,
      'return floats; put the rest into aux with { hasAux: true }',
    )
  const aux = hasAux ? unflattenArrays(items[1] as Structure, outs.slice(count)) : undefined
  return { value, count, aux }
}

const zerosFor = (t: Tangent, x: NDArray): NDArray => t ?? fullLike(x, 0)

/**
 * The Jacobian, forward: one pass for each element of the arguments, all at once. For results much larger than arguments.
 *
 * @param options an argument number, several, or `{ argnums, hasAux }`
 * @returns a tree like the result, with a tree like the argument in each place, of arrays of shape `[...result, ...argument]`
 * @throws {TransformError} when arguments or results are no floats
 * @example jacfwd((x: NDArray) => x.mul(x))(np.array([1, 2])) // [[2, 0], [0, 4]]
 */
export function jacfwd<F extends AnyFunction, const O extends Argnums | GradOptions = 0>(
  f: F,
  options?: O,
): (...args: Widened<Parameters<F>>) => JacobianResult<F, O> {
  const { argnums, hasAux } = toOptions('jacfwd', options)
  const jacobian = (...args: unknown[]): unknown => {
    const setting = settingOf('jacfwd', f, argnums, args)
    const { xs, flat } = setting
    const { batches, count } = basis(xs)
    let outs: readonly NDArray[] = []
    const [tangents, axes] = batchFlat(
      (ts) => {
        const [values, found] = runJvp('jacfwd', flat.call, xs, ts)
        outs = values
        return values.map((out, i) => (isFloat(out.dtype) ? zerosFor(found[i] as Tangent, out) : out))
      },
      count,
      batches,
      batches.map(() => 0),
    )
    const result = resultsOf('jacfwd', flat.output as Structure, outs, hasAux)
    const blocks = outs.slice(0, result.count).map((out, i) => {
      const table = moveBatchAxis(count, tangents[i] as NDArray, axes[i] as Axis, out.ndim)
      return rowsOf(table, xs, out.ndim)
    })
    const trees = assemble(setting, result.value, blocks)
    return hasAux ? [trees, result.aux] : trees
  }
  return jacobian as never
}

/**
 * The Jacobian in reverse: one pass for each element of the result, all at once. For arguments much larger than results.
 *
 * @param options an argument number, several, or `{ argnums, hasAux }`
 * @returns a tree like the result, with a tree like the argument in each place, of arrays of shape `[...result, ...argument]`
 * @throws {TransformError} when arguments or results are no floats
 * @example jacrev((x: NDArray) => x.mul(x))(np.array([1, 2])) // [[2, 0], [0, 4]]
 */
export function jacrev<F extends AnyFunction, const O extends Argnums | GradOptions = 0>(
  f: F,
  options?: O,
): (...args: Widened<Parameters<F>>) => JacobianResult<F, O> {
  const { argnums, hasAux } = toOptions('jacrev', options)
  const jacobian = (...args: unknown[]): unknown => {
    const setting = settingOf('jacrev', f, argnums, args)
    const { xs, flat } = setting
    const { outs, pullback } = linearizeFlat('jacrev', flat.call, xs)
    const result = resultsOf('jacrev', flat.output as Structure, outs, hasAux)
    const values = outs.slice(0, result.count)
    const { batches, count } = basis(values)
    const [found, axes] = batchFlat(
      (cts) => pullback(outs.map((_, i) => cts[i] ?? null)).map((ct, i) => zerosFor(ct, xs[i] as NDArray)),
      count,
      batches,
      batches.map(() => 0),
    )
    const columns = found.map((ct, i) => rowsOf(moveBatchAxis(count, ct, axes[i] as Axis, 0), values, 0))
    const trees = assemble(
      setting,
      result.value,
      values.map((_, out) => columns.map((column) => column[out] as NDArray)),
    )
    return hasAux ? [trees, result.aux] : trees
  }
  return jacobian as never
}

/** The Jacobian, in reverse: `jacrev`, under JAX's other name. @example jacobian((x: NDArray) => x.mul(x))(np.array([1, 2])) // [[2, 0], [0, 4]] */
export const jacobian: typeof jacrev = jacrev

type Hessian<F extends AnyFunction, O> =
  HasAux<O> extends true
    ? readonly [hessian: Jacobian<Value<F, O>, Jacobian<PickedBy<F, O>, PickedBy<F, O>>>, aux: Pair<F>[1]]
    : Jacobian<Value<F, O>, Jacobian<PickedBy<F, O>, PickedBy<F, O>>>

/**
 * Second derivatives: the Jacobian, forward, of the Jacobian in reverse.
 *
 * @param options an argument number, several, or `{ argnums, hasAux }`
 * @returns a tree like the result, of trees like the argument, of trees like the argument; arrays of shape `[...result, ...argument, ...argument]`
 * @throws {TransformError} when arguments or results are no floats
 * @example hessian((x: NDArray) => x.mul(x).sum())(np.array([1, 2])) // [[2, 0], [0, 2]]
 */
export function hessian<F extends AnyFunction, const O extends Argnums | GradOptions = 0>(
  f: F,
  options?: O,
): (...args: Widened<Parameters<F>>) => Hessian<F, O> {
  return jacfwd(jacrev(f, options) as AnyFunction, options as GradOptions) as never
}
