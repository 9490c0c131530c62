/**
 * A cache that forgets: it keeps the `least` entries that were used last, and up to as many more. Entries are in two generations; one that is
 * found in the old generation moves to the young one, and when that is full it becomes the old one, whose entries are dropped. A hit
 * costs what a Map's does.
 *
 * @example
 * const known = new RecentMap<string, number>(1000)
 * known.set('a', 1)
 * known.get('a') // 1
 */
export class RecentMap<K, V> {
  readonly #least: number
  #young = new Map<K, V>()
  #old = new Map<K, V>()

  constructor(least: number) {
    this.#least = least
  }

  get(key: K): V | undefined {
    const value = this.#young.get(key)
    return value !== undefined ? value : this.#revive(key)
  }

  set(key: K, value: V): void {
    if (this.#young.size >= this.#least && !this.#young.has(key)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#old.delete(key)
    this.#young.set(key, value)
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  values(): V[] {
    return [...this.#old.values(), ...this.#young.values()]
  }

  #revive(key: K): V | undefined {
    const value = this.#old.get(key)
    if (value !== undefined) this.set(key, value)
    return value
  }
}
