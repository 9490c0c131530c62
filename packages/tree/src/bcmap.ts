import { TreeError } from './errors.ts'
import { flatten, type IsLeaf } from './flatten.ts'
import { type Path, where } from './path.ts'
import { shorten } from './prefix.ts'
import { sameItems, type TreeDef, unflatten } from './treeDef.ts'

export interface BcmapOptions {
  /** The position of the argument whose structure counts; 0 unless given. */
  readonly broadcastTo?: number
  readonly isLeaf?: IsLeaf
}

/**
 * `f` over the leaves of trees: arguments with the structure of the reference (the first) are taken apart together, all others are
 * passed whole to every call.
 *
 * @throws {TreeError} for no argument, and for a tree that is nearly the reference, naming the path where it differs: it is likely a mistake
 * @example bcmap((x: number, y: number) => x + y)([1, [2]], 10) // [11, [12]]
 */
export function bcmap(
  f: (...args: never[]) => unknown,
  options: BcmapOptions = {},
): (...args: readonly unknown[]) => unknown {
  const { broadcastTo = 0, isLeaf } = options
  return (...args) => {
    if (!(broadcastTo in args)) {
      throw new TreeError(
        'bcmap',
        `argument ${broadcastTo} of ${args.length} is the reference`,
        'pass it, or name another with broadcastTo',
      )
    }
    const flat = args.map((arg) => flatten(arg, isLeaf))
    const def = flat[broadcastTo]?.[1] as TreeDef
    const columns = args.map((arg, i) => {
      const [leaves, own] = flat[i] as (typeof flat)[number]
      if (own === def) return leaves
      refuseNearMiss(def, own, i)
      return Array.from({ length: def.numLeaves }, () => arg)
    })
    return unflatten(
      def,
      Array.from({ length: def.numLeaves }, (_, leaf) => f(...columns.map((column) => column[leaf] as never))),
    )
  }
}

/** The place where two structures first differ, and what they have there. */
function firstDifference(a: TreeDef, b: TreeDef, path: Path = []): { path: Path; a: TreeDef; b: TreeDef } {
  const isSameNode = a.type !== null && a.type === b.type && sameItems(a.labels, b.labels)
  if (!isSameNode || a.children.length !== b.children.length) return { path, a, b }
  const i = a.children.findIndex((child, n) => child !== b.children[n])
  const keys = a.type.keys(a.aux, a.children.length)
  return firstDifference(a.children[i] as TreeDef, b.children[i] as TreeDef, [...path, keys[i] as Path[number]])
}

/** The same kind of root, and as many elements, or at least half of the names: whoever passes that hardly means a constant. */
function isNear(def: TreeDef, own: TreeDef): boolean {
  if (def.type === null || def.type !== own.type || def.numLeaves === 0) return false
  if (def.labels.length === 0) return def.children.length === own.children.length
  const shared = def.labels.filter((label) => own.labels.includes(label)).length
  return shared * 2 >= Math.max(def.labels.length, own.labels.length)
}

function refuseNearMiss(def: TreeDef, own: TreeDef, argument: number): void {
  if (!isNear(def, own)) return
  const { path, a, b } = firstDifference(def, own)
  throw new TreeError(
    `bcmap: argument ${argument}`,
    `is nearly the reference: at ${where(path)} it has ${shorten(b)} in place of ${shorten(a)}`,
    'give it the same structure; to pass it whole, capture it in the function',
  )
}
