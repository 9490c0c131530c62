import { describe, expect, it } from 'vitest'
import { missingRows, rowNames } from '../fixtures/readmeTable.ts'
import * as t from './index.ts'

const { at, all, tree } = t
const f32 = (...xs: number[]) => new Float32Array(xs)

class Linear extends t.TreeClass {
  weight = f32(1, 2)
  bias = 0
}

/** One test for each row of the table in the README, under its first column. */
const rows: Record<string, () => void | Promise<void>> = {
  TreeClass: () => {
    expect(() => (tree.seal(new Linear()).bias = 1)).toThrow(TypeError)
    class Broken extends t.TreeClass {
      constructor(leak: { self?: Broken }) {
        super()
        leak.self = this
        throw new Error('half-way')
      }
    }
    const leak: { self?: Broken } = {}
    expect(() => new Broken(leak)).toThrow('half-way')
    expect(Object.isFrozen(tree.seal(leak.self))).toBe(true)
  },
  'TreeClass.__eq__': () => {
    expect(t.isTreeEqual(new Linear(), new Linear())).toBe(true)
    expect(t.isTreeEqual([1], [true])).toBe(false)
  },
  'TreeClass.__hash__': () => expect(t.treeKey(new Linear())).toBe(t.treeKey(new Linear())),
  'copy.copy': () => {
    const layer = new Linear()
    expect(t.treeCopy(layer)).toEqual(layer)
    expect(t.treeCopy(layer).weight).not.toBe(layer.weight)
  },
  at: () => {
    expect(new Linear().at('bias').set(3).bias).toBe(3)
    expect(() => at([1], -1)).toThrow(t.TreeError)
  },
  'at[str]': () => {
    expect(at({ a: [1, 2] }, 'a').set([]).a).toEqual([])
    expect(at(new Map([['a', 1]]), 'a').get()).toBe(1)
  },
  'at[int]': () => expect(at([1, [2, 3]], 1).set(0)).toEqual([1, 0]),
  'at[...]': () => expect(at([1, [2, 3]], 1, all).set(0)).toEqual([1, [0, 0]]),
  'at[re.Pattern]': () => {
    const dict = { key_1: 1, key_2: 2, value_1: 1, value_2: 2 }
    expect(at(dict, /key_.*/).set(100)).toEqual({ key_1: 100, key_2: 100, value_1: 1, value_2: 2 })
    expect(
      at(
        new Map<unknown, number>([
          [1, 1],
          ['a', 2],
        ]),
        /a/,
      ).pluck(),
    ).toEqual([2])
  },
  'at[mask]': () => {
    expect(at([1, 2, [3, 4]], [true, false, false]).set(0)).toEqual([0, 2, [3, 4]])
    expect(at({ k: { a: 1, b: 2 } }, /k/, { k: { a: true, b: false } }).set(0)).toEqual({ k: { a: 0, b: 2 } })
  },
  'at[tuple]': () => expect(at({ a: 1, b: 2, c: 3 }, t.anyOf('a', t.anyOf('b'))).set(0)).toEqual({ a: 0, b: 0, c: 3 }),
  'at.def_rule': () => {
    const large = t.rule((_, leaf) => leaf instanceof Float32Array && leaf.length > 1)
    expect(at({ a: f32(1, 2), b: f32(1) }, large).set(0)).toEqual({ a: 0, b: f32(1) })
  },
  'at.get': () => {
    expect(at([1, 2], t.anyOf(0)).get()).toEqual([1, null])
    expect(at([1, 2], 0).get()).toBe(1)
  },
  fill_value: () => {
    expect(at([1, 2], t.anyOf(0)).get({ fillValue: 9 })).toEqual([1, 9])
    expect(at([f32(1, 2)], [new Uint8Array([1, 0])]).get({ fillValue: 9 })).toEqual([f32(1, 9)])
  },
  is_leaf: () => {
    const isNull = t.isLeaf((x) => x === null)
    expect(tree.map((x) => x ?? 0, [1, null], isNull)).toEqual([1, 0])
    expect(at([1, null], all).set(0, isNull)).toEqual([0, 0])
  },
  'at.set': () => {
    expect(at([1, 2], t.anyOf(0)).set([10, 20])).toEqual([10, 2])
    const same = tree.seal([1, 2])
    expect(at(same, 0).set(1)).toBe(same)
  },
  'at.apply': () => expect(at([1, 2], 0).apply((x) => x + 10)).toEqual([11, 2]),
  is_parallel: async () => {
    const part = at({ a: 1, b: 2, c: 3 }, t.anyOf('a', 'b'))
    const results = await Promise.all(part.pluck().map(async (x) => (x as number) * 10))
    expect(part.scan((_, i: number) => [results[i], i + 1], 0)).toEqual([{ a: 10, b: 20, c: 3 }, 2])
  },
  'at.scan': () => expect(at([1, 2], all).scan((x: number, n: number) => [x + n, n + 1], 5)).toEqual([[6, 8], 7]),
  'at.reduce': () => expect(at([1, 2, [3]], all).reduce((a: number, b: number) => a + b)).toBe(6),
  'at.pluck': () => expect(at([1, 2, [3, 4]], 2).pluck()).toEqual([[3, 4]]),
  'at.__call__': () => {
    class Counter extends t.TreeClass {
      n = 0
      next() {
        return this.n++
      }
    }
    const [value, next] = at([new Counter()], 0).call('next')
    expect([value, next[0]?.n]).toEqual([0, 1])
  },
  value_and_tree: () => {
    const list = [1]
    expect(t.valueAndTree((x: number[]) => x.push(2))(list)).toEqual([2, [1, 2]])
    expect(() => t.valueAndTree(async (x: number[]) => x)).toThrow(t.TreeError)
  },
  'value_and_tree.def_mutator': () => {
    class Ticks {
      constructor(public count: number) {}
    }
    t.registerPytreeNode(
      Ticks,
      (x) => [[x.count], null],
      (_, [count]) => new Ticks(count as number),
    )
    const ticks = Object.freeze(new Ticks(1))
    expect(t.valueAndTree((x: Ticks) => x.count++)(ticks)[1].count).toBe(2)
    expect(ticks.count).toBe(1)
  },
  'value_and_tree.def_immutator': () => {
    class Batch {
      items = [1]
    }
    t.registerPytreeDataclass(Batch)
    const [, next] = t.valueAndTree((x: Batch) => x.items.push(2))(new Batch())
    expect([next.items, Object.isFrozen(next), Object.isFrozen(next.items)]).toEqual([[1, 2], true, true])
  },
  autoinit: () => {
    class Tree extends t.autoinit({ a: t.field<number>(), b: 2 }) {}
    expect(t.treeRepr(new Tree({ a: 1 }))).toBe('Tree(a=1, b=2)')
  },
  __post_init__: () => {
    class Base extends t.autoinit({ a: 1 }) {
      twice?: number
      postInit() {
        this.a *= 10
      }
    }
    class Deep extends t.autoinit({ b: 2 }, Base) {}
    expect([new Base().a, new Deep().a]).toEqual([10, 10])
  },
  field: () => {
    class Symmetric extends t.TreeClass {
      @t.field({ onGetattr: [(w: number[]) => w.map((x) => x * 2)] }) accessor w = [1, 2]
    }
    expect(new Symmetric().w).toEqual([2, 4])
    expect(tree.leaves(new Symmetric())).toEqual([1, 2])
  },
  fields: () => expect(t.fields(t.autoinit({ a: 1, b: 2 })).map((one) => one.name)).toEqual(['a', 'b']),
  'Field.replace': () => {
    const [size] = t.fields(t.autoinit({ size: t.field({ default: 3, repr: false }) }))
    const [other] = t.fields(t.autoinit({ size: t.field({ ...size?.options, default: 4 }) }))
    expect([other?.makeDefault(), other?.repr]).toEqual([4, false])
  },
  'autoinit.register_excluded_type': () => {
    class Handle {}
    t.excludeDefault(Handle)
    expect(() => t.autoinit({ a: new Handle() })).toThrow(t.TreeError)
  },
  tree_mask: () =>
    expect(t.treeRepr(t.treeMask([1, 2, { a: 3, b: f32(4) }]))).toBe(
      '[#1, #2, dict(a=#3, b=f32[1](μ=4.00, σ=0.00, ∈[4.00,4.00]))]',
    ),
  'tree_mask.def_type': () => {
    class Secret {}
    class Redacted extends t.Mask<Secret> {
      override toString() {
        return '#***'
      }
    }
    t.defineMask(Secret, Redacted)
    const secret = new Secret()
    const masked = t.freeze([secret, 1])
    expect([`${t.treeRepr(masked)}`, masked.every(t.isMasked), tree.leaves(masked)]).toEqual(['[#***, #1]', true, []])
    expect(t.treeUnmask(masked)[0]).toBe(secret)
  },
  tree_unmask: () => expect(t.treeUnmask(t.treeMask([1, 'a']))).toEqual([1, 'a']),
  'tree_unmask.def_type': () => {
    class Wrapped extends t.Mask<Date> {}
    t.defineMask(Date, Wrapped)
    const [masked] = t.freeze([new Date(0)])
    expect([masked, t.isMasked(masked)]).toEqual([expect.any(Wrapped), true])
    expect(t.treeUnmask([masked])).toEqual([new Date(0)])
  },
  is_masked: () => expect(t.freeze([1]).every(t.isMasked)).toBe(true),
  freeze: () => expect(t.unfreeze(t.freeze({ a: f32(1) }))).toEqual({ a: f32(1) }),
  is_frozen: () => expect(t.freeze([1, 'a']).map(t.isMasked)).toEqual([true, true]),
  is_nondiff: () => expect([t.isNondiff(f32(1)), t.isNondiff(1)]).toEqual([false, true]),
  is_tree_equal: () => {
    expect(t.isTreeEqual([1, f32(Number.NaN)], [1, f32(Number.NaN)], [1, f32(Number.NaN)])).toBe(true)
    expect([t.isTreeEqual([0], [-0]), t.isTreeEqual([f32(1)], [new Float64Array(1)])]).toEqual([false, false])
  },
  leafwise: () => {
    class Vec extends t.leafwise(t.autoinit({ x: 1, y: 2 })) {}
    expect(t.treeRepr(new Vec().add(1))).toBe('Vec(x=2, y=3)')
  },
  bcmap: () => {
    expect(t.bcmap((x: number, y: number) => x * y)([1, [2]], 3)).toEqual([3, [6]])
    expect(() => t.bcmap((x: number) => x)({ a: [1] }, { a: [1, 2] })).toThrow(t.TreeError)
  },
  tree_repr: () => expect(t.treeRepr({ a: 1, b: null, c: [] })).toBe('dict(a=1, b=null, c=[])'),
  tree_str: () => expect(t.treeStr({ a: f32(1, 2) })).toBe('dict(a=[1. 2.])'),
  'tree_repr.def_type': () => {
    class Unit {}
    t.definePrinter(Unit, () => '()')
    expect([t.treeRepr([new Unit()]), t.treeStr([new Unit()])]).toEqual(['[()]', '[()]'])
  },
  'tree_str.def_type': () => {
    class Unit2 {}
    t.definePrinter(Unit2, () => '()', 'str')
    expect([t.treeStr([new Unit2()]), t.treeRepr([new Unit2()])]).toEqual(['[()]', '[<Unit2>]'])
  },
  tree_diagram: () =>
    expect(t.treeDiagram({ a: 10, b: [20, 30] })).toBe(
      'Object\n├── .a=10\n└── .b:Array\n    ├── [0]=20\n    └── [1]=30',
    ),
  tree_summary: () => expect(t.treeSummary([1, f32(1, 2)])).toContain('│Σ   │Array[number,f32[2]]│3    │8.00B│'),
  'tree_summary.def_count': () => {
    class Flops {}
    t.defineSummary(Flops, { count: () => 12_345 })
    expect(t.treeSummary([new Flops()])).toContain('12,345')
  },
  'tree_summary.def_size': () => {
    class Blob {}
    t.defineSummary(Blob, { size: () => 2048 })
    expect(t.treeSummary([new Blob()])).toContain('2.00KB')
  },
  'tree_summary.def_type': () => {
    class Secret2 {}
    t.defineSummary(Secret2, { type: () => 'secret' })
    expect(t.treeSummary([new Secret2()])).toContain('│[0] │secret')
  },
  tree_mermaid: () =>
    expect(t.treeMermaid([1])).toBe('flowchart LR\n    n0("<b>Array</b>")\n    n1("<b>[0]=1</b>")\n    n0 --> n1'),
  tree_graph: () =>
    expect(t.treeGraph([1])).toBe(
      'digraph G {\n    n0 [label="Array", shape="box"];\n    n1 [label="[0]=1", shape="box"];\n    n0 -> n1;\n}',
    ),
  'tree_graph.def_nodestyle': () => {
    class Gold {}
    t.defineNodeStyle(Gold, () => ({ color: 'gold' }))
    expect(t.treeGraph([new Gold()])).toContain('shape="box", color="gold"')
  },
  Partial: () => {
    const minusOne = new t.Partial((a: number, b: number) => a - b, t.hole, 1)
    expect([minusOne.call(5), tree.leaves(minusOne)]).toEqual([4, []])
  },
  partial: () => expect(t.partial((a: number, b: number) => a - b, t.hole, 1)(5)).toBe(4),
  backend_context: () => {
    class Column {
      readonly cells = [1, 2]
    }
    t.registerArrayType(Column, { shape: () => [2], dtype: () => 'float32', values: (c) => c.cells })
    expect(t.treeRepr([new Column()])).toBe('[f32[2](μ=1.50, σ=0.50, ∈[1.00,2.00])]')
    expect(Object.keys(t).filter((name) => /backend/i.test(name))).toEqual([])
  },
  SEPES_BACKEND: () => {
    process.env.SEPES_BACKEND = 'no such library'
    expect(tree.leaves([1])).toEqual([1])
  },
}

describe('what sepes has', () => {
  it('has a row in the README for each of these tests, and the other way round', () => {
    expect(rowNames('sepes')).toEqual(Object.keys(rows))
  })

  it('has a row for each of its public names', () => expect(missingRows('sepes', 'sepes')).toEqual([]))

  it.each(Object.entries(rows))('%s', (_, check) => check())
})
