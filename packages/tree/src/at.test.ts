import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryTree } from '../fixtures/arbitraryTree.ts'
import {
  all,
  anyOf,
  at,
  freeze,
  isLeaf,
  isMasked,
  key,
  LookupError,
  registerArrayType,
  rule,
  TreeClass,
  TreeError,
  tree,
  treeUnmask,
} from './index.ts'

class Linear extends TreeClass {
  weight: number[]
  bias = 0
  activation = Math.sin
  calls = 0
  constructor(...weight: number[]) {
    super()
    this.weight = weight
  }
  call(x: number): number {
    this.calls += 1
    return x * (this.weight[0] ?? 0)
  }
}
class Net extends TreeClass {
  layers = [new Linear(1, 2), new Linear(3)]
  enc1 = new Linear(4)
  enc2 = new Linear(5)
  table = new Map([['k', { v: 1 }]])
  setFirst(value: number): this {
    return at(this as Net, 'enc1', 'bias').set(value) as this
  }
}
const net = () => new Net()

describe('at, with names and positions', () => {
  it('gets the part itself', () => {
    const n = net()
    expect(n.at('layers', 0, 'weight').get()).toBe(n.layers[0]?.weight)
    expect(at(n, 'table', 'k', 'v').get()).toBe(1)
    expect(at([1, [2, 3]] as const, 1, 0).get()).toBe(2)
    expect(at({ a: null }, 'a').get()).toBe(null)
  })

  it('sets in a new, sealed tree of the same class; the original stays open as it was', () => {
    const n = net()
    const changed = n.at('layers', 1, 'bias').set(7)
    expect([changed.layers[1]?.bias, n.layers[1]?.bias]).toEqual([7, 0])
    expect(changed).toBeInstanceOf(Net)
    expect([tree.isSealed(changed), tree.isSealed(n)]).toEqual([true, false])
  })

  it('shares the parts of a sealed tree that stay', () => {
    const n = tree.seal(net())
    const changed = n.at('enc1', 'bias').set(7)
    expect(changed.layers).toBe(n.layers)
    expect(changed.enc1.weight).toBe(n.enc1.weight)
  })

  it('returns the same tree when nothing changes', () => {
    const n = tree.seal(net())
    expect(n.at('enc1', 'bias').set(0)).toBe(n)
    expect(at(n, all).apply((x) => x)).toBe(n)
  })

  it('replaces a subtree as a whole', () => {
    expect(at([1, [2, 3]], 1).set(0)).toEqual([1, 0])
    expect(at([1, 2], 0).set([10, 20] as never)).toEqual([[10, 20], 2])
  })

  it('seals what is put in', () => {
    const weight = [9]
    net().at('enc1', 'weight').set(weight)
    expect(Object.isFrozen(weight)).toBe(true)
  })

  it('applies, scans, reduces and plucks', () => {
    const n = net()
    const weights = n.at('layers', 0, 'weight')
    expect(weights.apply((w) => w.map((x) => x * 10)).layers[0]?.weight).toEqual([10, 20])
    expect(n.at('enc1', 'bias').scan((bias, count: number) => [bias + 5, count + 1], 0)[1]).toBe(1)
    expect(weights.reduce((sum: number, x: number) => sum + x, 0)).toBe(3)
    expect(weights.pluck()).toEqual([[1, 2]])
  })

  it('calls a method that assigns to this, and returns value and tree', () => {
    const n = net()
    const [value, changed] = n.at('layers', 1).call('call', 2)
    expect([value, changed.layers[1]?.calls, n.layers[1]?.calls]).toEqual([6, 1, 0])
    expect(tree.isSealed(changed)).toBe(true)
    const call = (picked: object, method: string) => (picked as { call(name: string): unknown }).call(method)
    expect(() => call(n.at('layers', 1), 'walk')).toThrow(/at\("layers", 1\)\.call: there is no method walk/)
    expect(() => call(at(n, all), 'call')).toThrow(TreeError)
  })

  it('reaches with key what types leave out', () => {
    const changed = at(net(), 'enc1', key('activation')).set(Math.cos)
    expect(changed.enc1.activation).toBe(Math.cos)
    expect(at(new Map([[1, 'one']]), key(1)).get()).toBe('one')
    expect(at([5, 6], key(1)).get()).toBe(6)
  })

  it('is typed inside a method with at(this as …)', () => {
    expect(net().setFirst(3).enc1.bias).toBe(3)
  })

  it('keeps name and position apart: an index is no key of an object or Map', () => {
    expect(() => at({ 1: 1 }, 1 as never)).toThrow(LookupError)
    expect(() => at(new Map([[1, 1]]), 1 as never)).toThrow(LookupError)
    expect(at({ 1: 1 }, '1' as never).get()).toBe(1)
  })
})

