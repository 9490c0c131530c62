/** One line of a trace in Chrome's format; times in microseconds. */
export interface TraceEvent {
  readonly name: string
  readonly cat: string
  /** A span, a counter, or a name for a process or thread. */
  readonly ph: 'X' | 'C' | 'M'
  readonly ts: number
  readonly dur?: number
  readonly pid: number
  readonly tid: number
  readonly args?: Readonly<Record<string, unknown>>
}

/** What a span is about; viewers colour and filter by it. */
export type Category = 'call' | 'trace' | 'compile' | 'run' | 'region' | 'host' | 'transfer' | 'user'

type Details = Readonly<Record<string, unknown>>

/** Microseconds on the clock of `performance.now()`. */
const now = (): number => 1000 * performance.now()

/** Collects what happens while it is the one in use. */
export class Recorder {
  readonly events: TraceEvent[] = []
  readonly #isMeasuring: boolean

  /** @param isMeasuring whether spans also go to the engine's own timeline, by `performance.measure` */
  constructor({ isMeasuring }: { readonly isMeasuring: boolean }) {
    this.#isMeasuring = isMeasuring
  }

  span<T>(cat: Category, name: string, body: () => T, args?: Details): T {
    const start = now()
    try {
      return body()
    } finally {
      this.add(cat, name, start, now(), args)
    }
  }

  /** A span that is over: from `start` to `end`, in microseconds. */
  add(cat: Category, name: string, start: number, end: number, args: Details = {}): void {
    this.events.push({ name, cat, ph: 'X', ts: start, dur: end - start, pid: 1, tid: 1, args })
    if (this.#isMeasuring) performance.measure(name, { start: start / 1000, end: end / 1000, detail: { cat, ...args } })
  }

  count(name: string, values: Readonly<Record<string, number>>): void {
    this.events.push({ name, cat: 'memory', ph: 'C', ts: now(), pid: 1, tid: 1, args: values })
  }
}

let current: Recorder | undefined

/** What records now, if anything does. */
export const recorder = (): Recorder | undefined => current

/** Makes `next` the recorder in use, and returns the one that was. */
export function replaceRecorder(next: Recorder | undefined): Recorder | undefined {
  const before = current
  current = next
  return before
}

/** Runs `body`, as a span where something records. */
export const recorded = <T>(cat: Category, name: string, body: () => T, args?: Details): T =>
  current === undefined ? body() : current.span(cat, name, body, args)
