import { readdirSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadFixture } from './check.ts'
import { exempt } from './exempt.ts'
import type { Case, Packed } from './fixture.ts'
import { programs } from './programs/index.ts'
import { publicFunctions, publicNamed } from './publicFunctions.ts'
import type { Variant } from './suites/variants.ts'
import { suites } from './suites.ts'

const checks = (await Promise.all(Object.values(suites).map((load) => load()))).flat()
const functions = publicFunctions()
const subjects = new Set(checks.map(({ subject }) => subject))
/** A function goes by several names: `numpy.abs`, `numpy.absolute`. */
const asked = new Set([...subjects].map(publicNamed))

/** Recorded calls by module, and what has no variants: `reduceWindow` takes a function, `emptyLike` gives anything, `logsumexp` is of JAX's other modules. */
const ofFloats = {
  numpy: { fixtures: ['numpy'], without: ['emptyLike', 'logsumexp'] },
  lax: { fixtures: ['lax', 'laxMore', 'laxWindow'], without: ['reduceWindow'] },
} as const

const isFloats = ([dtype, shape]: Packed): boolean => dtype === 'float32' && shape.length > 0 && !shape.includes(0)

/** The functions of a module that a recorded call gives an array of floats. */
async function takingFloats([space, { fixtures, without }]: readonly [
  string,
  { readonly fixtures: readonly string[]; readonly without: readonly string[] },
]): Promise<readonly string[]> {
  const cases = (await Promise.all(fixtures.map((name) => loadFixture<Case>(name)))).flat()
  const taking = cases.filter(({ args }) =>
    args.some((arg) =>
      'array' in arg
        ? isFloats(arg.array)
        : Array.isArray((arg as { arrays?: unknown }).arrays) &&
          (arg as { arrays: readonly Packed[] }).arrays.some(isFloats),
    ),
  )
  return [...new Set(taking.map(({ fn }) => fn))].filter((fn) => !without.includes(fn)).map((fn) => `${space}.${fn}`)
}

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

  it('ask each function that takes floats on every dtype, on empty arrays, scalars, NaN and infinities, or know that JAX refuses', async () => {
    const variants = await loadFixture<Variant>('variants')
    const kinds = ['float16', 'int32', 'uint8', 'bool', 'empty', 'scalar', 'special']
    const asked = new Set(variants.map(({ from, fn, kind }) => `${from}.${fn} ${kind}`))
    const names = (await Promise.all(Object.entries(ofFloats).map(takingFloats))).flat()
    expect(names.length).toBeGreaterThan(200)
    expect(names.flatMap((name) => kinds.map((kind) => `${name} ${kind}`)).filter((one) => !asked.has(one))).toEqual([])
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
