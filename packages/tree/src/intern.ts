/** A table of sequences: equal sequences lead to the same `value`. Objects are held weakly, primitives by value. */
export class Trie<T> {
  value: T | undefined = undefined
  #primitives: Map<unknown, Trie<T>> | undefined
  #objects: WeakMap<object, Trie<T>> | undefined

  /** The table of the sequences that go on with `item`. */
  next(item: unknown): Trie<T> {
    const isObject = (typeof item === 'object' && item !== null) || typeof item === 'function'
    return isObject ? this.#byIdentity(item) : this.#byValue(item)
  }

  /** The table of the sequences that go on with all of `items`. */
  along(items: readonly unknown[]): Trie<T> {
    let at: Trie<T> = this
    for (const item of items) at = at.next(item)
    return at
  }

  #byIdentity(item: object): Trie<T> {
    this.#objects ??= new WeakMap()
    let found = this.#objects.get(item)
    if (found === undefined) this.#objects.set(item, (found = new Trie()))
    return found
  }

  #byValue(item: unknown): Trie<T> {
    this.#primitives ??= new Map()
    const key = Object.is(item, -0) ? NEGATIVE_ZERO : item
    let found = this.#primitives.get(key)
    if (found === undefined) this.#primitives.set(key, (found = new Trie()))
    return found
  }
}

/** A Map takes -0 for 0; as static values they are not the same. */
const NEGATIVE_ZERO = Symbol('-0')
