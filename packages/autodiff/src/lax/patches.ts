import { sizeOf } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { type ConvOptions, convDimensionNumbers, convGeneralDilated } from './convolution.ts'
import { convertElementType, eq } from './elementwise.ts'
import { broadcastedIota, broadcastInDim, reshape, transpose } from './movement.ts'
import type { Padding } from './padding.ts'
import { dotGeneral } from './reduce.ts'

export type PatchOptions = Omit<ConvOptions, 'featureGroupCount' | 'batchGroupCount'>

const inverse = (permutation: readonly number[]): number[] => permutation.map((_, i) => permutation.indexOf(i))

/**
 * What each window of a convolution sees, flattened into the channels of the result: channel of `lhs` first, then the window's dimensions.
 *
 * @param filterShape the window, in the order of the kernel's layout
 * @returns as the convolution, with `in · window` channels
 * @example lax.convGeneralDilatedPatches(np.ones([1, 1, 4]), [2], [1], 'VALID').shape // [1, 2, 3]
 */
export function convGeneralDilatedPatches(
  lhs: NDArray,
  filterShape: readonly number[],
  windowStrides: readonly number[],
  padding: Padding,
  options: PatchOptions = {},
): NDArray {
  const numbers = convDimensionNumbers(lhs.shape, [1, 1, ...filterShape], options.dimensionNumbers ?? null)
  const size = sizeOf(filterShape)
  const channels = lhs.shape[numbers.lhsSpec[1] as number] as number
  const square = [size, size]
  const eye = convertElementType(
    eq(broadcastedIota('int32', square, 0), broadcastedIota('int32', square, 1)),
    lhs.dtype,
  )
  const each = broadcastInDim(eye, [channels, size, size], [1, 2])
  const kernel = reshape(each, [channels * size, 1, ...filterShape])
  return convGeneralDilated(lhs, transpose(kernel, inverse(numbers.rhsSpec)), windowStrides, padding, {
    ...options,
    dimensionNumbers: numbers,
    featureGroupCount: channels,
  })
}

/**
 * A convolution whose kernel differs from place to place.
 *
 * @param rhs laid out as a kernel, with the space of the result in place of the window, which is flattened into its input channels as
 * `convGeneralDilatedPatches` does
 * @example lax.convGeneralDilatedLocal(np.ones([1, 1, 3]), np.ones([1, 2, 2]), [1], 'VALID', [2]).shape // [1, 1, 2]
 */
export function convGeneralDilatedLocal(
  lhs: NDArray,
  rhs: NDArray,
  windowStrides: readonly number[],
  padding: Padding,
  filterShape: readonly number[],
  options: PatchOptions = {},
): NDArray {
  const patches = convGeneralDilatedPatches(lhs, filterShape, windowStrides, padding, options)
  const numbers = convDimensionNumbers(lhs.shape, [1, 1, ...filterShape], options.dimensionNumbers ?? null)
  const [outBatch, outChannels, ...outSpace] = numbers.outSpec as [number, number, ...number[]]
  const [, rhsChannels, ...rhsSpace] = numbers.rhsSpec as [number, number, ...number[]]
  const product = dotGeneral(patches, rhs, [
    [[outChannels], [rhsChannels]],
    [outSpace, rhsSpace],
  ])
  // The product has the dimensions of space, then batch, then output channels.
  const order = [...outSpace, outBatch, outChannels]
  return transpose(product, inverse(order))
}
