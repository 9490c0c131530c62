import { formatAval, isFloat, sameAval } from '@proj/backend'
import { tree } from '@proj/tree'
import { formatArray, isNDArray, type NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { runJvp } from '../interpreters/jvp.ts'
import { type Linearized, linearizeFlat } from '../interpreters/linearize.ts'
import { partialEval } from '../interpreters/partial.ts'
import { evalJaxpr, stage } from '../interpreters/staging.ts'
import { transposePending } from '../interpreters/transpose.ts'
import { full, fullLike } from '../lax/index.ts'
import { Linear, type Tangent } from '../primitives/rules.ts'
import { checkFunction, FlatFunction } from './flat.ts'
import { ShapeDtypeStruct } from './inspect.ts'
import {
  type AnyFunction,
  type FlatTree,
  flattenArrays,
  flattenFloats,
  type Narrowed,
  nameLeaf,
  unflattenArrays,
  type Widened,
} from './leaves.ts'
import { countArrays, itemsOf, type Structure } from './program.ts'

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

export interface AuxOptions {
  /** The function returns `[value, aux]`; `aux` comes back last, not differentiated. */
  readonly hasAux?: boolean
}
interface WithAux {
  readonly hasAux: true
}
/** A function that returns a value and something beside it. */
// biome-ignore lint/suspicious/noExplicitAny: parameters are contravariant, so only `any` accepts every function
export type AuxFunction = (...args: any[]) => readonly [value: unknown, aux: unknown]

/** One for each argument, like it. */
type Each<P extends readonly unknown[]> = { [I in keyof P]: Narrowed<P[I]> }
type Cotangents<F extends AnyFunction> = Each<Parameters<F>>

/** How results are told from what comes beside them. */
interface Halves {
  /** How many arrays are results. */
  readonly count: number
  readonly output: Structure
  readonly aux: Structure | null
}

function halvesOf(where: string, output: Structure, hasAux: boolean): Halves {
  if (!hasAux) return { count: countArrays(output), output, aux: null }
  const items = output.def.isLeaf ? [] : itemsOf(output)
  if (items.length !== 2)
    throw new TransformError(where, `hasAux is set, and the function returned ${output.def}`, 'return [value, aux]')
  const [value, aux] = items as [Structure, Structure]
  return { count: countArrays(value), output: value, aux }
}

/** The list of results, with `aux` at the end where there is one. */
const withAux = (results: readonly unknown[], { count, aux }: Halves, outs: readonly NDArray[]): readonly unknown[] =>
  aux === null ? results : [...results, unflattenArrays(aux, outs.slice(count))]

/** Arguments, and options behind them: booleans have no derivative, so `{ hasAux: true }` is no argument. */
function takeOptions(args: readonly unknown[]): readonly [primals: readonly unknown[], hasAux: boolean] {
  const last: unknown = args[args.length - 1]
  const isOptions =
    typeof last === 'object' &&
    last !== null &&
    Object.getPrototypeOf(last) === Object.prototype &&
    Object.keys(last).join() === 'hasAux' &&
    typeof (last as AuxOptions).hasAux === 'boolean'
  return isOptions ? [args.slice(0, -1), (last as WithAux).hasAux] : [args, false]
}

/**
 * The value of `f` and its derivative along `tangents`, forward: `[out, tangentOut]`, or with `hasAux`, `[out, tangentOut, aux]`.
 *
 * @param primals the arguments of `f`, float leaves only
 * @param tangents trees like the primals
 * @throws {TransformError} for arguments that are no floats, tangents unlike them, or `hasAux` without a pair
 * @example jvp((x: NDArray) => x.sin(), [0], [1]) // [0, 1]
 */
export function jvp<F extends AnyFunction>(
  f: F,
  primals: Widened<Parameters<F>>,
  tangents: Widened<Parameters<F>>,
): readonly [out: ReturnType<F>, tangent: ReturnType<F>]
export function jvp<F extends AuxFunction>(
  f: F,
  primals: Widened<Parameters<F>>,
  tangents: Widened<Parameters<F>>,
  options: WithAux,
): readonly [out: ReturnType<F>[0], tangent: ReturnType<F>[0], aux: ReturnType<F>[1]]
export function jvp(
  f: AnyFunction,
  primals: readonly unknown[],
  tangents: readonly unknown[],
  { hasAux = false }: AuxOptions = {},
): unknown {
  checkFunction('jvp', f)
  for (const list of [primals, tangents])
    if (!Array.isArray(list))
      throw new TransformError(
        'jvp',
        `got ${isNDArray(list) ? formatArray(list) : typeof list}`,
        'pass arguments and tangents in lists: jvp(f, [x], [t])',
      )
  const inputs = primals.map((primal, i) => flattenFloats('jvp', `primal ${i}`, primal))
  const ts = flattenLike('jvp', 'tangent', tangents, inputs)
  const flat = new FlatFunction(f, inputs)
  const [outs, outTs] = runJvp('jvp', flat.call, arraysOf(inputs), ts)
  const halves = halvesOf('jvp', flat.output as Structure, hasAux)
  const { count, output } = halves
  const [values, all] = [outs.slice(0, count), zeros(outs.slice(0, count), outTs)]
  return withAux([unflattenArrays(output, values), unflattenArrays(output, all)], halves, outs)
}

/**
 * The value of `f` and a function that takes a cotangent of it (a tree like the value) to the cotangents of the arguments. With a last argument
 * `{ hasAux: true }`, `f` returns `[value, aux]` and so `aux` comes third.
 *
 * @throws {TransformError} for arguments that are no floats, cotangents unlike the value, or `hasAux` without a pair
 * @example const [y, pullback] = vjp((x: NDArray) => x.sin(), 0); pullback(1) // [1]
 */
export function vjp<F extends AnyFunction>(
  f: F,
  ...primals: Widened<Parameters<F>>
): readonly [out: ReturnType<F>, pullback: (cotangent: Widened<[ReturnType<F>]>[0]) => Cotangents<F>]
export function vjp<F extends AuxFunction>(
  f: F,
  ...primals: readonly [...Widened<Parameters<F>>, WithAux]
): readonly [
  out: ReturnType<F>[0],
  pullback: (cotangent: Widened<[ReturnType<F>[0]]>[0]) => Cotangents<F>,
  aux: ReturnType<F>[1],
]
export function vjp(f: AnyFunction, ...args: readonly unknown[]): unknown {
  const { inputs, linearized, halves } = linearizeAt('vjp', f, ...takeOptions(args))
  const { outs } = linearized
  const values = outs.slice(0, halves.count)
  const pullback = (cotangent: unknown): unknown[] => {
    const given = flattenLike('vjp', 'cotangent', [cotangent], [{ ...halves.output, arrays: values }])
    const cts = linearized.pullback(
      outs.map((out, i) => (i < halves.count && isFloat(out.dtype) ? (given[i] as NDArray) : null)),
    )
    return regroup(inputs, zeros(arraysOf(inputs), cts))
  }
  return withAux([unflattenArrays(halves.output, values), pullback], halves, outs)
}

/** Arrays in the trees of the arguments. */
export function regroup(inputs: readonly FlatTree[], arrays: readonly NDArray[]): unknown[] {
  let start = 0
  return inputs.map((input) => unflattenArrays(input, arrays.slice(start, (start += input.arrays.length))))
}

/**
 * The value of `f` and its derivative there as a linear function of tangents; what does not depend on them is computed once. With a last
 * argument `{ hasAux: true }`, `f` returns `[value, aux]` and so `aux` comes third.
 *
 * @throws {TransformError} for arguments that are no floats, tangents unlike them, or `hasAux` without a pair
 * @example const [y, push] = linearize((x: NDArray) => x.sin(), 0); push(2) // 2
 */
export function linearize<F extends AnyFunction>(
  f: F,
  ...primals: Widened<Parameters<F>>
): readonly [out: ReturnType<F>, pushforward: (...tangents: Widened<Parameters<F>>) => ReturnType<F>]
export function linearize<F extends AuxFunction>(
  f: F,
  ...primals: readonly [...Widened<Parameters<F>>, WithAux]
): readonly [
  out: ReturnType<F>[0],
  pushforward: (...tangents: Widened<Parameters<F>>) => ReturnType<F>[0],
  aux: ReturnType<F>[1],
]
export function linearize(f: AnyFunction, ...args: readonly unknown[]): unknown {
  const { inputs, linearized, halves } = linearizeAt('linearize', f, ...takeOptions(args))
  const values = linearized.outs.slice(0, halves.count)
  const pushforward = (...tangents: unknown[]): unknown => {
    const ts = linearized.pushforward(flattenLike('linearize', 'tangent', tangents, inputs))
    return unflattenArrays(halves.output, zeros(values, ts))
  }
  return withAux([unflattenArrays(halves.output, values), pushforward], halves, linearized.outs)
}

interface LinearizedAt {
  readonly inputs: readonly FlatTree[]
  readonly linearized: Linearized
  readonly halves: Halves
}

function linearizeAt(where: string, f: AnyFunction, primals: readonly unknown[], hasAux: boolean): LinearizedAt {
  const inputs = primals.map((primal, i) => flattenFloats(where, `primal ${i}`, primal))
  const flat = new FlatFunction(f, inputs)
  const linearized = linearizeFlat(where, flat.call, arraysOf(inputs))
  return { inputs, linearized, halves: halvesOf(where, flat.output as Structure, hasAux) }
}

type OrShapes<P extends readonly unknown[]> = { [I in keyof P]: Widened<[P[I]]>[0] | ShapeDtypeStruct }

/**
 * The transpose of a linear function: from cotangents of its value (a tree like it) to a list with a cotangent of each argument.
 *
 * @param primals arrays of the shapes and dtypes of the arguments, or `ShapeDtypeStruct`s; their values do not matter
 * @throws {TransformError} naming the first op that is not linear
 * @example linearTranspose((x: NDArray) => x.mul(3), 0)(2) // [6]
 */
export function linearTranspose<F extends AnyFunction>(
  f: F,
  ...primals: OrShapes<Parameters<F>>
): (cotangent: Widened<[ReturnType<F>]>[0]) => Cotangents<F> {
  const inputs = (primals as readonly unknown[]).map((primal, i) =>
    flattenFloats('linearTranspose', `primal ${i}`, placeholders(primal)),
  )
  const flat = new FlatFunction(f, inputs)
  const linear = arraysOf(inputs).map((x) => new Linear(x.aval))
  const pending = partialEval(flat.call, linear)
  const model = { ...(flat.output as Structure), arrays: pending.outputs }
  const transposed = (cotangent: unknown): unknown[] => {
    const cts = transposePending(
      pending,
      flattenLike('linearTranspose', 'cotangent', [cotangent], [model]),
      'linearTranspose',
    )
    return regroup(inputs, zeros(arraysOf(inputs), cts))
  }
  return transposed as never
}

/** Arrays of zeros where only shapes were given; they take no memory. */
const placeholders = (x: unknown): unknown =>
  tree.map((leaf: unknown) => (leaf instanceof ShapeDtypeStruct ? full(leaf.shape, 0, leaf.aval.dtype) : leaf), x)

/**
 * A function without the arrays it closes over, and those arrays, as `[pure, consts]`: `pure(...args, ...consts)` is `f(...args)`. What is
 * differentiated or batched can so be handed to a custom rule as an argument.
 *
 * @param examples arguments of the structures, shapes and dtypes that `pure` will be called on
 * @example const [pure, consts] = closureConvert((y: NDArray) => y.mul(x), x); pure(x, ...consts)
 */
export function closureConvert<F extends AnyFunction>(
  f: F,
  ...examples: Widened<Parameters<F>>
): readonly [pure: (...argsAndConsts: readonly unknown[]) => ReturnType<F>, consts: readonly NDArray[]] {
  const inputs = examples.map((example: unknown) => flattenArrays(example))
  const flat = new FlatFunction(f, inputs)
  const avals = arraysOf(inputs).map((x) => x.aval)
  const { jaxpr, consts } = stage('closureConvert', flat.call, avals)
  const output = flat.output as Structure
  const pure = (...given: readonly unknown[]): unknown => {
    const arrays = flattenLike('closureConvert', 'argument', given.slice(0, inputs.length), inputs)
    return unflattenArrays(output, evalJaxpr(jaxpr, [...(given.slice(inputs.length) as NDArray[]), ...arrays]))
  }
  return [pure as never, consts]
}
