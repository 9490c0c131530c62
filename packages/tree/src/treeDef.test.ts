import { describe, expect, it } from 'vitest'
import { freeze, TreeClass, tree } from './index.ts'

class Linear extends TreeClass {
  weight = 1
  bias = 2
}

describe('TreeDef', () => {
  it('is one object for all trees of one structure', () => {
    const def = tree.structure({ a: [1, new Linear()], b: null })
    expect(tree.structure({ b: null, a: ['x', new Linear()] })).toBe(def)
    for (const other of [{ a: [1, new Linear()] }, { a: [1, 2], b: null }, { a: [1, new Linear()], b: undefined }]) {
      expect(tree.structure(other)).not.toBe(def)
    }
  })

  it('tells kinds with equal children apart', () => {
    const defs = [[1], { 0: 1 }, new Set([1]), new Map([[0, 1]]), new Map([['0', 1]])].map((x) => tree.structure(x))
    expect(new Set(defs).size).toBe(5)
  })

  it('distinguishes the order of fields', () => {
    class Two extends TreeClass {}
    expect(tree.structure(Object.assign(new Two(), { a: 1, b: 2 }))).not.toBe(
      tree.structure(Object.assign(new Two(), { b: 2, a: 1 })),
    )
  })

  it('serves as the key of a cache', () => {
    const cache = new Map([[tree.structure([1, 2]), 'hit']])
    expect(cache.get(tree.structure([3, 4]))).toBe('hit')
  })

  it('prints the tree with * for leaves', () => {
    const text = String(tree.structure({ a: [1, null], 'b c': new Linear(), m: new Map([['k', 1]]), s: new Set([1]) }))
    expect(text).toBe('TreeDef({a: [*, null], "b c": Linear(weight=*, bias=*), m: Map{"k" => *}, s: Set{*}})')
    expect(String(tree.structure(freeze([1, 'x'])))).toBe('TreeDef([#1, #x])')
  })

  it('counts leaves and nodes', () => {
    const def = tree.structure({ a: [1, null], b: new Linear() })
    expect([def.numLeaves, def.numNodes]).toEqual([3, 7])
  })

  it('lets go of structures whose static values are gone', () => {
    const before = tree.structure(freeze([new Float32Array([1])]))
    expect(tree.structure(freeze([new Float32Array([1])]))).toBe(before)
    expect(tree.structure(freeze([new Float32Array([2])]))).not.toBe(before)
  })
})

describe('two copies of the package', () => {
  it('understand each other', async () => {
    const { vi } = await import('vitest')
    vi.resetModules()
    const copy = await import('./index.ts')
    expect(copy.TreeClass).not.toBe(TreeClass)
    class Foreign extends copy.TreeClass {
      a = 1
    }
    expect(tree.leaves(new Foreign())).toEqual([1])
    const mixed = [new Linear(), copy.freeze(3), new Foreign()]
    expect(copy.tree.structure(mixed)).toBe(tree.structure(mixed))
    expect(tree.structure(freeze(3))).toBe(copy.tree.structure(copy.freeze(3)))
    expect(
      copy.tree.leaves(
        mixed,
        copy.isLeaf((x) => x instanceof Linear),
      ),
    ).toHaveLength(2)
  })
})
