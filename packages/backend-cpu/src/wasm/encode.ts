const single = new Float32Array(1)
const singleBytes = new Uint8Array(single.buffer)
const double = new Float64Array(1)
const doubleBytes = new Uint8Array(double.buffer)

/** Bytes of a module as they are written: little-endian, integers in LEB128. */
export class Bytes {
  #bytes = new Uint8Array(64)
  #length = 0

  get length(): number {
    return this.#length
  }

  byte(byte: number): this {
    if (this.#length === this.#bytes.length) this.#grow(1)
    this.#bytes[this.#length++] = byte
    return this
  }

  bytes(bytes: ArrayLike<number>): this {
    this.#grow(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }

  append(bytes: Bytes): this {
    return this.bytes(bytes.#bytes.subarray(0, bytes.#length))
  }

  u32(value: number): this {
    let rest = value >>> 0
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    return this.byte(rest)
  }

  /** Signed, of up to 32 bits. */
  s32(value: number): this {
    let rest = value | 0
    while (rest < -64 || rest >= 64) {
      this.byte((rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return this.byte(rest & 0x7f)
  }

  /** Signed, of up to 64 bits. */
  s64(value: bigint): this {
    let rest = BigInt.asIntN(64, value)
    while (rest < -64n || rest >= 64n) {
      this.byte(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    return this.byte(Number(rest & 0x7fn))
  }

  f32(value: number): this {
    single[0] = value
    return this.bytes(singleBytes)
  }

  f64(value: number): this {
    double[0] = value
    return this.bytes(doubleBytes)
  }

  /** UTF-8, its length first. */
  name(text: string): this {
    const bytes = new TextEncoder().encode(text)
    return this.u32(bytes.length).bytes(bytes)
  }

  toArray(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }

  /** Makes room for so many more. */
  #grow(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#bytes.length) return
    const before = this.#bytes
    this.#bytes = new Uint8Array(Math.max(needed, 2 * before.length))
    this.#bytes.set(before)
  }
}
