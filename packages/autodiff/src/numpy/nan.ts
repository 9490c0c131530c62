import { isFloat } from '@proj/backend'
import type { ArrayLike, NDArray } from '../array.ts'
import * as lax from '../lax/index.ts'
import { broadcastTo } from './broadcast.ts'
import { asArray, convert } from './coerce.ts'
import { toInexact } from './promotion.ts'
import {
  type ArgOptions,
  type Axes,
  all,
  argmax,
  argmin,
  keepOptions,
  max,
  mean,
  min,
  prod,
  type ReduceOptions,
  reduceOptions,
  sum,
  type VarianceOptions,
  var as variance,
  varianceOptions,
  withAxis,
} from './reduce.ts'

type Reduce = (x: ArrayLike, options: ReduceOptions) => NDArray
const isNan = (x: NDArray): NDArray => lax.ne(x, x)

/** A reduction that leaves NaN out by putting `neutral` in its place. */
const without =
  (name: string, reduce: Reduce, neutral: number, nanIfAll: boolean) =>
  (x: ArrayLike, axis?: Axes | ReduceOptions, options?: ReduceOptions): NDArray => {
    const array = asArray(name, x)
    const given = withAxis<ReduceOptions>(name, reduceOptions, axis, options)
    if (!isFloat(array.dtype)) return reduce(array, given)
    const out = reduce(lax.select(isNan(array), neutral, array), given)
    if (!nanIfAll || given.initial !== undefined) return out
    return lax.select(
      all(isNan(array), { axis: given.axis ?? null, keepdims: given.keepdims ?? false }),
      Number.NaN,
      out,
    )
  }

// As the reductions of the same names, with NaN left out.
/** 0 where all are NaN. @example np.nansum([NaN, 1, 3]) // 4 */
export const nansum = without('nansum', sum, 0, false)
/** 1 where all are NaN. @example np.nanprod([NaN, 2, 3]) // 6 */
export const nanprod = without('nanprod', prod, 1, false)
/** NaN where all are NaN. @example np.nanmax([NaN, 1, 3]) // 3 */
export const nanmax = without('nanmax', max, -Infinity, true)
/** NaN where all are NaN. @example np.nanmin([NaN, 1, 3]) // 1 */
export const nanmin = without('nanmin', min, Infinity, true)

/** NaN where all are NaN. @example np.nanmean([NaN, 1, 3]) // 2 */
export function nanmean(x: ArrayLike, axis?: Axes | ReduceOptions, options?: ReduceOptions): NDArray {
  const given = withAxis<ReduceOptions>('nanmean', reduceOptions, axis, options)
  const array = asArray('nanmean', x)
  if (!isFloat(array.dtype)) return mean(array, given)
  const dtype = given.dtype ?? toInexact(array.dtype)
  const n = sum(lax.bitwiseNot(isNan(array)), { ...given, dtype })
  return lax.div(nansum(array, { ...given, dtype }), n)
}

/** NaN where no more than `ddof` are not NaN. @example np.nanvar([NaN, 1, 3]) // 1 */
export function nanvar(x: ArrayLike, axis?: Axes | VarianceOptions, options?: VarianceOptions): NDArray {
  const { ddof = 0, dtype, ...rest } = withAxis<VarianceOptions>('nanvar', varianceOptions, axis, options)
  const given = asArray('nanvar', x)
  if (!isFloat(given.dtype)) return variance(given, withAxis<VarianceOptions>('nanvar', varianceOptions, axis, options))
  const array = convert(given, dtype ?? given.dtype)
  const center = nanmean(array, { ...rest, keepdims: true, dtype: array.dtype })
  const centered = lax.select(isNan(array), 0, lax.sub(array, broadcastTo(center, array.shape)))
  const freedom = lax.sub(sum(lax.bitwiseNot(isNan(array)), rest), ddof)
  const none = lax.le(freedom, 0)
  const total = lax.select(none, Number.NaN, sum(lax.square(centered), rest))
  return lax.div(total, convert(lax.select(none, 1, freedom), total.dtype))
}

/** The root of `nanvar`. @example np.nanstd([NaN, 1, 3]) // 1 */
export const nanstd = (x: ArrayLike, axis?: Axes | VarianceOptions, options?: VarianceOptions): NDArray =>
  lax.sqrt(nanvar(x, axis, options))

/** A position among those that are not NaN; -1 where all are. */
const positionWithout =
  (name: string, find: (x: ArrayLike, options: ArgOptions) => NDArray, neutral: number) =>
  (x: ArrayLike, axis?: number | null | ArgOptions, options?: ArgOptions): NDArray => {
    const array = asArray(name, x)
    const given = withAxis<ArgOptions>(name, keepOptions, axis, options)
    if (!isFloat(array.dtype)) return find(array, given)
    const out = find(lax.select(isNan(array), neutral, array), given)
    return lax.select(all(isNan(array), { axis: given.axis ?? null, keepdims: given.keepdims ?? false }), -1, out)
  }

/** The first position of the largest; -1 where all are NaN. @example np.nanargmax([NaN, 1, 3]) // 2 */
export const nanargmax = positionWithout('nanargmax', argmax, -Infinity)
/** The first position of the smallest; -1 where all are NaN. @example np.nanargmin([NaN, 3, 1]) // 2 */
export const nanargmin = positionWithout('nanargmin', argmin, Infinity)
