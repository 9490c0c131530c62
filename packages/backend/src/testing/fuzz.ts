import type { Backend } from '../backend.ts'
import type { DType, TypedArray } from '../dtype.ts'
import type { Jaxpr } from '../jaxpr.ts'
import { type OpName, opNames } from '../ops.ts'
import { evaluateJaxpr } from '../reference/evaluate.ts'
import { evaluateBounded } from './bounds/evaluate.ts'
import { numbersOf } from './compare.ts'
import { expectClose, runOn, type Test } from './outcome.ts'
import { randomJaxpr } from './randomJaxpr.ts'
import { ulps } from './tolerances.ts'

export interface FuzzOptions {
  readonly count: number
  readonly without: readonly OpName[]
}

/** Programs of these ops have one right answer, to the bit. */
const exactOps = opNames.filter((op) => ulps[op] === 0 && op !== 'nextafter')

/** No step of these turns a small error into a large one. */
// biome-ignore format: words
const smoothOps: readonly OpName[] = [
  'neg', 'abs', 'add', 'sub', 'max', 'min', 'tanh', 'logistic', 'sin', 'reduceSum', 'dotGeneral', 'reduceMax', 'broadcastInDim', 'reshape',
  'transpose', 'slice', 'pad', 'concatenate', 'rev', 'jit',
]

/** Errors are measured by the largest number that a program makes. */
function largest(jaxpr: Jaxpr, inputs: readonly TypedArray[]): number {
  const everything = { ...jaxpr, outputs: jaxpr.eqns.flatMap((eqn) => eqn.outputs) }
  const values = evaluateJaxpr(everything, inputs).map((data, i) =>
    numbersOf(data, (everything.outputs[i] as Jaxpr['inputs'][number]).aval.dtype),
  )
  return values.flat().reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 1)
}

/**
 * Random programs: half of exact ops on all dtypes, to the bit (but for the bits of a NaN); half of sums, contractions and smooth functions in float32, within 1e-5 of
 * their largest number. The title has the seed.
 */
export function fuzz(backend: Backend, { count, without }: FuzzOptions): Test[] {
  const allowed = (ops: readonly OpName[]) => ops.filter((op) => !without.includes(op))
  const tests: Test[] = []
  for (let seed = 0; seed < count; seed++) {
    const size = 2 + (seed % 24)
    const isExact = seed % 2 === 0 || !backend.dtypes.has('float32')
    const dtypes: readonly DType[] = isExact ? [...backend.dtypes] : ['float32']
    const { jaxpr, inputs } = randomJaxpr({
      seed,
      size,
      dtypes,
      ops: allowed(isExact ? exactOps : smoothOps),
      nonFinite: false,
    })
    const smooth = async () => {
      const slack = 1e-5 * largest(jaxpr, inputs)
      expectClose(jaxpr, await runOn(backend, jaxpr, inputs), evaluateJaxpr(jaxpr, inputs), {
        ulps: 0,
        slack: () => slack,
      })
    }
    const exact = async () => {
      const want = evaluateBounded(jaxpr, inputs)
      expectClose(
        jaxpr,
        await runOn(backend, jaxpr, inputs),
        want.map(({ data }) => data),
        { ulps: 0, slack: (output, index) => want[output]?.error?.[index] ?? 0 },
      )
    }
    tests.push({ title: `seed ${seed}, ${isExact ? 'exact' : 'smooth'}`, run: isExact ? exact : smooth })
  }
  return tests
}