describe('at, with wider steps', () => {
  const dict = { key_1: 1, key_2: 2, other: { key_3: 3 } }

  it('matches a RegExp with the whole of a name, never with a position', () => {
    expect(at(dict, /key_\d/).set(0)).toEqual({ key_1: 0, key_2: 0, other: { key_3: 3 } })
    expect(() => at(dict, /key/)).toThrow(LookupError)
    expect(() => at([1, 2], /.*/)).toThrow(LookupError)
    expect(at(dict, /KEY_1/gi).pluck()).toEqual([1])
  })

  it('takes any of several steps at one level', () => {
    expect(at(dict, anyOf('key_1', 'missing', /oth.*/)).get()).toEqual({ key_1: 1, key_2: null, other: { key_3: 3 } })
    expect(at([1, 2, 3], anyOf(0, 2)).set(0)).toEqual([0, 2, 0])
    expect(at(net(), anyOf('enc1', 'enc2'), 'bias').set(1).at(anyOf('enc1', 'enc2'), 'bias').pluck()).toEqual([1, 1])
  })

  it('takes all children with all, and every leaf below where it comes last', () => {
    expect(at([1, [2, 3]], 1, all).set(0)).toEqual([1, [0, 0]])
    expect(at([1, [2, 3]], all).set(0)).toEqual([0, [0, 0]])
    expect(
      at(
        [
          [1, 2],
          [3, 4],
        ],
        all,
        0,
      ).set(0),
    ).toEqual([
      [0, 2],
      [0, 4],
    ])
    expect(() => at(5, all)).toThrow(LookupError)
  })

  it('takes what a rule of your own picks, by key and node', () => {
    const long = rule((_, node) => Array.isArray(node) && node.length > 1)
    expect(at({ a: [1], b: [1, 2] }, long).set(0)).toEqual({ a: [1], b: 0 })
    const spreading = rule((k) => k.type === 'name' && k.name === 'b', { spreads: true })
    expect(at({ a: [1], b: [1, 2] }, spreading).set(0)).toEqual({ a: [1], b: [0, 0] })
  })

  it('gets a tree of the same structure, null or the fill value elsewhere', () => {
    expect(at([1, [2, 3]], 1, all).get()).toEqual([null, [2, 3]])
    expect(at(dict, /key_1/).get({ fillValue: -1 })).toEqual({ key_1: 1, key_2: -1, other: { key_3: -1 } })
  })

  it('takes a tree of the same structure apart, and puts any other value in whole', () => {
    expect(at([1, 2], anyOf(0)).set([10, 20])).toEqual([10, 2])
    expect(at([1, 2], anyOf(0)).set([10, 20, 30])).toEqual([[10, 20, 30], 2])
    expect(at({ a: 1, b: [2, 3] }, /b/).set({ a: 9, b: [8, 7] })).toEqual({ a: 1, b: [8, 7] })
  })

  it('scans in order of the leaves', () => {
    const [changed, seen] = at({ b: 1, a: [2, 3] }, all).scan((x: number, s: number[]) => [x * 10, [...s, x]], [])
    expect(changed).toEqual({ a: [20, 30], b: 10 })
    expect(seen).toEqual([2, 3, 1])
  })

  it('reduces the selected leaves only', () => {
    expect(at(dict, /key_\d/).reduce((a: number, b: number) => a + b)).toBe(3)
    expect(() => at([[]], all).reduce((a) => a)).toThrow(/reduce: no leaf is selected; pass an initial value/)
    expect(at([[]], all).reduce((a: number) => a, 7)).toBe(7)
  })

  it('plucks the largest selected parts, at most count of them', () => {
    expect(at([1, 2, [3, 4]], anyOf(2)).pluck()).toEqual([[3, 4]])
    expect(at([1, 2, [3, 4]], all).pluck(2)).toEqual([1, 2])
    expect(at([1, 2, [3, 4]], [false, true, [true, true]]).pluck()).toEqual([2, [3, 4]])
    expect(at([1, [2, null]], anyOf(1)).pluck()).toEqual([[2, null]])
  })

  it('edits what isLeaf makes leaves: hidden ones, null', () => {
    const hidden = freeze([1, 2])
    const doubled = at(hidden, all).apply((m) => freeze((treeUnmask(m) as number) * 2), isLeaf(isMasked))
    expect(treeUnmask(doubled)).toEqual([2, 4])
    expect(
      at([1, null], all).set(
        0,
        isLeaf((x) => x === null),
      ),
    ).toEqual([0, 0])
    expect(at([1, null], all).set(0)).toEqual([0, null])
  })
})

