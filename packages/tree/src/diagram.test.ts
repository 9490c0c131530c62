import { describe, expect, it } from 'vitest'
import oracle from '../fixtures/sepesPrint.json' with { type: 'json' }
import {
  defineNodeStyle,
  defineSummary,
  freeze,
  isLeaf,
  TreeClass,
  treeDiagram,
  treeGraph,
  treeHtml,
  treeMermaid,
  treeSummary,
} from './index.ts'

class Linear extends TreeClass {
  weight: Float32Array
  bias: Float32Array
  constructor(i: number, o: number) {
    super()
    this.weight = Float32Array.from({ length: i * o }, (_, n) => n)
    this.bias = new Float32Array(o)
  }
}
class Net extends TreeClass {
  name = 'net'
  layers = [new Linear(2, 3), new Linear(3, 1)]
  extra = { a: 1, b: [2, 3] }
}
const f32 = (...xs: number[]) => new Float32Array(xs)
const trees = {
  linear: new Linear(2, 3),
  net: new Net(),
  'float edge values': [
    f32(0.125),
    f32(0.375),
    f32(-0),
    f32(Infinity, 1),
    f32(-Infinity, 1),
    f32(NaN, 1),
    f32(1e22),
    f32(-0.001),
  ],
  doubles: new Float64Array([1.5, -2.25, 1e6]),
  'empty array': new Float32Array(0),
  deep: [1, [2, [3, [4, [5]]]]],
}

/** The names of JavaScript's types and keys for Python's, in lines whose columns may then be off. */
const inOurWords = (text: string) =>
  text
    .replaceAll(/\['(\w+)'\]/g, '.$1')
    .replaceAll(':list', ':Array')
    .replaceAll(/^list/gm, 'Array')
    .replaceAll(':dict', ':Object')
    .replaceAll('list[', 'Array[')
    .replaceAll('=dict(', '=dict(')
    .replaceAll(/│dict/g, '│Object')
    .replaceAll(/│str/g, '│string')
    .replaceAll(/\bint\b/g, 'number')
const cells = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) => line.split('│').map((cell) => cell.trim()))

describe('treeDiagram', () => {
  it.each(['linear', 'deep', 'float edge values', 'doubles', 'empty array'] as const)(
    'draws what sepes draws: %s',
    (name) => {
      const [whole, none, one] = oracle.trees[name].diagram
      expect(treeDiagram(trees[name])).toBe(inOurWords(whole as string))
      expect(treeDiagram(trees[name], { depth: 0 })).toBe(inOurWords(none as string))
      expect(treeDiagram(trees[name], { depth: 1 })).toBe(inOurWords(one as string))
    },
  )

  it('draws a model, names as code', () => {
    const [whole] = oracle.trees.net.diagram
    expect(treeDiagram(trees.net)).toBe(inOurWords(whole as string))
  })

  it('shows hidden leaves and empty nodes, which sepes leaves out', () => {
    expect(treeDiagram([freeze(1), [], null])).toBe('Array\n├── [0]=#1\n├── [1]=[]\n└── [2]=null')
  })

  it('marks what was drawn before', () => {
    const w = f32(1)
    expect(treeDiagram({ a: w, b: w })).toBe(
      'Object\n├── .a=f32[1](μ=1.00, σ=0.00, ∈[1.00,1.00])\n└── .b=f32[1](μ=1.00, σ=0.00, ∈[1.00,1.00]) (same as .a)',
    )
  })

  it('takes isLeaf and tabWidth', () => {
    expect(treeDiagram({ a: [1] }, { isLeaf: isLeaf(Array.isArray), tabWidth: 2 })).toBe('Object\n└ .a=[...]')
  })
})

