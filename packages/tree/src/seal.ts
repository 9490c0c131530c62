import { sharedTable } from './brand.ts'
import { isKnownSealed, remember } from './cache.ts'
import { checkDepth } from './cycle.ts'
import { innerTypeOf } from './nodeTypes.ts'

/** What a running `valueAndTree` lets its function change: nothing else may seal or share these nodes meanwhile. */
export const drafts = /* @__PURE__ */ sharedTable('drafts', (): Drafts => ({ nodes: new WeakSet(), running: 0 }))

interface Drafts {
  readonly nodes: WeakSet<object>
  running: number
  /** Set by what opens drafts: a sealed tree equal to the one given, which stays as it is. */
  snapshot?: <T>(tree: T) => T
}

/**
 * Makes every node of `tree` unchangeable, in place, and returns it. Leaves (typed arrays too) stay as they are, and so does a
 * tree that a running `valueAndTree` still changes.
 *
 * @throws {TreeError} when a node contains itself
 * @example isSealed(seal({ a: [1] })) // true
 */
export function seal<T>(tree: T): T {
  const isNews = innerTypeOf(tree) !== undefined && !isKnownSealed(tree as object)
  if (isNews && sealBelow(tree, tree, 0)) remember(tree as object, true)
  return tree
}

/** Whether nothing from `node` down can change any more: drafts, and nodes of registered classes, may stay open. */
function sealBelow(node: unknown, root: unknown, depth: number): boolean {
  const type = innerTypeOf(node)
  if (type === undefined || isKnownSealed(node as object)) return true
  if (drafts.running > 0 && drafts.nodes.has(node as object)) return false
  checkDepth(depth, root)
  const { children } = type.open(node as object)
  let isDone = true
  for (let i = 0; i < children.length; i++) if (!sealBelow(children[i], root, depth + 1)) isDone = false
  return type.seal(node as object) && isDone
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
  const type = innerTypeOf(node)
  if (type === undefined || isKnownSealed(node as object)) return true
  if (!type.isSealed(node as object)) return false
  checkDepth(depth, root)
  return type.open(node as object).children.every((child) => sealedBelow(child, root, depth + 1))
}

/** What a finished tree may hold of a value that is put into it: the value itself, sealed; a snapshot while drafts are open. */
export function settle<T>(value: T): T {
  return drafts.running > 0 && drafts.snapshot !== undefined ? drafts.snapshot(value) : seal(value)
}
