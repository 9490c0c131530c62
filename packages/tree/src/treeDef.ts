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
  /** Whether the children are leaves, each under a name. */
  readonly isFlat: boolean
  #paths: readonly Path[] | undefined

  /** Use {@link internDef}: two objects for one structure would break `===`. */
  constructor(type: NodeType | null, labels: readonly unknown[], children: readonly TreeDef[]) {
    this.type = type
    this.labels = Object.freeze(labels)
    this.aux = type?.label ? Object.freeze(labels.map((label) => (label as { value: unknown }).value)) : labels
    this.children = Object.freeze(children)
    this.numLeaves = type === null ? 1 : children.reduce((sum, child) => sum + child.numLeaves, 0)
    this.numNodes = 1 + children.reduce((sum, child) => sum + child.numNodes, 0)
    this.isFlat = type?.valuesUnder !== undefined && this.numNodes === this.numLeaves + 1
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
    return `TreeDef(${printDef(this)})`
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
  const guess = type.last
  if (guess !== undefined && sameItems(guess.children, children) && sameItems(guess.labels, labels)) return guess
  const entry = table.next(type).next(labels.length).along(labels).along(children)
  const def = (entry.value ??= new TreeDef(type, labels, children))
  type.last = def
  return def
}

/** One by one, by identity. */
export function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a === b) return true
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
  const list = [...leaves]
  if (list.length !== def.numLeaves) {
    throw new TreeError(
      'unflatten',
      `got ${list.length} leaves for ${def}, which has ${def.numLeaves}`,
      'pass one value for each leaf',
    )
  }
  let next = 0
  /** Whether all leaves are leaves, so that the result has the structure asked for. */
  let isExact = true
  const build = ({ type, aux, children }: TreeDef): unknown => {
    if (type === null) {
      const leaf = list[next++]
      if (nodeTypeOf(leaf) === undefined) return leaf
      isExact = false
      return settle(leaf)
    }
    const parts = new Array<unknown>(children.length)
    for (let i = 0; i < parts.length; i++) parts[i] = build(children[i] as TreeDef)
    const node = type.close(aux, parts)
    type.seal(node as object)
    return node
  }
  const root = build(def)
  if (isExact) seed(root, def, list, true)
  return root
}

/** Seeds the cache with what was just built, and with the parts of a plain root: results are taken apart by their callers. */
function seed(node: unknown, def: TreeDef, leaves: readonly unknown[], isRoot = false): void {
  const { type, children } = def
  if (type === null || typeof node !== 'object' || node === null || !type.isSealed(node)) return
  remember(node, [Object.freeze(leaves), def])
  if (!isRoot || (type !== builtin.array && type !== builtin.object)) return
  let start = 0
  type.open(node).children.forEach((part, i) => {
    const child = children[i] as TreeDef
    seed(part, child, leaves.slice(start, (start += child.numLeaves)))
  })
}

function leafPaths({ type, aux, children }: TreeDef): readonly Path[] {
  if (type === null) return [[]]
  const keys = type.keys(aux, children.length)
  return children.flatMap(({ paths }, i) => paths.map((path) => [keys[i] as Path[number], ...path]))
}

/** `TreeDef` without its name. */
export function printDef({ type, aux, children }: TreeDef): string {
  if (type === null) return '*'
  return type.print(aux, children.map(printDef))
}
