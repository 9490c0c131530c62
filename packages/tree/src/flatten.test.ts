import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryTree } from '../fixtures/arbitraryTree.ts'
import { isLeaf } from './flatten.ts'
import { TreeClass, tree } from './index.ts'
import { printPath } from './path.ts'

class Point extends TreeClass {
  y = 1
  x: unknown = 2
}

class Opaque {
  value = 1
}

describe('flatten', () => {
  const leafOf = (x: unknown) => expect(tree.flatten(x)).toEqual([[x], tree.structure(0)])

  it('takes numbers, strings, functions, typed arrays and unknown instances as leaves', () => {
    for (const x of [1, 'a', true, 1n, Symbol.iterator, () => 1, new Float32Array(2), new Opaque(), new Date(0)])
      leafOf(x)
  })

  it('takes null and undefined as nodes without leaves, each its own structure', () => {
    expect(tree.leaves([null, undefined])).toEqual([])
    expect(tree.structure(null)).not.toBe(tree.structure(undefined))
  })

  it('sorts the keys of plain objects', () => {
    expect(tree.leaves({ b: 1, a: 2, 10: 3, 9: 4 })).toEqual([3, 4, 2, 1])
  })

  it('keeps the fields of a class in the order of their definition', () => {
    expect(tree.leaves(new Point())).toEqual([1, 2])
  })

  it('takes Maps and Sets in insertion order', () => {
    expect(
      tree.leaves(
        new Map<unknown, unknown>([
          ['b', 1],
          ['a', [2]],
        ]),
      ),
    ).toEqual([1, 2])
    expect(tree.leaves(new Set([3, 1]))).toEqual([3, 1])
  })

  it('treats an object without prototype as a plain object, and an Array subclass as a leaf', () => {
    expect(tree.leaves(Object.assign(Object.create(null), { a: 1 }))).toEqual([1])
    leafOf(new (class extends Array {})())
  })

  it('keeps a key named __proto__', () => {
    const odd = JSON.parse('{"__proto__": 1, "toString": 2}') as object
    const [leaves, def] = tree.flatten(odd)
    const back = tree.unflatten(def, leaves) as object
    expect(Object.entries(back)).toEqual([
      ['__proto__', 1],
      ['toString', 2],
    ])
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
  })

  it('stops at the nodes that isLeaf names', () => {
    const pair = isLeaf((x) => Array.isArray(x) && x.length === 2)
    expect(tree.leaves([1, [2, 3], null], pair)).toEqual([1, [2, 3]])
    expect(
      tree.leaves(
        [1, null],
        isLeaf((x) => x === null),
      ),
    ).toEqual([1, null])
  })

  it('gives each leaf its path, printed as code', () => {
    const net = { 'my key': [new Point()], m: new Map([['k', 1]]), s: new Set([5]) }
    expect(tree.leavesWithPath(net).map(([path]) => printPath(path))).toEqual([
      '.m.get("k")',
      '["my key"][0].y',
      '["my key"][0].x',
      '.s.values()[0]',
    ])
  })

  it('does not seal, and sees later changes of an open tree', () => {
    const open = { a: [1] }
    tree.flatten(open)
    open.a.push(2)
    expect(tree.leaves(open)).toEqual([1, 2])
  })

  it('remembers what a sealed tree flattens to', () => {
    const sealed = tree.seal({ a: [1, new Point()] })
    expect(tree.flatten(sealed)).toBe(tree.flatten(sealed))
  })

  it('does not remember a frozen object with an open part', () => {
    const open = [1]
    const outer = Object.freeze({ open })
    tree.flatten(outer)
    open.push(2)
    expect(tree.leaves(outer)).toEqual([1, 2])
  })

  it('remembers what unflatten made, and its direct parts where the root is plain', () => {
    const [leaves, def] = tree.flatten([new Point(), { a: 1 }])
    const made = tree.unflatten(def, leaves) as [Point, object]
    expect(tree.flatten(made)).toBe(tree.flatten(made))
    expect(tree.flatten(made[0])).toBe(tree.flatten(made[0]))
    expect(tree.flatten(made[0])).toEqual([[1, 2], def.children[0]])
  })

  it('lists a leaf that two paths share once for each path; the round trip keeps it shared', () => {
    const shared = new Float32Array(2)
    const [leaves, def] = tree.flatten({ a: shared, b: [shared] })
    expect(leaves).toEqual([shared, shared])
    const back = tree.unflatten(def, leaves) as { a: unknown; b: unknown[] }
    expect(back.a).toBe(back.b[0])
  })

  it('names both paths of a cycle', () => {
    const a: { list: unknown[] } = { list: [] }
    a.list.push({ back: a.list })
    expect(() => tree.flatten({ a })).toThrow(
      /^\.a\.list\[0\]\.back: is the same object as \.a\.list, which contains it/,
    )
    expect(() => tree.seal({ a })).toThrow(/which contains it/)
  })

  it('accepts a deep tree', () => {
    let deep: unknown = 1
    for (let i = 0; i < 1000; i++) deep = [deep]
    expect(tree.leaves(deep)).toEqual([1])
  })

  it('round-trips every tree: unflatten(flatten(t)) equals t', () => {
    fc.assert(
      fc.property(arbitraryTree, (t) => {
        const [leaves, def] = tree.flatten(t)
        const back = tree.unflatten(def, leaves)
        expect(back).toEqual(t)
        expect(tree.structure(back)).toBe(def)
        expect(def.paths.length).toBe(leaves.length)
      }),
    )
  })
})

describe('unflatten', () => {
  const def = tree.structure([0, { a: 0 }])

  it('counts the leaves', () => {
    expect(() => tree.unflatten(def, [1])).toThrow(/got 1 leaves for TreeDef\(\[\*, {a: \*}\]\), which has 2/)
    expect(() => tree.unflatten(def, [1, 2, 3])).toThrow(/got 3 leaves/)
  })

  it('takes any iterable', () => {
    expect(tree.unflatten(def, new Set([1, 2]))).toEqual([1, { a: 2 }])
  })

  it('seals its result, subtrees in place of leaves included', () => {
    const inner = [1]
    const made = tree.unflatten(def, [inner, 2]) as [number[], object]
    expect(made[0]).toBe(inner)
    expect(tree.isSealed(made)).toBe(true)
    expect(tree.leaves(made)).toEqual([1, 2])
  })

  it('makes class instances without their constructor', () => {
    const [, pointDef] = tree.flatten(new Point())
    expect(tree.unflatten(pointDef, [5, 6])).toEqual(Object.assign(new Point(), { y: 5, x: 6 }))
  })

  it('refuses to merge elements of a Set that became equal', () => {
    expect(() => tree.map(() => 0, new Set([1, 2]))).toThrow(/Set/)
  })
})
