import { arrayInfo } from './arrayType.ts'
import { openCopy } from './copy.ts'
import { flatten } from './flatten.ts'
import { sameValues, staticOf } from './static.ts'

/**
 * Whether all trees have one structure and equal leaves: arrays by dtype, shape and values, everything else by `Object.is`.
 *
 * @example isTreeEqual({ a: new Float32Array([1]) }, { a: new Float32Array([1]) }) // true
 */
export function isTreeEqual(first: unknown, ...others: readonly unknown[]): boolean {
  const [leaves, def] = flatten(first)
  return others.every((other) => {
    const [otherLeaves, otherDef] = flatten(other)
    return otherDef === def && leaves.every((leaf, i) => sameLeaf(leaf, otherLeaves[i]))
  })
}

function sameLeaf(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  const [x, y] = [arrayInfo(a), arrayInfo(b)]
  if (x === undefined || y === undefined || x.dtype !== y.dtype || String(x.shape) !== String(y.shape)) return false
  const [xs, ys] = [x.values(), y.values()]
  return xs !== null && ys !== null && sameValues(xs, ys)
}

/**
 * An open copy: new nodes and typed arrays, all other leaves shared.
 *
 * @example treeCopy([1, [2]]) // [1, [2]]
 */
export function treeCopy<T>(tree: T): T {
  return openCopy(tree)
}

/**
 * An object that is the same for equal trees, as {@link isTreeEqual} has it, and for no others: a key for Maps.
 *
 * @example treeKey([1, new Float32Array(2)]) === treeKey([1, new Float32Array(2)]) // true
 */
export function treeKey(tree: unknown): object {
  return staticOf(tree)
}
