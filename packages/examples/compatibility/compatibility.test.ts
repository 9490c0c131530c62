import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compatibility, document } from './compatibility.ts'
import { conformanceCounts } from './counts.ts'
import { jaxNames } from './names.ts'
import { absences } from './spelling.ts'

const rows = await compatibility()
const spelling = (row: { readonly module: string; readonly name: string }): string => `${row.module}.${row.name}`

describe('compatibility with JAX', () => {
  it('is written in COMPATIBILITY.md as it is: otherwise run `pnpm compatibility`', () => {
    const written = readFileSync(new URL('../../../COMPATIBILITY.md', import.meta.url), 'utf8')
    expect(written).toBe(document(rows))
  })

  it('has every name that JAX programs cannot do without', () => {
    expect(rows.filter(({ tier, ours }) => tier === 'must' && ours === undefined).map(spelling)).toEqual([])
  })

  it('has nine in ten of those that they can', () => {
    const should = rows.filter(({ tier }) => tier === 'should')
    expect(should.filter(({ ours }) => ours !== undefined).length).toBeGreaterThan(0.9 * should.length)
  })

  it('says why a name is absent', () => {
    expect(rows.filter(({ ours, reason }) => ours === undefined && reason === undefined).map(spelling)).toEqual([])
  })

  it('gives reasons for names of JAX alone, and for none that is here', () => {
    const known = new Set(jaxNames.map(spelling))
    const here = new Set(rows.filter(({ ours }) => ours !== undefined).map(spelling))
    expect(Object.keys(absences).filter((name) => here.has(name) || !known.has(name))).toEqual([])
  })

  it('counts the answers that a function is held against under each of its names', async () => {
    const counts = await conformanceCounts()
    expect(counts('autodiff.numpy.abs')).toBeGreaterThan(0)
    expect(counts('autodiff.numpy.absolute')).toBe(counts('autodiff.numpy.abs'))
    expect(counts('autodiff.numpy.nothing')).toBe(0)
  })
})
