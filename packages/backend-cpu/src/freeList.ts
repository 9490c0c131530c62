interface Stretch {
  start: number
  size: number
}

/** Hands out stretches of an address space that grows upwards, and takes them back. */
export class FreeList {
  /** In order, never touching one another nor the end. */
  readonly #free: Stretch[] = []
  /** All stretches in use lie below. */
  end: number
  /** The highest that `end` has been. */
  peak: number

  constructor(start: number) {
    this.end = start
    this.peak = start
  }

  /** Whether there is room below the end. */
  fits(size: number): boolean {
    return this.#free.some((stretch) => stretch.size >= size)
  }

  /** The start of the smallest free stretch that is large enough, or of new room at the end. */
  take(size: number): number {
    let best: Stretch | undefined
    for (const stretch of this.#free) {
      if (stretch.size >= size && (best === undefined || stretch.size < best.size)) best = stretch
    }
    if (best === undefined) {
      this.end += size
      this.peak = Math.max(this.peak, this.end)
      return this.end - size
    }
    const { start } = best
    best.start += size
    best.size -= size
    if (best.size === 0) this.#free.splice(this.#free.indexOf(best), 1)
    return start
  }

  give(start: number, size: number): void {
    const after = this.#free.findIndex((stretch) => stretch.start > start)
    const at = after < 0 ? this.#free.length : after
    this.#free.splice(at, 0, { start, size })
    this.#join(at)
    if (at > 0) this.#join(at - 1)
    const last = this.#free.at(-1)
    if (last !== undefined && last.start + last.size === this.end) {
      this.end = last.start
      this.#free.pop()
    }
  }

  /** Makes one of two stretches that touch. */
  #join(i: number): void {
    const [left, right] = [this.#free[i], this.#free[i + 1]]
    if (left === undefined || right === undefined || left.start + left.size !== right.start) return
    left.size += right.size
    this.#free.splice(i + 1, 1)
  }
}
