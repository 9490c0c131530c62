import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeAval } from '../aval.ts'
import { JaxprBuilder } from '../builder.ts'
import { checkJaxpr } from '../check.ts'
import type { DType } from '../dtype.ts'
import { type Atom, type Jaxpr, scalarLiteral, makeLiteral } from '../jaxpr.ts'
import { formatJaxpr } from '../print.ts'
import { evaluateJaxpr } from '../reference/evaluate.ts'
import { numbersOf } from '../testing/compare.ts'
import { randomJaxpr } from '../testing/randomJaxpr.ts'
import { cleanUp } from './cleanUp.ts'
import { inline } from './inline.ts'

/** Numbers, so that NaNs of different payloads are equal and 0 and -0 are not. */
const run = (jaxpr: Jaxpr, inputs: Parameters<typeof evaluateJaxpr>[1]) =>
  evaluateJaxpr(jaxpr, inputs).map((data, i) => numbersOf(data, (jaxpr.outputs[i] as Atom).aval.dtype))

describe('cleanUp', () => {
  it('changes no bit of any result, on random programs', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 30 }), (seed, size) => {
        const { jaxpr, inputs } = randomJaxpr({ seed, size })
        const cleaned = checkJaxpr(cleanUp(checkJaxpr(jaxpr)), 'cleanUp')
        expect(run(cleaned, inputs)).toEqual(run(jaxpr, inputs))
        expect(cleaned.outputs.map((output) => [output.aval.shape, output.aval.dtype])).toEqual(
          jaxpr.outputs.map((output) => [output.aval.shape, output.aval.dtype]),
        )
      }),
      { numRuns: 3000 },
    )
  }, 60000)
})