describe('at, with a mask', () => {
  const t = { a: 1, b: [2, 3] }

  it('selects where it is true; it may stop early', () => {
    expect(at(t, { a: false, b: [true, false] }).set(0)).toEqual({ a: 1, b: [0, 3] })
    expect(at(t, { a: true, b: false }).set(0)).toEqual({ a: 0, b: [2, 3] })
    expect(at([1, [3, 4]], [false, true]).set(0)).toEqual([1, 0])
    expect(at([1, [3, 4]], [false, [true, true]]).set(0)).toEqual([1, [0, 0]])
  })

  it('comes from tree.map', () => {
    expect(
      at(
        t,
        tree.map((x: number) => x > 1, t),
      ).apply((x: number) => -x),
    ).toEqual({ a: 1, b: [-2, -3] })
  })

  it('narrows a path, also below the part that the path selects as a whole', () => {
    const mask = { a: true, b: [true, false] }
    expect(at(t, 'b', mask).set(0)).toEqual({ a: 1, b: [0, 3] })
    expect(at(t, 'b', all, mask).set(0)).toEqual({ a: 1, b: [0, 3] })
    expect(at(t, mask, { a: false, b: true }).set(0)).toEqual({ a: 1, b: [0, 3] })
  })

  it('chooses elements of typed arrays', () => {
    const x = { w: new Float32Array([1, -2, 3]) }
    const mask = { w: new Uint8Array([0, 1, 1]) }
    expect(at(x, mask).set(0)).toEqual({ w: new Float32Array([1, 0, 0]) })
    expect(at(x, mask).apply((w: Float32Array) => w.map((v) => v * 10))).toEqual({ w: new Float32Array([1, -20, 30]) })
    expect(at(x, mask).get()).toEqual({ w: new Float32Array([-2, 3]) })
    expect(at(x, mask).get({ fillValue: 9 })).toEqual({ w: new Float32Array([9, -2, 3]) })
  })

  it('asks registered arrays to choose, and says so when they cannot', () => {
    class Vec {
      constructor(readonly data: number[]) {}
    }
    const type = { shape: (v: Vec) => [v.data.length], dtype: () => 'float32', values: (v: Vec) => v.data }
    registerArrayType(Vec, type)
    const x = [new Vec([1, 2])]
    const mask = [new Vec([1, 0])]
    expect(() => at(x, mask).set(0)).toThrow(/has no where; name where in registerArrayType/)
    registerArrayType(Vec, { ...type, where: (m, a, b) => ({ m, a, b }) })
    expect(at(x, mask).set(0)).toEqual([{ m: mask[0], a: 0, b: x[0] }])
  })

  it('names the path where it does not fit', () => {
    expect(() => at(t, { a: true, b: [true] })).toThrow(/at \.b the mask has \[0\] where the tree has \[0\] \[1\]/)
    expect(() => at(t, { a: true, c: true })).toThrow(/at the root the mask has \.a \.c where the tree has \.a \.b/)
    expect(() => at(t, { a: [true], b: false })).toThrow(/at \.a the mask has array where the tree has a leaf/)
    expect(() => at(t, { a: 1, b: false })).toThrow(/at \.a the mask has 1, not a boolean/)
    expect(() => at([new Float32Array(2)], [new Uint8Array(3)])).toThrow(
      /at \[0\] the mask has an array of shape \[3\] where the tree has one of shape \[2\]/,
    )
  })
})

