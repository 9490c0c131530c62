/** One step from a node to a child. */
export type Key =
  /** Field `name` of a class instance. */
  | { readonly type: 'attr'; readonly name: string }
  /** Property `name` of a plain object. */
  | { readonly type: 'name'; readonly name: string }
  /** Position in an array. */
  | { readonly type: 'index'; readonly index: number }
  /** Entry of a Map. */
  | { readonly type: 'entry'; readonly key: unknown }
  /** Position in a Set, in insertion order. */
  | { readonly type: 'member'; readonly index: number }
  /** Child of a registered class that names no keys. */
  | { readonly type: 'child'; readonly index: number }

/** The steps from the root to a node. */
export type Path = readonly Key[]

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

/**
 * The step as code: `.weight`, `["my key"]`, `[0]`, `.get("k")`.
 *
 * @example printKey({ type: 'entry', key: 'k' }) // .get("k")
 */
export function printKey(key: Key): string {
  if ('name' in key) return IDENTIFIER.test(key.name) ? `.${key.name}` : `[${JSON.stringify(key.name)}]`
  if (key.type === 'entry') return `.get(${printMapKey(key.key)})`
  return `${LISTS[key.type]}[${key.index}]`
}

/** What is counted, for keys that are positions. */
const LISTS = { index: '', member: '.values()', child: '.children' }

/**
 * The path as code, `.layers[0].weight`; empty for the root.
 *
 * @example printPath([{ type: 'attr', name: 'layers' }, { type: 'index', index: 0 }]) // .layers[0]
 */
export function printPath(path: Path): string {
  return path.map(printKey).join('')
}

/** The path for a message: `.layers[0].weight`, or `the root`. */
export function where(path: Path): string {
  return printPath(path) || 'the root'
}

/** `name` as it stands in an object literal. */
export function printProperty(name: string): string {
  return IDENTIFIER.test(name) ? name : JSON.stringify(name)
}

export function sameKey(a: Key, b: Key): boolean {
  return a.type === b.type && Object.is(keyValue(a), keyValue(b))
}

/** What tells a key from its siblings: a name, a position or a Map key. */
export function keyValue(key: Key): unknown {
  if (key.type === 'entry') return key.key
  return key.type === 'attr' || key.type === 'name' ? key.name : key.index
}

/** A Map key for a message. */
export function printMapKey(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key)
  if (typeof key === 'object' && key !== null) return key.constructor?.name ?? 'object'
  return String(key)
}
