import { arrayInfo } from './arrayType.ts'
import { TreeError } from './errors.ts'
import { flatten, type IsLeaf, isIsLeaf, leaves, structure } from './flatten.ts'
import type { Path } from './path.ts'
import { broadcastPrefix, flattenUpTo } from './prefix.ts'
import { type TreeDef, unflatten } from './treeDef.ts'

/** `T` with the leaves of type `L` replaced by `R`. Where `R` is an `L`, that is `T` itself. */
export type MapLeaves<T, L, R> = [R] extends [L] ? T : Replace<T, L, R>
type Replace<T, L, R> = T extends L
  ? R
  : T extends null | undefined | string | number | boolean | bigint | symbol | ((...args: never[]) => unknown)
    ? T
    : { [K in keyof T]: Replace<T[K], L, R> }

/**
 * The tree of `f(leaf, …)` for the leaves of `tree`, with the leaves (or subtrees) of the other trees in the same place. The
 * result is sealed. A last argument `isLeaf(predicate)` stops at the nodes it names.
 *
 * @throws {TreeError} naming the first path where another tree lacks the structure of the first
 * @example map((a: number, b: number) => a + b, { x: 1, y: [2] }, { x: 10, y: [20] }) // { x: 11, y: [22] }
 */
export function map<T, L, R>(
  f: (leaf: L, ...more: never[]) => R,
  tree: T,
  ...rest: readonly (unknown | IsLeaf)[]
): MapLeaves<T, L, R> {
  const { first, others, def } = zip('map', tree, rest)
  return unflatten(
    def,
    first.map((leaf, i) => f(leaf as L, ...others.map((other) => other[i] as never))),
  ) as MapLeaves<T, L, R>
}

/**
 * Like {@link map}; `f` gets the path of the leaf first.
 *
 * @example mapWithPath((path, x: number) => `${printPath(path)}=${x}`, { a: [1] }) // { a: ['.a[0]=1'] }
 */
export function mapWithPath<T, L, R>(
  f: (path: Path, leaf: L, ...more: never[]) => R,
  tree: T,
  ...rest: readonly (unknown | IsLeaf)[]
): MapLeaves<T, L, R> {
  const { first, others, def } = zip('mapWithPath', tree, rest)
  return unflatten(
    def,
    first.map((leaf, i) => f(def.paths[i] as Path, leaf as L, ...others.map((other) => other[i] as never))),
  ) as MapLeaves<T, L, R>
}

function zip(caller: string, tree: unknown, rest: readonly unknown[]) {
  const option = rest.at(-1)
  const hasOption = isIsLeaf(option)
  const [first, def] = flatten(tree, hasOption ? option : undefined)
  const others = (hasOption ? rest.slice(0, -1) : rest).map((other, i) =>
    flattenUpTo(def, other, `${caller}: tree ${i + 2} does not fit tree 1`),
  )
  return { first, others, def }
}

/**
 * Folds the leaves in order. Without `initial` the first leaf is the start.
 *
 * @throws {TreeError} when there is neither a leaf nor an `initial`
 * @example reduce((sum: number, x: number) => sum + x, [1, { a: 2 }], 0) // 3
 */
export function reduce<L, A = L>(
  f: (accumulated: A, leaf: L) => A,
  tree: unknown,
  ...options: [] | [IsLeaf] | [initial: A, option?: IsLeaf]
): A {
  const last: unknown = options.at(-1)
  const rest = isIsLeaf(last) ? options.slice(0, -1) : options
  const all = leaves(tree, isIsLeaf(last) ? last : undefined) as readonly L[]
  if (rest.length > 0) return all.reduce<A>((sum, leaf) => f(sum, leaf), rest[0] as A)
  if (all.length === 0) throw new TreeError('reduce', 'the tree has no leaves', 'pass an initial value')
  return all.slice(1).reduce<A>((sum, leaf) => f(sum, leaf), all[0] as unknown as A)
}

/**
 * Folds the leaves by halves, and those by halves, which keeps rounding errors small: for an `f` that gives the same however its operands
 * are grouped. They stay in order.
 *
 * @param identity the result where there are no leaves
 * @throws {TreeError} when there is neither a leaf nor an `identity`
 * @example reduceAssociative((a: string, b: string) => `(${a}${b})`, ['a', 'b', ['c']]) // '(a(bc))'
 */
export function reduceAssociative<L>(f: (a: L, b: L) => L, tree: unknown, ...identity: [] | [L]): L {
  const all = leaves(tree) as readonly L[]
  const fold = (from: number, to: number): L => {
    const middle = (from + to) >> 1
    return middle === from ? (all[from] as L) : f(fold(from, middle), fold(middle, to))
  }
  return all.length === 0 ? reduce(f, [], ...identity) : fold(0, all.length)
}

/**
 * Whether all leaves are truthy; an array is when all its values are.
 *
 * @throws {TreeError} for an array without values to look at, such as a tracer
 * @example tree.all([true, new Uint8Array([1, 0])]) // false
 */
export function all(tree: unknown, option?: IsLeaf): boolean {
  return leaves(tree, option).every(isTruthy)
}

function isTruthy(leaf: unknown): boolean {
  const info = arrayInfo(leaf)
  if (info === undefined) return Boolean(leaf)
  const values = info.values()
  if (values === null) {
    throw new TreeError(
      'tree.all',
      'an array has no values to look at',
      'call it outside transforms, or reduce with your own function',
    )
  }
  return Array.prototype.every.call(values, Boolean)
}

/**
 * Turns a tree of trees inside out: from structure `outer` of `inner` to `inner` of `outer`.
 *
 * @throws {TreeError} when the tree is not an `outer` of `inner`s
 * @example transpose(structure([0, 0]), structure({ a: 0 }), [{ a: 1 }, { a: 2 }]) // { a: [1, 2] }
 */
export function transpose(outer: TreeDef, inner: TreeDef | null, tree: unknown): unknown {
  const rows = flattenUpTo(outer, tree, 'transpose: the tree does not begin like outer')
  const innerDef = inner ?? structure(rows[0])
  const grid = rows.map((row) => flattenUpTo(innerDef, row, 'transpose: a part does not have the structure of inner'))
  const columns = Array.from({ length: innerDef.numLeaves }, (_, j) =>
    unflatten(
      outer,
      grid.map((row) => row[j]),
    ),
  )
  return unflatten(innerDef, columns)
}

/**
 * A tree with the structure of `tree` and the values of `prefix`, each repeated over the subtree that it stands for.
 *
 * @throws {TreeError} when `prefix` is not a prefix of the tree
 * @example broadcast([0, 1], [{ a: 5, b: 6 }, 7]) // [{ a: 0, b: 0 }, 1]
 */
export function broadcast(prefix: unknown, tree: unknown, option?: IsLeaf): unknown {
  return unflatten(structure(tree), broadcastPrefix(prefix, tree, option, 'broadcast'))
}
