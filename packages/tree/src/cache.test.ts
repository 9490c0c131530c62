import { readFileSync } from 'node:fs'
import { transformWithEsbuild } from 'vite'
import { describe, expect, it } from 'vitest'
import * as cache from './cache.ts'
import { structure } from './flatten.ts'
import { TreeClass, tree } from './index.ts'

type Cache = typeof cache

/** The same module in an engine where a frozen object takes no new private fields. */
async function inStricterEngine(): Promise<Cache> {
  const source = readFileSync(new URL('cache.ts', import.meta.url), 'utf8')
  const stricter = source.replace(
    'return object\n',
    "if (Object.isFrozen(object)) throw new TypeError('object is not extensible')\nreturn object\n",
  )
  expect(stricter).not.toBe(source)
  const { code } = await transformWithEsbuild(stricter, 'cache.ts', { target: 'es2022' })
  return (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`)) as Cache
}

describe.each([
  ['with private fields', async () => cache],
  ['with a WeakMap, where frozen objects take no private fields', inStricterEngine],
])('the flatten cache %s', (_, load) => {
  it('gives back what was remembered, for that object alone', async () => {
    const { isKnownSealed, recall, remember } = await load()
    const node = Object.freeze([1, 2])
    const flat = [[1, 2], structure([1, 2])] as const
    expect([recall(node), isKnownSealed(node)]).toEqual([undefined, false])
    remember(node, flat)
    expect(recall(node)).toBe(flat)
    expect(recall(Object.freeze([1, 2]))).toBeUndefined()
  })

  it('tells that a tree is sealed before it was flattened, and forgets nothing after', async () => {
    const { isKnownSealed, recall, remember } = await load()
    const node = Object.freeze({ a: 1 })
    remember(node, true)
    expect([recall(node), isKnownSealed(node)]).toEqual([undefined, true])
    const flat = [[1], structure({ a: 1 })] as const
    remember(node, flat)
    expect([recall(node), isKnownSealed(node)]).toEqual([flat, true])
  })
})

describe('what is remembered', () => {
  class Pair extends TreeClass {
    left: unknown = 1
    right: unknown = [2]
  }

  it('is the result itself: a sealed tree flattens twice to one object', () => {
    const pair = tree.seal(new Pair())
    expect(tree.flatten(pair)).toBe(tree.flatten(pair))
  })

  it('is not there for open trees, nor for those with an open part', () => {
    const pair = new Pair()
    expect(tree.leaves(pair)).toEqual([1, 2])
    pair.right = [2, 3]
    expect(tree.leaves(pair)).toEqual([1, 2, 3])
    const frozen = Object.freeze([pair])
    expect(tree.leaves(frozen)).toEqual([1, 2, 3])
    pair.left = null
    expect(tree.leaves(frozen)).toEqual([2, 3])
  })

  it('stays out of the way of keys, copies and printing', () => {
    const pair = tree.seal(new Pair())
    tree.flatten(pair)
    expect(Reflect.ownKeys(pair)).toEqual(['left', 'right'])
    expect(structuredClone({ ...pair })).toEqual({ left: 1, right: [2] })
  })

  it('is used for parts, too', () => {
    const part = tree.seal(new Pair())
    tree.flatten(part)
    expect(tree.leaves({ part, other: 0 })).toEqual([0, 1, 2])
    expect(tree.structure([part])).toBe(tree.structure([new Pair()]))
  })
})
