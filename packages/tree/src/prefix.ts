import { TreeError } from './errors.ts'
import { flatten, type IsLeaf, leaves, structure } from './flatten.ts'
import { nodeTypeOf } from './nodeTypes.ts'
import { type Path, where } from './path.ts'
import type { NodeType } from './registry.ts'
import { leafDef, printDef, sameItems, type TreeDef } from './treeDef.ts'

/**
 * The subtrees of `tree` where `def` has leaves, in order: `def` must be a prefix of the tree.
 *
 * @param caller what an error says went wrong, `map: the second tree`
 * @throws {TreeError} naming the first path at which the two differ
 * @example flattenUpTo(structure([0, 0]), [{ a: 1 }, 2]) // [{ a: 1 }, 2]
 */
export function flattenUpTo(def: TreeDef, tree: unknown, caller = 'flattenUpTo'): readonly unknown[] {
  if (def === leafDef) return [tree]
  const [all, own] = flatten(tree)
  if (own === def) return all
  const found: unknown[] = []
  collect(def, tree, [], found, caller)
  return found
}

function collect(def: TreeDef, node: unknown, path: Path, found: unknown[], caller: string): void {
  if (def.type === null) return void found.push(node)
  const type = nodeTypeOf(node)
  if (type !== def.type) throw mismatch(def, node, path, caller)
  const { aux, children } = type.open(node as object)
  const isSame = sameItems(type.label ? aux.map(type.label) : aux, def.labels)
  if (!isSame && !type.label) throw differentNames(def, type, aux, path, caller)
  if (!isSame || children.length !== def.children.length) throw mismatch(def, node, path, caller)
  const keys = type.keys(aux, children.length)
  def.children.forEach((child, i) => collect(child, children[i], [...path, keys[i] as Path[number]], found, caller))
}

function mismatch(def: TreeDef, node: unknown, path: Path, caller: string): TreeError {
  const actual = structure(node)
  const found = actual.isLeaf ? `a leaf (${typeof node})` : shorten(actual)
  return new TreeError(caller, `at ${where(path)} expected ${shorten(def)}, got ${found}`, REMEDY)
}

/** Two nodes of one kind with different names: those that only one of them has say it best. */
function differentNames(def: TreeDef, type: NodeType, aux: readonly unknown[], path: Path, caller: string): TreeError {
  const only = (a: readonly unknown[], b: readonly unknown[], what: string) => {
    const names = a.filter((name) => !b.includes(name)).map(String)
    return names.length > 0 ? [`${names.join(', ')} is ${what}`] : []
  }
  const parts = [...only(def.aux, aux, 'missing'), ...only(aux, def.aux, 'not expected')]
  const found = parts.join(' and ') || 'has its fields in another order'
  return new TreeError(caller, `at ${where(path)} (${type.name}) ${found}`, REMEDY)
}

const REMEDY = 'give it the structure of the first'

/** A structure, cut short for messages. */
export function shorten(def: TreeDef): string {
  const text = printDef(def)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/**
 * The leaves of `prefix`, each repeated once for every leaf of the subtree of `tree` that it stands for: what `inAxes` means.
 *
 * @throws {TreeError} when `prefix` is not a prefix of the tree
 * @example broadcastPrefix([0, null], [{ a: 1, b: 2 }, 3], isLeaf((x) => x === null)) // [0, 0, null]
 */
export function broadcastPrefix(
  prefix: unknown,
  tree: unknown,
  option?: IsLeaf,
  caller = 'broadcastPrefix',
): readonly unknown[] {
  const [values, def] = flatten(prefix, option)
  return flattenUpTo(def, tree, caller).flatMap((subtree, i) => leaves(subtree).map(() => values[i]))
}
