import { numpy as np, random, ShapeError } from '@proj/autodiff'
import type { Initializer, InitializerOptions } from './initializer.ts'

export interface OrthogonalOptions extends InitializerOptions {
  /** What the matrix is multiplied by; 1 unless told. */
  readonly scale?: number
  /** Which dimension of the weight counts columns; the last unless told. */
  readonly columnAxis?: number
}

/**
 * A random matrix with orthonormal rows or columns, whichever are fewer, spread over the shape.
 *
 * Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning", ICLR 2014.
 *
 * @throws {ShapeError} when the weight has fewer than two dimensions
 * @example init.orthogonal()(random.PRNGKey(0), [3, 2]) // f32[3, 2]
 */
export const orthogonal =
  ({ scale = 1, columnAxis = -1, dtype: usual = 'float32' }: OrthogonalOptions = {}): Initializer =>
  (key, shape, dtype = usual) => {
    const columns = shape.at(columnAxis)
    if (shape.length < 2 || columns === undefined)
      throw new ShapeError('init.orthogonal', `a weight of shape [${shape.join()}]`, 'give it two dimensions or more')
    const size = shape.reduce((a, b) => a * b, 1)
    if (size === 0) return np.zeros(shape, dtype)
    const at = columnAxis < 0 ? columnAxis + shape.length : columnAxis
    const matrix = random.orthogonal(key, size / columns, { m: columns, dtype })
    const spread = matrix.reshape([...shape.toSpliced(at, 1), columns])
    return np.moveaxis(spread, -1, at).mul(np.array(scale, dtype))
  }

/**
 * A convolution's weight `[…window, in, out]` that is 0 but for an orthogonal matrix at the window's middle: it keeps norms at any depth.
 *
 * Source: Xiao et al., "Dynamical isometry and a mean field theory of CNNs", ICML 2018.
 *
 * @throws {ShapeError} when the weight has not 3 to 5 dimensions, or fewer outputs than inputs
 * @example init.deltaOrthogonal()(random.PRNGKey(0), [3, 2, 2]) // f32[3, 2, 2]
 */
export const deltaOrthogonal =
  (options: OrthogonalOptions = {}): Initializer =>
  (key, shape, dtype = options.dtype ?? 'float32') => {
    const [inputs, outputs] = shape.slice(-2) as [number, number]
    if (shape.length < 3 || shape.length > 5 || outputs < inputs)
      throw new ShapeError(
        'init.deltaOrthogonal',
        `a weight of shape [${shape.join()}]`,
        'give it one to three window dimensions, inputs, and at least as many outputs',
      )
    const matrix = orthogonal(options)(key, [inputs, outputs], dtype)
    const around = shape.slice(0, -2).map((n) => [Math.floor((n - 1) / 2), n - 1 - Math.floor((n - 1) / 2)] as const)
    const windowed = matrix.reshape([...around.map(() => 1), inputs, outputs])
    return np.pad(windowed, [...around, [0, 0], [0, 0]])
  }
