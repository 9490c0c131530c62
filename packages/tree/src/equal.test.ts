import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryTree } from '../fixtures/arbitraryTree.ts'
import { isTreeEqual, TreeClass, tree, treeCopy, treeKey } from './index.ts'

const f32 = (...xs: number[]) => new Float32Array(xs)

describe('isTreeEqual', () => {
  it('compares structure, and arrays by dtype, shape and values', () => {
    expect(isTreeEqual({ a: f32(1), b: 2 }, { b: 2, a: f32(1) }, { a: f32(1), b: 2 })).toBe(true)
    for (const other of [
      { a: f32(2), b: 2 },
      { a: f32(1, 1), b: 2 },
      { a: new Float64Array([1]), b: 2 },
      { a: f32(1) },
      { a: f32(1), b: '2' },
    ]) {
      expect(isTreeEqual({ a: f32(1), b: 2 }, other)).toBe(false)
    }
    expect(isTreeEqual([NaN, f32(NaN)], [NaN, f32(NaN)])).toBe(true)
  })

  it('distinguishes classes with equal fields', () => {
    class A extends TreeClass {
      x = 1
    }
    class B extends TreeClass {
      x = 1
    }
    expect([isTreeEqual(new A(), new A()), isTreeEqual(new A(), new B())]).toEqual([true, false])
  })
})

describe('treeKey', () => {
  it('is one object for equal trees', () => {
    fc.assert(
      fc.property(arbitraryTree, arbitraryTree, (a, b) => {
        expect(treeKey(a)).toBe(treeKey(treeCopy(a)))
        expect(treeKey(a) === treeKey(b)).toBe(isTreeEqual(a, b))
      }),
    )
    expect(treeKey(0)).not.toBe(treeKey(-0))
  })
})

describe('treeCopy', () => {
  it('is equal, open and apart', () => {
    const original = tree.seal({ a: [f32(1)], f: Math.sin })
    const copy = treeCopy(original)
    expect(isTreeEqual(copy, original)).toBe(true)
    copy.a[0]?.fill(5)
    copy.a.push(f32(2))
    expect(original).toEqual({ a: [f32(1)], f: Math.sin })
  })
})
