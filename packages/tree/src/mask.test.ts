import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryTree } from '../fixtures/arbitraryTree.ts'
import {
  autoinit,
  defineMask,
  freeze,
  isLeaf,
  isMasked,
  isNondiff,
  Mask,
  MaskedError,
  registerArrayType,
  TreeClass,
  TreeError,
  tree,
  treeMask,
  treeRepr,
  treeUnmask,
  unfreeze,
  valueAndTree,
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

describe('defineMask', () => {
  class Dataset {
    constructor(readonly path: string) {}
  }
  class LocalDataset extends Dataset {}
  class Reference extends Mask<Dataset> {
    get length(): number {
      return this.value.path.length
    }
    override toString(): string {
      return `→${this.value.path}`
    }
  }
  defineMask(Dataset, Reference)
  const data = new LocalDataset('a/b')

  it('hides leaves of a class, and of its subclasses, in a wrapper with methods', () => {
    const masked = freeze({ data, n: 1 })
    expect(masked.data).toBeInstanceOf(Reference)
    expect((masked.data as unknown as Reference).length).toBe(3)
    expect(masked.n).not.toBeInstanceOf(Reference)
    expect(treeRepr(masked)).toBe('dict(data=→a/b, n=#1)')
    expect(`${tree.structure(masked)}`).toBe('TreeDef({data: →a/b, n: #1})')
  })

  it('makes wrappers that are masked leaves in every way', () => {
    const masked = freeze([data])
    expect(isMasked(masked[0])).toBe(true)
    expect(tree.leaves(masked)).toEqual([])
    expect(treeUnmask(masked)[0]).toBe(data)
    expect(freeze(masked)[0]).toBeInstanceOf(Reference)
    expect(tree.structure(masked)).toBe(tree.structure(freeze([data])))
    expect(tree.structure(masked)).not.toBe(tree.structure(freeze([new LocalDataset('a/b')])))
    expect(tree.map((x) => x, masked)[0]).toBeInstanceOf(Reference)
    expect(valueAndTree((_: Dataset[]) => 0)(masked)[1][0]).toBeInstanceOf(Reference)
    expect(tree.isSealed(masked)).toBe(true)
    expect(() => (masked[0] as unknown as number) + 1).toThrow(MaskedError)
    expect(() => Object.assign(masked[0] as object, { value: 1 })).toThrow(TypeError)
    expect(treeRepr(new (class extends autoinit({ data: masked[0] as Dataset }) {})())).toContain('→a/b')
  })

  it('tells wrappers of different classes apart', () => {
    class Other extends Mask {}
    expect(tree.structure([new Other(1)])).not.toBe(tree.structure([new Mask(1)]))
    expect(tree.structure([new Other(1)])).toBe(tree.structure([new Other(1)]))
  })

  it('takes primitives by their constructors', () => {
    class Count extends Mask<bigint> {}
    defineMask(BigInt as never, Count as never)
    expect(freeze([1n, 1])[0]).toBeInstanceOf(Count)
    expect(treeUnmask(freeze([1n]))).toEqual([1n])
  })

  it('refuses a class that does not extend Mask', () => {
    expect(() => defineMask(Dataset, class Plain {} as never)).toThrow(
      /defineMask: Plain does not extend Mask; write class/,
    )
    expect(() => defineMask(Dataset, undefined as never)).toThrow(TreeError)
    expect(freeze([data])[0]).toBeInstanceOf(Reference)
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
