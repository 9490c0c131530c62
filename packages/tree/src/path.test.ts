import { describe, expect, it } from 'vitest'
import { type Key, printKey, printPath } from './index.ts'
import { sameKey, where } from './path.ts'

const attr = (name: string): Key => ({ type: 'attr', name })

describe('paths', () => {
  it.each([
    [attr('weight'), '.weight'],
    [attr('gewicht_ß$1'), '.gewicht_ß$1'],
    [{ type: 'name', name: 'my key' }, '["my key"]'],
    [{ type: 'name', name: '1' }, '["1"]'],
    [{ type: 'index', index: 3 }, '[3]'],
    [{ type: 'entry', key: 'k' }, '.get("k")'],
    [{ type: 'entry', key: 1n }, '.get(1)'],
    [{ type: 'entry', key: new Date() }, '.get(Date)'],
    [{ type: 'member', index: 0 }, '.values()[0]'],
    [{ type: 'child', index: 1 }, '.children[1]'],
  ] satisfies [Key, string][])('print %o as code', (key, text) => {
    expect(printKey(key)).toBe(text)
  })

  it('print as code that leads there', () => {
    const root = { layers: [{ 'my key': new Map([['k', 7]]) }] }
    const path: Key[] = [
      { type: 'name', name: 'layers' },
      { type: 'index', index: 0 },
      { type: 'name', name: 'my key' },
      { type: 'entry', key: 'k' },
    ]
    expect(new Function('root', `return root${printPath(path)}`)(root)).toBe(7)
  })

  it('call the empty path the root in messages', () => {
    expect([printPath([]), where([]), where([attr('a')])]).toEqual(['', 'the root', '.a'])
  })

  it('compare by kind and value', () => {
    expect(sameKey(attr('a'), attr('a'))).toBe(true)
    expect(sameKey(attr('a'), { type: 'name', name: 'a' })).toBe(false)
  })
})
