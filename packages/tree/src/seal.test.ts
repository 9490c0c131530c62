import { describe, expect, it } from 'vitest'
import { openCopy, snapshot } from './copy.ts'
import { FrozenError, TreeClass, tree } from './index.ts'

class Layer extends TreeClass {
  weight = new Float32Array(2)
  list = [1, { deep: [2] }]
  table = new Map([['k', [1]]])
  tags = new Set(['a'])
}

describe('seal', () => {
  const sealed = tree.seal({ layer: new Layer() })
  const { layer } = sealed

  it('reaches every plain container, in place', () => {
    expect(tree.isSealed(sealed)).toBe(true)
    expect(() => layer.list.push(3)).toThrow(TypeError)
    expect(() => ((layer.list[1] as { deep: number[] }).deep[0] = 9)).toThrow(TypeError)
  })

  it("lets the engine's own error name field and class", () => {
    expect(() => (layer.weight = new Float32Array(1))).toThrow(/'weight' of object '#<Layer>'/)
  })

  it('keeps typed arrays as they are: they are leaves', () => {
    layer.weight[0] = 7
    expect(layer.weight[0]).toBe(7)
  })

  it('makes the mutators of Maps and Sets throw, and leaves reading alone', () => {
    for (const f of [() => layer.table.set('k', []), () => layer.table.clear(), () => layer.table.delete('k')])
      expect(f).toThrow(FrozenError)
    for (const f of [() => layer.tags.add('b'), () => layer.tags.clear(), () => layer.tags.delete('a')])
      expect(f).toThrow(FrozenError)
    expect([layer.table.get('k'), layer.tags.has('a')]).toEqual([[1], true])
    expect(() => layer.table.set('k', [])).toThrow(/Map\.set: .*finished tree; .*valueAndTree/)
  })

  it('returns leaves as they are', () => {
    expect(tree.seal(3)).toBe(3)
    expect(tree.isSealed(null)).toBe(true)
  })
})

describe('isSealed', () => {
  it('looks below a frozen root', () => {
    expect(tree.isSealed(Object.freeze([[1]]))).toBe(false)
    expect(tree.isSealed(Object.freeze([Object.freeze([1])]))).toBe(true)
    expect(tree.isSealed(Object.freeze(new Map()))).toBe(false)
  })
})

describe('snapshot', () => {
  it('shares sealed parts, copies open ones, and leaves the original open', () => {
    const closed = tree.seal([1])
    const open = { closed, own: [2] }
    const copy = snapshot(open)
    expect(copy).toEqual(open)
    expect(copy.closed).toBe(closed)
    expect([tree.isSealed(copy), tree.isSealed(open)]).toEqual([true, false])
    expect(snapshot(copy)).toBe(copy)
  })
})

describe('openCopy', () => {
  it('copies every node and typed array, and nothing else', () => {
    const original = tree.seal(new Layer())
    const f = () => 1
    const copy = openCopy({ original, f })
    copy.original.weight[0] = 5
    copy.original.list.push(9)
    copy.original.table.set('z', [])
    expect([original.weight[0], original.list.length, original.table.size]).toEqual([0, 2, 1])
    expect(copy.f).toBe(f)
    expect(copy.original).toBeInstanceOf(Layer)
  })
})
