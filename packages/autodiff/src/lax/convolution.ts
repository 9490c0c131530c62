import { type DType, type Params, ShapeError } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { bind } from '../trace.ts'
import { rev, transpose } from './movement.ts'
import { dilateSize, type Padding, type Pads, type PadType, resolvePads, strideSize } from './padding.ts'

/** Where each array has batch and channels (`rhs`: output and input channels), then its dimensions of space in the order of `rhs`. */
export interface ConvDimensionNumbers {
  readonly lhsSpec: readonly number[]
  readonly rhsSpec: readonly number[]
  readonly outSpec: readonly number[]
}

/**
 * Layouts in letters, `['NHWC', 'HWIO', 'NHWC']`: `N` batch, `C` channels, `O` and `I` output and input channels, any others for space. `null` is
 * `['NCHW', 'OIHW', 'NCHW']` for as much space as there is.
 */
export type ConvGeneralDilatedDimensionNumbers =
  | ConvDimensionNumbers
  | readonly [lhs: string, rhs: string, out: string]
  | null

const pairs = ['NC', 'OI', 'NC'] as const

function checkLayouts(layouts: readonly [string, string, string], rank: number): void {
  const space = layouts.map((layout, i) => [...layout].filter((c) => !(pairs[i] as string).includes(c)))
  const isWhole = layouts.every(
    (layout, i) =>
      layout.length === rank &&
      new Set(layout).size === rank &&
      [...(pairs[i] as string)].every((c) => layout.includes(c)),
  )
  const isSame = space.every((letters) => letters.toSorted().join() === space[0]?.toSorted().join())
  if (!isWhole || !isSame)
    throw new ShapeError(
      'convDimensionNumbers',
      `layouts ${layouts.join(', ')} for arrays of rank ${rank}`,
      'use each letter once: N and C (rhs: O and I), and the same letters of space in all three',
    )
}

/**
 * Layouts as positions.
 *
 * @throws {ShapeError} when a layout does not fit the rank, or the letters of space differ
 * @example lax.convDimensionNumbers([1, 5, 5, 3], [2, 2, 3, 4], ['NHWC', 'HWIO', 'NHWC']).lhsSpec // [0, 3, 1, 2]
 */
export function convDimensionNumbers(
  lhsShape: readonly number[],
  rhsShape: readonly number[],
  dimensionNumbers: ConvGeneralDilatedDimensionNumbers,
): ConvDimensionNumbers {
  if (lhsShape.length !== rhsShape.length || lhsShape.length < 2)
    throw new ShapeError(
      'convolution',
      `[${lhsShape.join()}] and [${rhsShape.join()}]`,
      'both have batch or output channels, channels, and the same number of dimensions of space',
    )
  const same = lhsShape.map((_, i) => i)
  if (dimensionNumbers === null) return { lhsSpec: same, rhsSpec: same, outSpec: same }
  if (!isLayouts(dimensionNumbers)) return dimensionNumbers
  checkLayouts(dimensionNumbers, lhsShape.length)
  const order = [...dimensionNumbers[1]].filter((c) => !'OI'.includes(c))
  const [lhsSpec, rhsSpec, outSpec] = dimensionNumbers.map((layout, i) =>
    [...(pairs[i] as string), ...order].map((c) => layout.indexOf(c)),
  ) as [number[], number[], number[]]
  return { lhsSpec, rhsSpec, outSpec }
}

const isLayouts = (x: object): x is readonly [string, string, string] => Array.isArray(x)

const inverse = (permutation: readonly number[]): number[] => permutation.map((_, i) => permutation.indexOf(i))
const take = (shape: readonly number[], spec: readonly number[]): number[] => spec.map((d) => shape[d] as number)

export interface ConvOptions {
  /** Holes between elements of `lhs`, as one more than their number: a transposed convolution. Default: none. */
  readonly lhsDilation?: readonly number[]
  /** Holes between elements of `rhs`: an atrous convolution. */
  readonly rhsDilation?: readonly number[]
  readonly dimensionNumbers?: ConvGeneralDilatedDimensionNumbers
  /** Splits channels into as many independent convolutions. Default: 1. */
  readonly featureGroupCount?: number
  /** Splits examples into as many independent convolutions. Default: 1. */
  readonly batchGroupCount?: number
  /** To sum in, and of the result. Default: that of `lhs`. */
  readonly preferredElementType?: DType
}

/** The op itself, on arrays laid out as it asks. */
export const bindConv = (lhs: NDArray, rhs: NDArray, params: Params<'convGeneralDilated'>): NDArray =>
  bind('convGeneralDilated', [lhs, rhs], params)[0]

