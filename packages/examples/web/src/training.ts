import type { Client } from './channel.ts'
import type { Digits } from './digits.ts'
import type { Report } from './download.ts'
import type { EngineService } from './engine.worker.ts'
import type { Advance, Both, Inspection, Opened } from './session.ts'
import type { BackendName, TrainingSettings } from './settings.ts'

export type State = 'idle' | 'loading' | 'running' | 'paused' | 'finished' | 'failed'

export type EngineClient = Pick<Client<EngineService>, 'call'>

/** Speed of the latest steps on one backend. */
export interface Speed {
  readonly backend: BackendName
  readonly imagesPerSecond: Both
  /** Of the first step there: tracing and compiling are in it. */
  readonly firstStepMs: Both
}

/** What there is to show of a training. */
export interface Progress {
  readonly state: State
  /** 0 to 1, while the digits are loading. */
  readonly loaded: number
  readonly step: number
  /** Training ends after so many. */
  readonly steps: number
  /** A number for each step done. */
  readonly losses: Both<number[]>
  readonly opened: Opened | undefined
  readonly inspection: Inspection | undefined
  readonly speed: Speed | undefined
  /** What went wrong, and is still worth knowing. */
  readonly problem: string | undefined
}

const fresh = (): Progress => ({
  state: 'idle',
  loaded: 0,
  step: 0,
  steps: 0,
  losses: { tied: [], untied: [] },
  opened: undefined,
  inspection: undefined,
  speed: undefined,
  problem: undefined,
})

/** A request of so many milliseconds is short enough to react to, and long enough for the way there and back. */
const requestMs = 100
const mostSteps = 64
/** Looking costs as much as a few steps. */
const inspectEveryMs = 600

export interface TrainingOptions {
  readonly engine: EngineClient
  readonly fetchDigits: (count: number, report: Report) => Promise<Digits>
  /** Is called after every change. */
  readonly onChange: (progress: Progress) => void
}

/** A training as its controls see it: starts, pauses, goes a single step, begins anew. */
export class Training {
  readonly #options: TrainingOptions
  #progress = fresh()
  #backend: BackendName = 'cpu'
  /** Steps still to do without being asked again; none when pausing. */
  #left = 0
  #going: Promise<void> | undefined
  /** Of one request: as many as take `requestMs`. */
  #chunk = 1
  #inspectedAt = 0
  /** How many images are loaded. */
  #images = 0

  constructor(options: TrainingOptions) {
    this.#options = options
  }

  get progress(): Progress {
    return this.#progress
  }

  get backend(): BackendName {
    return this.#backend
  }

  /** From the next request on; the networks move over as they are. */
  set backend(name: BackendName) {
    this.#backend = name
  }

  /** Trains until it is paused or all steps are done. Settings count from the first start, or the first after a reset. */
  start(settings: TrainingSettings): Promise<void> {
    return this.#go(settings, Number.POSITIVE_INFINITY)
  }

  /** A single step. */
  step(settings: TrainingSettings): Promise<void> {
    return this.#go(settings, 1)
  }

  /** After the request under way. */
  pause(): Promise<void> {
    this.#left = 0
    return this.#going ?? Promise.resolve()
  }

  /** Forgets what was learnt. The digits stay. */
  async reset(): Promise<void> {
    await this.pause()
    this.#progress = fresh()
    this.#change({})
  }

  #change(changes: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...changes }
    this.#options.onChange(this.#progress)
  }

  async #go(settings: TrainingSettings, steps: number): Promise<void> {
    if (this.#going !== undefined || this.#progress.state === 'finished') return
    this.#left = steps
    this.#going = this.#run(settings)
    await this.#going
    this.#going = undefined
  }

  async #run(settings: TrainingSettings): Promise<void> {
    try {
      this.#change({ problem: undefined })
      if (this.#progress.opened === undefined) await this.#open(settings)
      this.#change({ state: 'running' })
      while (this.#left > 0 && this.#remaining > 0) await this.#orOnTheCpu(() => this.#advance())
      await this.#orOnTheCpu(() => this.#inspect())
      this.#change({ state: this.#remaining > 0 ? 'paused' : 'finished' })
    } catch (error) {
      this.#change({ state: 'failed', problem: textOf(error) })
    }
  }

  get #remaining(): number {
    return this.#progress.steps - this.#progress.step
  }

  async #open({ batch, rate, steps, images }: TrainingSettings): Promise<void> {
    const { engine, fetchDigits } = this.#options
    this.#change({ state: 'loading', steps })
    if (this.#images !== images) {
      await engine.call('load', await fetchDigits(images, (loaded) => this.#change({ loaded })))
      this.#images = images
    }
    this.#change({ loaded: 1 })
    await this.#orOnTheCpu(async () => {
      const { backend } = this
      this.#change({ opened: await engine.call('open', { backend, batch, rate }) })
    })
  }

  async #advance(): Promise<void> {
    const { backend } = this
    const { speed, step, losses } = this.#progress
    const isFirst = speed?.backend !== backend
    const steps = isFirst ? 1 : Math.min(this.#chunk, this.#left, this.#remaining)
    const advance = await this.#options.engine.call('advance', { backend, steps })
    this.#left -= steps
    this.#chunk = nextChunk(steps, advance)
    for (const name of ['tied', 'untied'] as const) losses[name].push(...advance.losses[name])
    this.#change({ step: step + steps, speed: speedOf(backend, advance, isFirst ? advance.ms : speed.firstStepMs) })
    if (performance.now() - this.#inspectedAt > inspectEveryMs) await this.#inspect()
  }

  async #inspect(): Promise<void> {
    this.#change({ inspection: await this.#options.engine.call('inspect', { backend: this.backend }) })
    this.#inspectedAt = performance.now()
  }

  /** What the GPU refuses, the CPU does; the page says why. */
  async #orOnTheCpu(action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (error) {
      if (this.#backend === 'cpu') throw error
      this.#backend = 'cpu'
      this.#change({ problem: `${textOf(error)} Training goes on on the CPU.` })
      await action()
    }
  }
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

function nextChunk(steps: number, { ms }: Advance): number {
  const wanted = (steps * requestMs) / (ms.tied + ms.untied)
  // A first step compiles, and tells little about the next: so grow by doubling.
  return Math.round(Math.max(1, Math.min(wanted, 2 * steps, mostSteps)))
}

const speedOf = (backend: BackendName, { ms, images }: Advance, firstStepMs: Both): Speed => ({
  backend,
  imagesPerSecond: { tied: (1000 * images) / ms.tied, untied: (1000 * images) / ms.untied },
  firstStepMs,
})
