import { isTypedArray } from './arrayType.ts'
import { isKnownSealed } from './cache.ts'
import { checkDepth } from './cycle.ts'
import { innerTypeOf } from './nodeTypes.ts'
import { drafts } from './seal.ts'

/** A sealed tree equal to `tree`, which stays as it is. Sealed parts are shared, open ones copied. */
export function snapshot<T>(tree: T): T {
  return rebuild(tree, tree, 0) as T
}

function rebuild(node: unknown, root: unknown, depth: number): unknown {
  const type = innerTypeOf(node)
  if (type === undefined || isKnownSealed(node as object)) return node
  checkDepth(depth, root)
  const { aux, children } = type.open(node as object)
  const parts = children.map((child) => rebuild(child, root, depth + 1))
  if (type.isSealed(node as object) && parts.every((part, i) => part === children[i])) return node
  const copy = type.close(aux, parts) as object
  type.seal(copy)
  return copy
}

/** A copy of `tree` with new, open nodes, listed in `nodes`, and new typed arrays. Other leaves are shared. */
export function openCopy<T>(tree: T, nodes: object[] = []): T {
  return copyOpen(tree, tree, 0, nodes) as T
}

function copyOpen(node: unknown, root: unknown, depth: number, nodes: object[]): unknown {
  if (isTypedArray(node)) return node.slice()
  const type = innerTypeOf(node)
  if (type === undefined) return node
  checkDepth(depth, root)
  const { aux, children } = type.open(node as object)
  const parts = children.map((child) => copyOpen(child, root, depth + 1, nodes))
  const copy = type.close(aux, parts) as object
  nodes.push(copy)
  return copy
}

/** Runs `body` while `nodes` count as open: nobody seals them. */
export function whileOpen<R>(nodes: readonly object[], body: () => R): R {
  for (const node of nodes) drafts.nodes.add(node)
  drafts.running++
  drafts.snapshot ??= snapshot
  try {
    return body()
  } finally {
    drafts.running--
    for (const node of nodes) drafts.nodes.delete(node)
  }
}
