import { TreeError } from './errors.ts'
import { flatten, type IsLeaf, leaves, structure } from './flatten.ts'
import { nodeTypeOf } from './nodeTypes.ts'
import { type Path, where } from './path.ts'
import type { NodeType } from './registry.ts'
import { leafDef, type TreeDef } from './treeDef.ts'

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
  const labels = type.label ? aux.map(type.label) : aux
  if (labels.length !== def.labels.length || labels.some((label, i) => label !== def.labels[i])) {
    throw differentLabels(def, type, aux, path, caller)
  }
  if (children.length !== def.children.length) throw mismatch(def, node, path, caller)
  const keys = type.keys(aux, children.length)
  for (const [i, child] of def.children.entries()) {
    collect(child, children[i], [...path, keys[i] as Path[number]], found, caller)
  }
}

function mismatch(def: TreeDef, node: unknown, path: Path, caller: string): TreeError {
  const actual = structure(node)
  const found = actual.isLeaf ? `a leaf (${typeof node})` : shorten(actual)
  return new TreeError(caller, `at ${where(path)} expected ${shorten(def)}, got ${found}`, REMEDY)
}

/** Two nodes of one kind with different names: those that only one of them has say it best. */
function differentLabels(def: TreeDef, type: NodeType, aux: readonly unknown[], path: Path, caller: string): TreeError {
  const at = `at ${where(path)}`
  if (type.label) return new TreeError(caller, `${at} the static values of two ${type.name} nodes differ`, REMEDY)
  const only = (a: readonly unknown[], b: readonly unknown[]) =>
    a
      .filter((name) => !b.includes(name))
      .map(String)
      .join(', ')
  const [missing, extra] = [only(def.aux, aux), only(aux, def.aux)]
  const parts = [missing && `${missing} is missing`, extra && `${extra} is not expected`].filter(Boolean)
  const found = parts.join(' and ') || 'has its fields in another order'
  return new TreeError(caller, `${at} (${type.name}) ${found}`, REMEDY)
}

const REMEDY = 'give it the structure of the first'

function shorten(def: TreeDef): string {
  const text = def.toString().slice('TreeDef('.length, -1)
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
