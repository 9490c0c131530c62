import { formatAval, isFloat, sameAval } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { runJvp } from '../interpreters/jvp.ts'
import { type Linearized, linearizeFlat } from '../interpreters/linearize.ts'
import { fullLike } from '../lax/index.ts'
import type { Tangent } from '../primitives/rules.ts'
import { FlatFunction } from './flat.ts'
import {
  type AnyFunction,
  type FlatTree,
  flattenArrays,
  flattenFloats,
  nameLeaf,
  unflattenArrays,
  type Widened,
} from './leaves.ts'

const zeros = (xs: readonly NDArray[], ts: readonly Tangent[]): NDArray[] => xs.map((x, i) => ts[i] ?? fullLike(x, 0))
const arraysOf = (inputs: readonly FlatTree[]): NDArray[] => inputs.flatMap((input) => input.arrays)

/** Trees that must have the structure and avals of others: tangents of primals, cotangents of results. */
function flattenLike(where: string, what: string, values: readonly unknown[], models: readonly FlatTree[]): NDArray[] {
  if (values.length !== models.length)
    throw new TransformError(where, `got ${values.length} ${what}s for ${models.length}`, `pass one ${what} for each`)
  return values.flatMap((value, n) => {
    const flat = flattenArrays(value)
    const model = models[n] as FlatTree
    if (flat.def !== model.def)
      throw new TransformError(
        where,
        `${what} ${n} has structure ${flat.def} instead of ${model.def}`,
        'give it the same structure',
      )
    return flat.arrays.map((x, i) =>
      conform(where, `${nameLeaf(`${what} ${n}`, flat.def, i)}`, x, model.arrays[i] as NDArray),
    )
  })
}

function conform(where: string, name: string, x: NDArray, model: NDArray): NDArray {
  if (sameAval(x.aval, model.aval)) return x
  if (x.weakType && x.ndim === 0 && model.ndim === 0 && 'splatValue' in x)
    return fullLike(model, x.splatValue as number)
  throw new TransformError(
    where,
    `${name} is ${formatAval(x.aval)} for a value of type ${formatAval(model.aval)}`,
    'give it the same shape and dtype',
  )
}

/**
 * The value of `f` and its derivative along `tangents`, forward: `[out, tangentOut]`.
 *
 * @param primals the arguments of `f`, float leaves only
 * @param tangents trees like the primals
 * @example jvp((x: NDArray) => x.sin(), [0], [1]) // [0, 1]
 */
export function jvp<F extends AnyFunction>(
  f: F,
  primals: Widened<Parameters<F>>,
  tangents: Widened<Parameters<F>>,
): readonly [out: ReturnType<F>, tangent: ReturnType<F>] {
  const inputs = primals.map((primal: unknown, i: number) => flattenFloats('jvp', `primal ${i}`, primal))
  const ts = flattenLike('jvp', 'tangent', tangents, inputs)
  const flat = new FlatFunction(f, inputs)
  const [outs, outTs] = runJvp('jvp', flat.call, arraysOf(inputs), ts)
  return [flat.rebuild(outs), flat.rebuild(zeros(outs, outTs))] as never
}

/**
 * The value of `f` and a function that takes a cotangent of it (a tree like the value) to the cotangents of the arguments.
 *
 * @example const [y, pullback] = vjp((x: NDArray) => x.sin(), 0); pullback(1) // [1]
 */
export function vjp<F extends AnyFunction>(
  f: F,
  ...primals: Widened<Parameters<F>>
): readonly [out: ReturnType<F>, pullback: (cotangent: Widened<[ReturnType<F>]>[0]) => Parameters<F>] {
  const { inputs, linearized, out, output } = linearizeAt('vjp', f, primals)
  const pullback = (cotangent: unknown): unknown[] => {
    const cts = linearized.pullback(
      flattenLike('vjp', 'cotangent', [cotangent], [output]).map((ct, i) =>
        isFloat((linearized.outs[i] as NDArray).dtype) ? ct : null,
      ),
    )
    const all = zeros(arraysOf(inputs), cts)[Symbol.iterator]()
    return inputs.map((input) =>
      unflattenArrays(
        input,
        input.arrays.map(() => all.next().value as NDArray),
      ),
    )
  }
  return [out, pullback] as never
}

/**
 * The value of `f` and its derivative there as a linear function of tangents; what does not depend on them is computed once.
 *
 * @example const [y, push] = linearize((x: NDArray) => x.sin(), 0); push(2) // 2
 */
export function linearize<F extends AnyFunction>(
  f: F,
  ...primals: Widened<Parameters<F>>
): readonly [out: ReturnType<F>, pushforward: (...tangents: Widened<Parameters<F>>) => ReturnType<F>] {
  const { inputs, linearized, out, rebuild } = linearizeAt('linearize', f, primals)
  const pushforward = (...tangents: unknown[]): unknown =>
    rebuild(zeros(linearized.outs, linearized.pushforward(flattenLike('linearize', 'tangent', tangents, inputs))))
  return [out, pushforward] as never
}

interface LinearizedAt {
  readonly inputs: readonly FlatTree[]
  readonly linearized: Linearized
  readonly out: unknown
  readonly output: FlatTree
  readonly rebuild: (arrays: readonly NDArray[]) => unknown
}

function linearizeAt(where: string, f: AnyFunction, primals: readonly unknown[]): LinearizedAt {
  const inputs = primals.map((primal, i) => flattenFloats(where, `primal ${i}`, primal))
  const flat = new FlatFunction(f, inputs)
  const linearized = linearizeFlat(where, flat.call, arraysOf(inputs))
  const output = { ...(flat.output as FlatTree), arrays: linearized.outs }
  return {
    inputs,
    linearized,
    out: flat.rebuild(linearized.outs),
    output,
    rebuild: (arrays) => unflattenArrays(output, arrays),
  }
}
