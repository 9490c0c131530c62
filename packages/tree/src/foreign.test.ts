import { describe, expect, it } from 'vitest'
import { printPath, registerPytreeDataclass, registerPytreeNode, TreeClass, tree, treeRepr } from './index.ts'

class Complex {
  constructor(
    readonly re: unknown,
    readonly im: unknown,
    readonly unit = 'none',
  ) {}
}
registerPytreeNode(
  Complex,
  (z) => [[z.re, z.im], { unit: z.unit }],
  (aux, [re, im]) => new Complex(re, im, (aux as { unit: string }).unit),
  {
    keys: () => ['re', 'im'],
    immutable: true,
  },
)

class Batch {
  constructor(
    public x: unknown,
    public y: unknown,
    public name: string,
  ) {}
}
registerPytreeDataclass(Batch, { metaFields: ['name'] })

describe('registerPytreeNode', () => {
  it('makes instances nodes, with paths', () => {
    const z = [new Complex(1, [2], 'm')]
    expect(tree.leavesWithPath(z).map(([path, leaf]) => [printPath(path), leaf])).toEqual([
      ['[0].re', 1],
      ['[0].im[0]', 2],
    ])
    expect(tree.map((x: number) => x * 2, z)).toEqual([new Complex(2, [4], 'm')])
  })

  it('compares what is not a child by value', () => {
    expect(tree.structure(new Complex(1, 2, 'm'))).toBe(tree.structure(new Complex(3, 4, 'm')))
    expect(tree.structure(new Complex(1, 2, 'm'))).not.toBe(tree.structure(new Complex(1, 2, 's')))
    expect(() => tree.map((a: number) => a, new Complex(1, 2, 'm'), new Complex(1, 2, 's'))).toThrow(
      /at the root expected Complex\[dict\(unit=m\)\]\(\*, \*\), got Complex\[dict\(unit=s\)\]\(\*, \*\)/,
    )
  })

  it('numbers the children when no keys are given', () => {
    class Bag {
      constructor(readonly items: unknown[]) {}
    }
    registerPytreeNode(
      Bag,
      (bag) => [bag.items, null],
      (_, items) => new Bag([...items]),
    )
    expect(tree.leavesWithPath(new Bag([5])).map(([path]) => printPath(path))).toEqual(['.children[0]'])
    expect(String(tree.structure(new Bag([5])))).toBe('TreeDef(Bag(*))')
    const bag = tree.seal(new Bag([5]))
    expect(tree.flatten(bag)).not.toBe(tree.flatten(bag))
  })

  it('remembers instances that are said to be immutable', () => {
    const z = new Complex(1, 2)
    expect(tree.flatten(z)).toBe(tree.flatten(z))
  })

  it('does not reach subclasses', () => {
    class Sub extends Complex {}
    expect(tree.leaves(new Sub(1, 2))).toHaveLength(1)
  })

  it('refuses a class that is a node already', () => {
    expect(() => registerPytreeDataclass(Complex)).toThrow(/registering Complex: the class is a tree node already/)
    class Layer extends TreeClass {}
    expect(() => registerPytreeDataclass(Layer)).toThrow(/already/)
  })

  it('prints by fields', () => {
    expect(treeRepr(new Complex(1, [2]))).toBe('Complex(re=1, im=[2])')
  })
})

describe('registerPytreeDataclass', () => {
  it('maps over the data and keeps the rest by value', () => {
    const batch = new Batch([1], 2, 'train')
    const mapped = tree.map((x: number) => x + 1, batch)
    expect(mapped).toEqual(new Batch([2], 3, 'train'))
    expect(mapped).toBeInstanceOf(Batch)
    expect(tree.structure(batch)).toBe(tree.structure(mapped))
    expect(tree.structure(batch)).not.toBe(tree.structure(new Batch([1], 2, 'test')))
    expect(String(tree.structure(batch))).toBe('TreeDef(Batch(x=[*], y=*, name=train))')
  })

  it('seals like other nodes', () => {
    const batch = tree.seal(new Batch([1], 2, 'train'))
    expect(() => (batch.x = 1)).toThrow(TypeError)
    expect(tree.flatten(batch)).toBe(tree.flatten(batch))
  })

  it('takes the data fields in the order given', () => {
    class Rgb {
      r = 1
      g = 2
      b = 3
    }
    registerPytreeDataclass(Rgb, { dataFields: ['b', 'r'], metaFields: ['g'] })
    expect(tree.leaves(new Rgb())).toEqual([3, 1])
  })
})
