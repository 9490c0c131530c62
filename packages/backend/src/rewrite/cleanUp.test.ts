import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkJaxpr } from '../check.ts'
import type { DType } from '../dtype.ts'
import type { Atom, Jaxpr } from '../jaxpr.ts'
import { type OpName, opNames } from '../ops.ts'
import { evaluateJaxpr } from '../reference/evaluate.ts'
import { numbersOf } from '../testing/compare.ts'
import { randomJaxpr } from '../testing/randomJaxpr.ts'
import { cleanUp } from './cleanUp.ts'

/** Numbers, so that NaNs of different payloads are equal and 0 and -0 are not. */
const run = (jaxpr: Jaxpr, inputs: Parameters<typeof evaluateJaxpr>[1]) =>
  evaluateJaxpr(jaxpr, inputs).map((data, i) => numbersOf(data, (jaxpr.outputs[i] as Atom).aval.dtype))

const dtypesOf = (jaxpr: Jaxpr) => jaxpr.outputs.map((output) => [output.aval.shape, output.aval.dtype])

// biome-ignore format: words
const algebra: readonly OpName[] = ['neg', 'not', 'add', 'sub', 'mul', 'div', 'integerPow', 'pow', 'max', 'min', 'and', 'or', 'xor', 'select', 'eq', 'lt', 'convertElementType']
// biome-ignore format: words
const movement: readonly OpName[] = ['transpose', 'reshape', 'broadcastInDim', 'slice', 'pad', 'concatenate', 'rev', 'reduceSum', 'reduceMax', 'argmax', 'jit', 'neg']

/** Few dtypes, so that operands meet and rules apply. */
const rounds: readonly (readonly [
  title: string,
  ops: readonly OpName[],
  dtypes: readonly DType[] | undefined,
  runs: number,
])[] = [
  ['all ops and dtypes', opNames, undefined, 1500],
  ['arithmetic of floats', algebra, ['float32', 'bool'], 2500],
  ['arithmetic of integers', algebra, ['int8', 'uint32', 'bool'], 1000],
  ['conversions', ['convertElementType', 'bitcastConvertType', 'neg', 'add'], undefined, 1000],
  ['movement', movement, ['float32', 'int32'], 2000],
]

describe('cleanUp', () => {
  it.each(rounds)(
    'changes no bit of any result, on random programs: %s',
    (_title, ops, dtypes, numRuns) => {
      fc.assert(
        fc.property(fc.nat(), fc.integer({ min: 1, max: 30 }), (seed, size) => {
          const { jaxpr, inputs } = randomJaxpr({ seed, size, ops, ...(dtypes && { dtypes }) })
          const cleaned = checkJaxpr(cleanUp(jaxpr), 'cleanUp')
          expect(run(cleaned, inputs)).toEqual(run(jaxpr, inputs))
          expect(dtypesOf(cleaned)).toEqual(dtypesOf(jaxpr))
        }),
        { numRuns },
      )
    },
    60_000,
  )
})
