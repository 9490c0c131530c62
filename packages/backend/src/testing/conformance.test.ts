import { describe, expect, it } from 'vitest'
import type { Backend } from '../backend.ts'
import type { TypedArray } from '../dtype.ts'
import { type InterpreterOptions, interpreterBackend } from '../interpreter.ts'
import type { OpName } from '../ops.ts'
import { referenceKernels } from '../reference/evaluate.ts'
import { referenceBackend } from '../referenceBackend.ts'
import { type ConformanceOptions, conformance, type It } from './conformance.ts'

conformance(referenceBackend(), { describe, it })

const sound: InterpreterOptions<TypedArray> = {
  name: 'mine',
  dtypes: ['float32', 'int32', 'bool'],
  put: (data) => data.slice(),
  getSync: (data) => data.slice(),
  kernels: referenceKernels,
}

/** Runs the whole suite without a runner. */
async function report(backend: Backend, options: Partial<ConformanceOptions> = {}) {
  const groups: string[] = []
  const bodies: (readonly [title: string, body: Parameters<It>[1]])[] = []
  const skipped: string[] = []
  const passed: string[] = []
  const failed: string[] = []
  const group = (title: string, body: () => void) => {
    groups.push(title)
    body()
    groups.pop()
  }
  const collect = Object.assign(
    (title: string, body: Parameters<It>[1]) => void bodies.push([[...groups.slice(1), title].join(' '), body]),
    {
      skip: (title: string) => void skipped.push([...groups.slice(1), title].join(' ')),
    },
  )
  conformance(backend, { describe: group, it: collect, programs: 40, ...options })
  for (const [title, body] of bodies) {
    let note: string | undefined
    try {
      await body({ skip: (reason) => (note = reason) })
      if (note === undefined) passed.push(title)
      else skipped.push(`${title}: ${note}`)
    } catch {
      failed.push(title)
    }
  }
  return { passed, failed, skipped }
}

const broken = (change: Partial<InterpreterOptions<TypedArray>>, ...ops: OpName[]) =>
  report(interpreterBackend({ ...sound, ...change }), { ops })

describe('the conformance kit', () => {
  it('passes a sound backend without a skip', async () => {
    const { passed, failed, skipped } = await report(interpreterBackend(sound))
    expect(failed).toEqual([])
    expect(skipped).toEqual([])
    expect(passed.length).toBeGreaterThan(1000)
  })

  it('finds a kernel that is wrong in one case only', async () => {
    const max: typeof referenceKernels.max = ([x, y], _params, [out]) => [
      referenceKernels.select(
        [{ buffer: Uint8Array.from(x.buffer, (a, i) => Number(a > (y.buffer[i] as number))), aval: x.aval }, x, y],
        {},
        [out],
      )[0],
    ]
    const { failed } = await broken({ kernels: { ...referenceKernels, max } }, 'max') // not of NaN
    expect(failed).toContain('max of float32 NaN, infinities, -0')
    expect(failed).not.toContain('max of float32 edge values')
  })

  it('finds a backend that keeps the array it was given', async () => {
    const { failed } = await broken({ put: (data) => data })
    expect(failed).toContain('buffers put copies float32')
  })

  it('finds a backend that hands out its own array', async () => {
    const { failed } = await broken({ getSync: (data) => data })
    expect(failed).toContain('buffers get copies int32')
  })

  it('finds a reduction that forgets its last element', async () => {
    const reduceSum: typeof referenceKernels.reduceSum = ([x], params, outs) =>
      referenceKernels.reduceSum(
        [{ ...x, buffer: x.buffer.map((v, i) => (i === x.buffer.length - 1 ? 0 : v)) }],
        params,
        outs,
      )
    const { failed } = await broken({ kernels: { ...referenceKernels, reduceSum } }, 'reduceSum')
    expect(failed.filter((title) => title.startsWith('reduceSum of float32')).length).toBeGreaterThan(5)
  })

  it('says what a backend lacks and goes on', async () => {
    const { sin: _sin, ...kernels } = referenceKernels
    const { failed, skipped } = await broken({ kernels }, 'sin')
    expect(failed).toEqual([])
    expect(skipped).toContainEqual(
      expect.stringMatching(/^sin of float32 \[7\]: sin on mine: no kernel for \(f32\[7\]\); .*add a row 'sin'/),
    )
  })

  it('leaves out what it is told to, with the reason', async () => {
    const { skipped, passed } = await report(interpreterBackend(sound), {
      ops: ['tan'],
      exceptions: [{ test: /^tan of .* far values/, reason: 'coarse pi' }],
    })
    expect(skipped).toEqual(['tan of float32 far values (left out: coarse pi)'])
    expect(passed).toContain('tan of float32 edge values')
  })

  it('lets a coarse device have more room', async () => {
    const exp: typeof referenceKernels.exp = (inputs, params, outs) => [
      referenceKernels.exp(inputs, params, outs)[0].map((y) => y * (1 + 2e-6)),
    ]
    const coarse = interpreterBackend({ ...sound, kernels: { ...referenceKernels, exp } })
    const isExp = (title: string) => title.startsWith('exp of')
    expect((await report(coarse, { ops: ['exp'] })).failed.filter(isExp)).not.toEqual([])
    expect((await report(coarse, { ops: ['exp'], ulps: { exp: 40 } })).failed.filter(isExp)).toEqual([])
  })
})
