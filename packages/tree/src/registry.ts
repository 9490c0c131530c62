import { sharedTable } from './brand.ts'
import type { Key } from './path.ts'
import type { TreeDef } from './treeDef.ts'

/** A node taken apart. */
export interface Opened {
  readonly aux: readonly unknown[]
  readonly children: readonly unknown[]
}

/** What is to be said of one kind of node: how it is taken apart and put together again. */
export interface NodeSpec<N extends object = object> {
  /** What the kind is called in print: `array`, `Linear`. */
  readonly name: string
  /** For kinds that compare by value: the one object (a `Static`) that stands for all values equal to this item of `aux`. */
  readonly label?: ((item: unknown) => { readonly value: unknown }) | undefined
  /** The lists are not changed afterwards; `aux` is best the same one each time. */
  open(node: N): Opened
  /** For kinds whose `aux` is the names of the children: those of a node that has these names, faster than `open` tells. */
  readonly valuesUnder?: ((node: N, names: readonly unknown[]) => readonly unknown[] | undefined) | undefined
  /** A new, open node. */
  close(aux: readonly unknown[], children: readonly unknown[]): unknown
  keys(aux: readonly unknown[], count: number): readonly Key[]
  /** Makes this one node unchangeable, or says that it cannot; its children are sealed by the caller. */
  seal(node: N): boolean
  isSealed(node: N): boolean
  /** How a structure of this kind prints. */
  print(aux: readonly unknown[], children: readonly string[]): string
  /** What the instances inherit from, for kinds that are classes. */
  readonly prototype?: object | undefined
}

/**
 * One kind of node. `aux` is what tells two nodes of the kind apart besides their children (field names, Map keys, …): a list whose
 * items are compared by identity, or by their `label`.
 */
export interface NodeType extends NodeSpec {
  /** The structure found last for this kind: most nodes of a kind look alike, and comparing is faster than looking up. */
  last: TreeDef | undefined
}

export function nodeType<N extends object>(spec: NodeSpec<N>): NodeType {
  return { last: undefined, ...(spec as unknown as NodeSpec) }
}

/** Decides the type of all nodes whose prototype is `prototype`, or passes. */
export type Resolver = (prototype: object) => NodeType | undefined

const LEAF = null
const types = /* @__PURE__ */ sharedTable('types', () => new WeakMap<object, NodeType | typeof LEAF>())

// Walks meet runs of one class of nodes; leaves are mostly known before anybody asks for their class.
let lastPrototype: object | undefined
let lastType: NodeType | typeof LEAF = LEAF

/** The node type that belongs to `prototype`; `undefined` says that its instances are leaves. */
export function typeByPrototype(prototype: object, resolve: Resolver): NodeType | undefined {
  if (prototype !== lastPrototype) {
    let type = types.get(prototype)
    if (type === undefined) types.set(prototype, (type = resolve(prototype) ?? LEAF))
    lastPrototype = prototype
    lastType = type
  }
  return lastType ?? undefined
}

/** Makes instances of exactly this class nodes of `type`. */
export function addNodeType(constructor: Function, type: NodeType): void {
  types.set(constructor.prototype as object, type)
  lastPrototype = undefined
}
