import { describe, expect, it, vi } from 'vitest'
import type { Digits } from './digits.ts'
import type { TrainingSettings } from './settings.ts'
import { type EngineClient, type Progress, Training } from './training.ts'

const settings: TrainingSettings = { batch: 2, rate: 0.1, steps: 10, images: 4 }
const digits = {} as Digits

interface Call {
  readonly name: string
  readonly argument: { readonly backend?: string; readonly steps?: number }
}

/** Answers as the worker does, a little later, and notes what it was asked. */
function fakeEngine(refuse: (call: Call) => string | undefined = () => undefined) {
  const calls: Call[] = []
  const answers: Record<string, (steps: number) => unknown> = {
    load: () => undefined,
    open: () => ({ parameters: 7, digits: new Float32Array() }),
    advance: (steps) => ({
      losses: { tied: Array(steps).fill(1), untied: Array(steps).fill(2) },
      ms: { tied: 10 * steps, untied: 15 * steps },
      images: 2 * steps,
    }),
    inspect: () => ({ unseen: { tied: 1, untied: 2 } }),
  }
  const call = async (name: string, argument: Call['argument']) => {
    calls.push({ name, argument })
    await new Promise((resolve) => setTimeout(resolve))
    const refusal = refuse({ name, argument })
    if (refusal !== undefined) throw new Error(refusal)
    return answers[name]!(argument.steps ?? 0)
  }
  return {
    calls,
    engine: { call } as EngineClient,
    named: (name: string) => calls.filter((each) => each.name === name),
  }
}

function setUp(fake = fakeEngine()) {
  const states: Progress['state'][] = []
  const fetchDigits = vi.fn(async () => digits)
  const onChange = ({ state }: Progress) => void (states.at(-1) !== state && states.push(state))
  return { ...fake, states, fetchDigits, training: new Training({ engine: fake.engine, fetchDigits, onChange }) }
}

describe('Training', () => {
  it('loads, opens, and does all its steps', async () => {
    const { training, states, named } = setUp()
    await training.start(settings)
    expect(states).toEqual(['idle', 'loading', 'running', 'finished'])
    expect(training.progress).toMatchObject({ step: 10, steps: 10, losses: { tied: Array(10).fill(1) } })
    expect(named('open')[0]?.argument).toEqual({ backend: 'cpu', batch: 2, rate: 0.1 })
    expect(named('inspect').length).toBeGreaterThan(0)
  })

  it('asks for a first step alone, then for as many as take a tenth of a second', async () => {
    const { training, named } = setUp()
    await training.start({ ...settings, steps: 16 })
    expect(named('advance').map(({ argument }) => argument.steps)).toEqual([1, 2, 4, 4, 4, 1])
    expect(training.progress.speed).toEqual({
      backend: 'cpu',
      imagesPerSecond: { tied: 200, untied: expect.closeTo(133.3, 1) },
      firstStepMs: { tied: 10, untied: 15 },
    })
  })

  it('goes a single step, then on from there', async () => {
    const { training } = setUp()
    await training.step(settings)
    expect(training.progress).toMatchObject({ state: 'paused', step: 1 })
    await training.start(settings)
    expect(training.progress).toMatchObject({ state: 'finished', step: 10 })
  })

  it('pauses after the request under way', async () => {
    const { training } = setUp()
    const started = training.start({ ...settings, steps: 100_000 })
    await new Promise((resolve) => setTimeout(resolve, 20))
    await training.pause()
    await started
    expect(training.progress.state).toBe('paused')
    expect(training.progress.step).toBeGreaterThan(0)
    expect(training.progress.step).toBeLessThan(100_000)
  })

  it('does nothing when started twice, or when finished', async () => {
    const { training, named } = setUp()
    await Promise.all([training.start(settings), training.start(settings)])
    await training.start(settings)
    expect(named('open')).toHaveLength(1)
    expect(training.progress.step).toBe(10)
  })

  it('begins anew after a reset, also in mid-course, without loading again', async () => {
    const { training, fetchDigits, named } = setUp()
    const started = training.start({ ...settings, steps: 100_000 })
    await new Promise((resolve) => setTimeout(resolve, 20))
    await training.reset()
    await started
    expect(training.progress).toMatchObject({ state: 'idle', step: 0, losses: { tied: [], untied: [] } })
    await training.start({ ...settings, batch: 4 })
    expect(training.progress.state).toBe('finished')
    expect(named('open').at(-1)?.argument).toMatchObject({ batch: 4 })
    expect(fetchDigits).toHaveBeenCalledTimes(1)
  })

  it('moves to another backend in mid-course', async () => {
    const { training, named } = setUp()
    await training.step(settings)
    training.backend = 'webgl'
    await training.start(settings)
    expect(named('advance').map(({ argument }) => argument.backend)).toContain('webgl')
    expect(training.progress.speed?.backend).toBe('webgl')
  })

  it('goes on on the CPU where there is no WebGL, and says so', async () => {
    const noWebgl = ({ argument }: Call) => (argument.backend === 'webgl' ? 'webgl: no WebGL2 context.' : undefined)
    const { training } = setUp(fakeEngine(noWebgl))
    training.backend = 'webgl'
    await training.start(settings)
    expect(training.backend).toBe('cpu')
    expect(training.progress).toMatchObject({
      state: 'finished',
      step: 10,
      problem: 'webgl: no WebGL2 context. Training goes on on the CPU.',
    })
  })

  it('fails with the reason, and can be tried again after a reset', async () => {
    const { training, fetchDigits } = setUp()
    fetchDigits.mockRejectedValueOnce(new Error('digits: the server answered 404.'))
    await training.start(settings)
    expect(training.progress).toMatchObject({ state: 'failed', problem: 'digits: the server answered 404.' })
    await training.reset()
    await training.start(settings)
    expect(training.progress).toMatchObject({ state: 'finished', problem: undefined })
  })

  it('can be tried again without one, too', async () => {
    const { training, fetchDigits } = setUp()
    fetchDigits.mockRejectedValueOnce(new Error('offline'))
    await training.start(settings)
    await training.start(settings)
    expect(training.progress).toMatchObject({ state: 'finished', problem: undefined })
  })
})
