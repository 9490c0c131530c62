import { type NDArray, numpy as np, random, ShapeError, typeOf } from '@proj/autodiff'
import { TreeClass } from '@proj/tree'

/**
 * Affine map of one example: `x · weightᵀ + bias`. For a batch, wrap the call in `vmap`.
 *
 * `weight` is `f32[out, in]`, drawn from the standard normal; `bias` is `f32[out]`, zeros.
 *
 * @throws {ShapeError} when a size is no positive integer
 * @example new Linear(3, 2, { key: random.PRNGKey(0) }).call(np.ones([3])) // f32[2]
 *
 * Source: sepes, "Sharing/Tie weights".
 */
export class Linear extends TreeClass {
  weight: NDArray
  bias: NDArray

  constructor(inFeatures: number, outFeatures: number, { key }: { readonly key: NDArray }) {
    super()
    checkSize('inFeatures', inFeatures)
    checkSize('outFeatures', outFeatures)
    this.weight = random.normal(key, [outFeatures, inFeatures])
    this.bias = np.zeros([outFeatures])
  }

  /**
   * @param x `f32[in]`
   * @returns `f32[out]`
   * @throws {ShapeError} when `x` is not a vector of length `in`
   */
  call(x: NDArray): NDArray {
    const [, inFeatures] = this.weight.shape
    if (x.ndim !== 1 || x.shape[0] !== inFeatures)
      throw new ShapeError(
        'Linear.call',
        `x is ${typeOf(x)}`,
        `pass one example of shape [${inFeatures}]; for a batch use vmap((row) => layer.call(row))`,
      )
    return x.matmul(this.weight.T).add(this.bias)
  }
}

function checkSize(name: string, size: number): void {
  if (!Number.isInteger(size) || size < 1)
    throw new ShapeError('Linear', `${name} is ${size}`, 'sizes are positive integers')
}
