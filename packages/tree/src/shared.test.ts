import { describe, expect, it } from 'vitest'
import { findShared, freeze, LookupError, printPath, Shared, TreeClass, tree } from './index.ts'

class Linear extends TreeClass {
  constructor(public weight: Float32Array | null) {
    super()
  }
}
class Net extends TreeClass {
  enc = new Linear(new Float32Array([1, 2]))
  dec = new Linear(new Float32Array([3, 4]))
}

describe('findShared', () => {
  const found = (t: unknown) => findShared(t).map(({ paths }) => paths.map(printPath))

  it('lists arrays and nodes that several paths lead to', () => {
    const w = new Float32Array(2)
    const layer = new Linear(w)
    expect(found({ a: w, b: { c: w } })).toEqual([['.a', '.b.c']])
    expect(found([layer, layer, layer])).toEqual([['[0]', '[1]', '[2]']])
    expect(found([layer, w])).toEqual([['[0].weight', '[1]']])
  })

  it('does not count values, functions and hidden leaves', () => {
    const [hidden] = freeze([1])
    expect(found([1, 1, 'a', 'a', Math.sin, Math.sin, null, null, hidden, hidden])).toEqual([])
  })
})

describe('Shared', () => {
  const reversed = (w: Float32Array) => w.slice().reverse()
  const tied = () => new Shared(new Net(), [{ to: ['dec', 'weight'], from: ['enc', 'weight'], by: reversed }])

  it('has one leaf for what is tied, and fills the rest when called', () => {
    expect(tree.leaves(tied())).toEqual([new Float32Array([1, 2])])
    expect(tied().call().dec.weight).toEqual(new Float32Array([2, 1]))
    expect(tree.isSealed(tied())).toBe(true)
  })

  it('follows changes of its source', () => {
    const doubled = tree.map((w: Float32Array) => w.map((x) => x * 2), tied())
    expect(doubled).toBeInstanceOf(Shared)
    expect(doubled.call().dec.weight).toEqual(new Float32Array([4, 2]))
  })

  it('leaves the tree that it was made from as it was', () => {
    const net = new Net()
    new Shared(net, [{ to: ['dec', 'weight'], from: ['enc', 'weight'] }])
    expect(net.dec.weight).toEqual(new Float32Array([3, 4]))
    expect(tree.isSealed(net)).toBe(false)
  })

  it('refuses places that are not there, and a tie to itself', () => {
    expect(() => new Shared(new Net(), [{ to: ['dec', 'w'], from: ['enc', 'weight'] }])).toThrow(LookupError)
    expect(() => new Shared(new Net(), [{ to: ['enc', 'weight'], from: ['enc', 'weight'] }])).toThrow(
      /enc\.weight is tied to itself/,
    )
  })
})
