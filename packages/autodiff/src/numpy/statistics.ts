import { type DType, DTypeError, isFloat, isInteger } from '@proj/backend'
import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { absolute, divide, multiply, subtract } from './arithmetic.ts'
import { clip } from './choose.ts'
import { asArray, convert, inexact, promoteDtypes } from './coerce.ts'
import { concatenate } from './join.ts'
import { diagonal } from './matrices.ts'
import { dot } from './products.ts'
import { average, sum } from './reduce.ts'
import { atleast2d } from './shape.ts'

export interface CovOptions {
  /** Whether rows are variables and columns observations (the default), or the other way round. */
  readonly rowvar?: boolean
  /** Whether to divide by the number of observations instead of one less. */
  readonly bias?: boolean
  /** What is taken off the number of observations; default: 1, or 0 with `bias`. */
  readonly ddof?: number | null
  /** How often each observation counts: integers. */
  readonly fweights?: ArrayLike
  /** How much each observation counts. */
  readonly aweights?: ArrayLike
  readonly dtype?: DType
}

/** Variables as rows. */
function variables(where: string, x: NDArray, rowvar: boolean): NDArray {
  if (x.ndim > 2) throw new ShapeError(where, `got ${formatArray(x)}`, 'pass one or two dimensions')
  const matrix = atleast2d(x)
  return rowvar || matrix.shape[0] === 1 ? matrix : lax.transpose(matrix, [1, 0])
}

function weightsOf(name: 'fweights' | 'aweights', given: ArrayLike | undefined, count: number): NDArray | null {
  if (given === undefined) return null
  const array = asArray('cov', given)
  if (array.ndim !== 1 || array.size !== count)
    throw new ShapeError('cov', `${name} ${formatArray(array)} for ${count} observations`, 'pass one for each')
  if (name === 'fweights' && !isInteger(array.dtype))
    throw new DTypeError('cov', `fweights of dtype ${array.dtype}`, 'use integers, or aweights')
  return absolute(array)
}

/** What the sum of products is divided by. */
function freedom(count: number, total: NDArray, all: NDArray | null, a: NDArray | null, ddof: number): ArrayLike {
  if (all === null) return count - ddof
  if (ddof === 0) return total
  if (a === null) return subtract(total, ddof)
  return subtract(total, divide(multiply(ddof, sum(multiply(all, a))), total))
}

/**
 * The covariance of variables: how far each pair of them goes the same way.
 *
 * @param x [variables, observations], or one variable
 * @param y more variables, or `null`
 * @returns [variables, variables] in a float dtype; a scalar for one variable
 * @throws {ShapeError} when there are more than two dimensions, or weights do not fit
 * @throws {DTypeError} when `fweights` are no integers, or `dtype` no float
 * @example np.cov([[-1, 0, 1], [1, 0, -1]]) // [[1, -1], [-1, 1]]
 */
export const cov = byName(
  'cov',
  ['m', 'y', 'options'],
  (x: ArrayLike, y?: ArrayLike | null, options: CovOptions = {}): NDArray => {
    const { rowvar = true, bias = false, ddof, dtype } = options
    if (dtype !== undefined && !isFloat(dtype)) throw new DTypeError('cov', dtype, 'use a float dtype')
    const given = promoteDtypes('cov', y === undefined || y === null ? [x] : [x, y])
    const rows = concatenate(given.map((part) => variables('cov', inexact('cov', part), rowvar)))
    const data = dtype === undefined ? rows : convert(rows, dtype)
    const [, count] = data.shape as [number, number]
    const [f, a] = [weightsOf('fweights', options.fweights, count), weightsOf('aweights', options.aweights, count)]
    const raw = f === null ? a : a === null ? f : multiply(f, a)
    const all = raw === null || dtype === undefined ? raw : convert(raw, dtype)
    const center = average(data, { axis: 1, ...(all === null ? {} : { weights: all }) })
    const centered = subtract(data, lax.expandDims(center, [1]))
    const weighted = all === null ? centered : multiply(centered, all)
    const total = all === null ? lax.full([], count) : sum(all)
    const below = freedom(count, total, all, a, ddof ?? (bias ? 0 : 1))
    const out = divide(dot(weighted, lax.transpose(centered, [1, 0])), below)
    return out.size === 1 ? lax.reshape(out, []) : out
  },
)

/**
 * The correlation of variables: their covariance with each variable scaled to variance 1, in [-1, 1].
 *
 * @param x [variables, observations], or one variable
 * @returns [variables, variables] in a float dtype; a scalar for one variable
 * @throws {ShapeError} when there are more than two dimensions
 * @example np.corrcoef([[-1, 0, 1], [1, 0, -1]]) // [[1, -1], [-1, 1]]
 */
export const corrcoef = byName(
  'corrcoef',
  ['x', 'y', 'options'],
  (x: ArrayLike, y?: ArrayLike | null, options: Pick<CovOptions, 'rowvar' | 'dtype'> = {}): NDArray => {
    const c = cov(x, y, options)
    if (c.ndim === 0) return divide(c, c)
    const deviation = lax.sqrt(diagonal(c))
    return clip(divide(divide(c, lax.expandDims(deviation, [1])), deviation), -1, 1)
  },
)
