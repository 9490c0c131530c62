import { describe, expect, it } from 'vitest'
import { missingRows, rowNames } from '../fixtures/readmeTable.ts'
import * as t from './index.ts'

const { printPath, tree } = t
const sum = (a: number, b: number) => a + b

/** A class with two children and a name that belongs to the structure. */
class Pair {
  constructor(
    readonly left: unknown,
    readonly right: unknown,
    readonly name = 'pair',
  ) {}
}
t.registerPytreeNode(
  Pair,
  (p) => [[p.left, p.right], p.name],
  (name, [left, right]) => new Pair(left, right, name as string),
)
class Named extends Pair {}
t.registerPytreeNode(
  Named,
  (p) => [[p.left, p.right], null],
  (_, [left, right]) => new Named(left, right),
  { keys: () => ['left', 'right'] },
)
class Layer extends t.TreeClass {
  weight = 1
}
const pathTo = (x: unknown) => tree.leavesWithPath(x)[0]?.[0]

/** One test for each row of the table in the README, under its first column. */
const rows: Record<string, () => void> = {
  'tree.all': () => {
    expect([tree.all([1, { a: true }]), tree.all([1, 0]), tree.all([])]).toEqual([true, false, true])
    expect(tree.all([new Uint8Array([1, 0])])).toBe(false)
  },
  'tree.broadcast': () => expect(tree.broadcast([0, 1], [{ a: 5, b: 6 }, 7])).toEqual([{ a: 0, b: 0 }, 1]),
  'tree.flatten': () => {
    const [leaves, def] = tree.flatten({ b: 1, a: [2, null, undefined] })
    expect([leaves, String(def)]).toEqual([[2, 1], 'TreeDef({a: [*, null, undefined], b: *})'])
    expect(Object.isFrozen(leaves)).toBe(true)
  },
  'tree.flatten_with_path': () => {
    const [leaves, def] = tree.flattenWithPath({ a: [5] })
    expect([leaves.map(([path, leaf]) => [printPath(path), leaf]), def]).toEqual([
      [['.a[0]', 5]],
      tree.structure({ a: [0] }),
    ])
  },
  'tree.leaves': () => expect(tree.leaves([1, { z: 2, y: 3 }])).toEqual([1, 3, 2]),
  'tree.leaves_with_path': () =>
    expect(tree.leavesWithPath({ a: [5] }).map(([path, leaf]) => [printPath(path), leaf])).toEqual([['.a[0]', 5]]),
  'tree.map': () => {
    expect(tree.map(sum, [1, { a: 2 }], [10, { a: 20 }])).toEqual([11, { a: 22 }])
    expect(() => tree.map(sum, [1, { a: 2 }], [10, { b: 20 }])).toThrow(/at \[1\] \(object\) a is missing and b/)
  },
  'tree.map_with_path': () =>
    expect(tree.mapWithPath((path, x: number) => `${printPath(path)}=${x}`, { a: [1] })).toEqual({ a: ['.a[0]=1'] }),
  'tree.reduce': () => {
    expect([tree.reduce(sum, [1, [2, 3]]), tree.reduce(sum, [], 7)]).toEqual([6, 7])
    expect(() => tree.reduce(sum, [])).toThrow(t.TreeError)
  },
  'tree.reduce_associative': () => {
    const plus = (a: string, b: string) => `(${a}+${b})`
    expect(tree.reduceAssociative(plus, ['a', 'b', ['c', 'd', 'e']])).toBe('((a+b)+(c+(d+e)))')
    expect([tree.reduceAssociative(plus, ['a', 'b'], '0'), tree.reduceAssociative(plus, [], '0')]).toEqual([
      '(a+b)',
      '0',
    ])
    expect(() => tree.reduceAssociative(plus, [])).toThrow(/has no leaves; pass an initial value/)
  },
  'tree.static': () => {
    class Options {
      rate = 1
      mode = 'train'
    }
    t.registerPytreeDataclass(Options, { metaFields: ['mode'] })
    expect(tree.leaves(new Options())).toEqual([1])
    expect(tree.structure(new Options())).not.toBe(tree.structure(Object.assign(new Options(), { mode: 'test' })))
  },
  'tree.structure': () => {
    expect(tree.structure([1, { a: 2 }])).toBe(tree.structure([3, { a: 4 }]))
    expect(tree.structure([1])).not.toBe(tree.structure([[1]]))
  },
  'tree.transpose': () => {
    const [outer, inner] = [tree.structure([0, 0]), tree.structure({ a: 0, b: 0 })]
    const rows = [
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ]
    expect(tree.transpose(outer, inner, rows)).toEqual({ a: [1, 3], b: [2, 4] })
  },
  'tree.unflatten': () => {
    const made = tree.unflatten(tree.structure({ a: 0, b: [0] }), [1, 2])
    expect([made, tree.isSealed(made)]).toEqual([{ a: 1, b: [2] }, true])
  },
  all_leaves: () => {
    expect([tree.allLeaves([1, 'a', Math.sin]), tree.allLeaves([1, [2]]), tree.allLeaves([])]).toEqual([
      true,
      false,
      true,
    ])
    expect(tree.allLeaves([[2]], t.isLeaf(Array.isArray))).toBe(true)
  },
  is_tree_node: () =>
    expect([[1], null, new Layer(), 1, 'a'].map((x) => !tree.allLeaves([x]))).toEqual([true, true, true, false, false]),
  flatten_one_level: () => {
    const x = [1, [2, 3], null]
    expect(
      tree.leaves(
        x,
        t.isLeaf((y) => y !== x),
      ),
    ).toEqual([1, [2, 3], null])
  },
  flatten_one_level_with_keys: () => {
    const x = { a: [1, 2] }
    const level = tree.leavesWithPath(
      x,
      t.isLeaf((y) => y !== x),
    )
    expect(level).toEqual([[[{ type: 'name', name: 'a' }], [1, 2]]])
  },
  keystr: () => expect(printPath(pathTo({ 'a b': [new Map([['k', 1]])] }) ?? [])).toBe('["a b"][0].get("k")'),
  KeyPath: () => expect(pathTo([[1]])).toHaveLength(2),
  KeyEntry: () => expect(pathTo([1])?.map((key) => key.type)).toEqual(['index']),
  GetAttrKey: () => expect(pathTo(new Layer())).toEqual([{ type: 'attr', name: 'weight' }]),
  DictKey: () => {
    expect(pathTo({ a: 1 })).toEqual([{ type: 'name', name: 'a' }])
    expect(pathTo(new Map([[7, 1]]))).toEqual([{ type: 'entry', key: 7 }])
  },
  SequenceKey: () => {
    expect(pathTo([1])).toEqual([{ type: 'index', index: 0 }])
    expect(pathTo(new Set([1]))).toEqual([{ type: 'member', index: 0 }])
  },
  FlattenedIndexKey: () => expect(pathTo(new Pair(1, 2))).toEqual([{ type: 'child', index: 0 }]),
  PyTreeDef: () => {
    expect(tree.structure([1])).toBeInstanceOf(t.TreeDef)
    expect(new Map([[tree.structure([1]), 'known']]).get(tree.structure([2]))).toBe('known')
  },
  treedef_is_leaf: () => expect([tree.structure(1).isLeaf, tree.structure([1]).isLeaf]).toEqual([true, false]),
  treedef_children: () => expect(tree.structure([1, [2]]).children).toEqual([tree.structure(1), tree.structure([1])]),
  treedef_tuple: () => {
    const defs = [tree.structure({ a: 1 }), tree.structure(1)]
    const made = tree.structure(defs.map((d) => d.unflatten(Array(d.numLeaves).fill(0))))
    expect(made).toBe(tree.structure([{ a: 1 }, 1]))
  },
  register_pytree_node: () => {
    expect(tree.map((x: number) => x + 1, new Pair(1, 2))).toEqual(new Pair(2, 3))
    expect(tree.structure(new Pair(1, 2))).not.toBe(tree.structure(new Pair(1, 2, 'other')))
  },
  register_pytree_with_keys: () => expect(printPath(pathTo(new Named(1, 2)) ?? [])).toBe('.left'),
  register_pytree_node_class: () => {
    class Complex {
      constructor(
        readonly re: number,
        readonly im: number,
      ) {}
      parts() {
        return [[this.re, this.im], null] as const
      }
      static from(_: unknown, [re, im]: readonly unknown[]) {
        return new Complex(re as number, im as number)
      }
    }
    t.registerPytreeNode(Complex, (z) => z.parts(), Complex.from)
    expect(tree.map((x: number) => x * 2, new Complex(1, 2))).toEqual(new Complex(2, 4))
  },
  register_pytree_with_keys_class: () =>
    expect(() =>
      t.registerPytreeNode(
        Named,
        () => [[], null],
        () => new Named(1, 2),
      ),
    ).toThrow(/is a tree node already/),
  register_dataclass: () => {
    class Point {
      x = 1
      y = 2
    }
    t.registerPytreeDataclass(Point)
    const moved = tree.map((x: number) => x + 1, new Point())
    expect([moved, moved instanceof Point]).toEqual([Object.assign(new Point(), { x: 2, y: 3 }), true])
  },
  register_static: () => {
    class Config {
      constructor(readonly depth: number) {}
    }
    t.registerStatic(Config)
    const config = new Config(3)
    expect(tree.leaves([config, 1])).toEqual([1])
    expect(tree.map((x: number) => x + 1, { config, x: 1 })).toEqual({ config, x: 2 })
    expect(tree.structure([config])).toBe(tree.structure([config]))
    expect(tree.structure([config])).not.toBe(tree.structure([new Config(3)]))
    expect(String(tree.structure([config]))).toBe('TreeDef([Config])')
    expect(() => t.registerStatic(Config)).toThrow(t.TreeError)
  },
  default_registry: () => expect(tree.leaves(Object.freeze(new Pair(1, [2])))).toEqual([1, 2]),
  Partial: () => {
    const add1 = new t.Partial(sum, 1)
    expect([add1.call(2), tree.leaves(add1)]).toEqual([3, []])
    expect(tree.structure(add1)).toBe(tree.structure(new t.Partial(sum, 1)))
  },
}

describe('what JAX has for trees', () => {
  it('has a row in the README for each of these tests, and the other way round', () => {
    expect(rowNames('JAX')).toEqual(Object.keys(rows))
  })

  it('has a row for each of its public names', () => expect(missingRows('jax', 'JAX')).toEqual([]))

  it.each(Object.entries(rows))('%s', (_, check) => check())
})
