import type { DType } from '@proj/backend'

/** The dtypes a WebGL2 texture holds exactly. */
export type GpuDType = 'float32' | 'int32' | 'uint32' | 'bool'

export const gpuDTypes: ReadonlySet<DType> = new Set<GpuDType>(['float32', 'int32', 'uint32', 'bool'])

export const isGpuDType = (dtype: DType): dtype is GpuDType => gpuDTypes.has(dtype)

/** Where `n` elements lie: index `i` in texel `(i mod 2^rowBits, i >> rowBits)`, one element a texel. */
export interface Extent {
  /** Texels that hold elements: `width · height ≥ n`, only the last row partly filled. */
  readonly width: number
  readonly height: number
  readonly rowBits: number
}

const minRowBits = 10

/**
 * The extent of `n` elements. It depends on `n` alone, so arrays of one size lie alike and an elementwise shader can
 * read all its operands at its own texel.
 *
 * @param maxSize the device's largest texture side, a power of two
 */
export function extentOf(n: number, maxSize: number): Extent {
  let rowBits = minRowBits
  while (n > 2 ** rowBits * maxSize) rowBits++
  const row = 2 ** rowBits
  return { width: Math.max(1, Math.min(n, row)), height: Math.max(1, Math.ceil(n / row)), rowBits }
}

/** Elements of the largest array a device can hold. */
export const capacity = (maxSize: number): number => maxSize * maxSize

/**
 * Sides are rounded up so that arrays of nearby sizes share textures: a short row to a power of two, the count of rows
 * to an eighth of one (so at most an eighth is wasted).
 */
export function allocatedSize(extent: Extent): readonly [width: number, height: number] {
  const { width, height, rowBits } = extent
  if (height === 1) return [nextPowerOfTwo(width), 1]
  const step = Math.max(1, nextPowerOfTwo(height) / 16)
  return [2 ** rowBits, Math.ceil(height / step) * step]
}

const nextPowerOfTwo = (n: number): number => 2 ** Math.ceil(Math.log2(n))
