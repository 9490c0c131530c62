import { ARRAY } from './arrayType.ts'
import { brand } from './brand.ts'
import { type Flattened, isKnownSealed, recall, remember } from './cache.ts'
import { checkDepth } from './cycle.ts'
import { nodeTypeOf } from './nodeTypes.ts'
import type { Path } from './path.ts'
import type { NodeType } from './registry.ts'
import { internDef, leafDef, type TreeDef } from './treeDef.ts'

const IS_LEAF: unique symbol = /* @__PURE__ */ brand('isLeaf') as never

/** An option that variadic functions can tell from a tree. Made by {@link isLeaf}. */
export interface IsLeaf {
  readonly [IS_LEAF]: (node: unknown) => boolean
}

/**
 * Makes nodes for which `predicate` holds leaves, in the call that it is passed to.
 *
 * @example leaves([1, [2, 3]], isLeaf((x) => Array.isArray(x) && x[0] === 2)) // [1, [2, 3]]
 */
export function isLeaf(predicate: (node: unknown) => boolean): IsLeaf {
  return Object.freeze({ [IS_LEAF]: predicate })
}

/** Finds the node type of what counts as a node, with and without the option. */
export function viewOf(option?: IsLeaf): (node: unknown) => NodeType | undefined {
  if (option === undefined) return nodeTypeOf
  return (node) => (option[IS_LEAF](node) ? undefined : nodeTypeOf(node))
}

export function isIsLeaf(x: unknown): x is IsLeaf {
  return (x as IsLeaf | null | undefined)?.[IS_LEAF] !== undefined
}

/**
 * The leaves of a tree in order, and its structure. Free for sealed trees seen before.
 *
 * @throws {TreeError} when a node contains itself
 * @example flatten({ b: 1, a: [2, 3] }) // [[2, 3, 1], TreeDef({a: [*, *], b: *})]
 */
export function flatten(tree: unknown, option?: IsLeaf): Flattened {
  const isObject = typeof tree === 'object' && tree !== null
  const known = isObject && option === undefined ? recall(tree) : undefined
  if (known !== undefined) return known
  const walk = new Walk(tree, isObject && isKnownSealed(tree), option?.[IS_LEAF])
  const def = walk.visit(tree)
  const result: Flattened = Object.freeze([Object.freeze(walk.leaves), def] as const)
  if (walk.isSealed && isObject && def !== leafDef && option === undefined) remember(tree, result)
  return result
}

/**
 * The leaves of a tree, in order.
 *
 * @example leaves({ b: 1, a: [2, null, 'x'] }) // [2, 'x', 1]
 */
export function leaves(tree: unknown, option?: IsLeaf): readonly unknown[] {
  return flatten(tree, option)[0]
}

/**
 * The structure of a tree. Equal structures are the same object.
 *
 * @example structure([1, { a: 2 }]) === structure([3, { a: 4 }]) // true
 */
export function structure(tree: unknown, option?: IsLeaf): TreeDef {
  return flatten(tree, option)[1]
}

/**
 * Each leaf with its path, in order, and the structure.
 *
 * @example flattenWithPath([7])[0] // [[[{ type: 'index', index: 0 }], 7]]
 */
export function flattenWithPath(
  tree: unknown,
  option?: IsLeaf,
): readonly [leaves: readonly (readonly [path: Path, leaf: unknown])[], treedef: TreeDef] {
  const [all, def] = flatten(tree, option)
  return [all.map((leaf, i) => [def.paths[i] as Path, leaf] as const), def]
}

/**
 * Each leaf with its path, in order.
 *
 * @example leavesWithPath({ a: [5] }).map(([path, leaf]) => [printPath(path), leaf]) // [['.a[0]', 5]]
 */
export function leavesWithPath(tree: unknown, option?: IsLeaf): readonly (readonly [path: Path, leaf: unknown])[] {
  return flattenWithPath(tree, option)[0]
}

