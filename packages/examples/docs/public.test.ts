import { describe, expect, it } from 'vitest'
import { publicValues } from './public.ts'

describe('what @proj/autodiff and its subpaths export', () => {
  const values = publicValues()
  const isError = (name: string) => /(Error|UnsupportedOp)$/.test(name)

  it('is all there', () => expect(values.length).toBeGreaterThan(700))

  it('has a doc comment, each value of it', () => {
    expect(values.filter(({ text }) => text === '').map(({ name, file }) => `${name} in ${file}`)).toEqual([])
  })

  // Errors are met, not called.
  it('has an example, each function and class of it', () => {
    const lacking = values.filter(({ name, isFunction, examples }) => isFunction && !isError(name) && examples === 0)
    expect(lacking.map(({ name, file }) => `${name} in ${file}`)).toEqual([])
  })
})
