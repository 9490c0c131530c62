import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryTree } from '../fixtures/arbitraryTree.ts'
import {
  freeze,
  isLeaf,
  isMasked,
  isNondiff,
  MaskedError,
  registerArrayType,
  TreeClass,
  TreeError,
  tree,
  treeMask,
  treeRepr,
  treeUnmask,
  unfreeze,
} from './index.ts'

class Traced {}
registerArrayType(Traced, { shape: () => [], dtype: () => 'int32', values: () => null, isTracer: () => true })
class Matrix {
  constructor(readonly data: Int32Array) {}
}
registerArrayType(Matrix, { shape: (m) => [m.data.length], dtype: () => 'int32', values: (m) => m.data })

class Layer extends TreeClass {
  size = 3
  weight = new Float32Array([1, 2])
  act = Math.sin
  name = 'layer'
  none = null
}

describe('treeMask', () => {
  it('hides everything but floating arrays unless told otherwise', () => {
    const masked = treeMask(new Layer())
    expect(tree.leaves(masked)).toEqual([new Float32Array([1, 2])])
    expect(treeRepr(masked)).toBe(
      'Layer(\n  size=#3,\n  weight=f32[2](μ=1.50, σ=0.50, ∈[1.00,2.00]),\n  act=#sin(),\n  name=#layer,\n  none=null\n)',
    )
    expect(masked).toBeInstanceOf(Layer)
  })

  it('takes a condition, and isLeaf', () => {
    expect(tree.leaves(treeMask([1, 2, 3], (x: number) => x > 1))).toEqual([1])
    expect(tree.leaves(treeMask([[1], 2], () => true, isLeaf(Array.isArray)))).toEqual([])
  })

  it('is idempotent', () => {
    const once = treeMask(new Layer())
    expect(tree.structure(treeMask(once, () => true))).toBe(tree.structure(freeze(new Layer())))
    expect(tree.structure(treeMask(once))).toBe(tree.structure(once))
  })

  it('never hides a tracer', () => {
    const tracer = new Traced()
    expect(tree.leaves(freeze([tracer, 1]))).toEqual([tracer])
  })

  it('refuses a condition that is not a function', () => {
    expect(() => treeMask([1], true as never)).toThrow(/treeMask: the condition is boolean, not a function/)
    expect(() => treeUnmask([1], 3 as never)).toThrow(TreeError)
  })

  it('makes hidden values part of the structure, compared by value', () => {
    const same = (a: unknown, b: unknown) => tree.structure(freeze([a])) === tree.structure(freeze([b]))
    expect(same(1, 1)).toBe(true)
    expect(same(1, 2)).toBe(false)
    expect(same(NaN, NaN)).toBe(true)
    expect(same(0, -0)).toBe(false)
    expect(same('1', 1)).toBe(false)
    expect(same(new Int32Array([1, 2]), new Int32Array([1, 2]))).toBe(true)
    expect(same(new Int32Array([1, 2]), new Int32Array([1, 3]))).toBe(false)
    expect(same(new Int32Array([1]), new Float32Array([1]))).toBe(false)
    expect(same(new Matrix(new Int32Array([1])), new Matrix(new Int32Array([1])))).toBe(true)
    expect(same(Math.sin, Math.sin)).toBe(true)
    expect(
      same(
        () => 1,
        () => 1,
      ),
    ).toBe(false)
    const list = (x: unknown) =>
      treeMask(
        [x],
        () => true,
        isLeaf((n) => n === x),
      )
    expect(tree.structure(list({ a: [1] }))).toBe(tree.structure(list({ a: [1] })))
    expect(tree.structure(list({ a: [1] }))).not.toBe(tree.structure(list({ a: [2] })))
  })

  it('keeps its own copy of a typed array', () => {
    const data = new Int32Array([1])
    const masked = treeMask({ data })
    data[0] = 9
    const out = treeUnmask(masked)
    expect(out.data[0]).toBe(1)
    out.data[0] = 5
    expect(treeUnmask(masked).data[0]).toBe(1)
  })
})

describe('a masked leaf', () => {
  const [one] = freeze([1]) as unknown as [number]

  it('says what to do when it is computed with', () => {
    for (const f of [() => one + 1, () => one > 0, () => +one, () => one * 2]) {
      expect(f).toThrow(MaskedError)
      expect(f).toThrow(/#1 stands for a constant and does not compute; apply treeUnmask to the tree first/)
    }
  })

  it('prints, and cannot be changed', () => {
    expect(`${one}`).toBe('#1')
    expect(() => Object.assign(one as unknown as object, { value: 2 })).toThrow(TypeError)
  })

  it('is known to isMasked', () => {
    expect([isMasked(one), isMasked(1), isMasked(null)]).toEqual([true, false, false])
  })
})

describe('treeUnmask', () => {
  it('brings back what the condition picks', () => {
    const half = treeUnmask(freeze([1, 'a']), (x: unknown) => typeof x === 'string')
    expect(tree.leaves(half)).toEqual(['a'])
  })

  it('is the inverse of treeMask and freeze', () => {
    fc.assert(
      fc.property(arbitraryTree, (t) => {
        expect(treeUnmask(treeMask(t))).toEqual(t)
        expect(unfreeze(freeze(t))).toEqual(t)
        expect(tree.leaves(freeze(t))).toEqual([])
      }),
    )
  })
})

describe('isNondiff', () => {
  it('is true for everything but floating arrays', () => {
    expect([1, 1.5, 'a', true, Math.sin, new Int32Array(1), new Matrix(new Int32Array(1))].every(isNondiff)).toBe(true)
    expect(isNondiff(new Float32Array(1)) || isNondiff(new Float64Array(1))).toBe(false)
  })
})
