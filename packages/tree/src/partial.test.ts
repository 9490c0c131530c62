import { describe, expect, it } from 'vitest'
import { hole, Partial, partial, tree, treeRepr } from './index.ts'

const join = (...xs: unknown[]) => xs.join('')

describe('partial', () => {
  it('fills holes in order and appends the rest', () => {
    expect(partial(join, hole, 'b', hole)('a', 'c', 'd')).toBe('abcd')
    expect(partial(join, 'a')()).toBe('a')
  })
  it('asks for an argument for each hole', () => {
    expect(() => partial(join, hole, hole)(1)).toThrow(/got 1 arguments for 2 holes/)
  })
})

describe('Partial', () => {
  it('is a node without leaves, compared by function and arguments', () => {
    const make = (n: number) => [new Partial(join, n, hole)]
    expect(tree.leaves(make(1))).toEqual([])
    expect(tree.structure(make(1))).toBe(tree.structure(make(1)))
    expect(tree.structure(make(1))).not.toBe(tree.structure(make(2)))
    const [back] = tree.map((x) => x, make(1))
    expect(back?.call('x')).toBe('1x')
    expect(treeRepr(make(1))).toBe('[Partial(join(*xs), 1, hole)]')
  })
})
