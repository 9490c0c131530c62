import { BackendError, setBackend } from '@proj/autodiff'
import { cpu } from '@proj/backend-cpu'
import { webgl } from '@proj/backend-gpu'
import type { Digits } from './digits.ts'
import { type Gradients, type GradientsRequest, runProgram } from './gradients.ts'
import { type Advance, type Inspection, type Opened, Session, type SessionOptions } from './session.ts'
import type { BackendName } from './settings.ts'

/** Everything that is computed, for a worker to offer to its page: arrays live here, and numbers leave. */
export class Engine {
  readonly #backends = new Backends()
  #digits: Digits | undefined
  #session: Session | undefined

  /** Runs the program of `sharing/`. */
  gradients({ backend, ...request }: GradientsRequest & OnBackend): Promise<Gradients> {
    return this.#backends.run(backend, () => runProgram(request))
  }

  async load(digits: Digits): Promise<void> {
    this.#digits = digits
  }

  /** Starts training anew. Needs `load` first. */
  open({ backend, ...options }: SessionOptions & OnBackend): Promise<Opened> {
    return this.#backends.run(backend, async () => {
      if (this.#digits === undefined)
        throw new Error('Engine.open: there are no digits to learn from; load some first.')
      this.#session = new Session(this.#digits, options)
      return this.#session.opened
    })
  }

  /** Trains both networks for some steps. Parameters that lie on another backend move over. */
  advance({ backend, steps }: { readonly steps: number } & OnBackend): Promise<Advance> {
    return this.#backends.run(backend, () => this.#current().advance(steps))
  }

  /** Looks at what both networks have learnt so far. */
  inspect({ backend }: OnBackend): Promise<Inspection> {
    return this.#backends.run(backend, () => this.#current().inspect())
  }

  #current(): Session {
    if (this.#session === undefined) throw new Error('Engine: no training is open; open one first.')
    return this.#session
  }
}

export interface OnBackend {
  readonly backend: BackendName
}

const makers = { cpu: async () => cpu(), webgl: () => webgl() }

/** One of each, made when it is first asked for. */
class Backends {
  readonly #made = new Map<BackendName, Awaited<ReturnType<(typeof makers)[BackendName]>>>()

  /**
   * Runs `action` with everything computed on this backend.
   *
   * @throws {BackendError} when this browser lacks what the backend needs, or has taken it away; the next call asks anew
   */
  async run<T>(name: BackendName, action: () => Promise<T>): Promise<T> {
    try {
      const backend = this.#made.get(name) ?? (await makers[name]())
      this.#made.set(name, backend)
      await setBackend(backend)
      return await action()
    } catch (error) {
      if (error instanceof BackendError) this.#made.delete(name)
      throw error
    }
  }
}
