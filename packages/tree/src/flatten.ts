import { brand, hasBrand } from './brand.ts'
import { type Flattened, recall, remember } from './cache.ts'
import { checkDepth } from './cycle.ts'
import { nodeTypeOf } from './nodeTypes.ts'
import type { Path } from './path.ts'
import type { NodeType } from './registry.ts'
import { internDef, leafDef, type TreeDef } from './treeDef.ts'

const IS_LEAF: unique symbol = /* @__PURE__ */ brand('isLeaf') as never

/** An option that variadic functions can tell from a tree. Made by {@link isLeaf}. */
export interface IsLeaf {
  readonly [IS_LEAF]: (node: unknown) => boolean
}

/**
 * Makes nodes for which `predicate` holds leaves, in the call that it is passed to.
 *
 * @example leaves([1, [2, 3]], isLeaf((x) => Array.isArray(x) && x[0] === 2)) // [1, [2, 3]]
 */
export function isLeaf(predicate: (node: unknown) => boolean): IsLeaf {
  return Object.freeze({ [IS_LEAF]: predicate })
}

/** Finds the node type of what counts as a node, with and without the option. */
export function viewOf(option?: IsLeaf): (node: unknown) => NodeType | undefined {
  if (option === undefined) return nodeTypeOf
  return (node) => (option[IS_LEAF](node) ? undefined : nodeTypeOf(node))
}

export function isIsLeaf(x: unknown): x is IsLeaf {
  return hasBrand(x, IS_LEAF)
}

/**
 * The leaves of a tree in order, and its structure. Free for sealed trees seen before.
 *
 * @throws {TreeError} when a node contains itself
 * @example flatten({ b: 1, a: [2, 3] }) // [[2, 3, 1], TreeDef({a: [*, *], b: *})]
 */
export function flatten(tree: unknown, option?: IsLeaf): Flattened {
  if (option !== undefined) return flattenUntil(tree, viewOf(option))
  if (typeof tree === 'object' && tree !== null) {
    const known = recall(tree)
    if (known !== undefined) return known
  }
  const walk = new Walk(tree)
  const def = walk.visit(tree)
  const result: Flattened = Object.freeze([Object.freeze(walk.leaves), def] as const)
  if (walk.isSealed && typeof tree === 'object' && tree !== null && def !== leafDef) remember(tree, result)
  return result
}

/**
 * The leaves of a tree, in order.
 *
 * @example leaves({ b: 1, a: [2, null, 'x'] }) // [2, 'x', 1]
 */
export function leaves(tree: unknown, option?: IsLeaf): readonly unknown[] {
  return flatten(tree, option)[0]
}

/**
 * The structure of a tree. Equal structures are the same object.
 *
 * @example structure([1, { a: 2 }]) === structure([3, { a: 4 }]) // true
 */
export function structure(tree: unknown, option?: IsLeaf): TreeDef {
  return flatten(tree, option)[1]
}

/**
 * Each leaf with its path, in order, and the structure.
 *
 * @example flattenWithPath([7])[0] // [[[{ type: 'index', index: 0 }], 7]]
 */
export function flattenWithPath(
  tree: unknown,
  option?: IsLeaf,
): readonly [leaves: readonly (readonly [path: Path, leaf: unknown])[], treedef: TreeDef] {
  const [all, def] = flatten(tree, option)
  return [all.map((leaf, i) => [def.paths[i] as Path, leaf] as const), def]
}

/**
 * Each leaf with its path, in order.
 *
 * @example leavesWithPath({ a: [5] }).map(([path, leaf]) => [printPath(path), leaf]) // [['.a[0]', 5]]
 */
export function leavesWithPath(tree: unknown, option?: IsLeaf): readonly (readonly [path: Path, leaf: unknown])[] {
  return flattenWithPath(tree, option)[0]
}

class Walk {
  readonly leaves: unknown[] = []
  /** Whether nothing met so far can change. */
  isSealed = true
  #depth = 0
  readonly #root: unknown

  constructor(root: unknown) {
    this.#root = root
  }

  visit(node: unknown): TreeDef {
    const type = nodeTypeOf(node)
    if (type !== undefined) return this.#open(node as object, type)
    this.leaves.push(node)
    return leafDef
  }

  #open(node: object, type: NodeType): TreeDef {
    if (node !== null && node !== undefined) {
      const known = recall(node)
      if (known !== undefined) return this.#append(known)
      if (this.isSealed && !type.isSealed(node)) this.isSealed = false
    }
    checkDepth(this.#depth++, this.#root)
    const { aux, children } = type.open(node)
    const defs: TreeDef[] = []
    for (let i = 0; i < children.length; i++) defs.push(this.visit(children[i]))
    this.#depth--
    return internDef(type, aux, defs)
  }

  #append([more, def]: Flattened): TreeDef {
    for (let i = 0; i < more.length; i++) this.leaves.push(more[i])
    return def
  }
}

function flattenUntil(tree: unknown, view: (node: unknown) => NodeType | undefined): Flattened {
  const found: unknown[] = []
  const visit = (node: unknown, depth: number): TreeDef => {
    const type = view(node)
    if (type === undefined) {
      found.push(node)
      return leafDef
    }
    checkDepth(depth, tree)
    const { aux, children } = type.open(node as object)
    return internDef(
      type,
      aux,
      children.map((child) => visit(child, depth + 1)),
    )
  }
  const def = visit(tree, 0)
  return [found, def]
}
