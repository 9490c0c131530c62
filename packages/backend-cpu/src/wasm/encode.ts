/** Bytes of a module as they are written: little-endian, integers in LEB128. */
export class Bytes {
  readonly #bytes: number[] = []

  get length(): number {
    return this.#bytes.length
  }

  byte(...bytes: readonly number[]): this {
    for (const byte of bytes) this.#bytes.push(byte)
    return this
  }

  append(bytes: Bytes): this {
    const from = bytes.#bytes
    for (let i = 0; i < from.length; i++) this.#bytes.push(from[i] as number)
    return this
  }

  u32(value: number): this {
    let rest = value >>> 0
    while (rest >= 0x80) {
      this.#bytes.push((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    this.#bytes.push(rest)
    return this
  }

  /** Signed, of up to 32 bits. */
  s32(value: number): this {
    let rest = value | 0
    while (rest < -64 || rest >= 64) {
      this.#bytes.push((rest & 0x7f) | 0x80)
      rest >>= 7
    }
    this.#bytes.push(rest & 0x7f)
    return this
  }

  /** Signed, of up to 64 bits. */
  s64(value: bigint): this {
    let rest = BigInt.asIntN(64, value)
    while (rest < -64n || rest >= 64n) {
      this.#bytes.push(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    this.#bytes.push(Number(rest & 0x7fn))
    return this
  }

  f32(value: number): this {
    return this.byte(...new Uint8Array(Float32Array.of(value).buffer))
  }

  f64(value: number): this {
    return this.byte(...new Uint8Array(Float64Array.of(value).buffer))
  }

  /** UTF-8, its length first. */
  name(text: string): this {
    const bytes = new TextEncoder().encode(text)
    return this.u32(bytes.length).byte(...bytes)
  }

  toArray(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes)
  }
}