describe('treeSummary', () => {
  it.each(['linear', 'net', 'deep', 'float edge values'] as const)('has the rows that sepes has: %s', (name) => {
    const [whole, , one] = oracle.trees[name].summary
    expect(cells(treeSummary(trees[name]))).toEqual(cells(inOurWords(whole as string)))
    expect(cells(treeSummary(trees[name], { depth: 1 }))).toEqual(cells(inOurWords(one as string)))
  })

  it('draws a table whose columns fit', () => {
    const [whole] = oracle.trees.linear.summary
    expect(treeSummary(trees.linear)).toBe(whole)
  })

  it('counts what is shared once, and says where it is', () => {
    const w = f32(1, 2)
    expect(cells(treeSummary({ a: w, b: w })).slice(1)).toEqual([
      ['', '.a', 'f32[2]', '2', '8.00B', ''],
      ['', '.b', 'f32[2] = .a', '', '', ''],
      ['', 'Σ', 'Object', '2', '8.00B', ''],
    ])
  })

  it('separates thousands and scales bytes', () => {
    expect(cells(treeSummary([new Float64Array(300_000)]))[1]?.slice(3, 5)).toEqual(['300,000', '2.29MB'])
  })

  it('asks rules for type, count and size', () => {
    class Flops {
      constructor(readonly total: number) {}
    }
    defineSummary(Flops, { count: (f) => f.total, type: () => 'Flops' })
    defineSummary(Flops, { size: () => 2048 })
    expect(cells(treeSummary([new Flops(10)]))[1]).toEqual(['', '[0]', 'Flops', '10', '2.00KB', ''])
  })

  it('refuses a depth that is no number', () => {
    expect(() => treeSummary([1], { depth: '1' as never })).toThrow(/treeSummary: depth is string; pass a number/)
  })
})

describe('treeMermaid and treeGraph', () => {
  it('draw nodes and edges, a shared object once', () => {
    const w = f32(1)
    expect(treeMermaid([1, ['<']])).toBe(
      'flowchart LR\n    n0("<b>Array</b>")\n    n1("<b>[0]=1</b>")\n    n2("<b>[1]:Array</b>")\n    n3("<b>[0]=&#60;</b>")\n    n0 --> n1\n    n2 --> n3\n    n0 --> n2',
    )
    const text = treeGraph({ a: w, b: [w] })
    expect(text.match(/label=/g)).toHaveLength(3)
    expect(text.match(/-> n1;/g)).toHaveLength(2)
  })

  it('styles nodes by class', () => {
    defineNodeStyle(Linear, () => ({ color: 'red' }))
    expect(treeGraph(trees.net)).toContain('label="[0]:Linear", shape="box", color="red"')
    expect(treeGraph(trees.net)).toMatch(/^digraph G {[\s\S]*}$/)
  })
})

describe('treeHtml', () => {
  const page = treeHtml(trees.net, { name: 'net', title: '<net>' })

  it('is one page that loads nothing, with every path ready to copy', () => {
    expect(page).toMatch(/^<!doctype html>/)
    expect(page).not.toMatch(/(src|href)=/)
    expect(page).toContain('data-path="net.layers[0].weight"')
    expect(page).toContain('<title>&#60;net&#62;</title>')
    expect(page).toContain('aria-label="histogram of 6 values from 0.00 to 5.00"')
    expect(page.match(/<details/g)).toHaveLength(6)
  })

  it('marks what differs from another tree', () => {
    const compared = treeHtml({ a: 1, b: [2], d: 4 }, { compareTo: { a: 1, b: [3], c: 5 } })
    expect(compared).toContain('<li class="changed">')
    expect(compared).toMatch(/data-path="tree\.d"[\s\S]*<b class="added">added<\/b>/)
    expect(compared).toMatch(/data-path="tree\.c"[\s\S]*<b class="removed">removed<\/b>/)
    expect(compared).toContain('<del>3</del>')
  })

  it('says where a shared object is', () => {
    const w = f32(1, 2)
    expect(treeHtml([w, w])).toContain('same as [0]')
  })
})
