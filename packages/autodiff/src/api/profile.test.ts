import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { grad, jit, type NDArray, numpy as np, profile, profiler, pureCallback, type Trace } from '../index.ts'
import type { TraceEvent } from '../recording.ts'

/** Spans as a tree, from how they lie in one another; fails where two overlap and neither holds the other. */
interface Span extends TraceEvent {
  readonly dur: number
  readonly inner: Span[]
}

function nested(trace: Trace): Span[] {
  const roots: Span[] = []
  const open: Span[] = []
  const spans = trace.traceEvents.filter((event) => event.ph === 'X') as (TraceEvent & { readonly dur: number })[]
  for (const event of spans) {
    const span: Span = { ...event, inner: [] }
    while (open.length > 0 && (open.at(-1) as Span).ts + (open.at(-1) as Span).dur <= span.ts) open.pop()
    const outer = open.at(-1)
    if (outer !== undefined) expect(span.ts + span.dur).toBeLessThanOrEqual(outer.ts + outer.dur + 1e-3)
    ;(outer?.inner ?? roots).push(span)
    open.push(span)
  }
  return roots
}

const shapeOf = (span: Span): unknown => [`${span.cat} ${span.name}`, ...span.inner.map(shapeOf)]
const named = (trace: Trace, cat: string): readonly TraceEvent[] =>
  trace.traceEvents.filter((event) => event.cat === cat)

/** What https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU asks of each kind of event. */
function expectFormat(trace: Trace): void {
  const parsed = JSON.parse(JSON.stringify(trace)) as { traceEvents: TraceEvent[]; displayTimeUnit: string }
  expect(['ms', 'ns']).toContain(parsed.displayTimeUnit)
  expect(parsed.traceEvents.length).toBeGreaterThan(2)
  for (const { ph, name, cat, ts, dur, pid, tid, args } of parsed.traceEvents) {
    expect(['X', 'C', 'M']).toContain(ph)
    for (const text of [name, cat]) expect(text.length).toBeGreaterThan(0)
    for (const number of [ts, pid, tid]) expect(Number.isFinite(number)).toBe(true)
    if (ph === 'X') expect(dur).toBeGreaterThanOrEqual(0)
    if (ph === 'C') for (const value of Object.values(args ?? {})) expect(typeof value).toBe('number')
    if (ph === 'M') expect(args).toHaveProperty('name')
  }
}

const makeStep = () =>
  jit(function step(w: NDArray, x: NDArray) {
    return w.sub(grad((v: NDArray) => np.tanh(x.matmul(v)).sum())(w).mul(0.1))
  })

const [w, x] = [np.ones([16, 16]).add(0), np.ones([32, 16]).add(0)]

