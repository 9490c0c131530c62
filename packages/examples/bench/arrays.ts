/** A float32 array outside every library: what all peers are given, and give back. */
export interface Dense {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** As it travels between processes: `[shape, base64 of the little-endian bytes]`. */
export type Packed = readonly [shape: readonly number[], bytes: string]

export const pack = ({ shape, values }: Dense): Packed => [
  shape,
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64'),
]

export function unpack([shape, bytes]: Packed): Dense {
  const buffer = Uint8Array.from(Buffer.from(bytes, 'base64')).buffer
  return { shape, values: new Float32Array(buffer) }
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1)

/** Numbers for all workloads, the same in every run. */
export class Numbers {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014; the 32-bit variant of its mix. */
  #uniform(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    let z = this.#state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32
  }

  uniform(shape: readonly number[]): Dense {
    return this.#fill(shape, () => this.#uniform())
  }

  /** Source: Box, Muller, "A note on the generation of random normal deviates", 1958. */
  normal(shape: readonly number[], deviation = 1): Dense {
    const draw = () => Math.sqrt(-2 * Math.log(1 - this.#uniform())) * Math.cos(2 * Math.PI * this.#uniform())
    return this.#fill(shape, () => deviation * draw())
  }

  #fill(shape: readonly number[], draw: () => number): Dense {
    return { shape, values: Float32Array.from({ length: sizeOf(shape) }, draw) }
  }
}

export const full = (shape: readonly number[], value: number): Dense => ({
  shape,
  values: new Float32Array(sizeOf(shape)).fill(value),
})

/** Rows of zeros with a one, at positions that go round. */
export function oneHot(rows: number, classes: number): Dense {
  const dense = full([rows, classes], 0)
  for (let row = 0; row < rows; row++) dense.values[row * classes + (row % classes)] = 1
  return dense
}

/** The largest difference, in units of the largest expected magnitude; infinite where the arrays do not fit. */
export function difference(values: Float32Array, expected: Float32Array): number {
  if (values.length !== expected.length) return Number.POSITIVE_INFINITY
  let [largest, scale] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    const gap = Math.abs((values[i] as number) - (expected[i] as number))
    if (Number.isNaN(gap)) return Number.POSITIVE_INFINITY
    largest = Math.max(largest, gap)
    scale = Math.max(scale, Math.abs(expected[i] as number))
  }
  return largest === 0 ? 0 : largest / scale
}
