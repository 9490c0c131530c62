import { arrayInfo } from './arrayType.ts'
import { at } from './at.ts'
import { inspectCustom, sharedTable } from './brand.ts'
import { checkDepth } from './cycle.ts'
import { TreeError } from './errors.ts'
import { isMasked } from './mask.ts'
import { freezeNode, NODE_TYPE, nodeTypeOf } from './nodeTypes.ts'
import type { Path } from './path.ts'
import { treeRepr } from './print.ts'
import { type NodeType, nodeType } from './registry.ts'
import { settle } from './seal.ts'
import { staticOf } from './static.ts'

/** One object that several paths lead to. */
export interface SharedPart {
  readonly value: object
  readonly paths: readonly Path[]
}

/**
 * The arrays and nodes that more than one path leads to; of a shared node only the node itself. `flatten` lists such a leaf once for
 * each path, and changes to the copies go separate ways from then on: tie weights with `@sharing`, or {@link Shared}.
 *
 * @example findShared({ a: w, b: { c: w } })[0]?.paths.map(printPath) // ['.a', '.b.c']
 */
export function findShared(tree: unknown): readonly SharedPart[] {
  const paths = new Map<object, Path[]>()
  visit(tree, [], paths, tree)
  return [...paths].filter(([, found]) => found.length > 1).map(([value, found]) => ({ value, paths: found }))
}

function visit(node: unknown, path: Path, paths: Map<object, Path[]>, root: unknown): void {
  const type = nodeTypeOf(node)
  const isPart =
    typeof node === 'object' &&
    node !== null &&
    !isMasked(node) &&
    (type !== undefined || arrayInfo(node) !== undefined)
  if (!isPart) return
  checkDepth(path.length, root)
  const known = paths.get(node)
  if (known !== undefined) return void known.push(path)
  paths.set(node, [path])
  if (type === undefined) return
  const { aux, children } = type.open(node)
  const keys = type.keys(aux, children.length)
  for (const [i, child] of children.entries()) visit(child, [...path, keys[i] as Path[number]], paths, root)
}

/** That the value at `to` is the one at `from`, or made from it. */
export interface Tie {
  readonly to: readonly (string | number)[]
  readonly from: readonly (string | number)[]
  /** What to make of the value; the value itself unless given. */
  readonly by?: (value: never) => unknown
}

interface SharedNode {
  readonly tree: unknown
  readonly ties: readonly Tie[]
}

const sharedType = /* @__PURE__ */ sharedTable('shared', () =>
  nodeType<SharedNode & object>({
    name: 'Shared',
    label: staticOf,
    open: (node) => ({ aux: [node.ties], children: [node.tree] }),
    close: ([ties], [tree]) => Shared.of(tree, ties as readonly Tie[]),
    keys: () => [{ type: 'attr', name: 'tree' }],
    seal: freezeNode,
    isSealed: (node) => Object.isFrozen(node),
    print: (_, [tree]) => `Shared(${tree})`,
  }),
)

/**
 * A tree with declared ties: what is tied is left out, so that each weight is one leaf, with one gradient. `call()` gives the whole
 * tree, each tied place filled from its source.
 *
 * @throws {LookupError} when a tie names a path that is not there
 * @example
 * const tied = new Shared({ enc: [1, 2], dec: [0, 0] }, [{ to: ['dec'], from: ['enc'], by: (w: number[]) => w.toReversed() }])
 * leaves(tied) // [1, 2]
 * tied.call() // { enc: [1, 2], dec: [2, 1] }
 */
export class Shared<T> {
  readonly tree: T
  readonly ties: readonly Tie[]

  constructor(tree: T, ties: readonly Tie[]) {
    for (const tie of ties) {
      if (tie.from.length > 0) pathOf(tree, tie.from).get()
      if (String(tie.from) === String(tie.to))
        throw new TreeError('Shared', `${tie.to.join('.')} is tied to itself`, 'name two places')
    }
    this.tree = settle(ties.reduce((rest, tie) => pathOf(rest, tie.to).set(null) as T, tree))
    this.ties = settle(ties)
    Object.freeze(this)
  }

  /** A node as it was taken apart: what is tied is out already. */
  static of(tree: unknown, ties: readonly Tie[]): Shared<unknown> {
    return Object.assign(Object.create(Shared.prototype) as Shared<unknown>, { tree, ties })
  }

  get [NODE_TYPE](): NodeType {
    return sharedType
  }

  /** The whole tree; the ties are followed in order. */
  call(): T {
    return this.ties.reduce(
      (tree, { to, from, by = (x) => x }) => pathOf(tree, to).set(by(pathOf(tree, from).get() as never)) as T,
      this.tree,
    )
  }

  [inspectCustom](): string {
    return treeRepr(this)
  }
}

interface Place {
  get(): unknown
  set(value: unknown): unknown
}

function pathOf(tree: unknown, path: readonly (string | number)[]): Place {
  return (at as unknown as (tree: unknown, ...path: readonly (string | number)[]) => Place)(tree, ...path)
}