/**
 * Cross-correlation of any number of dimensions, with strides, padding, dilation and groups.
 *
 * @param padding a type, or a pair `[low, high]` for each dimension of space
 * @throws {ShapeError} when channels, groups or layouts do not fit
 * @example
 * const image = np.ones([1, 5, 5, 3])
 * const kernel = np.ones([3, 3, 3, 8])
 * lax.convGeneralDilated(image, kernel, [1, 1], 'SAME', { dimensionNumbers: ['NHWC', 'HWIO', 'NHWC'] }).shape // [1, 5, 5, 8]
 *
 * Source: "Conv" in XLA's operation semantics.
 */
export function convGeneralDilated(
  lhs: NDArray,
  rhs: NDArray,
  windowStrides: readonly number[],
  padding: Padding,
  options: ConvOptions = {},
): NDArray {
  const {
    dimensionNumbers = null,
    featureGroupCount = 1,
    batchGroupCount = 1,
    preferredElementType = lhs.dtype,
  } = options
  const { lhsSpec, rhsSpec, outSpec } = convDimensionNumbers(lhs.shape, rhs.shape, dimensionNumbers)
  const ones = windowStrides.map(() => 1)
  const { lhsDilation = ones, rhsDilation = ones } = options
  const window = take(rhs.shape, rhsSpec.slice(2)).map((n, d) => dilateSize(n, rhsDilation[d] as number))
  const pads = resolvePads('convGeneralDilated', take(lhs.shape, lhsSpec.slice(2)), window, windowStrides, padding)
  const out = bindConv(transpose(lhs, lhsSpec), transpose(rhs, rhsSpec), {
    windowStrides,
    low: pads.map((pair) => pair[0]),
    high: pads.map((pair) => pair[1]),
    lhsDilation,
    rhsDilation,
    featureGroupCount,
    batchGroupCount,
    preferredElementType,
  })
  return transpose(out, inverse(outSpec))
}

/**
 * Cross-correlation of `lhs` `[batch, in, …space]` with `rhs` `[out, in, …window]`.
 *
 * @example lax.conv(np.ones([1, 1, 4]), np.ones([2, 1, 3]), [1], 'SAME') // f32[1,2,4]
 */
export const conv = (
  lhs: NDArray,
  rhs: NDArray,
  windowStrides: readonly number[],
  padding: PadType,
  options: Pick<ConvOptions, 'preferredElementType'> = {},
): NDArray => convGeneralDilated(lhs, rhs, windowStrides, padding, options)

/** `conv` with any padding and dilation. @example lax.convWithGeneralPadding(np.ones([1, 1, 4]), np.ones([1, 1, 3]), [1], [[1, 1]]) // f32[1,1,4] */
export const convWithGeneralPadding = (
  lhs: NDArray,
  rhs: NDArray,
  windowStrides: readonly number[],
  padding: Padding,
  lhsDilation?: readonly number[] | null,
  rhsDilation?: readonly number[] | null,
  options: Pick<ConvOptions, 'preferredElementType'> = {},
): NDArray =>
  convGeneralDilated(lhs, rhs, windowStrides, padding, {
    ...(lhsDilation ? { lhsDilation } : {}),
    ...(rhsDilation ? { rhsDilation } : {}),
    ...options,
  })

/** Padding of the strided input that gives a transposed convolution the size its forward one came from. */
function transposePads(
  window: number,
  stride: number,
  padding: PadType | readonly [number, number],
): readonly [number, number] {
  if (typeof padding !== 'string') return [window - padding[0] - 1, window - padding[1] - 1]
  const isSame = padding === 'SAME'
  const total = window + stride - 2 + (isSame ? 0 : Math.max(window - stride, 0))
  const low = isSame && stride <= window - 1 ? Math.ceil(total / 2) : window - 1
  return [low, total - low]
}

const channelsLast: { readonly [rank: number]: readonly [string, string, string] } = {
  2: ['NC', 'IO', 'NC'],
  3: ['NHC', 'HIO', 'NHC'],
  4: ['NHWC', 'HWIO', 'NHWC'],
  5: ['NHWDC', 'HWDIO', 'NHWDC'],
}

export interface ConvTransposeOptions {
  readonly rhsDilation?: readonly number[]
  /** Default: channels last, `['NHWC', 'HWIO', 'NHWC']`. */
  readonly dimensionNumbers?: ConvGeneralDilatedDimensionNumbers
  /** Turns the kernel round in space and swaps its channels: then this is the gradient of a convolution with it. */
  readonly transposeKernel?: boolean
  /** Whether pairs of padding, too, are those of the forward convolution. */
  readonly useConsistentPadding?: boolean
  readonly preferredElementType?: DType
}

