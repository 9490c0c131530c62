/** A table of sequences: equal sequences lead to the same `value`. Objects are held weakly, primitives by value, as a Map compares them. */
export class Trie<T> {
  declare value?: T
  #primitives: Map<unknown, Trie<T>> | undefined
  #objects: WeakMap<object, Trie<T>> | undefined

  /** The table of the sequences that go on with `item`. */
  next(item: unknown): Trie<T> {
    const isObject = (typeof item === 'object' && item !== null) || typeof item === 'function'
    const branches: Branches<T> = isObject
      ? ((this.#objects ??= new WeakMap()) as WeakMap<never, Trie<T>>)
      : (this.#primitives ??= new Map())
    let found = branches.get(item)
    if (found === undefined) branches.set(item, (found = new Trie()))
    return found
  }

  /** The table of the sequences that go on with all of `items`. */
  along(items: readonly unknown[]): Trie<T> {
    return items.reduce<Trie<T>>((at, item) => at.next(item), this)
  }
}

interface Branches<T> {
  get(item: unknown): Trie<T> | undefined
  set(item: unknown, trie: Trie<T>): unknown
}
