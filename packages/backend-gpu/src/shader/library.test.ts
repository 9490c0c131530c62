import { describe, expect, it } from 'vitest'
import { libraryFor, snippetNames } from './library.ts'

describe('libraryFor', () => {
  it.each(snippetNames)('%s comes with a definition, after all that it calls', (name) => {
    const text = libraryFor(`${name}(x)`)
    const defined = [...text.matchAll(/^(?:\w+ )+(\w+)\(/gm)].map((match) => match[1] as string)
    expect(defined).toContain(name)
    expect(new Set(defined).size).toBe(defined.length)
    for (const called of snippetNames) {
      const use = text.search(new RegExp(`(?<!(?:float|int|uint|bool|uvec2) )\\b${called}\\(`))
      const definition = text.search(new RegExp(`^(?:float|int|uint|bool|uvec2) ${called}\\(`, 'm'))
      if (use >= 0) expect(definition, `${called} in ${name}`).toBeGreaterThanOrEqual(0)
      if (use >= 0) expect(definition, `${called} in ${name}`).toBeLessThan(use)
    }
  })

  it('brings nothing that is not called', () => {
    expect(libraryFor('x + y')).toBe('')
    expect(libraryFor('notANumber(x)')).not.toContain('expFloat')
  })
})
