import { isInteger } from '@proj/backend'
import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { checkOptions } from '../options.ts'
import { broadcastTo } from './broadcast.ts'
import { asArray, convert } from './coerce.ts'
import { max, mean, min } from './reduce.ts'
import { round } from './rounding.ts'
import { linspace } from './spacing.ts'

/** What stands for every axis and side, for every axis, or for each side of each axis. */
export type PadPairs =
  | number
  | readonly [number]
  | readonly [before: number, after: number]
  | readonly (readonly [before: number, after: number])[]

export type PadMode =
  | 'constant'
  | 'edge'
  | 'reflect'
  | 'symmetric'
  | 'wrap'
  | 'empty'
  | 'linearRamp'
  | 'maximum'
  | 'minimum'
  | 'mean'

/** Besides `mode`. */
export interface PadOptions {
  /** Of mode `constant`; default: 0. */
  readonly constantValues?: PadPairs
  /** Of mode `linearRamp`: the outermost values; default: 0. */
  readonly endValues?: PadPairs
  /** Of modes `reflect` and `symmetric`: `odd` also turns the values round about the edge. */
  readonly reflectType?: 'even' | 'odd'
  /** Of modes `maximum`, `minimum` and `mean`: how many elements from each edge count; default: all. */
  readonly statLength?: PadPairs
}

const optionNames = ['constantValues', 'endValues', 'reflectType', 'statLength'] as const

type Pair = readonly [before: number, after: number]

function toPairs(what: string, given: PadPairs, rank: number): readonly Pair[] {
  const repeat = (pair: Pair): Pair[] => Array.from({ length: rank }, () => pair)
  if (typeof given === 'number') return repeat([given, given])
  if (given.every((x) => typeof x === 'number')) {
    const [before, after = before] = given as readonly number[]
    if (before !== undefined && after !== undefined && given.length <= 2) return repeat([before, after])
  } else if (given.length === rank || given.length === 1) {
    const pairs = given as readonly Pair[]
    return pairs.length === rank ? pairs : repeat(pairs[0] as Pair)
  }
  throw new ShapeError(
    'pad',
    `${what} ${JSON.stringify(given)} for an array of rank ${rank}`,
    'give a number, a pair, or a pair for each axis',
  )
}

const along = (x: NDArray, from: number, to: number, axis: number): NDArray => lax.sliceInDim(x, from, to, 1, axis)
const sizeAlong = (x: NDArray, axis: number): number => x.shape[axis] as number
const repeated = (slice: NDArray, times: number, axis: number): NDArray =>
  broadcastTo(slice, slice.shape.with(axis, times))

/** Pads one axis. */
type PadAxis = (x: NDArray, axis: number, pair: Pair, options: PadOptions) => NDArray

const edge: PadAxis = (x, axis, [before, after]) => {
  const n = sizeAlong(x, axis)
  return lax.concatenate(
    [repeated(along(x, 0, 1, axis), before, axis), x, repeated(along(x, n - 1, n, axis), after, axis)],
    axis,
  )
}

const wrap: PadAxis = (x, axis, [before, after]) => {
  const n = sizeAlong(x, axis)
  const copies = Math.floor(before / n) + Math.floor(after / n) + 1
  return lax.concatenate(
    [
      along(x, n - (before % n), n, axis),
      ...Array.from({ length: copies }, () => x),
      along(x, 0, after % n, axis),
    ].filter((part) => part.size > 0),
    axis,
  )
}

/** Mirrors at the edge: at its element (`offset` 1) or just beyond it (0), as often as it takes. */
const mirror =
  (skipEdge: boolean): PadAxis =>
  (x, axis, [before, after], { reflectType = 'even' }) => {
    const n = sizeAlong(x, axis)
    const offset = skipEdge && n > 1 ? 1 : 0
    const extend = (start: NDArray, amount: number, isBefore: boolean): NDArray => {
      let out = start
      let border = isBefore ? along(out, 0, 1, axis) : along(out, n0(out) - 1, n0(out), axis)
      for (let left = amount; left > 0; ) {
        const size = n0(out)
        const take = Math.min(left, n - offset)
        left -= take
        const from = isBefore ? offset : size - offset - take
        let part = lax.rev(along(out, from, from + take, axis), [axis])
        if (reflectType === 'odd') {
          part = lax.sub(lax.mul(2, broadcastTo(border, part.shape)), part)
          if (n > 1) border = isBefore ? along(part, 0, 1, axis) : along(part, take - 1, take, axis)
        }
        out = lax.concatenate(isBefore ? [part, out] : [out, part], axis)
      }
      return out
    }
    const n0 = (a: NDArray): number => sizeAlong(a, axis)
    return extend(extend(x, before, true), after, false)
  }