/**
 * Whether each of `values` is a leaf, and no node.
 *
 * @example allLeaves([1, 'a', [2]]) // false
 */
export function allLeaves(values: Iterable<unknown>, option?: IsLeaf): boolean {
  return [...values].every((value) => viewOf(option)(value) === undefined)
}

const NONE: readonly TreeDef[] = []

/** Leaves that show it without a look at their class, which is dear. */
function isEvidentLeaf(x: unknown): boolean {
  if (typeof x !== 'object') return x !== undefined
  return ArrayBuffer.isView(x) || (x !== null && ARRAY in x)
}

/** Appends what hangs on a flat node, if `node` looks like `guess`: most of a model is this, and needs no closer look. */
function appendFlat(node: unknown, guess: TreeDef, leaves: unknown[]): boolean {
  const type = guess.type as NodeType
  if (typeof node !== 'object' || node === null || Object.getPrototypeOf(node) !== type.prototype) return false
  const values = type.valuesUnder?.(node, guess.aux)
  if (values === undefined) return false
  for (let i = 0; i < values.length; i++) if (!isEvidentLeaf(values[i])) return false
  append(values, leaves)
  return true
}

/** Many at a time, and at most as many as arguments can be, is what `push(...more)` would take. */
function append(more: readonly unknown[], leaves: unknown[]): void {
  for (let i = 0; i < more.length; i++) leaves.push(more[i])
}

/** One pass over a tree. What it meets is likely to look like what was met last, so it compares before it builds. */
class Walk {
  readonly leaves: unknown[] = []
  /** Whether nothing met so far can change. */
  isSealed = true
  readonly #root: unknown
  readonly #isLeaf: IsLeaf[typeof IS_LEAF] | undefined
  /** Whether that is known beforehand. */
  readonly #isKnownSealed: boolean

  constructor(root: unknown, isKnownSealed: boolean, isLeaf?: IsLeaf[typeof IS_LEAF]) {
    this.#root = root
    this.#isKnownSealed = isKnownSealed
    this.#isLeaf = isLeaf
  }

  visit(node: unknown, likely?: TreeDef, depth = 0): TreeDef {
    const type = this.#isLeaf?.(node) ? undefined : nodeTypeOf(node)
    if (type !== undefined) return this.#open(node as object, type, likely?.type === type ? likely : type.last, depth)
    this.leaves.push(node)
    return leafDef
  }

  #open(node: object, type: NodeType, likely: TreeDef | undefined, depth: number): TreeDef {
    const known = this.#isLeaf === undefined && node ? recall(node) : undefined
    if (known !== undefined) {
      append(known[0], this.leaves)
      return known[1]
    }
    if (this.isSealed && !this.#isKnownSealed && !type.isSealed(node)) this.isSealed = false
    checkDepth(depth, this.#root)
    const values = likely && type.valuesUnder?.(node, likely.aux)
    const { aux, children } = values ? { aux: likely.aux, children: values } : type.open(node)
    const defs = this.#below(children, likely?.children ?? NONE, depth + 1)
    return aux === likely?.aux && defs === likely?.children ? likely : internDef(type, aux, defs)
  }

  /** The structures of the children: `likely` itself where they are the same. */
  #below(children: readonly unknown[], likely: readonly TreeDef[], depth: number): readonly TreeDef[] {
    const leaves = this.leaves
    const asksNothing = this.#isLeaf === undefined && (this.#isKnownSealed || !this.isSealed)
    let defs: TreeDef[] | undefined = children.length === likely.length ? undefined : []
    for (let i = 0; i < children.length; i++) {
      const child = children[i]
      const guess = likely[i]
      let def = leafDef
      if (guess === leafDef && isEvidentLeaf(child)) leaves.push(child)
      else if (asksNothing && guess?.isFlat && appendFlat(child, guess, leaves)) def = guess
      else def = this.visit(child, guess, depth)
      if (def !== guess) defs ??= likely.slice(0, i)
      defs?.push(def)
    }
    return defs ?? likely
  }
}
