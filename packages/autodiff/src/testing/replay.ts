import { readFileSync } from 'node:fs'
import { referenceBackend } from '@proj/backend'
import { cpu } from '@proj/backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { isNDArray, type NDArray, numpy as np, setBackend } from '../index.ts'
import { type Case, describeCase, expectLike, isMany, type Tolerance, unpackArgument } from './fixture.ts'

/** How far each function may be from JAX; without an entry, not at all. */
export type Tolerances = { readonly [fn: string]: Tolerance }

/** In half precision XLA rounds less often than op by op. */
const half: Tolerance = { ulps: 2, absolute: 1e-3 }
/** In double precision the two take elementary functions from different libraries. */
const double: Tolerance = { ulps: 4, absolute: 1e-15 }

function toleranceOf(tolerances: Tolerances, fn: string, { dtype }: NDArray): Tolerance {
  if (dtype === 'float16') return half
  return dtype === 'float64' ? double : (tolerances[fn] ?? {})
}

/** The calls that a script recorded. */
export const casesOf = (fixture: string): readonly Case[] =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${fixture}.json`, import.meta.url), 'utf8')) as readonly Case[]

function check(functions: object, tolerances: Tolerances, { fn, args, out, weak }: Case): void {
  const f = (functions as { readonly [name: string]: ((...args: unknown[]) => unknown) | undefined })[fn]
  if (f === undefined) throw new Error(`there is no ${fn}`)
  const result = f(...args.map(unpackArgument))
  if (!isMany(out)) {
    const array = isNDArray(result) ? result : np.array(result as number, out[0])
    return expectLike(array, out, toleranceOf(tolerances, fn, array), weak ?? false)
  }
  const results = result as readonly NDArray[]
  expect(results.length).toBe(out.length)
  out.forEach((packed, i) => {
    const array = results[i] as NDArray
    expectLike(array, packed, toleranceOf(tolerances, fn, array))
  })
}

const backends = { reference: referenceBackend, default: cpu }

/** Tests that the functions of a namespace answer what JAX did, on the reference backend and on the default one. */
export function replay(namespace: string, functions: object, cases: readonly Case[], tolerances: Tolerances): void {
  describe.each([...new Set(cases.map((c) => c.fn))])(`${namespace}.%s`, (name) => {
    const own = cases.filter((c) => c.fn === name).map((c) => [describeCase(c), c] as const)
    describe.each(Object.entries(backends))('on the %s backend', (_, backend) => {
      beforeAll(() => setBackend(backend()))
      it.each(own)('%s is what JAX gives', (_, c) => check(functions, tolerances, c))
    })
  })
}
