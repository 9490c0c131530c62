import { type DType, isFloat } from '@proj/backend'
import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { byName } from '../byName.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { add, multiply } from '../numpy/arithmetic.ts'
import { broadcastShapes } from '../numpy/broadcast.ts'
import { inexact, promoteDtypes } from '../numpy/coerce.ts'
import { checkShape } from '../numpy/creation.ts'
import { cholesky, eigh, qr, svd } from '../numpy/linalg/decompose.ts'
import { diagonal } from '../numpy/linalg/products.ts'
import { matvec } from '../numpy/products.ts'
import { matrixTranspose } from '../numpy/shape.ts'
import { normal } from './distributions.ts'
import { checkKey } from './key.ts'
import { floatDtype, type Shape } from './uniform.ts'

export interface MultivariateNormalOptions {
  /** Default: that of the parameters. */
  readonly dtype?: DType
  /** How a square root of the covariance is taken; `cholesky`, the default, is the fastest, the others take singular ones. */
  readonly method?: 'cholesky' | 'eigh' | 'svd'
}

/** A factor `A` with `A Aᵀ = cov`. */
const factors: { readonly [M in NonNullable<MultivariateNormalOptions['method']>]: (cov: NDArray) => NDArray } = {
  cholesky: (cov) => cholesky(cov),
  eigh: (cov) => {
    const [values, vectors] = eigh(cov)
    return columnsTimes(vectors, lax.sqrt(values))
  },
  svd: (cov) => {
    const [u, s] = svd(cov)
    return columnsTimes(u, lax.sqrt(s))
  },
}

const columnsTimes = (x: NDArray, y: NDArray): NDArray => multiply(x, lax.expandDims(y, [y.ndim - 1]))

/**
 * Normal vectors with a mean and a covariance: `mean + A z`, where `A Aᵀ` is the covariance and `z` standard normal.
 *
 * @param mean `[..., n]`
 * @param cov `[..., n, n]`, symmetric and positive semidefinite (for `cholesky`, definite; else NaN)
 * @param shape of the batch; default: what `mean` and `cov` broadcast to
 * @returns `[...shape, n]`
 * @throws {ShapeError} when the sizes do not fit
 * @example random.multivariateNormal(key, [0, 1], [[1, 0.5], [0.5, 1]], [10]) // f32[10,2]
 */
export const multivariateNormal = byName(
  'multivariateNormal',
  ['key', 'mean', 'cov', 'shape', 'options'],
  (
    key: NDArray,
    mean: ArrayLike,
    cov: ArrayLike,
    shape?: Shape | null,
    options: DType | MultivariateNormalOptions = {},
  ): NDArray => {
    const where = 'multivariateNormal'
    const { dtype: asked, method = 'cholesky' } = typeof options === 'string' ? { dtype: options } : options
    const [center, covariance] = promoteDtypes(where, [mean, cov]).map((x) => inexact(where, x)) as [NDArray, NDArray]
    const n = center.shape.at(-1)
    if (n === undefined || covariance.ndim < 2 || covariance.shape.slice(-2).some((size) => size !== n))
      throw new ShapeError(
        where,
        `a mean ${formatArray(center)} and a covariance ${formatArray(covariance)}`,
        'pass [..., n] and [..., n, n]',
      )
    const dtype = asked ?? center.dtype
    if (!isFloat(dtype)) throw new DTypeError(where, dtype, 'use a float dtype')
    if (!Object.hasOwn(factors, method))
      throw new DTypeError(where, `the method ${String(method)}`, `use ${Object.keys(factors).join(', ')}`)
    const own = broadcastShapes(where, [center.shape.slice(0, -1), covariance.shape.slice(0, -2)], [center, covariance])
    const batch = shape === undefined || shape === null ? own : checkShape(where, shape)
    if (broadcastShapes(where, [batch, own]).join() !== batch.join())
      throw new ShapeError(
        where,
        `parameters for [${own.join()}] and samples [${batch.join()}]`,
        'they must broadcast to it',
      )
    const z = normal(checkKey(where, key), [...batch, n], dtype)
    return add(center, matvec(factors[method](covariance), z))
  },
)

export interface OrthogonalOptions {
  /** How many, as a shape; default: one. */
  readonly shape?: Shape
  readonly dtype?: DType
  /** Columns; default: `n`. */
  readonly m?: number
}

/**
 * Matrices with orthonormal rows or columns, whichever are fewer, every one as likely.
 *
 * @param n rows
 * @param options a shape of many, or an object
 * @returns `f32[...shape, n, m]`
 * @throws {ShapeError} when a size is no natural number
 * @example random.orthogonal(key, 3) // f32[3,3]
 *
 * Source: Mezzadri, "How to generate random matrices from the classical compact groups", Notices of the AMS 54, 2007.
 */
export function orthogonal(key: NDArray, n: number, options: Shape | OrthogonalOptions = {}): NDArray {
  const isShape = typeof options === 'number' || 'length' in options
  const { shape = [], dtype: asked, m = n } = isShape ? { shape: options as Shape } : (options as OrthogonalOptions)
  const dtype = floatDtype('orthogonal', asked)
  const batch = checkShape('orthogonal', shape)
  const sizes = checkShape('orthogonal', [Math.max(n, m), Math.min(n, m)])
  const [q, r] = qr(normal(checkKey('orthogonal', key), [...batch, ...sizes], dtype))
  // Without it, the signs would be those that the elimination happens to leave.
  const fair = columnsTimes(q, lax.sign(diagonal(r)))
  return n < m ? matrixTranspose(fair) : fair
}
