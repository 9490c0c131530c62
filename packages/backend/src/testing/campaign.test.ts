import { describe, expect, it } from 'vitest'
import type { Backend, Executable } from '../backend.ts'
import type { TypedArray } from '../dtype.ts'
import { interpreterBackend } from '../interpreter.ts'
import type { Jaxpr } from '../jaxpr.ts'
import { evaluateJaxpr, referenceKernels } from '../reference/evaluate.ts'
import { referenceBackend } from '../referenceBackend.ts'
import { campaign } from './campaign.ts'

/** Runs what `compile` makes of a program; buffers are arrays. */
const device = (compile: (jaxpr: Jaxpr) => Executable<TypedArray>): Backend =>
  ({
    ...referenceBackend(),
    put: (data) => data.slice(),
    get: async (data) => (data as TypedArray).slice(),
    free: () => {},
    compile,
  }) as Backend

const executable = (run: Executable<TypedArray>['run']): Executable<TypedArray> => ({ run, dispose: () => {} })

const failuresOf = async (backend: Backend, count = 40) =>
  (await campaign({ backend: () => backend, seed: 0, count, shrinks: false })).failures

describe('campaign', () => {
  it('finds nothing wrong with the reference, and says what it compared', async () => {
    const { failures, tally, coverage } = await campaign({ backend: () => referenceBackend(), seed: 0, count: 300 })
    expect(failures).toEqual([])
    expect(tally.programs).toBe(300)
    expect(tally.elements).toBeGreaterThan(10_000)
    expect(coverage.ops.get('add')).toBeGreaterThan(20)
  })

  it('finds a kernel that is wrong in the last bit, and shrinks the program to it', async () => {
    const add: typeof referenceKernels.add = (inputs, params, outs) => {
      const [sum] = referenceKernels.add(inputs, params, outs)
      if (sum instanceof Float32Array && sum.length > 0) sum[0] = (sum[0] as number) * (1 + 2 ** -23)
      return [sum]
    }
    const { dtypes } = referenceBackend()
    const broken = interpreterBackend<TypedArray>({
      name: 'broken',
      dtypes: [...dtypes],
      put: (data) => data.slice(),
      getSync: (data) => data.slice(),
      kernels: { ...referenceKernels, add },
    })
    const { failures } = await campaign({ backend: () => broken as Backend, seed: 0, count: 120 })
    expect(failures.length).toBeGreaterThan(0)
    for (const { report } of failures.slice(0, 3)) {
      expect(report).toMatch(/^(first|second) call: output 0, element 0: got .*, the reference says .* ± 0\n/)
      expect(report.match(/ = /g)?.length).toBeLessThan(4)
      expect(report).toContain(' = add ')
    }
  })

  it('finds results that a later call writes over', async () => {
    const broken = device((jaxpr) => {
      let kept: TypedArray[] | undefined
      return executable((inputs) => {
        const results = evaluateJaxpr(jaxpr, inputs)
        kept ??= results
        kept.forEach((data, i) => data.set(results[i] as TypedArray))
        return kept
      })
    })
    const [failure] = await failuresOf(broken)
    expect(failure?.report).toMatch(/^(first|second) call: output 0/)
  })

  it('finds an input written over that was not given up', async () => {
    const broken = device((jaxpr) =>
      executable((inputs) => {
        const results = evaluateJaxpr(jaxpr, inputs)
        results.forEach((data) => {
          const same = inputs.find((input) => input.constructor === data.constructor && input.length === data.length)
          same?.set(data)
        })
        return results
      }),
    )
    const [failure] = await failuresOf(broken)
    expect(failure?.report).toMatch(/^input \d of call 0, afterwards/)
  })

  it('finds room that two programs share by mistake', async () => {
    let room: TypedArray[] = []
    const broken = device((jaxpr) => {
      const results = evaluateJaxpr(
        jaxpr,
        jaxpr.inputs.map(
          ({ aval }) =>
            referenceKernels.iota(
              [],
              { dtype: aval.dtype, shape: [aval.shape.reduce((n, m) => n * m, 1)], dimension: 0 },
              [aval],
            )[0],
        ),
      )
      room = results
      return executable((inputs) => (room === results ? evaluateJaxpr(jaxpr, inputs) : room))
    })
    const failures = await failuresOf(broken, 30)
    expect(failures.length).toBeGreaterThan(0)
    expect(failures[0]?.report).toMatch(
      /only after the program before it: begin one seed earlier\nthe program before, called again: /,
    )
  })
})
