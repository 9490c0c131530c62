import { describe, expect, it } from 'vitest'
import oracle from '../fixtures/sepesPrint.json' with { type: 'json' }
import { definePrinter, registerArrayType, TreeClass, tree, treeMask, treeRepr, treeStr } from './index.ts'

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
  extra = { a: 1, b: [2, 3], c: {} }
}
function relu(x: number, _slope: number, ..._rest: number[]) {
  return x
}
const f32 = (...xs: number[]) => new Float32Array(xs)

/** The trees of scripts/sepesPrint.py. */
const trees: Record<string, unknown> = {
  linear: new Linear(2, 3),
  net: new Net(),
  dict: { a: 1, b: [2, 3], c: { d: 'text' } },
  empty: [[], {}, null],
  set: new Set([7]),
  function: [relu, (a: number, _b: number) => a],
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
  integers: [
    new Int32Array([0, 1, 2, 3, 4]),
    new Uint8Array([3, 250]),
    new BigInt64Array([0n, 1n, 2n]),
    new Uint16Array([9]),
  ],
  'empty array': new Float32Array(0),
  doubles: new Float64Array([1.5, -2.25, 1e6]),
  masked: treeMask([1, new Int32Array([0, 1, 2]), 's', relu, f32(1.5)]),
  deep: [1, [2, [3, [4, [5]]]]],
  wide: [Array.from({ length: 30 }, (_, i) => i), [0, 1, 2]],
}

/** JavaScript's words for Python's, and no blank before a line break. */
const inOurWords = (text: string) =>
  text
    .replaceAll(', \n', ',\n')
    .replaceAll('None', 'null')
    .replaceAll('slope', '_slope')
    .replaceAll('*rest', '*_rest')
    .replaceAll('(a, b)', '(a, _b)')

describe('treeRepr', () => {
  const options = oracle.options as { width?: number; depth?: number; tabwidth?: number }[]

  it.each(Object.keys(oracle.trees))('prints what sepes prints: %s', (name) => {
    const expected = oracle.trees[name as keyof typeof oracle.trees].repr
    for (const [i, { tabwidth, ...rest }] of options.entries()) {
      const option = tabwidth === undefined ? rest : { ...rest, tabWidth: tabwidth }
      expect(treeRepr(trees[name], option)).toBe(inOurWords(expected[i] as string))
    }
  })

  it('prints the values of JavaScript that Python does not have', () => {
    expect(treeRepr([true, undefined, 1n, Symbol('s'), new Map([['k', 1]]), class Foo {}])).toBe(
      '[true, undefined, 1, Symbol(s), Map(k=1), Foo]',
    )
  })

  it('prints the parameters of every kind of function', () => {
    const cases: [Function, string][] = [
      [function named() {}, 'named()'],
      [(x = ',)', { y }: { y?: number } = {}, ...rest: unknown[]) => [x, y, rest], '<lambda>(x, {}, *rest)'],
      [async (a: number) => a, '<lambda>(a)'],
      [Math.max, 'max()'],
      [
        {
          method(a: number) {
            return a
          },
        }.method,
        'method(a)',
      ],
    ]
    for (const [f, text] of cases) expect(treeRepr(f)).toBe(text)
  })

  it('sums up a tracer by shape', () => {
    class JvpTracer {}
    registerArrayType(JvpTracer, {
      shape: () => [10, 10],
      dtype: () => 'float32',
      values: () => {
        throw new Error('no values')
      },
      isTracer: () => true,
    })
    expect(treeRepr([new JvpTracer()])).toBe('[JvpTracer(f32[10,10])]')
    expect(treeStr(new JvpTracer())).toBe('JvpTracer(f32[10,10])')
  })

  it('prints arrays without numbers by dtype and shape', () => {
    class Keys {}
    registerArrayType(Keys, { shape: () => [], dtype: () => 'key<fry>', values: () => null })
    expect(treeRepr(new Keys())).toBe('key<fry>[]')
  })

  it('neither seals nor changes', () => {
    const net = new Net()
    treeRepr(net)
    expect(tree.isSealed(net)).toBe(false)
  })

  it('reports a cycle', () => {
    const loop: unknown[] = []
    loop.push(loop)
    expect(() => treeRepr(loop)).toThrow(/\[0\]: is the same object as the root/)
  })

  it('is what console.log and template strings show', async () => {
    const { inspect } = await import('node:util')
    expect(inspect(new Linear(1, 1))).toBe(treeRepr(new Linear(1, 1)))
    expect(`${new Linear(1, 1)}`).toBe(treeRepr(new Linear(1, 1)))
    expect(inspect([tree.structure([1])])).toBe('[ TreeDef([*]) ]')
  })
})

describe('treeStr', () => {
  it('prints the values of arrays', () => {
    expect(treeStr({ a: f32(0, 1.5, 2), b: new Int8Array([1, 2]) })).toBe('dict(a=[0. 1.5 2.], b=[1 2])')
  })

  it('indents the lines of an array that has several', () => {
    class Matrix {
      toString() {
        return '[[1 2]\n [3 4]]'
      }
    }
    registerArrayType(Matrix, { shape: () => [2, 2], dtype: () => 'int32', values: () => [1, 2, 3, 4] })
    expect(treeStr({ m: new Matrix() }, { width: 5 })).toBe('dict(\n  m=[[1 2]\n   [3 4]]\n)')
  })
})

describe('definePrinter', () => {
  it('prints a class and its subclasses by a rule, in one style or both', () => {
    class Money {
      constructor(
        readonly amount: number,
        readonly coin: string,
      ) {}
    }
    definePrinter(Money, (m) => `${m.amount} ${m.coin}`)
    class Tip extends Money {}
    expect(treeRepr([new Tip(3, '€')])).toBe('[3 €]')
    class Box extends TreeClass {
      items = [1, 2]
    }
    definePrinter(
      Box,
      (box, printer) => `Box of ${printer.print(box.items)} {${printer.fields(Object.entries(box))}}`,
      'str',
    )
    expect(treeStr(new Box())).toBe('Box of [1, 2] {items=[1, 2]}')
    expect(treeRepr(new Box())).toBe('Box(items=[1, 2])')
  })
})