const ramp: PadAxis = (x, axis, [before, after], { endValues = 0 }) => {
  const [first, last] = toPairs('endValues', endValues, x.ndim)[axis] as Pair
  const n = sizeAlong(x, axis)
  const from = (end: number, slice: NDArray, num: number): NDArray =>
    linspace(end, lax.squeeze(slice, [axis]), { num, endpoint: false, dtype: x.dtype, axis })
  return lax.concatenate(
    [from(first, along(x, 0, 1, axis), before), x, lax.rev(from(last, along(x, n - 1, n, axis), after), [axis])],
    axis,
  )
}

/** Pads with a statistic of the elements next to the edge. */
const statistic =
  (of: (x: NDArray, options: { axis: number; keepdims: true }) => NDArray): PadAxis =>
  (x, axis, [before, after], { statLength }) => {
    const n = sizeAlong(x, axis)
    const [first, last] = statLength === undefined ? [n, n] : (toPairs('statLength', statLength, x.ndim)[axis] as Pair)
    const valueOf = (slice: NDArray): NDArray => {
      const value = of(slice, { axis, keepdims: true })
      return convert(isInteger(x.dtype) ? round(value) : value, x.dtype)
    }
    const [head, tail] = [
      valueOf(along(x, 0, Math.min(first, n), axis)),
      valueOf(along(x, n - Math.min(last, n), n, axis)),
    ]
    return lax.concatenate([repeated(head, before, axis), x, repeated(tail, after, axis)], axis)
  }

const constant: PadAxis = (x, axis, [before, after], { constantValues = 0 }) => {
  const [first, last] = toPairs('constantValues', constantValues, x.ndim)[axis] as Pair
  const config = (low: number, high: number): lax.PaddingConfig =>
    x.shape.map((_, i) => (i === axis ? ([low, high, 0] as const) : ([0, 0, 0] as const)))
  return first === last
    ? lax.pad(x, first, config(before, after))
    : lax.pad(lax.pad(x, first, config(before, 0)), last, config(0, after))
}

const modes: { readonly [M in PadMode]: PadAxis } = {
  constant,
  empty: constant,
  edge,
  wrap,
  reflect: mirror(true),
  symmetric: mirror(false),
  linearRamp: ramp,
  maximum: statistic(max),
  minimum: statistic(min),
  mean: statistic(mean),
}

/** Modes that have something to add to an empty axis: the mean of nothing is NaN. */
const ofNothing: readonly PadMode[] = ['constant', 'empty', 'mean']

/**
 * More elements around the array: `padWidth` says how many before and after each axis, `mode` which.
 *
 * @throws {ShapeError} for a negative width, or an empty axis in a mode that repeats elements
 * @example np.pad([1, 2, 3], [1, 2], { mode: 'reflect' }) // [2, 1, 2, 3, 2, 1]
 */
export const pad = byName(
  'pad',
  ['array', 'padWidth', 'mode', 'options'],
  (x: ArrayLike, padWidth: PadPairs, mode: PadMode = 'constant', options: PadOptions = {}): NDArray => {
    checkOptions('pad', options, optionNames)
    const array = asArray('pad', x)
    const widths = toPairs('padWidth', padWidth, array.ndim)
    const padAxis = modes[mode]
    if (padAxis === undefined)
      throw new ShapeError('pad', `mode ${JSON.stringify(mode)}`, `use one of ${Object.keys(modes).join(', ')}`)
    return widths.reduce((out, pair, axis) => {
      if (pair.some((n) => !Number.isInteger(n) || n < 0))
        throw new ShapeError('pad', `widths [${pair.join()}]`, 'use whole numbers, 0 or more')
      if (pair[0] + pair[1] === 0) return out
      if (out.shape[axis] === 0 && !ofNothing.includes(mode))
        throw new ShapeError('pad', `axis ${axis} of ${formatArray(out)} in mode ${mode}`, 'there is nothing to repeat')
      return padAxis(out, axis, pair, options)
    }, array)
  },
)
