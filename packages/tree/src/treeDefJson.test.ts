import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryTree, Pair } from '../fixtures/arbitraryTree.ts'
import { freeze, TreeClass, tree, treeDefFromJson, treeDefToJson } from './index.ts'

describe('TreeDef as JSON', () => {
  it('comes back as the same object, for built-in kinds', () => {
    fc.assert(
      fc.property(arbitraryTree, (t) => {
        fc.pre(!String(tree.structure(t)).includes('Pair('))
        const def = tree.structure([t, new Set([1]), new Map([[null, 2]]), undefined])
        expect(treeDefFromJson(JSON.parse(JSON.stringify(treeDefToJson(def))))).toBe(def)
      }),
    )
  })

  it('does not depend on the order of keys in the text', () => {
    expect(treeDefFromJson({ object: { b: '*', a: null } })).toBe(tree.structure({ a: null, b: 1 }))
  })

  it('names the path of what JSON cannot hold', () => {
    expect(() => treeDefToJson(tree.structure({ a: [new Pair(1, 2)] }))).toThrow(
      /\.a\[0\] is a Pair; use plain objects/,
    )
    expect(() => treeDefToJson(tree.structure([freeze(1)]))).toThrow(/\[0\] is a Masked/)
    expect(() => treeDefToJson(tree.structure(new Map([[new (class extends TreeClass {})(), 1]])))).toThrow(
      /the root has a Map key of type object/,
    )
  })

  it('refuses JSON that is no structure', () => {
    for (const bad of ['x', 3, {}, { odd: 1 }, { undefined: 1 }, { object: 1 }])
      expect(() => treeDefFromJson(bad)).toThrow(/is no structure/)
  })
})
