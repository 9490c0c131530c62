import { relativeDifference } from './difference.ts'
import { byId, data, make } from './dom.ts'
import type { CallName, Gradients } from './gradients.ts'
import { choose, chosen } from './radio.ts'
import { type BackendName, backends, type Settings, type Threefry } from './settings.ts'
import type { EngineClient } from './training.ts'

const calls: Readonly<Record<CallName, string>> = { tied: 'Tied', nonTied: 'Not tied' }
const places: Readonly<Record<BackendName, string>> = { cpu: 'CPU, WebAssembly', webgl: 'WebGL' }

/** The program's output on both backends side by side, and how far apart they are. */
export class GradientsPanel {
  readonly #engine: EngineClient
  readonly #section = byId('gradients', HTMLElement)
  readonly #form = byId('gradients-form', HTMLFormElement)
  readonly #run = byId('gradients-run', HTMLButtonElement)
  readonly #status = byId('gradients-status', HTMLElement)
  readonly #results = byId('gradients-results', HTMLElement)

  constructor(engine: EngineClient, { threefry }: Settings) {
    this.#engine = engine
    choose(this.#form, 'threefry', threefry)
    this.#results.hidden = true
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault()
      if (this.#section.dataset['state'] !== 'running') void this.#runAll()
    })
    this.#form.addEventListener('change', () => {
      if (!this.#results.hidden) this.#form.requestSubmit()
    })
  }

  async #runAll(): Promise<void> {
    const threefry = chosen(this.#form, 'threefry') as Threefry
    this.#setState('running', 'Running …')
    this.#results.replaceChildren()
    this.#results.hidden = false
    const failures: string[] = []
    for (const call of Object.keys(calls) as CallName[]) failures.push(...(await this.#runCall(call, threefry)))
    const done = failures.length === 0 ? 'Done on both backends.' : `Without result: ${failures.join(', ')}.`
    this.#setState('done', `${done} The first run of each traces and compiles.`)
    // Chosen anew while it ran.
    if (chosen(this.#form, 'threefry') !== threefry) this.#form.requestSubmit()
  }

  #setState(state: 'running' | 'done', status: string): void {
    this.#section.dataset['state'] = state
    this.#status.textContent = status
    // Not disabled, or the focus on it would be lost.
    this.#run.setAttribute('aria-disabled', String(state === 'running'))
  }

  /** @returns the backends without a result */
  async #runCall(call: CallName, threefry: Threefry): Promise<string[]> {
    const verdict = make('small', { class: 'verdict' })
    this.#results.append(make('h3', {}, calls[call], verdict))
    const results = new Map<BackendName, Gradients>()
    for (const backend of backends) {
      const [figure, result] = await this.#runOn({ backend, call, threefry })
      this.#results.append(figure)
      if (result !== undefined) results.set(backend, result)
    }
    const [onCpu, onGpu] = backends.map((backend) => results.get(backend))
    if (onCpu !== undefined && onGpu !== undefined) verdict.replaceChildren(...compared(call, onCpu, onGpu))
    return backends.filter((backend) => !results.has(backend)).map((backend) => `${calls[call]} on ${places[backend]}`)
  }

  async #runOn(request: { backend: BackendName; call: CallName; threefry: Threefry }) {
    const caption = make('figcaption', {}, places[request.backend])
    const figure = make('figure', { class: 'result', 'data-backend': request.backend }, caption)
    try {
      const result = await this.#engine.call('gradients', request)
      caption.append(data(result.ms, milliseconds(result.ms)))
      // Scrolls where it is narrow, so the keyboard must reach it.
      const label = `Gradients, ${calls[request.call]}, ${places[request.backend]}`
      figure.append(
        make('pre', { id: `${request.call}-${request.backend}`, tabindex: '0', 'aria-label': label }, result.text),
      )
      return [figure, result] as const
    } catch (error) {
      figure.append(make('p', { class: 'problem', role: 'alert' }, (error as Error).message))
      return [figure, undefined] as const
    }
  }
}

function compared(call: CallName, onCpu: Gradients, onGpu: Gradients): (Node | string)[] {
  const difference = relativeDifference(onGpu.leaves, onCpu.leaves)
  const value = data(difference, difference === 0 ? '0' : difference.toExponential(1))
  value.id = `${call}-difference`
  return ['WebGL differs from the CPU by at most ', value, ' of an array’s largest value']
}

const milliseconds = (ms: number) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
