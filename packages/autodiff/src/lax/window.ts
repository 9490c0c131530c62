import { type Aval, type DType, dtypes, isFloat, type Monoid, type Params, ShapeError } from '@proj/backend'
import { formatArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { bind } from '../trace.ts'
import { full, type LaxOperand } from './constant.ts'
import { add, bitwiseAnd, bitwiseOr, bitwiseXor, max, min, mul, select } from './elementwise.ts'
import { reduce } from './fold.ts'
import { broadcastInDim, pad, slice } from './movement.ts'
import { dilateSize, type Padding, type Pads, resolvePads, strideSize } from './padding.ts'

/** Combines two arrays of one shape elementwise; associative. */
export type Computation = (x: NDArray, y: NDArray) => NDArray

/** What a computation may be called instead. */
export type ComputationName = Monoid | 'and' | 'or'

const named: { readonly [N in ComputationName]: Computation } = { add, mul, min, max, and: bitwiseAnd, or: bitwiseOr }

/** The ops that reduce by these; bool is ordered, so that its `and` is `min`. */
function monoidOf(computation: Computation, dtype: DType): Monoid | undefined {
  if (dtype === 'bool') {
    if (computation === bitwiseAnd || computation === min) return 'min'
    return computation === bitwiseOr || computation === max ? 'max' : undefined
  }
  return (
    [
      ['add', add],
      ['mul', mul],
      ['min', min],
      ['max', max],
    ] as const
  ).find(([, f]) => f === computation)?.[0]
}

/** The least and the greatest value of a dtype. */
export function extremes(dtype: DType): readonly [least: number, greatest: number] {
  const { kind, bytes } = dtypes[dtype]
  if (isFloat(dtype)) return [-Infinity, Infinity]
  if (dtype === 'bool') return [0, 1]
  return kind === 'int' ? [-(2 ** (bytes * 8 - 1)), 2 ** (bytes * 8 - 1) - 1] : [0, 2 ** (bytes * 8) - 1]
}

/** What changes nothing when a monoid combines it. */
export function identityOf(kind: Monoid, dtype: DType): number {
  if (kind === 'add') return 0
  return kind === 'mul' ? 1 : (extremes(dtype)[kind === 'max' ? 0 : 1] as number)
}

export interface WindowOptions {
  /** Holes between elements of the array, as one more than their number; default: none. */
  readonly baseDilation?: readonly number[]
  /** Holes between elements of a window. */
  readonly windowDilation?: readonly number[]
}

type Windows = Omit<Params<'reduceWindow'>, 'kind'>

function windowsOf(
  x: NDArray,
  windowDimensions: readonly number[],
  windowStrides: readonly number[],
  padding: Padding,
  options: WindowOptions,
): Windows {
  const ones = x.shape.map(() => 1)
  const { baseDilation = ones, windowDilation = ones } = options
  const window = windowDimensions.map((n, d) => dilateSize(n, windowDilation[d] as number))
  const lengths = [windowDimensions, windowStrides, baseDilation, windowDilation].map((list) => list.length)
  if (lengths.some((n) => n !== x.ndim))
    throw new ShapeError(
      'reduceWindow',
      `lists of ${lengths.join()} entries for ${formatArray(x)}`,
      'give window, strides and dilations one entry for each dimension',
    )
  // A padding type looks at the array as it is, as in JAX.
  const pads = resolvePads('reduceWindow', x.shape, window, windowStrides, padding)
  const [low, high] = [pads.map((pair) => pair[0]), pads.map((pair) => pair[1])]
  return { windowDimensions, windowStrides, low, high, baseDilation, windowDilation }
}

/** One array for each place in a window: the elements that the windows have there. `fill` stands for padding and holes. */
export function windowSlices(x: NDArray, windows: Windows, fill: LaxOperand): readonly NDArray[] {
  const { windowDimensions, windowStrides, low, high, baseDilation, windowDilation } = windows
  const padded = pad(
    x,
    fill,
    low.map((n, d) => [n, high[d] as number, (baseDilation[d] as number) - 1] as const),
  )
  const counts = padded.shape.map((n, d) =>
    strideSize(n, dilateSize(windowDimensions[d] as number, windowDilation[d] as number), windowStrides[d] as number),
  )
  const places = windowDimensions.reduce<number[][]>(
    (list, n) => list.flatMap((place) => Array.from({ length: n }, (_, i) => [...place, i])),
    [[]],
  )
  return places.map((place) => {
    // Where no window fits, a place may lie outside.
    const starts = place.map((i, d) => (counts[d] === 0 ? 0 : i * (windowDilation[d] as number)))
    const limits = starts.map((from, d) =>
      counts[d] === 0 ? from : from + ((counts[d] as number) - 1) * (windowStrides[d] as number) + 1,
    )
    return slice(padded, starts, limits, windowStrides)
  })
}

/** The monoid's reduction over windows, as an op. */
export const bindReduceWindow = (x: NDArray, params: Params<'reduceWindow'>): NDArray =>
  bind('reduceWindow', [x], params)[0]

/**
 * `computation` over `initValue` and the elements of each window; padding and holes count as nothing, as in XLA on a CPU. Sums, products, minima and maxima
 * (by the function of `lax` or its name) are ops of their own; any other elementwise, associative function works too.
 *
 * @param windowDimensions one size for each dimension of `x`, as the lists that follow
 * @throws {ShapeError} when a list has another length
 * @example lax.reduceWindow(np.arange(6), 0, lax.add, [2], [2], 'VALID') // [1, 5, 9]
 */
export const reduceWindow = byName(
  'reduceWindow',
  ['operand', 'initValue', 'computation', 'windowDimensions', 'windowStrides', 'padding', 'options'],
  (
    x: NDArray,
    initValue: LaxOperand,
    computation: Computation | ComputationName,
    windowDimensions: readonly number[],
    windowStrides: readonly number[] = x.shape.map(() => 1),
    padding: Padding = 'VALID',
    options: WindowOptions = {},
  ): NDArray => {
    const combine = typeof computation === 'string' ? named[computation] : computation
    if (combine === undefined)
      throw new ShapeError(
        'reduceWindow',
        `computation '${computation}'`,
        `use a function or ${Object.keys(named).join(', ')}`,
      )
    const windows = windowsOf(x, windowDimensions, windowStrides, padding, options)
    const kind = monoidOf(combine, x.dtype)
    const start = typeof initValue === 'object' ? initValue : full([], initValue, x.dtype)
    if (kind === undefined) return reduceSlices(x, start, combine, windows)
    const reduced = bindReduceWindow(x, { kind, ...windows })
    const isNeutral = typeof initValue !== 'object' && Number(initValue) === identityOf(kind, x.dtype)
    return isNeutral ? reduced : combine(broadcastInDim(start, reduced.shape, []), reduced)
  },
)

/** By a function that is no op: the places of a window one after the other, those outside left out. */
function reduceSlices(x: NDArray, start: NDArray, combine: Computation, windows: Windows): NDArray {
  const slices = windowSlices(x, windows, start)
  const inside = windowSlices(full(x.shape, true, 'bool'), windows, false)
  const shape = slices[0]?.shape ?? emptyWindowShape(x.aval, windows)
  return slices.reduce(
    (sofar, part, i) => select(inside[i] as NDArray, combine(sofar, part), sofar),
    broadcastInDim(start, shape, []),
  )
}

const emptyWindowShape = ({ shape }: Aval, { windowDimensions, windowStrides, low, high, baseDilation }: Windows) =>
  shape.map((n, d) =>
    strideSize(
      (low[d] as number) + dilateSize(n, baseDilation[d] as number) + (high[d] as number),
      windowDimensions[d] as number,
      windowStrides[d] as number,
    ),
  )

/** The shape that `reduceWindow` has. @example lax.reduceWindowShapeTuple([8, 8], [2, 2], [2, 2], [[0, 0], [0, 0]]) // [4, 4] */
export const reduceWindowShapeTuple = (
  shape: readonly number[],
  windowDimensions: readonly number[],
  windowStrides: readonly number[],
  padding: Pads,
  options: WindowOptions = {},
): readonly number[] =>
  shape.map((n, d) => {
    const [low, high] = padding[d] as readonly [number, number]
    const window = dilateSize(windowDimensions[d] as number, options.windowDilation?.[d] ?? 1)
    return strideSize(low + dilateSize(n, options.baseDilation?.[d] ?? 1) + high, window, windowStrides[d] as number)
  })

/**
 * Exclusive or over `axes`: of bool, whether an odd number holds; of integers, by bits.
 *
 * @example lax.reduceXor(np.array([5, 1], 'int32'), [0]) // 4
 */
export const reduceXor = (x: NDArray, axes: readonly number[]): NDArray =>
  reduce(x, x.dtype === 'bool' ? false : 0, bitwiseXor, axes)
