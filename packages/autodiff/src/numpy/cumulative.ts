import { type DType, dtypes, isFloat } from '@proj/backend'
import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { canonicalAxis } from '../lax/movement.ts'
import { asArray, convert, truth } from './coerce.ts'
import { withAxis } from './reduce.ts'

export interface CumulativeOptions {
  /** Default: of the flattened array. */
  readonly axis?: number | null
  /** To compute in, and of the result. Default: that of the array; of bool, int32. */
  readonly dtype?: DType
}
type Run = (x: NDArray, axis: number) => NDArray

/** The dtype in which narrow integers are summed. */
const widened = (dtype: DType): DType => {
  const { kind } = dtypes[dtype]
  return kind === 'float' ? dtype : kind === 'uint' ? 'uint32' : 'int32'
}

function accumulate(name: string, run: Run, x: NDArray, options: CumulativeOptions): NDArray {
  const isFlat = options.axis === undefined || options.axis === null || x.ndim === 0
  const line = isFlat ? lax.reshape(x, [x.size]) : x
  const axis = canonicalAxis(name, options.axis ?? 0, line)
  const result = options.dtype ?? (x.dtype === 'bool' ? 'int32' : x.dtype)
  if (result === 'bool') return truth(name, run(convert(truth(name, line), 'int32'), axis))
  return run(convert(line, result), axis)
}

const cumulative =
  (name: string, run: Run) =>
  (x: ArrayLike, axis?: number | null | CumulativeOptions, options?: CumulativeOptions): NDArray =>
    accumulate(name, run, asArray(name, x), withAxis<CumulativeOptions>(name, ['axis', 'dtype'], axis, options))

const ignoringNan =
  (name: string, run: Run, neutral: number) =>
  (x: ArrayLike, axis?: number | null | CumulativeOptions, options?: CumulativeOptions): NDArray => {
    const array = asArray(name, x)
    const clean = isFloat(array.dtype) ? lax.select(lax.ne(array, array), neutral, array) : array
    return accumulate(name, run, clean, withAxis<CumulativeOptions>(name, ['axis', 'dtype'], axis, options))
  }

/**
 * The sum of all elements up to each one along `axis`, by default of the flattened array.
 *
 * @example np.cumsum([1, 2, 3]) // [1, 3, 6]
 */
export const cumsum = cumulative('cumsum', (x, axis) => lax.cumsum(x, axis))
/** The product of all elements up to each one. @example np.cumprod([1, 2, 3]) // [1, 2, 6] */
export const cumprod = cumulative('cumprod', (x, axis) => lax.cumprod(x, axis))
/** `cumsum` with NaN taken as 0. @example np.nancumsum([1, NaN, 3]) // [1, 1, 4] */
export const nancumsum = ignoringNan('nancumsum', (x, axis) => lax.cumsum(x, axis), 0)
/** `cumprod` with NaN taken as 1. @example np.nancumprod([2, NaN, 3]) // [2, 2, 6] */
export const nancumprod = ignoringNan('nancumprod', (x, axis) => lax.cumprod(x, axis), 1)

export interface ArrayApiCumulativeOptions extends CumulativeOptions {
  /** Whether the result of no elements comes first. */
  readonly includeInitial?: boolean
}

const arrayApi =
  (name: string, run: Run, neutral: number, choose: (dtype: DType) => DType) =>
  (x: ArrayLike, options: ArrayApiCumulativeOptions = {}): NDArray => {
    const array = asArray(name, x)
    const isOpen = options.axis === undefined || options.axis === null
    if (array.ndim === 0 || (isOpen && array.ndim > 1))
      throw new ShapeError(name, `${formatArray(array)} without an axis`, 'give an axis, or pass a vector')
    const axis = canonicalAxis(name, options.axis ?? 0, array)
    const out = accumulate(name, run, array, { axis, dtype: options.dtype ?? choose(array.dtype) })
    if (options.includeInitial !== true) return out
    return lax.concatenate([lax.full(array.shape.with(axis, 1), neutral, out.dtype), out], axis)
  }

/**
 * `cumsum` of the array API: the axis may only be left out for a vector, and narrow integers are summed in 32 bits.
 *
 * @example np.cumulativeSum([1, 2, 3], { includeInitial: true }) // [0, 1, 3, 6]
 */
export const cumulativeSum = arrayApi('cumulativeSum', (x, axis) => lax.cumsum(x, axis), 0, widened)
/** `cumprod` of the array API. @example np.cumulativeProd([1, 2, 3], { includeInitial: true }) // [1, 1, 2, 6] */
export const cumulativeProd = arrayApi(
  'cumulativeProd',
  (x, axis) => lax.cumprod(x, axis),
  1,
  (dtype) => (dtype === 'bool' ? 'int32' : dtype),
)