/**
 * A convolution with fractional strides: each element of `lhs` spreads over `strides` elements of the result.
 *
 * @param padding of the forward convolution when it is a type; pairs are added to the dilated input
 * @example lax.convTranspose(np.ones([1, 3, 1]), np.ones([2, 1, 1]), [2], 'SAME').shape // [1, 6, 1]
 */
export function convTranspose(
  lhs: NDArray,
  rhs: NDArray,
  strides: readonly number[],
  padding: Padding,
  options: ConvTransposeOptions = {},
): NDArray {
  const { transposeKernel = false, useConsistentPadding = false, rhsDilation = strides.map(() => 1) } = options
  const layouts = options.dimensionNumbers ?? channelsLast[lhs.ndim] ?? null
  const numbers = convDimensionNumbers(lhs.shape, rhs.shape, layouts)
  const [o, i, ...space] = numbers.rhsSpec as [number, number, ...number[]]
  const isForward = useConsistentPadding || padding === 'SAME' || padding === 'VALID'
  const pads = isForward
    ? space.map((dim, d) =>
        transposePads(
          dilateSize(rhs.shape[dim] as number, rhsDilation[d] as number),
          strides[d] as number,
          typeof padding === 'string' ? padding : (padding[d] as readonly [number, number]),
        ),
      )
    : padding
  const swapped = rhs.shape.map((_, d) => (d === o ? i : d === i ? o : d))
  return convGeneralDilated(
    lhs,
    transposeKernel ? transpose(rev(rhs, space), swapped) : rhs,
    strides.map(() => 1),
    pads,
    {
      lhsDilation: strides,
      rhsDilation,
      dimensionNumbers: numbers,
      ...(options.preferredElementType === undefined ? {} : { preferredElementType: options.preferredElementType }),
    },
  )
}

/**
 * The shape of a convolution of arrays of these shapes, laid out as `conv` has them.
 *
 * @example lax.convShapeTuple([1, 3, 8, 8], [5, 3, 3, 3], [2, 2], 'VALID') // [1, 5, 3, 3]
 */
export function convShapeTuple(
  lhsShape: readonly number[],
  rhsShape: readonly number[],
  strides: readonly number[],
  padding: Padding,
  batchGroupCount = 1,
): readonly number[] {
  const [batch, , ...space] = lhsShape as [number, number, ...number[]]
  const [channels, , ...window] = rhsShape as [number, number, ...number[]]
  const pads = resolvePads('convShapeTuple', space, window, strides, padding)
  const places = space.map((n, d) => {
    const [low, high] = pads[d] as readonly [number, number]
    return strideSize(n + low + high, window[d] as number, strides[d] as number)
  })
  return [batch / batchGroupCount, channels, ...places]
}

/**
 * The same under any layout.
 *
 * @example lax.convGeneralShapeTuple([1, 8, 8, 3], [3, 3, 3, 5], [1, 1], 'SAME', ['NHWC', 'HWIO', 'NHWC']) // [1, 8, 8, 5]
 */
export function convGeneralShapeTuple(
  lhsShape: readonly number[],
  rhsShape: readonly number[],
  windowStrides: readonly number[],
  padding: Padding,
  dimensionNumbers: ConvGeneralDilatedDimensionNumbers,
): readonly number[] {
  const { lhsSpec, rhsSpec, outSpec } = convDimensionNumbers(lhsShape, rhsShape, dimensionNumbers)
  const shape = convShapeTuple(take(lhsShape, lhsSpec), take(rhsShape, rhsSpec), windowStrides, padding)
  return take(shape, inverse(outSpec))
}

/**
 * The shape of a `convTranspose`.
 *
 * @example lax.convTransposeShapeTuple([1, 8, 8, 3], [3, 3, 3, 5], [2, 2], 'SAME', ['NHWC', 'HWIO', 'NHWC']) // [1, 16, 16, 5]
 */
export function convTransposeShapeTuple(
  lhsShape: readonly number[],
  rhsShape: readonly number[],
  windowStrides: readonly number[],
  padding: Padding,
  dimensionNumbers: ConvGeneralDilatedDimensionNumbers,
): readonly number[] {
  const { lhsSpec, rhsSpec, outSpec } = convDimensionNumbers(lhsShape, rhsShape, dimensionNumbers)
  const [batch, , ...space] = take(lhsShape, lhsSpec) as [number, number, ...number[]]
  const [channels, , ...window] = take(rhsShape, rhsSpec) as [number, number, ...number[]]
  const pads: Pads =
    typeof padding === 'string' ? window.map((n, d) => transposePads(n, windowStrides[d] as number, padding)) : padding
  const places = space.map((n, d) => {
    const [low, high] = pads[d] as readonly [number, number]
    return (n - 1) * (windowStrides[d] as number) - (window[d] as number) + 2 + low + high
  })
  return take([batch, channels, ...places], inverse(outSpec))
}
