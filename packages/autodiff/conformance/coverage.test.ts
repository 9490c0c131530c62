import { readdirSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exempt } from './exempt.ts'
import { programs } from './programs/index.ts'
import { publicFunctions, publicNamed } from './publicFunctions.ts'
import { suites } from './suites.ts'

const checks = (await Promise.all(Object.values(suites).map((load) => load()))).flat()
const functions = publicFunctions()
const subjects = new Set(checks.map(({ subject }) => subject))
/** A function goes by several names: `numpy.abs`, `numpy.absolute`. */
const asked = new Set([...subjects].map(publicNamed))

describe('the questions to JAX', () => {
  it('are about every public function, but for those that cannot be asked about', () => {
    const missing = functions.filter(([name, f]) => !asked.has(f) && !Object.hasOwn(exempt, name)).map(([name]) => name)
    expect(missing).toEqual([])
  })

  it('excuse functions that there are and that are not asked about', () => {
    const needed = new Set(functions.filter(([, f]) => !asked.has(f)).map(([name]) => name))
    expect(Object.keys(exempt).filter((name) => !needed.has(name))).toEqual([])
  })

  it('are about functions that users can call', () => {
    const known = new Set(functions.map(([, f]) => f as unknown))
    const unknown = [...subjects].filter((subject) => subject !== 'NDArray.at' && !known.has(publicNamed(subject)))
    expect(unknown).toEqual([])
  })

  it('and their answers take at most 8 MB', () => {
    const folder = new URL('./fixtures/', import.meta.url)
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(new URL(name, folder)).size, 0)
    expect(bytes).toBeLessThan(8 * 2 ** 20)
  })

  it('use every program that is written', () => {
    const titles = checks.map(({ title }) => title)
    const used = new Set(titles.map((title) => / ?(\w+)\([^)]*\)$/.exec(title)?.[1]))
    const written = Object.values(programs).flatMap(Object.keys)
    expect(written.filter((name) => !used.has(name))).toEqual([])
  })
})
