import { describe, expect, it } from 'vitest'
import { autoinit, bcmap, isLeaf, TreeError } from './index.ts'

const add = (x: number, y: number) => x + y

describe('bcmap', () => {
  it('zips arguments of the structure of the first, and passes all others whole', () => {
    expect(bcmap(add)([1, [2]], [10, [20]])).toEqual([11, [22]])
    expect(bcmap(add)([1, [2]], 10)).toEqual([11, [12]])
    const where = (mask: boolean, x: number, y: number) => (mask ? x : y)
    expect(bcmap(where)({ a: true, b: [false] }, { a: 1, b: [2] }, 0)).toEqual({ a: 1, b: [0] })
  })

  it('takes another reference, and isLeaf', () => {
    expect(bcmap(add, { broadcastTo: 1 })(10, [1, 2])).toEqual([11, 12])
    expect(bcmap((x: number[]) => x.length, { isLeaf: isLeaf((x) => Array.isArray(x)) })([1, 2])).toBe(2)
  })

  it('builds layers from a configuration', () => {
    class Linear extends autoinit({ inputs: 0, outputs: 0 }) {}
    const build = bcmap((inputs: number, outputs: number) => new Linear({ inputs, outputs }))
    expect(build([1, 2], [2, 3])).toEqual([
      new Linear({ inputs: 1, outputs: 2 }),
      new Linear({ inputs: 2, outputs: 3 }),
    ])
  })

  it('refuses no argument, and a tree that is nearly the reference', () => {
    expect(() => bcmap(add)()).toThrow(/bcmap: argument 0 of 0 is the reference; pass it/)
    expect(() => bcmap(add)({ a: [1] }, { a: [1, 2] })).toThrow(TreeError)
    expect(() => bcmap(add)({ a: [1] }, { a: [1, 2] })).toThrow(
      'bcmap: argument 1: is nearly the reference: at .a it has [*, *] in place of [*]; give it the same structure',
    )
    expect(bcmap((x: number, list: number[]) => x + list.length)({ a: 1 }, [1, 2, 3])).toEqual({ a: 4 })
  })
})
