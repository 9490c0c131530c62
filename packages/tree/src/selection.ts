import { arrayInfo } from './arrayType.ts'
import { checkDepth } from './cycle.ts'
import { LookupError, TreeError } from './errors.ts'
import { leavesWithPath } from './flatten.ts'
import { nodeTypeOf } from './nodeTypes.ts'
import { where as at, type Path, printKey } from './path.ts'
import type { NodeType } from './registry.ts'
import { printStep, type Step, show } from './where.ts'

/** Which parts of a tree are meant. */
export type Selection =
  /** Nothing of this subtree. */
  | { readonly type: 'none' }
  /** The subtree as a whole. */
  | { readonly type: 'whole' }
  /** Every leaf of the subtree. */
  | { readonly type: 'leaves' }
  /** The elements of an array leaf where `mask`, an array of its shape, is true. */
  | { readonly type: 'elements'; readonly mask: object }
  | { readonly type: 'children'; readonly children: readonly Selection[] }

const NONE: Selection = { type: 'none' }
const WHOLE: Selection = { type: 'whole' }
const LEAVES: Selection = { type: 'leaves' }

/** Finds the node type of what counts as a node in one call. */
export type View = (node: unknown) => NodeType | undefined

/** A node and its children, with the step to each. */
export function openNode(node: unknown, type: NodeType) {
  const { aux, children } = type.open(node as object)
  return { aux, children, keys: type.keys(aux, children.length) }
}

/**
 * What a path of steps selects.
 *
 * @throws {LookupError} when that is nothing, with what there is at the place where the path ends
 */
export function selectPath(tree: unknown, steps: readonly Step[], view: View): Selection {
  const search = new PathSearch(tree, steps, view)
  const found = search.select(tree, 0, [])
  if (found.type === 'none') throw search.failure()
  return found
}

class PathSearch {
  /** The nodes at which the longest matching part of the path ends, with what they hold. */
  #ends: { path: Path; names: readonly string[] | undefined }[] = []
  #depth = -1
  readonly #tree: unknown
  readonly #steps: readonly Step[]
  readonly #view: View

  constructor(tree: unknown, steps: readonly Step[], view: View) {
    this.#tree = tree
    this.#steps = steps
    this.#view = view
  }

  select(node: unknown, depth: number, path: Path): Selection {
    checkDepth(depth, this.#tree)
    const step = this.#steps[depth]
    if (step === undefined) return this.#steps.at(-1)?.spreads ? LEAVES : WHOLE
    const type = this.#view(node)
    const { keys, children } = type === undefined ? NO_CHILDREN : openNode(node, type)
    this.#note(depth, path, type === undefined ? undefined : keys.map(printKey))
    const found = children.map((child, i) => {
      const key = keys[i] as Path[number]
      return step.matches(key, child) ? this.select(child, depth + 1, [...path, key]) : NONE
    })
    return found.every((one) => one === NONE) ? NONE : { type: 'children', children: found }
  }

  #note(depth: number, path: Path, names: readonly string[] | undefined): void {
    if (depth > this.#depth) this.#ends = []
    if (depth >= this.#depth) this.#ends.push({ path, names })
    this.#depth = Math.max(depth, this.#depth)
  }

  failure(): LookupError {
    const places = this.#ends.slice(0, 3).map(({ path, names }) => {
      return `${at(path)} ${names === undefined ? 'is a leaf' : listed(names)}`
    })
    const path = this.#steps.map(printStep).join(', ')
    const missed = printStep(this.#steps[this.#depth] as Step)
    return new LookupError(`at(${path})`, `nothing matches ${missed}: ${places.join('; ')}`, 'pick one of these')
  }
}

const NO_CHILDREN = { keys: [], children: [] }

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'is empty'
  const shown = names.slice(0, 12).join(' ')
  return names.length > 12 ? `has ${shown} and ${names.length - 12} more` : `has ${shown}`
}

/**
 * What a tree of booleans, or of arrays of booleans, selects. It may stop early: `true` in place of a subtree is all of it.
 *
 * @throws {TreeError} naming the path where the mask does not fit the tree
 */
export function selectMask(tree: unknown, mask: unknown, view: View): Selection {
  if (typeof mask === 'boolean') {
    throw new TreeError('at', `got ${mask} for the whole tree`, 'pass a tree of booleans, or all for every leaf')
  }
  if (nodeTypeOf(mask) === undefined && arrayInfo(mask) === undefined) {
    throw new TreeError(
      'at',
      `${show(mask)} selects nothing`,
      'pass names, indices, a RegExp, anyOf(...), all, key(...), a rule or a tree of booleans',
    )
  }
  if (leavesWithPath(mask).length === 0) {
    throw new TreeError(
      'at',
      'the mask has no leaves',
      'pass a tree of booleans with the structure of the tree, or names to go deeper',
    )
  }
  return fitMask(tree, mask, view, [])
}

function fitMask(node: unknown, mask: unknown, view: View, path: Path): Selection {
  if (typeof mask === 'boolean') return mask ? WHOLE : NONE
  const type = view(node)
  const maskType = nodeTypeOf(mask)
  if (maskType === undefined) return fitArray(node, mask, path)
  if (type !== maskType)
    throw misfit(path, `the mask has ${maskType.name} where the tree has ${type?.name ?? 'a leaf'}`)
  const own = openNode(node, type)
  const other = openNode(mask, maskType)
  const names = (keys: Path) => keys.map(printKey).join(' ') || 'nothing'
  if (names(own.keys) !== names(other.keys)) {
    throw misfit(path, `the mask has ${names(other.keys)} where the tree has ${names(own.keys)}`)
  }
  const children = own.children.map((child, i) =>
    fitMask(child, other.children[i], view, [...path, own.keys[i] as Path[number]]),
  )
  return children.every((one) => one === NONE) ? NONE : { type: 'children', children }
}

function fitArray(node: unknown, mask: unknown, path: Path): Selection {
  const info = arrayInfo(mask)
  if (info === undefined) throw misfit(path, `the mask has ${show(mask)}, not a boolean`)
  const own = arrayInfo(node)
  const shape = String(info.shape)
  if (own === undefined || String(own.shape) !== shape) {
    throw misfit(
      path,
      `the mask has an array of shape [${shape}] where the tree has ${own ? `one of shape [${own.shape}]` : 'none'}`,
    )
  }
  return { type: 'elements', mask: mask as object }
}

function misfit(path: Path, found: string): TreeError {
  return new TreeError(
    'at',
    `at ${at(path)} ${found}`,
    'make the mask with tree.map over the tree; true or false may stand for a subtree',
  )
}

/**
 * What both selections mean.
 *
 * @throws {TreeError} when two array masks meet in one leaf
 */
export function intersect(a: Selection, b: Selection): Selection {
  if (a.type === 'none' || b.type === 'whole') return a
  if (b.type === 'none' || a.type === 'whole') return b
  if (a.type === 'children') {
    const children = a.children.map((child, i) => intersect(child, b.type === 'children' ? (b.children[i] ?? NONE) : b))
    return children.every((one) => one.type === 'none') ? NONE : { type: 'children', children }
  }
  if (b.type === 'children') return intersect(b, a)
  if (a.type === 'leaves') return b
  if (b.type === 'leaves') return a
  throw new TreeError('at', 'two array masks meet in one leaf', 'combine them into one first')
}
