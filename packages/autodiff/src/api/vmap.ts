import { formatAval } from '@proj/backend'
import { isLeaf, tree } from '@proj/tree'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { batchAlong, batchFlat } from '../interpreters/vmap.ts'
import { checkOptions } from '../options.ts'
import { type Axis, moveBatchAxis } from '../primitives/rules.ts'
import { checkFunction, FlatFunction } from './flat.ts'
import { type AnyFunction, type FlatTree, flattenArrays, nameLeaf, type Widened } from './leaves.ts'

/** The axis of the examples in each leaf: a number for all, `null` for what is the same for every example, or a prefix of the tree. */
export type Axes = number | null | readonly Axes[] | { readonly [name: string]: Axes }

export interface VmapOptions {
  /** One for all arguments, or a list with one for each. Default 0. */
  readonly inAxes?: Axes
  /** Where the examples' axis goes in each result. Default 0. */
  readonly outAxes?: Axes
  /** What collectives such as `lax.psum` call the mapped axis. */
  readonly axisName?: string
  /** Needed only when no argument is mapped. */
  readonly axisSize?: number
}

/**
 * `f`, written for one example, for all examples at once: arguments and results get one more axis.
 *
 * @param options the `inAxes`, or `{ inAxes, outAxes, axisName, axisSize }`
 * @throws {TransformError} when axes do not fit the arguments, or sizes along them differ
 * @example vmap((row: NDArray) => row.sum())(np.ones([3, 4])) // f32[3]
 */
export function vmap<F extends AnyFunction>(
  f: F,
  options: Axes | VmapOptions = {},
): F & ((...args: Widened<Parameters<F>>) => ReturnType<F>) {
  checkFunction('vmap', f)
  const { inAxes = 0, outAxes = 0, axisName, axisSize } = isOptions(options) ? options : { inAxes: options }
  if (isOptions(options)) checkOptions('vmap', options, ['inAxes', 'outAxes', 'axisName', 'axisSize'])
  const batch = axisName === undefined ? batchFlat : batchAlong(axisName)
  const mapped = (...args: unknown[]): unknown => {
    const inputs = args.map(flattenArrays)
    const axes = inputs.flatMap((input, i) =>
      axesOf(input, args[i], argumentAxes(inAxes, i, args.length), `argument ${i}`),
    )
    const arrays = inputs.flatMap((input) => input.arrays)
    const size = sizeOfBatch(inputs, arrays, axes, axisSize)
    const flat = new FlatFunction(f, inputs)
    const [outs, at] = batch(flat.call, size, arrays, axes)
    const wanted = outputAxes(flat, outs, outAxes)
    return flat.rebuild(outs.map((out, i) => placeOutput(size, out, at[i] as Axis, wanted[i] as Axis)))
  }
  return Object.defineProperty(mapped, 'name', { value: `vmap(${f.name || 'anonymous'})` }) as never
}

const isOptions = (options: Axes | VmapOptions): options is VmapOptions =>
  typeof options === 'object' && options !== null && !Array.isArray(options)

function argumentAxes(inAxes: Axes, i: number, count: number): Axes {
  if (inAxes === null || typeof inAxes === 'number') return inAxes
  if (!Array.isArray(inAxes) || inAxes.length !== count)
    throw new TransformError(
      'vmap',
      `inAxes ${JSON.stringify(inAxes)} for ${count} arguments`,
      'give one number or null, or a list with an entry for each argument',
    )
  return inAxes[i] as Axes
}

const isNull = isLeaf((x) => x === null)

/** The axis of each array of an argument, counted from the front. */
function axesOf(input: FlatTree, argument: unknown, axes: Axes, name: string): Axis[] {
  const perLeaf = tree.broadcastPrefix(axes, argument, isNull, `vmap: inAxes of ${name}`) as readonly Axis[]
  const ofArrays = perLeaf.filter((_, i) => input.isArray[i])
  const leafOf = input.isArray.flatMap((isArray, i) => (isArray ? [i] : []))
  return ofArrays.map((axis, i) =>
    normalise(axis, input.arrays[i] as NDArray, () => nameLeaf(name, input.def, leafOf[i] as number)),
  )
}

function normalise(axis: Axis, x: NDArray, name: () => string): Axis {
  if (axis === null) return null
  const position = axis < 0 ? axis + x.ndim : axis
  if (Number.isInteger(axis) && position >= 0 && position < x.ndim) return position
  throw new TransformError(
    'vmap',
    `${name()} is ${formatAval(x.aval)}, which has no axis ${axis}`,
    'pass inAxes with null for what every example shares',
  )
}

function sizeOfBatch(
  inputs: readonly FlatTree[],
  arrays: readonly NDArray[],
  axes: readonly Axis[],
  axisSize: number | undefined,
): number {
  const names = inputs.flatMap((input, n) =>
    input.isArray.flatMap((isArray, i) => (isArray ? [nameLeaf(`argument ${n}`, input.def, i)] : [])),
  )
  const sizes = axes.flatMap((axis, i) =>
    axis === null ? [] : [{ size: arrays[i]?.shape[axis] as number, name: names[i] }],
  )
  const size = axisSize ?? sizes[0]?.size
  if (size === undefined)
    throw new TransformError('vmap', 'no argument is mapped', 'give an axis to at least one, or axisSize')
  const other = sizes.find((entry) => entry.size !== size)
  if (other !== undefined) {
    const first = axisSize === undefined ? `${sizes[0]?.name} has ${size}` : `axisSize is ${size}`
    throw new TransformError(
      'vmap',
      `${first} examples and ${other.name} has ${other.size}`,
      'all mapped axes must have one size',
    )
  }
  return size
}

function outputAxes(flat: FlatFunction, outs: readonly NDArray[], outAxes: Axes): readonly Axis[] {
  const { isArray } = flat.output as FlatTree
  const perLeaf = tree.broadcastPrefix(outAxes, flat.rebuild(outs), isNull, 'vmap: outAxes') as readonly Axis[]
  return perLeaf.filter((_, i) => isArray[i])
}

function placeOutput(size: number, out: NDArray, from: Axis, to: Axis): NDArray {
  if (to === null) {
    if (from === null) return out
    throw new TransformError('vmap', 'outAxes is null for a result that differs between examples', 'give it an axis')
  }
  const rank = from === null ? out.ndim + 1 : out.ndim
  const position = to < 0 ? to + rank : to
  if (position < 0 || position >= rank)
    throw new TransformError('vmap', `outAxes ${to} for a result of rank ${rank}`, `use ${-rank} to ${rank - 1}`)
  return moveBatchAxis(size, out, from, position)
}
