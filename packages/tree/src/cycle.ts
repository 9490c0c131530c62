import { TreeError } from './errors.ts'
import { innerTypeOf } from './nodeTypes.ts'
import { type Path, where } from './path.ts'

/** Walks look for cycles only when they are this deep, and then each time the depth doubles: ordinary trees pay nothing. */
const FIRST_CHECK = 64

/**
 * To be called by every walk on its way down.
 *
 * @throws {TreeError} naming both paths when a node of `root` contains itself
 */
export function checkDepth(depth: number, root: unknown): void {
  if (depth >= FIRST_CHECK && (depth & (depth - 1)) === 0) assertAcyclic(root as object, [], new Map(), new Set())
}

function assertAcyclic(node: object, path: Path, above: Map<object, Path>, done: Set<object>): void {
  const type = innerTypeOf(node)
  if (type === undefined || done.has(node)) return
  const outer = above.get(node)
  if (outer !== undefined) {
    throw new TreeError(where(path), `is the same object as ${where(outer)}, which contains it`, 'remove one of them')
  }
  above.set(node, path)
  const { aux, children } = type.open(node)
  const keys = type.keys(aux, children.length)
  for (const [i, child] of children.entries())
    assertAcyclic(child as object, [...path, keys[i] as Path[number]], above, done)
  above.delete(node)
  done.add(node)
}
