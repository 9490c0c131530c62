import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryTree } from '../fixtures/arbitraryTree.ts'
import { isLeaf, registerArrayType, tree } from './index.ts'

const message = (f: () => unknown): string => {
  try {
    f()
  } catch (error) {
    return String(error)
  }
  return 'nothing was thrown'
}

describe('map', () => {
  const add = (a: number, b: number) => a + b

  it('zips the leaves of several trees', () => {
    expect(tree.map(add, { x: 1, y: [2] }, { x: 10, y: [20] })).toEqual({ x: 11, y: [22] })
  })

  it('passes subtrees where the first tree has a leaf', () => {
    expect(tree.map((a: unknown, b: unknown) => [a, b], [1, 2], [{ z: 3 }, 4])).toEqual([
      [1, { z: 3 }],
      [2, 4],
    ])
  })

  it('takes isLeaf as a last, branded argument', () => {
    const width = (x: number[]) => x.length
    expect(tree.map(width, { a: [1, 2], b: [3] }, isLeaf(Array.isArray))).toEqual({ a: 2, b: 1 })
  })

  it('takes a function among the trees for a tree', () => {
    expect(tree.map((a: number, f: (x: number) => number) => f(a), [2], [(x: number) => x + 1])).toEqual([3])
  })

  it('seals the result and not its inputs', () => {
    const input = { a: [1] }
    expect(tree.isSealed(tree.map((x: number) => x, input))).toBe(true)
    expect(tree.isSealed(input)).toBe(false)
  })

  it('names the first path where two trees differ, and what stands there', () => {
    expect(message(() => tree.map(add, { a: [1, [2]] }, { a: [1, 2] }))).toBe(
      'TreeError: map: tree 2 does not fit tree 1: at .a[1] expected [*], got a leaf (number); give it the structure of the first.',
    )
    expect(message(() => tree.map(add, [1, { a: 1, c: 2 }], [1, { a: 1, b: 2 }]))).toMatch(
      /at \[1\] \(object\) c is missing and b is not expected/,
    )
    expect(message(() => tree.map(add, [1], [2], [1, 2]))).toMatch(
      /tree 3 does not fit tree 1: at the root expected \[\*\], got \[\*, \*\]/,
    )
    expect(message(() => tree.map(add, [null], [1]))).toMatch(/at \[0\] expected null, got a leaf/)
  })

  it('fuses: map f after map g is map of f after g', () => {
    const f = (x: unknown) => `${String(x)}!`
    const g = (x: unknown) => [x].length
    fc.assert(
      fc.property(arbitraryTree, (t) => {
        expect(tree.map(f, tree.map(g, t))).toEqual(tree.map((x) => f(g(x)), t))
      }),
    )
  })

  it('changes nothing with the identity', () => {
    fc.assert(
      fc.property(arbitraryTree, (t) => {
        expect(tree.map((x) => x, t)).toEqual(t)
      }),
    )
  })
})

describe('mapWithPath', () => {
  it('passes the path first', () => {
    expect(tree.mapWithPath((path, x: number) => [path.length, x], { a: [1], b: 2 })).toEqual({
      a: [[2, 1]],
      b: [1, 2],
    })
  })
})

describe('reduce', () => {
  const sum = (a: number, b: number) => a + b
  it('folds from the left', () => {
    expect(tree.reduce(sum, [1, { a: 2 }, [3]], 10)).toBe(16)
    expect(tree.reduce((a: string, b: string) => a + b, ['x', ['y']])).toBe('xy')
  })
  it('asks for an initial value when there are no leaves', () => {
    expect(() => tree.reduce(sum, [])).toThrow(/reduce: the tree has no leaves; pass an initial value/)
    expect(tree.reduce(sum, [], 0)).toBe(0)
  })
  it('takes isLeaf with and without an initial value', () => {
    const option = isLeaf(Array.isArray)
    expect(tree.reduce((n: number, x: number[]) => n + x.length, { a: [1, 2] }, 0, option)).toBe(2)
    expect(tree.reduce((a: number[]) => a, { a: [1, 2] }, option)).toEqual([1, 2])
  })
})

describe('all', () => {
  it('asks each leaf, and each value of an array', () => {
    expect(tree.all([1, { a: true }, null])).toBe(true)
    expect(tree.all([1, 0])).toBe(false)
    expect(tree.all([new Float32Array([1, 0])])).toBe(false)
  })
  it('refuses an array without values', () => {
    class Tracer {}
    registerArrayType(Tracer, { shape: () => [2], dtype: () => 'bool', values: () => null, isTracer: () => true })
    expect(() => tree.all([new Tracer()])).toThrow(/no values to look at/)
  })
})

describe('transpose', () => {
  const rows = [
    { a: 1, b: [2] },
    { a: 3, b: [4] },
  ]
  it('turns an array of objects into an object of arrays', () => {
    expect(tree.transpose(tree.structure([0, 0]), tree.structure({ a: 0, b: [0] }), rows)).toEqual({
      a: [1, 3],
      b: [[2, 4]],
    })
  })
  it('finds the inner structure itself when it is null', () => {
    expect(tree.transpose(tree.structure([0, 0]), null, rows)).toEqual({ a: [1, 3], b: [[2, 4]] })
  })
  it('is its own inverse', () => {
    const [outer, inner] = [tree.structure([0, 0]), tree.structure({ a: 0, b: [0] })]
    expect(tree.transpose(inner, outer, tree.transpose(outer, inner, rows))).toEqual(rows)
  })
  it('names the part that does not fit', () => {
    expect(() => tree.transpose(tree.structure([0, 0]), null, [{ a: 1 }, { b: 1 }])).toThrow(
      /a part does not have the structure of inner/,
    )
  })
})

describe('broadcast', () => {
  it('spreads a prefix over a tree', () => {
    expect(tree.broadcast([0, 1], [{ a: 5, b: 6 }, 7])).toEqual([{ a: 0, b: 0 }, 1])
    expect(tree.broadcast(9, { a: [1, 2] })).toEqual({ a: [9, 9] })
  })
  it('names the path where the prefix stops being one', () => {
    expect(() => tree.broadcast([0, [1, 2]], [1, [1, 2, 3]])).toThrow(
      /broadcast: at \[1\] expected \[\*, \*\], got \[\*, \*, \*\]/,
    )
  })
})

describe('broadcastPrefix', () => {
  it('repeats each value for every leaf below it, null too where it counts as a leaf', () => {
    const nullIsLeaf = isLeaf((x) => x === null)
    expect(tree.broadcastPrefix([0, null], [{ a: 1, b: 2 }, [3]], nullIsLeaf)).toEqual([0, 0, null])
    expect(tree.broadcastPrefix(null, { a: 1, b: [2] }, nullIsLeaf)).toEqual([null, null])
  })
})
