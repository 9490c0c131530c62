import { type NDArray, numpy as np, random, ShapeError } from '@proj/autodiff'
import type { Initializer, InitializerOptions } from './initializer.ts'

type Axis = number | readonly number[]

export interface FanOptions extends InitializerOptions {
  /** Which dimensions of the weight count its inputs; -2 unless told. */
  readonly inAxis?: Axis
  /** And its outputs; -1 unless told. */
  readonly outAxis?: Axis
  /** And independent copies; none unless told. */
  readonly batchAxis?: Axis
}

export type FanMode = 'fanIn' | 'fanOut' | 'fanAvg' | 'fanGeoAvg'
export type Distribution = 'truncatedNormal' | 'normal' | 'uniform'

/** How many values feed an output, and how many an input feeds; the dimensions that are neither are the receptive field. */
function fans(
  shape: readonly number[],
  { inAxis = -2, outAxis = -1, batchAxis = [] }: FanOptions,
): readonly [number, number] {
  if (shape.length < 2 && inAxis === -2)
    throw new ShapeError(
      'init',
      `a weight of shape [${shape.join()}]`,
      'give it two dimensions, or say inAxis and outAxis',
    )
  const size = (axis: Axis): number =>
    [axis].flat().reduce((product, a) => {
      const n = shape.at(a)
      if (n === undefined)
        throw new ShapeError('init', `axis ${a} of a weight of shape [${shape.join()}]`, 'name one it has')
      return product * n
    }, 1)
  const [inputs, outputs] = [size(inAxis), size(outAxis)]
  const field = shape.reduce((a, b) => a * b, 1) / inputs / outputs / size(batchAxis)
  return [inputs * field, outputs * field]
}

const denominators: { readonly [M in FanMode]: (fanIn: number, fanOut: number) => number } = {
  fanIn: (fanIn) => fanIn,
  fanOut: (_, fanOut) => fanOut,
  fanAvg: (fanIn, fanOut) => (fanIn + fanOut) / 2,
  fanGeoAvg: (fanIn, fanOut) => Math.sqrt(fanIn * fanOut),
}

/** Of the standard normal cut off at ±2. */
const truncatedStddev = 0.87962566103423978

type Draw = (key: NDArray, shape: readonly number[], dtype: NDArray['dtype'], variance: NDArray) => NDArray

const draws: { readonly [D in Distribution]: Draw } = {
  truncatedNormal: (key, shape, dtype, variance) =>
    random.truncatedNormal(key, -2, 2, shape, { dtype }).mul(np.sqrt(variance).div(np.array(truncatedStddev, dtype))),
  normal: (key, shape, dtype, variance) => random.normal(key, shape, { dtype }).mul(np.sqrt(variance)),
  uniform: (key, shape, dtype, variance) =>
    random.uniform(key, shape, { dtype, minval: -1, maxval: 1 }).mul(np.sqrt(variance.mul(3))),
}

/**
 * Mean 0 and variance `scale / n`, `n` the fan that `mode` names: sums over that many stay of one size from layer to layer.
 *
 * Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.
 *
 * @throws {ShapeError} when the weight lacks the axes
 * @example init.varianceScaling(1, 'fanAvg', 'uniform')(random.PRNGKey(0), [3, 2]) // f32[3, 2]
 */
export const varianceScaling =
  (scale: number, mode: FanMode, distribution: Distribution, options: FanOptions = {}): Initializer =>
  (key, shape, dtype = options.dtype ?? 'float32') => {
    const [fanIn, fanOut] = fans(shape, options)
    return draws[distribution](key, shape, dtype, np.array(scale / denominators[mode](fanIn, fanOut), dtype))
  }

/**
 * Variance `2 / (fanIn + fanOut)`, uniform; also called `xavierUniform`.
 *
 * @example init.glorotUniform()(random.PRNGKey(0), [3, 2]) // f32[3, 2]
 */
export const glorotUniform = (options?: FanOptions): Initializer => varianceScaling(1, 'fanAvg', 'uniform', options)

/**
 * Variance `2 / (fanIn + fanOut)`, normal cut off at two standard deviations; also called `xavierNormal`.
 *
 * @example init.glorotNormal()(random.PRNGKey(0), [3, 2]) // f32[3, 2]
 */
export const glorotNormal = (options?: FanOptions): Initializer =>
  varianceScaling(1, 'fanAvg', 'truncatedNormal', options)

/**
 * Variance `1 / fanIn`, uniform. Source: LeCun et al., "Efficient backprop", 1998.
 *
 * @example init.lecunUniform()(random.PRNGKey(0), [3, 2]) // f32[3, 2]
 */
export const lecunUniform = (options?: FanOptions): Initializer => varianceScaling(1, 'fanIn', 'uniform', options)

/**
 * Variance `1 / fanIn`, normal cut off at two standard deviations.
 *
 * @example init.lecunNormal()(random.PRNGKey(0), [3, 2]) // f32[3, 2]
 */
export const lecunNormal = (options?: FanOptions): Initializer =>
  varianceScaling(1, 'fanIn', 'truncatedNormal', options)

/**
 * Variance `2 / fanIn`, uniform; also called `kaimingUniform`. Source: He et al., "Delving deep into rectifiers", ICCV 2015.
 *
 * @example init.heUniform()(random.PRNGKey(0), [3, 2]) // f32[3, 2]
 */
export const heUniform = (options?: FanOptions): Initializer => varianceScaling(2, 'fanIn', 'uniform', options)

/**
 * Variance `2 / fanIn`, normal cut off at two standard deviations; also called `kaimingNormal`.
 *
 * @example init.heNormal()(random.PRNGKey(0), [3, 2]) // f32[3, 2]
 */
export const heNormal = (options?: FanOptions): Initializer => varianceScaling(2, 'fanIn', 'truncatedNormal', options)

export {
  glorotNormal as xavierNormal,
  glorotUniform as xavierUniform,
  heNormal as kaimingNormal,
  heUniform as kaimingUniform,
}