describe('profile', () => {
  it('gives the result and a trace in the format that Perfetto reads', () => {
    const { result, trace } = profile(() => makeStep()(w, x))
    expect(result.shape).toEqual([16, 16])
    expectFormat(trace)
  })

  it('shows calls by name, what they were traced and compiled for, and what ran, one inside the other', () => {
    const step = makeStep()
    const { trace } = profile(() => {
      step(w, x)
      step(w, x)
    })
    const roots = nested(trace)
    expect(roots.map(({ name }) => name)).toEqual(['jit(step)', 'jit(step)'])
    const [first, second] = roots as [Span, Span]
    const parts = first.inner.map(({ cat, name }) => `${cat} ${name}`)
    expect(parts[0]).toMatch(/^trace jit\(step\): traced for f32\[16,16\], f32\[32,16\]/)
    expect(parts.slice(1)).toEqual([
      expect.stringMatching(/^compile step: compiled \d+ equations by cpu/),
      'compile step: compiled again with marks',
      'run step',
    ])
    expect(second.inner.map(({ cat, name }) => `${cat} ${name}`)).toEqual(['run step'])
  })

  it('shows each region with its bytes and operations', () => {
    const double = jit(function product(a: NDArray, b: NDArray) {
      return np.tanh(a.matmul(b))
    })
    const regions = named(profile(() => double(x, w)).trace, 'region')
    expect(regions.map(({ name, args }) => [name, args])).toEqual([
      ['dot[32,16] tanh', { bytes: 4 * (32 * 16 + 16 * 16 + 32 * 16), flops: 2 * 32 * 16 * 16 + 32 * 16 }],
    ])
  })

  it('shows calls of the host, transfers and memory', () => {
    const f = jit((y: NDArray) => pureCallback((v: NDArray) => v.mul(2), y, y).add(1))
    const { result, trace } = profile(() => f(np.array([1, 2, 3])).arraySync())
    expect(result).toEqual([3, 5, 7])
    expectFormat(trace)
    nested(trace)
    expect(named(trace, 'host').map(({ name }) => name)).toContain('callback by the host')
    expect(named(trace, 'transfer').map(({ name, args }) => [name, args])).toContainEqual(['get', { bytes: 12 }])
    const memory = named(trace, 'memory').at(-1)?.args as { reserved: number; inUse: number }
    expect(memory.reserved).toBeGreaterThanOrEqual(memory.inUse)
    expect(memory.inUse).toBeGreaterThan(0)
  })

  it('gives what an unprofiled call gives', () => {
    const step = makeStep()
    const { result } = profile(() => step(w, x))
    expect(result.arraySync()).toEqual(step(w, x).arraySync())
  })

  it('shows ops outside of jit', () => {
    const runs = named(profile(() => w.add(x.at(0).get())).trace, 'run')
    expect(runs.map(({ name }) => name)).toContain('add')
  })

  it('waits for an async function', async () => {
    const { result, trace } = await profile(async () => {
      await Promise.resolve()
      return await makeStep()(w, x).sum().data()
    })
    expect(result.length).toBe(1)
    expect(nested(trace).map(({ name }) => name)).toContain('jit(step)')
  })

  it('records nothing outside, also after a function that throws', async () => {
    const failing = () => {
      throw new RangeError('too far')
    }
    expect(() => profile(failing)).toThrow('too far')
    await expect(profile(async () => failing())).rejects.toThrow('too far')
    const { trace } = profile(() => 3)
    makeStep()(w, x)
    expect(trace.traceEvents.every(({ ph }) => ph === 'M')).toBe(true)
  })

  it('writes a file, and sums up', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'profile-')), 'trace.json')
    const { trace } = profile(() => makeStep()(w, x), { file })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(trace)))
    expect(trace.summary().split('\n')[0]).toMatch(/^ +\d+\.\d{3} ms +1 × call: jit\(step\)$/)
  })

  it('puts spans on the timeline of the engine when asked', () => {
    performance.clearMeasures('jit(step)')
    profile(() => makeStep()(w, x))
    expect(performance.getEntriesByName('jit(step)', 'measure')).toEqual([])
    profile(() => makeStep()(w, x), { userTiming: true })
    expect(performance.getEntriesByName('jit(step)', 'measure').length).toBe(1)
    performance.clearMeasures()
  })
})

describe('profiler', () => {
  it('records from startTrace to stopTrace', () => {
    profiler.startTrace()
    expect(() => profiler.startTrace()).toThrow(
      'startTrace: a trace is being recorded already; end it with stopTrace first.',
    )
    makeStep()(w, x)
    expect(nested(profiler.stopTrace()).length).toBe(1)
    expect(() => profiler.stopTrace()).toThrow('stopTrace: no trace is being recorded; call startTrace first.')
  })

  it('adds spans of the caller', () => {
    const load = profiler.annotateFunction((n: number) => np.ones([n]), 'load')
    expect(load.name).toBe('load')
    const nameless = profiler.annotateFunction(() => 3)
    const { trace } = profiler.trace(() => {
      using _ = new profiler.TraceAnnotation('epoch')
      load(3)
      return nameless()
    })
    expect(nested(trace).map(shapeOf)).toEqual([['user epoch', ['user load'], ['user anonymous']]])
  })

  it('ends a span once', () => {
    const { trace } = profile(() => {
      const span = new profiler.TraceAnnotation('once')
      span.dispose()
      span.dispose()
    })
    expect(named(trace, 'user').length).toBe(1)
  })
})
