import { fetchDigits } from './digits.ts'
import { byId, data, make, showProblem } from './dom.ts'
import { LossChart } from './lossChart.ts'
import { drawDigits } from './pictures.ts'
import { choose, chosen } from './radio.ts'
import type { Both } from './session.ts'
import { type BackendName, type NumberName, ranges, type Settings, type TrainingSettings } from './settings.ts'
import { type EngineClient, type Progress, type Speed, Training } from './training.ts'

const names = ['tied', 'untied'] as const

/** The controls of a training, and what there is to see of it. */
export class TrainingPanel {
  readonly #training: Training
  readonly #section = byId('training', HTMLElement)
  readonly #form = byId('training-form', HTMLFormElement)
  readonly #settings = byId('training-settings', HTMLFieldSetElement)
  readonly #start = byId('start', HTMLButtonElement)
  readonly #step = byId('step', HTMLButtonElement)
  readonly #reset = byId('reset', HTMLButtonElement)
  readonly #bar = byId('training-progress', HTMLProgressElement)
  readonly #status = byId('training-status', HTMLElement)
  readonly #problem = byId('training-problem', HTMLElement)
  readonly #chart = new LossChart({
    svg: byId('loss-chart', SVGSVGElement),
    slider: byId('loss-slider', HTMLElement),
    readout: byId('loss-at', HTMLElement),
  })
  readonly #logScale = byId('log-scale', HTMLInputElement)
  #drawing = false

  constructor(engine: EngineClient, settings: Settings) {
    this.#training = new Training({ engine, fetchDigits, onChange: () => this.#drawSoon() })
    this.#training.backend = settings.backend
    this.#fill(settings)
    this.#listen()
    this.#draw()
  }

  #fill(settings: Settings): void {
    choose(this.#form, 'backend', settings.backend)
    for (const [name, { min, max }] of Object.entries(ranges) as [NumberName, { min: number; max: number }][]) {
      const input = this.#input(name)
      Object.assign(input, { min: String(min), max: String(max), value: String(settings[name]) })
    }
  }

  #input(name: NumberName): HTMLInputElement {
    return this.#form.elements.namedItem(name) as HTMLInputElement
  }

  #listen(): void {
    const colours = matchMedia('(prefers-color-scheme: dark)')
    colours.addEventListener('change', () => this.#drawSoon())
    this.#logScale.addEventListener('change', () => (this.#chart.isLog = this.#logScale.checked))
    this.#form.addEventListener('change', () => (this.#training.backend = chosen(this.#form, 'backend') as BackendName))
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault()
      if (isBusy(this.#training.progress)) void this.#training.pause()
      else void this.#training.start(this.#read())
    })
    this.#step.addEventListener('click', () => {
      if (this.#form.reportValidity()) void this.#training.step(this.#read())
    })
    this.#reset.addEventListener('click', () => void this.#training.reset())
  }

  #read(): TrainingSettings {
    const of = (name: NumberName) => this.#input(name).valueAsNumber
    return { batch: of('batch'), rate: of('rate'), steps: of('steps'), images: of('images') }
  }

  /** However often the training reports, the page is drawn once a frame. */
  #drawSoon(): void {
    if (this.#drawing) return
    this.#drawing = true
    requestAnimationFrame(() => {
      this.#drawing = false
      this.#draw()
    })
  }

  #draw(): void {
    const { progress } = this.#training
    Object.assign(this.#section.dataset, { state: progress.state, step: String(progress.step) })
    choose(this.#form, 'backend', this.#training.backend)
    this.#drawControls(progress)
    this.#bar.value = progress.state === 'loading' ? progress.loaded : progress.step / Math.max(1, progress.steps)
    this.#say(statusOf(progress))
    showProblem(this.#problem, progress.problem)
    this.#chart.show(progress.losses)
    byId('loss-summary', HTMLElement).textContent = summaryOf(progress)
    this.#drawInspection(progress)
    byId('numbers', HTMLTableSectionElement).replaceChildren(...rowsOf(progress))
  }

  #drawControls(progress: Progress): void {
    const { state, opened } = progress
    const busy = isBusy(progress)
    this.#start.textContent = busy ? 'Pause' : state === 'paused' ? 'Go on' : 'Start'
    this.#start.disabled = state === 'finished'
    this.#step.disabled = busy || state === 'finished'
    this.#reset.disabled = state === 'idle'
    this.#settings.disabled = opened !== undefined || busy
  }

  /** A live region: what changes with every frame is written for eyes alone, and read out when the state changes. */
  #say(status: string): void {
    const quiet = this.#training.progress.state === 'running' ? 'off' : 'polite'
    if (this.#status.ariaLive !== quiet) this.#status.ariaLive = quiet
    if (this.#status.textContent !== status) this.#status.textContent = status
  }

  #drawInspection({ opened, inspection }: Progress): void {
    const pictures = { input: opened?.digits, ...inspection?.reconstructions }
    for (const name of ['input', ...names] as const) {
      drawDigits(byId(`digits-${name}`, HTMLCanvasElement), pictures[name] ?? new Float32Array())
    }
  }
}