describe('at, with bad input', () => {
  it.each([
    ['nothing', [], /at: got nothing to look for; pass names/],
    ['a negative index', [-1], /-1 is not a position; count from 0/],
    ['a fractional index', [0.5], /0\.5 is not a position/],
    ['true', [true], /got true for the whole tree/],
    ['null', [null], /the mask has no leaves/],
    ['an empty array', [[]], /the mask has no leaves/],
    ['a class instance', [new Date()], /selects nothing/],
  ])('refuses %s', (_, where, text) => {
    const call = () => (at as unknown as (...args: unknown[]) => unknown)([1, 2], ...(where as unknown[]))
    expect(call).toThrow(TreeError)
    expect(call).toThrow(text as RegExp)
  })

  it('lists what there is where a path stops matching', () => {
    const run = () => at(net(), 'layers', 1, 'weigth' as 'weight')
    expect(run).toThrow(LookupError)
    expect(run).toThrow(
      'at("layers", 1, "weigth"): nothing matches "weigth": .layers[1] has .weight .bias .activation .calls; pick one of these.',
    )
    expect(() => at([1, 2], 5)).toThrow(/nothing matches 5: the root has \[0\] \[1\]/)
    expect(() => at({ a: 1 }, 'a', 'b' as never)).toThrow(/\.a is a leaf/)
  })

  it('refuses an empty anyOf, and a mask inside one', () => {
    expect(() => anyOf()).toThrow(/got no options/)
    expect(() => anyOf([true] as never)).toThrow(/is not a step/)
  })

  it('does not add new names', () => {
    expect(() => at({ a: 1 } as Record<string, number>, 'b').set(1)).toThrow(LookupError)
  })
})

describe('at keeps the laws of a lens', () => {
  const place = arbitraryTree.filter((t) => tree.leaves(t).length > 0)
  const paths = (t: unknown) => tree.leavesWithPath(t).map(([path]) => path)
  const steps = (t: unknown, n: number) =>
    (paths(t)[n % paths(t).length] ?? []).map((k) => key('index' in k ? k.index : 'name' in k ? k.name : k.key))
  const pick = (t: unknown, n: number) =>
    (at as unknown as (t: unknown, ...w: unknown[]) => ReturnType<typeof at<{ a: 1 }, 'a'>>)(t, ...steps(t, n))
  const deep = (t: unknown, n: number) => steps(t, n).length > 0

  it('get after set gives what was set; set twice is set once; setting what was got changes nothing', () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.integer(), fc.integer(), (t, n, v, w) => {
        fc.pre(deep(t, n))
        const set = (s: unknown, x: unknown) => pick(s, n).set(x as 1) as unknown
        expect(pick(set(t, v), n).get()).toBe(v)
        expect(set(set(t, w), v)).toEqual(set(t, v))
        expect(set(t, pick(t, n).get())).toEqual(t)
      }),
    )
  })

  it('apply is set of the function of get', () => {
    fc.assert(
      fc.property(place, fc.nat(), (t, n) => {
        fc.pre(deep(t, n))
        const f = (x: unknown) => [x] as unknown as 1
        expect(pick(t, n).apply(f)).toEqual(pick(t, n).set(f(pick(t, n).get())))
      }),
    )
  })

  it('all with apply is map', () => {
    fc.assert(
      fc.property(place, (t) => {
        fc.pre(!tree.structure(t).isLeaf)
        const f = (x: unknown) => String(x)
        expect(at(t as object, all).apply(f)).toEqual(tree.map(f, t))
      }),
    )
  })
})
