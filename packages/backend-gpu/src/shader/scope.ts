/** Hands out the names of a program's variables. */
export class Names {
  #count = 0
  next(): string {
    return `v${this.#count++}`
  }
}

/**
 * The statements of one GLSL block. `define` gives an expression a name, the same one for the same text, here or in a
 * block around this one: expressions are pure, and not every driver looks for common ones.
 */
export class Scope {
  readonly lines: string[] = []
  readonly #names: Names
  readonly #outer: Scope | undefined
  readonly #defined = new Map<string, string>()

  constructor(names = new Names(), outer?: Scope) {
    this.#names = names
    this.#outer = outer
  }

  /** A block inside this one. */
  inner(): Scope {
    return new Scope(this.#names, this)
  }

  fresh(): string {
    return this.#names.next()
  }

  define(type: string, text: string): string {
    if (/^-?\w+$/.test(text)) return text
    const key = `${type} ${text}`
    const known = this.#find(key)
    if (known !== undefined) return known
    const name = this.fresh()
    this.#defined.set(key, name)
    this.lines.push(`${type} ${name} = ${text};`)
    return name
  }

  #find(key: string): string | undefined {
    return this.#defined.get(key) ?? (this.#outer === undefined ? undefined : this.#outer.#find(key))
  }
}
