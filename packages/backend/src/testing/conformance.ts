import type { Backend } from '../backend.ts'
import { JaxprBuilder } from '../builder.ts'
import { type DType, dtypes } from '../dtype.ts'
import { DTypeError } from '../errors.ts'
import { type Atom, type Jaxpr, rowOf } from '../jaxpr.ts'
import { type OpName, opNames } from '../ops.ts'
import { errorBound } from './errorBound.ts'
import { fuzz } from './fuzz.ts'
import { invariantsOf } from './invariants.ts'
import { lifecycle } from './lifecycle.ts'
import { expectAgreement, type Test } from './outcome.ts'
import { programs } from './programs.ts'
import { type Argument, type Sample, type SampleMaker, samples } from './samples.ts'
import { ulpsOf } from './tolerances.ts'

/** What runners hand to a test's body; those that can skip from inside do. */
export interface TestContext {
  readonly skip?: (note?: string) => unknown
}

type Body = (context?: TestContext) => Promise<void>

/** Any runner's `it`; the suite needs no more of it than this. */
export interface It {
  (title: string, body: Body): unknown
  readonly skip?: (title: string, body: Body) => unknown
}

export interface Runner {
  readonly describe: (title: string, body: () => void) => unknown
  readonly it: It
}

export interface ConformanceOptions extends Runner {
  /** Units in the last place allowed instead of the written ones, where a device computes more coarsely. */
  readonly ulps?: { readonly [K in OpName]?: number }
  /** Tests the device cannot pass, each with the reason, which is printed. The first that matches the full title counts. */
  readonly exceptions?: readonly { readonly test: RegExp; readonly reason: string }[]
  /** Only these, while one works on them; all unless told. */
  readonly ops?: readonly OpName[]
  /** How many random programs to run; 200 unless told. */
  readonly programs?: number
  /** Ops that random programs leave out, say because the device rounds them otherwise. */
  readonly notInPrograms?: readonly OpName[]
}

function jaxprOf(op: OpName, { inputs, params }: Sample<'concatenate'>): Jaxpr {
  const builder = new JaxprBuilder()
  const operands = inputs.map(({ aval }) => builder.input(aval))
  const outputs = builder.emit(op as 'concatenate', operands, params)
  return builder.finish(invariantsOf(builder, op, outputs))
}

/** Nothing where the op does not take such operands, or gives what the backend does not declare. */
function sampleTest(backend: Backend, op: OpName, sample: Sample<'concatenate'>, allowed: number): Test | undefined {
  try {
    const jaxpr = jaxprOf(op, sample)
    if (!jaxpr.outputs.every(({ aval }) => backend.dtypes.has(aval.dtype))) return undefined
    const inputs: readonly Argument[] = sample.inputs
    const slack = errorBound(op, inputs, sample.params, (jaxpr.outputs[0] as Atom).aval)
    const allowance = slack === undefined ? { ulps: allowed } : { ulps: allowed, slack }
    const data = inputs.map((input) => input.data)
    return { title: sample.title, run: () => expectAgreement(backend, jaxpr, data, allowance) }
  } catch (error) {
    if (error instanceof DTypeError) return undefined
    throw error
  }
}

function opTests(backend: Backend, op: OpName, dtype: DType, allowed: number | undefined): Test[] {
  const all = rowOf<SampleMaker<'concatenate'>>(samples, op)(dtype)
  return all
    .map((sample) => sampleTest(backend, op, sample, allowed ?? ulpsOf(op, sample.params)))
    .filter((test) => test !== undefined)
}

/** By name: the backend may have another copy of this package. */
const isGap = (error: unknown): error is Error => error instanceof Error && error.name === 'UnsupportedOp'

class Suite {
  /** What the backend turned out to lack, by group. */
  readonly gaps = new Map<string, string>()

  constructor(private readonly options: ConformanceOptions) {}

  group(title: string, tests: readonly Test[]): void {
    if (tests.length === 0) return
    this.options.describe(title, () => {
      for (const test of tests) this.test(title, test)
    })
  }

  private test(group: string, { title, run }: Test): void {
    const { it, exceptions = [] } = this.options
    const exception = exceptions.find(({ test }) => test.test(`${group} ${title}`))
    if (exception === undefined) return void it(title, (context) => this.attempt(group, run, context))
    ;(it.skip ?? it)(`${title} (left out: ${exception.reason})`, async () => undefined)
  }

  private async attempt(group: string, run: Test['run'], context: TestContext | undefined): Promise<void> {
    try {
      await run()
    } catch (error) {
      if (!isGap(error)) throw error
      if (!this.gaps.has(group)) this.gaps.set(group, error.message)
      context?.skip?.(error.message)
    }
  }
}

/**
 * Tests a backend against the meaning of every op: each primitive on each dtype it declares, over shapes and values where things go wrong;
 * programs of odd structure; random programs; the life of its buffers. What the backend lacks is skipped, and printed at the end.
 *
 * @param backend for Jaxprs; `UnsupportedOp` from its `compile` is a gap, anything else a failure
 * @example conformance(cpu(), { describe, it })
 */
export function conformance(backend: Backend, options: ConformanceOptions): void {
  const suite = new Suite(options)
  options.describe(`${backend.name} conforms`, () => {
    for (const op of options.ops ?? opNames) {
      for (const dtype of Object.keys(dtypes) as DType[]) {
        if (!backend.dtypes.has(dtype)) continue
        suite.group(`${op} of ${dtype}`, opTests(backend, op, dtype, options.ulps?.[op]))
      }
    }
    suite.group('programs', programs(backend))
    suite.group('buffers', lifecycle(backend))
    suite.group(
      'random programs',
      fuzz(backend, { count: options.programs ?? 200, without: options.notInPrograms ?? [] }),
    )
    options.it('says what it lacks', async () => {
      const lines = [...suite.gaps].map(([group, message]) => `  ${group}: ${message}`)
      if (lines.length > 0) console.info(`${backend.name} lacks:\n${lines.join('\n')}`)
    })
  })
}
