import type { TypedArray } from '@proj/backend'
import type { GpuDType } from './layout.ts'

/** What a texel holds: one element, or four floats of a matrix that is about to be multiplied. */
export type Format = GpuDType | 'packed'

/** A place for a texture that an executable reads or writes: `texels` of them, laid out as `layout.ts` says. */
export interface Slot {
  readonly format: Format
  readonly texels: number
}

/** An array's slot: one element a texel. */
export type ArraySlot = Slot & { readonly format: GpuDType }

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

/** Work for which the device has no shader: operands are read back, computed with, and the results go up again. */
export interface HostPass {
  readonly label: string
  readonly inputs: readonly ArraySlot[]
  readonly outputs: readonly ArraySlot[]
  readonly compute: (operands: readonly TypedArray[]) => readonly TypedArray[]
}

export const isDrawn = (pass: Pass | HostPass): pass is Pass => 'source' in pass

/** What bounds a pass on a device. */
export interface DeviceLimits {
  /** Largest side of a texture. */
  readonly textureSize: number
  readonly samplers: number
  readonly drawBuffers: number
}
