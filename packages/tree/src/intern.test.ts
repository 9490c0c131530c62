import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Trie } from './intern.ts'

const objects = [{}, [], () => 1, new Map()]
const item = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.boolean(),
  fc.constantFrom(null, undefined, 0, -0, NaN, 1n, ...objects),
)

describe('Trie', () => {
  it('leads equal sequences, and no others, to one place', () => {
    const trie = new Trie<object>()
    // As a Map compares keys: -0 is 0, NaN is NaN.
    const same = (a: readonly unknown[], b: readonly unknown[]) =>
      a.length === b.length && a.every((x, i) => x === b[i] || Object.is(x, b[i]))
    fc.assert(
      fc.property(fc.array(item, { maxLength: 4 }), fc.array(item, { maxLength: 4 }), (a, b) => {
        expect(trie.along(a) === trie.along(b)).toBe(same(a, b))
        expect(trie.along([...a])).toBe(trie.along(a))
      }),
    )
  })
})