const isBusy = ({ state }: Progress) => state === 'loading' || state === 'running'

const places: Readonly<Record<BackendName, string>> = { cpu: 'the CPU', webgl: 'WebGL' }
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

function statusOf({ state, step, steps, loaded, speed }: Progress): string {
  const where = speed === undefined ? '' : ` on ${places[speed.backend]}`
  const done = `${whole.format(step)} of ${whole.format(steps)} steps`
  const texts: Readonly<Record<Progress['state'], string>> = {
    idle: 'Not started.',
    loading: loaded < 1 ? `Loading the digits: ${Math.floor(100 * loaded)}%` : 'Preparing both networks …',
    running: `Training${where}: ${done}`,
    paused: `Paused${where} after ${done}.`,
    finished: `Finished${where}: ${done}.`,
    failed: `Stopped after ${done}.`,
  }
  return texts[state]
}

function summaryOf({ losses: { tied, untied } }: Progress): string {
  const [first, last] = [0, tied.length - 1]
  if (last < 0) return 'No steps yet.'
  const course = (name: string, losses: readonly number[]) =>
    `${name} from ${losses[first]?.toPrecision(3)} to ${losses[last]?.toPrecision(3)}`
  return `${tied.length} steps: ${course('tied', tied)}, ${course('untied', untied)}. Arrow keys read out single steps.`
}

/** The table of numbers; a dash for what is not known yet. */
function rowsOf(progress: Progress): HTMLTableRowElement[] {
  const { opened, inspection, speed } = progress
  const all = opened === undefined ? '' : ` of ${whole.format(opened.parameters)}`
  return [
    row('loss', 'Loss, latest step', latestLosses(progress), loss),
    row('unseen', 'Loss on 256 unseen digits', inspection?.unseen, loss),
    row('learned', `Weights that learn${all}`, inspection?.learned, whole.format),
    row('speed', `Images a second${onBackend(speed)}`, speed?.imagesPerSecond, whole.format),
    row('first-step', 'First step, with compilation', speed?.firstStepMs, (ms) => `${whole.format(ms)} ms`),
  ]
}

const loss = (value: number) => value.toPrecision(3)
const onBackend = (speed: Speed | undefined) => (speed === undefined ? '' : ` on ${places[speed.backend]}`)

function latestLosses({ losses: { tied, untied } }: Progress): Both | undefined {
  const [a, b] = [tied.at(-1), untied.at(-1)]
  return a === undefined || b === undefined ? undefined : { tied: a, untied: b }
}

function row(id: string, title: string, values: Both | undefined, text: (value: number) => string) {
  const cells = names.map((name) => {
    const cell = make('td', { id: `${id}-${name}` })
    const value = values?.[name]
    cell.append(value === undefined ? '–' : data(value, text(value)))
    return cell
  })
  return make('tr', {}, make('th', { scope: 'row' }, title), ...cells)
}
