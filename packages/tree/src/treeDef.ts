import { inspectCustom, sharedTable } from './brand.ts'
import { remember } from './cache.ts'
import { TreeError } from './errors.ts'
import { Trie } from './intern.ts'
import { builtin, nodeTypeOf } from './nodeTypes.ts'
import type { Path } from './path.ts'
import type { NodeType } from './registry.ts'
import { settle } from './seal.ts'

/**
 * The structure of a tree without its leaves. Equal structures are the same object: compare with `===`, use as a key of a Map or
 * WeakMap. Prints as the tree would be written, with `*` for a leaf.
 */
export class TreeDef {
  /** The kind of the root; `null` says that the tree is a single leaf. */
  readonly type: NodeType | null
  /** What the kind needs besides the children: names, Map keys, a static value. */
  readonly aux: readonly unknown[]
  /** `aux` as it is compared: a `Static` for each item where the kind compares by value. */
  readonly labels: readonly unknown[]
  readonly children: readonly TreeDef[]
  readonly numLeaves: number
  /** Nodes and leaves together. */
  readonly numNodes: number
  #paths: readonly Path[] | undefined

  /** Use {@link internDef}: two objects for one structure would break `===`. */
  constructor(type: NodeType | null, labels: readonly unknown[], children: readonly TreeDef[]) {
    this.type = type
    this.labels = Object.freeze(labels)
    this.aux = type?.label ? Object.freeze(labels.map((label) => (label as { value: unknown }).value)) : labels
    this.children = Object.freeze(children)
    this.numLeaves = type === null ? 1 : children.reduce((sum, child) => sum + child.numLeaves, 0)
    this.numNodes = 1 + children.reduce((sum, child) => sum + child.numNodes, 0)
    Object.freeze(this)
  }

  get isLeaf(): boolean {
    return this.type === null
  }

  /** The path of each leaf, in order. */
  get paths(): readonly Path[] {
    return (this.#paths ??= leafPaths(this))
  }

  /** See {@link unflatten}. */
  unflatten(leaves: Iterable<unknown>): unknown {
    return unflatten(this, leaves)
  }

  toString(): string {
    return `TreeDef(${print(this)})`
  }

  [inspectCustom](): string {
    return this.toString()
  }
}

const table = /* @__PURE__ */ sharedTable('treeDefs', () => new Trie<TreeDef>())
/** The structure of a single leaf. */
export const leafDef: TreeDef = /* @__PURE__ */ sharedTable('leafDef', () => new TreeDef(null, [], []))

/** The one `TreeDef` with this root and these children. */
export function internDef(type: NodeType, aux: readonly unknown[], children: readonly TreeDef[]): TreeDef {
  const labels = type.label ? aux.map(type.label) : aux
  const guess = type.last as TreeDef | undefined
  if (guess !== undefined && same(guess.children, children) && same(guess.labels, labels)) return guess
  const entry = table.next(type).next(labels.length).along(labels).along(children)
  const def = (entry.value ??= new TreeDef(type, labels.slice(), children.slice()))
  type.last = def
  return def
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/**
 * The tree of structure `def` with `leaves` in order. It is sealed; values that are trees themselves become part of it, sealed.
 *
 * @throws {TreeError} when the number of leaves differs from the structure's
 * @example unflatten(structure({ a: 1, b: 2 }), [3, 4]) // { a: 3, b: 4 }
 */
export function unflatten(def: TreeDef, leaves: Iterable<unknown>): unknown {
  const list = Array.isArray(leaves) ? (leaves as readonly unknown[]) : [...leaves]
  if (list.length !== def.numLeaves) {
    throw new TreeError(
      'unflatten',
      `got ${list.length} leaves for ${def}, which has ${def.numLeaves}`,
      'pass one value for each leaf of the structure',
    )
  }
  const builder = new Builder(list)
  const root = builder.build(def)
  if (builder.isExact) seed(root, def, list)
  return root
}

class Builder {
  /** Whether all leaves are leaves, so that the result has the structure asked for. */
  isExact = true
  #next = 0
  readonly #leaves: readonly unknown[]

  constructor(leaves: readonly unknown[]) {
    this.#leaves = leaves
  }

  build(def: TreeDef): unknown {
    const { type, aux, children } = def
    if (type === null) return this.#leaf()
    const parts = new Array<unknown>(children.length)
    for (let i = 0; i < parts.length; i++) parts[i] = this.build(children[i] as TreeDef)
    const node = type.close(aux, parts)
    if (typeof node === 'object' && node !== null) type.seal(node)
    return node
  }

  #leaf(): unknown {
    const leaf = this.#leaves[this.#next++]
    if (nodeTypeOf(leaf) === undefined) return leaf
    this.isExact = false
    return settle(leaf)
  }
}

/** Seeds the cache with what was just built, and with the parts of a plain root: results are taken apart by their callers. */
function seed(root: unknown, def: TreeDef, leaves: readonly unknown[]): void {
  const { type } = def
  if (type === null || typeof root !== 'object' || root === null || !type.isSealed(root)) return
  remember(root, [Object.freeze(leaves.slice()), def])
  if (type !== builtin.array && type !== builtin.object) return
  let start = 0
  const parts = type.open(root).children
  for (const [i, child] of def.children.entries()) {
    const part = parts[i]
    const end = start + child.numLeaves
    if (child.type !== null && child.numLeaves > 0 && child.type.isSealed(part as object)) {
      remember(part as object, [Object.freeze(leaves.slice(start, end)), child])
    }
    start = end
  }
}

function leafPaths(def: TreeDef): readonly Path[] {
  const { type } = def
  if (type === null) return [[]]
  const keys = type.keys(def.aux, def.children.length)
  return def.children.flatMap((child, i) => child.paths.map((path) => [keys[i] as Path[number], ...path]))
}

function print({ type, aux, children }: TreeDef): string {
  if (type === null) return '*'
  const parts = children.map(print)
  return type.print?.(aux, parts) ?? `${type.name}(${aux.map((name, i) => `${name}=${parts[i]}`).join(', ')})`
}
