import { TreeError } from './errors.ts'
import { flatten, type IsLeaf } from './flatten.ts'
import { type TreeDef, unflatten } from './treeDef.ts'

export interface BcmapOptions {
  /** The position of the argument whose structure counts; 0 unless given. */
  readonly broadcastTo?: number
  readonly isLeaf?: IsLeaf
}

/**
 * `f` over the leaves of trees: arguments with the structure of the reference (the first) are taken apart together, all others are
 * passed whole to every call.
 *
 * @throws {TreeError} for no argument, and for one of the reference's kind whose structure differs further down: it is likely a mistake
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

/** The same kind of root with the same names, and something else below. */
function refuseNearMiss(def: TreeDef, own: TreeDef, i: number): void {
  const sameRoot = own.type === def.type && own.type !== null && own.children.length === def.children.length
  if (!sameRoot || own.labels.some((label, n) => label !== def.labels[n])) return
  throw new TreeError(
    'bcmap',
    `argument ${i} is ${own}, nearly the reference ${def}`,
    'give it the same structure; to pass it whole, capture it in the function',
  )
}
