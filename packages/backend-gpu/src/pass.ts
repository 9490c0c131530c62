import type { GpuDType } from './layout.ts'

/** What a texel holds: one element, or four floats of a matrix that is about to be multiplied. */
export type Format = GpuDType | 'packed'

/** A place for a texture that an executable reads or writes: `texels` of them, laid out as `layout.ts` says. */
export interface Slot {
  readonly format: Format
  readonly texels: number
}

/** One draw: a fragment shader run once for each texel of its outputs, which all have as many. */
export interface Pass {
  /** For people: what it computes. */
  readonly label: string
  readonly source: string
  /** In the order of the samplers `s0`, `s1` … */
  readonly inputs: readonly Slot[]
  /** In the order of the colour attachments. */
  readonly outputs: readonly Slot[]
}

/** What bounds a pass on a device. */
export interface DeviceLimits {
  /** Largest side of a texture. */
  readonly textureSize: number
  readonly samplers: number
  readonly drawBuffers: number
}
