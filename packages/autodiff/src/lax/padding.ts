import { ShapeError } from '@proj/backend'

/** Elements added before and after each dimension; negative ones crop. */
export type Pads = readonly (readonly [low: number, high: number])[]

/** `SAME` keeps `⌈size / stride⌉` windows, with an odd element of padding at the end (`SAME_LOWER`: at the beginning); `VALID` pads nothing. */
export type PadType = 'SAME' | 'SAME_LOWER' | 'VALID'
export type Padding = PadType | Pads

/** A size with `dilation - 1` holes between two elements. */
export const dilateSize = (n: number, dilation: number): number => (n === 0 ? 0 : (n - 1) * dilation + 1)

/** How many windows of a size fit at a stride. */
export const strideSize = (n: number, window: number, stride: number): number =>
  n < window ? 0 : Math.floor((n - window) / stride) + 1

/**
 * The padding of each dimension that a padding type stands for. With dilation, pass dilated sizes.
 *
 * @throws {ShapeError} for an unknown type
 * @example lax.padtypeToPads([5], [3], [2], 'SAME') // [[1, 1]]
 */
export function padtypeToPads(
  inShape: readonly number[],
  windowShape: readonly number[],
  windowStrides: readonly number[],
  padding: PadType,
): Pads {
  const type = String(padding).toUpperCase()
  if (type === 'VALID') return inShape.map(() => [0, 0] as const)
  if (type !== 'SAME' && type !== 'SAME_LOWER')
    throw new ShapeError('padtypeToPads', `padding ${JSON.stringify(padding)}`, "use 'SAME', 'SAME_LOWER' or 'VALID'")
  return inShape.map((n, d) => {
    const [window, stride] = [windowShape[d] as number, windowStrides[d] as number]
    const total = Math.max((Math.ceil(n / stride) - 1) * stride + window - n, 0)
    const less = Math.floor(total / 2)
    return type === 'SAME' ? ([less, total - less] as const) : ([total - less, less] as const)
  })
}

/** The same padding, given either way. Sizes are the dilated ones. */
export function resolvePads(
  where: string,
  sizes: readonly number[],
  window: readonly number[],
  strides: readonly number[],
  padding: Padding,
): Pads {
  if (typeof padding === 'string') return padtypeToPads(sizes, window, strides, padding)
  if (padding.length !== sizes.length)
    throw new ShapeError(
      where,
      `${padding.length} pairs of padding for ${sizes.length} dimensions`,
      'give one pair [low, high] for each, or a padding type',
    )
  return padding
}
