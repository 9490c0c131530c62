import type { TypedArray } from '../dtype.ts'
import type { Kernel, KernelTable } from '../kernel.ts'

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const

const rotateLeft = (x: number, by: number): number => (x << by) | (x >>> (32 - by))

/**
 * The block cipher on one counter. Every fourth round adds the next two words of the key schedule `k0, k1, k0 ^ k1 ^ parity`.
 *
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011, Threefry-2x32-20.
 */
export function threefryBlock(k0: number, k1: number, x0: number, x1: number): readonly [number, number] {
  const keys = [k0, k1, k0 ^ k1 ^ 0x1bd11bda] as const
  let a = (x0 + k0) | 0
  let b = (x1 + k1) | 0
  for (let group = 0; group < 5; group++) {
    for (const by of rotations[(group % 2) as 0 | 1]) {
      a = (a + b) | 0
      b = rotateLeft(b, by) ^ a
    }
    a = (a + (keys[((group + 1) % 3) as 0 | 1 | 2] as number)) | 0
    b = (b + (keys[((group + 2) % 3) as 0 | 1 | 2] as number) + group + 1) | 0
  }
  return [a >>> 0, b >>> 0]
}

const threefry2x32: Kernel<'threefry2x32', TypedArray> = ([k0, k1, x0, x1]) => {
  const size = x0.buffer.length
  const y0 = new Uint32Array(size)
  const y1 = new Uint32Array(size)
  for (let i = 0; i < size; i++) {
    const at = ({ buffer }: { readonly buffer: TypedArray }) => buffer[i] as number
    ;[y0[i], y1[i]] = threefryBlock(at(k0), at(k1), at(x0), at(x1)) as [number, number]
  }
  return [y0, y1]
}

export const random: KernelTable<TypedArray, 'threefry2x32'> = { threefry2x32 }
