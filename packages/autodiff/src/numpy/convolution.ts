import type { DType } from '@proj/backend'
import { type ArrayLike, formatArray, type NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { convert, inexact, promoteDtypes } from './coerce.ts'

/** Which sums are kept: those where the two overlap at all, as many as the longer one has, or those where they overlap wholly. */
export type ConvolutionMode = 'full' | 'same' | 'valid'

export interface ConvolutionOptions {
  readonly mode?: ConvolutionMode
  readonly precision?: lax.PrecisionLike
  /** The dtype of the result; default: that of the operands, as floats. */
  readonly preferredElementType?: DType
}

const paddings: { readonly [M in ConvolutionMode]: (n: number) => readonly [before: number, after: number] } = {
  full: (n) => [n - 1, n - 1],
  same: (n) => [n >> 1, n - (n >> 1) - 1],
  valid: () => [0, 0],
}

type Pair = readonly [NDArray, NDArray]

function vectors(where: string, x: ArrayLike, y: ArrayLike, dtype: DType | undefined): Pair {
  const given = promoteDtypes(where, [x, y])
  const pair = given.map((side) => (dtype === undefined ? inexact(where, side) : convert(side, dtype)))
  const [a, b] = pair as [NDArray, NDArray]
  if (a.ndim !== 1 || b.ndim !== 1 || a.size * b.size === 0)
    throw new ShapeError(where, `${formatArray(a)} and ${formatArray(b)}`, 'pass two vectors that are not empty')
  return [a, b]
}

/** The sums of products of the shorter `y` with each stretch of `x`. */
function slide(where: string, [x, y]: Pair, { mode = 'full' }: ConvolutionOptions): NDArray {
  const padding = paddings[mode]
  if (padding === undefined)
    throw new ShapeError(where, `mode ${JSON.stringify(mode)}`, `use one of ${Object.keys(paddings).join(', ')}`)
  const rows = [x, y].map((side) => lax.reshape(side, [1, 1, side.size])) as [NDArray, NDArray]
  const out = lax.convGeneralDilated(...rows, [1], [padding(y.size)])
  return lax.reshape(out, [out.size])
}

const ordered = ([x, y]: Pair): Pair => (x.size < y.size ? [y, x] : [x, y])

/**
 * The convolution of two vectors: `out[k] = Σ x[i] · y[k - i]`.
 *
 * @returns a float vector; of length `n + m - 1` (mode `full`, the default), `max(n, m)` (`same`) or `max(n, m) - min(n, m) + 1` (`valid`)
 * @throws {ShapeError} when an operand is no vector, or empty
 * @example np.convolve([1, 2, 3], [0, 1]) // [0, 1, 2, 3]
 */
export function convolve(x: ArrayLike, y: ArrayLike, options: ConvolutionMode | ConvolutionOptions = {}): NDArray {
  const given = typeof options === 'string' ? { mode: options } : options
  const [long, short] = ordered(vectors('convolve', x, y, given.preferredElementType))
  return slide('convolve', [long, lax.rev(short, [0])], given)
}

/**
 * The correlation of two vectors: `out[k] = Σ x[i + k] · y[i]`.
 *
 * @returns a float vector; of length `max(n, m) - min(n, m) + 1` (mode `valid`, the default), `max(n, m)` (`same`) or `n + m - 1` (`full`)
 * @throws {ShapeError} when an operand is no vector, or empty
 * @example np.correlate([1, 2, 3], [0, 1]) // [2, 3]
 */
export function correlate(x: ArrayLike, y: ArrayLike, options: ConvolutionMode | ConvolutionOptions = {}): NDArray {
  const given = { mode: 'valid', ...(typeof options === 'string' ? { mode: options } : options) } as const
  const pair = vectors('correlate', x, y, given.preferredElementType)
  const out = slide('correlate', ordered(pair), given)
  return pair[0].size < pair[1].size ? lax.rev(out, [0]) : out
}
