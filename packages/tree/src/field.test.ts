import { describe, expect, it, vi } from 'vitest'
import {
  at,
  FrozenError,
  field,
  fields,
  freeze,
  registerArrayType,
  TreeClass,
  TreeError,
  tree,
  treeRepr,
  valueAndTree,
} from './index.ts'

const positive = (x: number) => {
  if (!(x > 0)) throw new RangeError(`${x} is not positive`)
  return x
}

class Layer extends TreeClass {
  @field({ onSetattr: [positive] }) accessor size = 3
  @field accessor name = 'layer'
  @field({ repr: false, onGetattr: [(w: number[]) => w.map((x) => x * 2)] }) accessor weight = [1, 2]
  @field({ init: false }) accessor late!: number
  plain = 1
  grow(): number {
    this.size += 1
    this.plain += 1
    return this.size
  }
}

describe('@field accessor', () => {
  it('is a leaf of the tree, declared fields first, and reads back', () => {
    const layer = new Layer()
    expect([layer.size, layer.name, layer.plain]).toEqual([3, 'layer', 1])
    expect(tree.leaves(layer)).toEqual([3, 'layer', 1, 2, 1])
    expect(tree.leavesWithPath(layer)[0]?.[0]).toEqual([{ type: 'attr', name: 'size' }])
  })

  it('survives copies, valueAndTree, map and at(...).set', () => {
    const layer = new Layer()
    const [value, next] = valueAndTree((l: Layer) => l.grow())(layer)
    expect([value, next.size, next.plain, layer.size]).toEqual([4, 4, 2, 3])
    expect(tree.map((x: unknown) => x, layer).size).toBe(3)
    expect(at(layer, 'size').set(9).size).toBe(9)
    expect(treeRepr(next)).toBe('Layer(size=4, name=layer, plain=2)')
  })

  it('runs validators on assignment, in valueAndTree and in at(...).set', () => {
    const layer = new Layer()
    const refused = /field size: positive refused the value: -1 is not positive; pass a value that it accepts/
    expect(() => (layer.size = -1)).toThrow(refused)
    expect(() => valueAndTree((l: Layer) => void (l.size = -1))(layer)).toThrow(refused)
    expect(() => at(layer, 'size').set(-1)).toThrow(refused)
    expect(() => at(layer, 'size').set(-1)).toThrow(TreeError)
    expect(layer.size).toBe(3)
  })

  it('lets maps, masks and unflatten pass: their leaves are of another kind', () => {
    expect(tree.map((x: unknown) => typeof x === 'number' && x < 0, new Layer()).size).toBe(false)
  })

  it('lets tracers and hidden values pass the validators', () => {
    class Tracer {}
    registerArrayType(Tracer, { shape: () => [], dtype: () => 'float32', values: () => null, isTracer: () => true })
    const tracer = new Tracer()
    expect(at(new Layer(), 'size').set(tracer as never).size).toBe(tracer)
    const [hidden] = freeze([-1])
    expect(at(new Layer(), 'size').set(hidden as number).size).toBe(hidden)
  })

  it('reads through onGetattr; the tree holds the raw value', () => {
    const layer = new Layer()
    expect(layer.weight).toEqual([2, 4])
    expect(tree.leaves(layer).slice(2, 4)).toEqual([1, 2])
  })

  it('throws FrozenError with class, field and remedy on a finished tree', () => {
    const layer = tree.seal(new Layer())
    expect(() => (layer.size = 5)).toThrow(FrozenError)
    expect(() => (layer.size = 5)).toThrow(
      /^Layer\.size: cannot change a finished tree; .*valueAndTree.*@sharing.*at\(/,
    )
    expect(tree.flatten(layer)).toBe(tree.flatten(layer))
  })

  it('says so when a field is read before it was set', () => {
    expect(() => new Layer().late).toThrow(/Layer\.late: read before it was set; set it in postInit/)
    expect(valueAndTree((l: Layer) => void (l.late = 2))(new Layer())[1].late).toBe(2)
  })

  it('makes a default anew for every instance', () => {
    class Box extends TreeClass {
      @field({ factory: () => [] as number[] }) accessor items!: number[]
    }
    const [a, b] = [new Box(), new Box()]
    a.items.push(1)
    expect([a.items, b.items]).toEqual([[1], []])
  })

  it('says which function of a pipe failed, and keeps the cause', () => {
    const call = vi.fn(() => {
      throw 'no'
    })
    class Odd extends TreeClass {
      @field({ onSetattr: [(x: number) => x + 1, call] }) accessor a = 1
    }
    expect(() => new Odd()).toThrow(/field a: .* refused the value: no/)
    expect(call).toHaveBeenCalledWith(2)
  })

  it('refuses methods, static accessors and wrong options', () => {
    const context = { kind: 'accessor', static: true, private: false, name: 'x' } as ClassAccessorDecoratorContext
    expect(() => field({ init: 1 as never })).toThrow(/field: init is 1; pass true or false/)
    expect(() => field({ kind: 'odd' as never })).toThrow(/kind is odd; pass one of named, rest, others, classVar/)
    expect(() => field({ alias: 3 as never })).toThrow(/alias is 3/)
    expect(() => field({ metadata: 3 as never })).toThrow(/metadata is no object/)
    expect(() => field({ onSetattr: [3 as never] })).toThrow(/onSetattr is not an array of functions/)
    expect(() => field({} as never, context as never)).toThrow(/public and not static/)
  })
})

describe('fields', () => {
  it('lists what was declared, of classes and instances, bases first', () => {
    class Deep extends Layer {
      @field({ doc: 'how deep', metadata: { unit: 'm' } }) accessor depth = 1
    }
    expect(fields(Deep).map((one) => one.name)).toEqual(['size', 'name', 'weight', 'late', 'depth'])
    expect(fields(new Deep()).at(-1)?.options).toMatchObject({ doc: 'how deep', metadata: { unit: 'm' } })
    expect(fields(3)).toEqual([])
    expect(fields(class {})).toEqual([])
  })
})
