import { isTypedArray } from './arrayType.ts'
import { sharedTable } from './brand.ts'
import { recall } from './cache.ts'
import { checkDepth } from './cycle.ts'
import { nodeTypeOf } from './nodeTypes.ts'

/** The nodes that a running `valueAndTree` lets its function change. Nothing else may seal or share them meanwhile. */
const drafts = /* @__PURE__ */ sharedTable('drafts', () => ({ nodes: new WeakSet<object>(), running: 0 }))

/**
 * Makes every node of `tree` unchangeable, in place, and returns it. Leaves (typed arrays too) stay as they are, and so does a
 * tree that a running `valueAndTree` still changes.
 *
 * @throws {TreeError} when a node contains itself
 * @example isSealed(seal({ a: [1] })) // true
 */
export function seal<T>(tree: T): T {
  if (typeof tree === 'object' && tree !== null && recall(tree) === undefined) sealBelow(tree, tree, 0)
  return tree
}

function sealBelow(node: unknown, root: unknown, depth: number): void {
  const type = nodeTypeOf(node)
  if (type === undefined || typeof node !== 'object' || node === null) return
  if (drafts.running > 0 && drafts.nodes.has(node)) return
  checkDepth(depth, root)
  const { children } = type.open(node)
  for (let i = 0; i < children.length; i++) sealBelow(children[i], root, depth + 1)
  type.seal(node)
}

/**
 * Whether no node of `tree` can change any more. A leaf is sealed.
 *
 * @example isSealed({ a: 1 }) // false
 */
export function isSealed(tree: unknown): boolean {
  return sealedBelow(tree, tree, 0)
}

function sealedBelow(node: unknown, root: unknown, depth: number): boolean {
  const type = nodeTypeOf(node)
  if (type === undefined || typeof node !== 'object' || node === null || recall(node) !== undefined) return true
  if (!type.isSealed(node)) return false
  checkDepth(depth, root)
  return type.open(node).children.every((child) => sealedBelow(child, root, depth + 1))
}

/** A sealed tree equal to `tree`, which stays as it is. Sealed parts are shared, open ones copied. */
export function snapshot<T>(tree: T): T {
  return rebuild(tree, tree, 0) as T
}

function rebuild(node: unknown, root: unknown, depth: number): unknown {
  const type = nodeTypeOf(node)
  if (type === undefined || typeof node !== 'object' || node === null || recall(node) !== undefined) return node
  checkDepth(depth, root)
  const { aux, children } = type.open(node)
  const parts = children.map((child) => rebuild(child, root, depth + 1))
  if (type.isSealed(node) && parts.every((part, i) => part === children[i])) return node
  const copy = type.close(aux, parts) as object
  type.seal(copy)
  return copy
}

/** What a finished tree may hold of a value that is put into it: the value itself, sealed; a snapshot while drafts are open. */
export function settle<T>(value: T): T {
  return drafts.running === 0 ? seal(value) : snapshot(value)
}

/** A copy of `tree` with new, open nodes, listed in `nodes`, and new typed arrays. Other leaves are shared. */
export function openCopy<T>(tree: T, nodes: object[] = []): T {
  return copyOpen(tree, tree, 0, nodes) as T
}

function copyOpen(node: unknown, root: unknown, depth: number, nodes: object[]): unknown {
  if (isTypedArray(node)) return node.slice()
  const type = nodeTypeOf(node)
  if (type === undefined || typeof node !== 'object' || node === null) return node
  checkDepth(depth, root)
  const { aux, children } = type.open(node)
  const parts = children.map((child) => copyOpen(child, root, depth + 1, nodes))
  const copy = type.close(aux, parts) as object
  nodes.push(copy)
  return copy
}

/** Runs `body` while `nodes` count as open: nobody seals them. */
export function whileOpen<R>(nodes: readonly object[], body: () => R): R {
  for (const node of nodes) drafts.nodes.add(node)
  drafts.running++
  try {
    return body()
  } finally {
    drafts.running--
    for (const node of nodes) drafts.nodes.delete(node)
  }
}
