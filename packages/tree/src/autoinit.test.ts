import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  autoinit,
  excludeDefault,
  field,
  fields,
  leafwise,
  TreeClass,
  TreeError,
  tree,
  treeDiagram,
  treeRepr,
  treeSummary,
  valueAndTree,
} from './index.ts'

class Layer extends autoinit({ size: field<number>(), bias: 0, name: field({ default: 'layer', alias: 'called' }) }) {
  area(): number {
    return this.size ** 2
  }
}

describe('autoinit', () => {
  it('makes a typed constructor that takes fields by name, with defaults', () => {
    const layer = new Layer({ size: 3 })
    expect(treeRepr(layer)).toBe('Layer(size=3, bias=0, name=layer)')
    expect(new Layer({ size: 3, bias: 2, called: 'x' }).name).toBe('x')
    expect(layer.area()).toBe(9)
    expect(tree.leaves(layer)).toEqual([3, 0, 'layer'])
    expect(layer).toBeInstanceOf(TreeClass)
  })

  it('types fields, options and instances', () => {
    expectTypeOf<ConstructorParameters<typeof Layer>[0]>().toEqualTypeOf<
      { size: number } & { bias?: number; called?: string }
    >()
    expectTypeOf(new Layer({ size: 1 }).bias).toEqualTypeOf<number>()
    expectTypeOf(new Layer({ size: 1 }).at('name').get()).toEqualTypeOf<string>()
    // @ts-expect-error size is required
    expect(() => new Layer({})).toThrow(/new Layer: size is missing; pass { size: ... }/)
    // @ts-expect-error size is a number
    new Layer({ size: 'x' })
    // @ts-expect-error there is no such field
    expect(() => new Layer({ size: 1, odd: 2 })).toThrow(
      /new Layer: odd is no field; the fields are size, bias, called/,
    )
    expect(() => new Layer(3 as never)).toThrow(/got 3; pass the fields as one object/)
  })

  it('takes no argument where all have defaults', () => {
    class Easy extends autoinit({ a: 1 }) {}
    expect(new Easy().a).toBe(1)
  })

  it('works under valueAndTree, at, map and leafwise', () => {
    const layer = new Layer({ size: 3 })
    expect(valueAndTree((l: Layer) => l.size++)(layer)[1].size).toBe(4)
    expect(layer.at('size').set(5).area()).toBe(25)
    class Point extends leafwise(autoinit({ x: 1, y: 2 })) {}
    expect(treeRepr(new Point({ x: 5 }).mul(10))).toBe('Point(x=50, y=20)')
  })

  it('inherits: fields of the base first, overridden ones in place', () => {
    class Deep extends autoinit({ depth: field<number>(), bias: 7 }, Layer) {}
    const deep = new Deep({ size: 2, depth: 5 })
    expect(treeRepr(deep)).toBe('Deep(size=2, bias=7, name=layer, depth=5)')
    expect(deep).toBeInstanceOf(Layer)
    expect(deep.area()).toBe(4)
    class Plain extends Layer {}
    expect(new Plain({ size: 1 }).size).toBe(1)
  })

  it('runs postInit at the end, where init: false fields are set', () => {
    class Lazy extends autoinit({ size: field<number>(), twice: field<number>({ init: false }) }) {
      postInit() {
        this.twice = this.size * 2
      }
    }
    expect(new Lazy({ size: 4 }).twice).toBe(8)
    // @ts-expect-error twice is not taken
    expect(() => new Lazy({ size: 4, twice: 1 })).toThrow(/twice is no field/)
    class Forgot extends autoinit({ twice: field<number>({ init: false }) }) {}
    expect(() => new Forgot().twice).toThrow(/Forgot\.twice: read before it was set/)
    expect(tree.leaves(new Forgot())).toEqual([])
  })

  it('gathers further arguments, other options and class variables', () => {
    class All extends autoinit({
      a: 1,
      more: field<number[], { kind: 'rest' }>({ kind: 'rest' }),
      others: field<Record<string, unknown>, { kind: 'others' }>({ kind: 'others' }),
      VERSION: field({ default: 3, kind: 'classVar' }),
    }) {}
    const all = new All({ a: 2, b: 3 }, 4, 5)
    expect(treeRepr(all)).toBe('All(a=2, more=[4, 5], others=dict(b=3))')
    expect(All.VERSION).toBe(3)
    expect(() => autoinit({ a: field({ kind: 'rest' }), b: field({ kind: 'rest' }) })).toThrow(
      /a and b are both of kind rest/,
    )
  })

  it('applies validators in the constructor', () => {
    const even = (x: number) => {
      if (x % 2) throw new Error('odd')
      return x
    }
    class Even extends autoinit({ n: field<number>({ onSetattr: [even] }) }) {}
    expect(() => new Even({ n: 3 })).toThrow(/field n: even refused the value: odd/)
    expect(() => new Even({ n: 2 }).at('n').set(5)).toThrow(TreeError)
  })

  it('refuses defaults that all instances would share and change', () => {
    for (const bad of [[1], { a: 1 }, new Map(), new Set()]) {
      expect(() => autoinit({ a: bad })).toThrow(/field a: its default cannot be shared by all instances: a mutable/)
    }
    class Handle {}
    excludeDefault(Handle, 'handles are opened once')
    expect(() => autoinit({ a: new Handle() })).toThrow(/handles are opened once/)
    expect(() => autoinit({ a: new Float32Array(1) })).not.toThrow()
    class Fresh extends autoinit({ list: field({ factory: () => [1] }) }) {}
    expect(new Fresh().list).not.toBe(new Fresh().list)
  })

  it('refuses reserved names', () => {
    expect(() => autoinit({ at: 1 })).toThrow(/a field is named at; use another name/)
  })

  it('passes a default by reference, to every instance', () => {
    const weight = new Float32Array(2)
    class Dense extends autoinit({ weight }) {}
    expect(new Dense().weight).toBe(weight)
    expect(new Dense().weight).toBe(new Dense().weight)
  })

  it('sets the default of an init: false field, and does not take it', () => {
    class Counter extends autoinit({ count: field({ default: 5, init: false }) }) {}
    expect(new Counter().count).toBe(5)
    expect(() => new Counter({ count: 1 } as never)).toThrow(/count is no field; the fields are none/)
  })

  it('hides repr: false fields in print only: they are leaves, and in diagram and summary', () => {
    class Secret extends autoinit({ a: 1, b: field({ default: 2, repr: false }) }) {}
    const secret = new Secret()
    expect(treeRepr(secret)).toBe('Secret(a=1)')
    expect(tree.leaves(secret)).toEqual([1, 2])
    expect(treeDiagram(secret)).toContain('.b=2')
    expect(treeSummary(secret)).toContain('.b')
  })

  it('pipes from left to right, on every set, and keeps the raw value where only reads are piped', () => {
    class Piped extends autoinit({
      set: field<number>({ onSetattr: [(x) => x + 1, (x) => x * 2] }),
      got: field<number>({ onGetattr: [(x) => x + 1, (x) => x * 2] }),
    }) {}
    const piped = new Piped({ set: 1, got: 1 })
    expect([piped.set, piped.got]).toEqual([4, 4])
    expect(tree.leaves(piped)).toEqual([4, 1])
    expect(valueAndTree((p: Piped) => void (p.set = 2))(piped)[1].set).toBe(6)
    expect(treeRepr(piped)).toBe('Piped(set=4, got=1)')
  })

  it('lets a subclass write a constructor of its own', () => {
    class Square extends autoinit({ width: field<number>(), height: field<number>() }) {
      constructor(side: number) {
        super({ width: side, height: side })
      }
    }
    expect(treeRepr(new Square(2))).toBe('Square(width=2, height=2)')
    expect(valueAndTree((s: Square) => void (s.width = 3))(new Square(2))[1]).toBeInstanceOf(Square)
  })

  it('keeps nothing of a constructor that throws: not in the class, nor in the next instance', () => {
    let fails = true
    class Fragile extends autoinit({ list: field<number[]>({ init: false }) }) {
      postInit() {
        this.list = [1]
        if (fails) throw new RangeError('half-way')
      }
    }
    expect(() => new Fragile()).toThrow(RangeError)
    fails = false
    const fine = new Fragile()
    expect([fine.list, tree.isSealed(fine)]).toEqual([[1], false])
    expect(() => Object.assign(tree.seal(fine), { list: [] })).toThrow(/Fragile\.list/)
  })

  it('refuses two fields of one kind others, of one name in the constructor, and two defaults in one field', () => {
    const others = () => field({ kind: 'others' })
    expect(() => autoinit({ a: others(), b: others() })).toThrow(/a and b are both of kind others; keep one of them/)
    expect(() => autoinit({ a: field({ alias: 'b', default: 2 }), b: 1 })).toThrow(
      /two fields are called b in the constructor; give one another alias/,
    )
    expect(() => field({ default: 1, factory: () => 2 })).toThrow(/has both default and factory; keep one/)
  })

  it('lists its fields', () => {
    expect(fields(Layer).map(({ name, alias, hasDefault }) => [name, alias, hasDefault])).toEqual([
      ['size', 'size', false],
      ['bias', 'bias', true],
      ['name', 'called', true],
    ])
  })
})
