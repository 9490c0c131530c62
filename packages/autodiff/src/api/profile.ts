import { TransformError } from '../errors.ts'
import { Recorder, recorded, replaceRecorder, type TraceEvent } from '../recording.ts'
import type { AnyFunction } from './leaves.ts'

export interface ProfileOptions {
  /** Where to write the trace, in Node. */
  readonly file?: string
  /** Whether spans also go to the engine's own timeline, by `performance.measure`, where its developer tools show them. */
  readonly userTiming?: boolean
}

/**
 * What happened, in the format of Chrome's tracing: `JSON.stringify(trace)` is a file that ui.perfetto.dev opens.
 *
 * @example profile(() => np.ones([3]).sin()).trace.displayTimeUnit // 'ms'
 */
export class Trace {
  readonly displayTimeUnit = 'ms'
  readonly traceEvents: readonly TraceEvent[]

  constructor(events: readonly TraceEvent[]) {
    const named = (name: string, value: string): TraceEvent => {
      return { name, cat: '__metadata', ph: 'M', ts: 0, pid: 1, tid: 1, args: { name: value } }
    }
    const names = [named('process_name', 'autodiff'), named('thread_name', 'main')]
    // Outer spans first, so that viewers nest those that begin at once.
    this.traceEvents = [...names, ...events.toSorted((x, y) => x.ts - y.ts || (y.dur ?? 0) - (x.dur ?? 0))]
  }

  /**
   * Writes the trace as JSON, in Node.
   *
   * @throws {TransformError} where there are no files
   */
  save(file: string): void {
    const fs = globalThis.process?.getBuiltinModule?.('node:fs')
    if (fs === undefined) throw new TransformError('profile', 'there are no files here', 'use JSON.stringify(trace)')
    fs.writeFileSync(file, JSON.stringify(this))
  }

  /** Spans of one name together, those that took longest first: how often, and milliseconds in all. */
  summary(): string {
    const sums = new Map<string, { count: number; total: number }>()
    for (const { ph, cat, name, dur = 0 } of this.traceEvents) {
      if (ph !== 'X') continue
      const sum = sums.get(`${cat}: ${name}`) ?? { count: 0, total: 0 }
      sums.set(`${cat}: ${name}`, { count: sum.count + 1, total: sum.total + dur / 1000 })
    }
    const rows = [...sums].sort(([, x], [, y]) => y.total - x.total)
    return rows
      .map(([name, { count, total }]) => `${total.toFixed(3).padStart(10)} ms ${String(count).padStart(6)} × ${name}`)
      .join('\n')
  }
}

/** What `f` returned, and what happened meanwhile. */
export interface Profile<T> {
  readonly result: T
  readonly trace: Trace
}

let running: { readonly recorder: Recorder; readonly before: Recorder | undefined } | undefined

/**
 * Records from now until `stopTrace`.
 *
 * @throws {TransformError} when a trace is being recorded already
 * @example
 * profiler.startTrace()
 * np.ones([3]).sin()
 * profiler.stopTrace().traceEvents.length > 2 // true
 */
export function startTrace({ userTiming = false }: Pick<ProfileOptions, 'userTiming'> = {}): void {
  if (running !== undefined)
    throw new TransformError('startTrace', 'a trace is being recorded already', 'end it with stopTrace first')
  const recorder = new Recorder({ isMeasuring: userTiming })
  running = { recorder, before: replaceRecorder(recorder) }
}

/**
 * Ends what `startTrace` began.
 *
 * @throws {TransformError} when no trace is being recorded
 * @example
 * profiler.startTrace()
 * profiler.stopTrace().displayTimeUnit // 'ms'
 */
export function stopTrace(): Trace {
  if (running === undefined)
    throw new TransformError('stopTrace', 'no trace is being recorded', 'call startTrace first')
  const { recorder, before } = running
  running = undefined
  replaceRecorder(before)
  return new Trace(recorder.events)
}

/**
 * Runs `f` and records what it does: calls of jitted functions by name, tracing and compiling, runs of compiled programs region by region with bytes
 * and operations, calls of the host, transfers, memory. While it records, programs run in versions with marks, some microseconds slower a call.
 *
 * Open the file at https://ui.perfetto.dev ("Open trace file"), or in Chrome's `about:tracing`.
 *
 * @param f may be async; then so is the result
 * @example
 * const { result, trace } = profile(() => jit((x: NDArray) => x.sin().sum())(np.zeros([3])))
 * result.item() // 0
 * console.log(trace.summary())
 */
export function profile<T>(f: () => Promise<T>, options?: ProfileOptions): Promise<Profile<T>>
export function profile<T>(f: () => T, options?: ProfileOptions): Profile<T>
export function profile<T>(f: () => T | Promise<T>, options: ProfileOptions = {}): Profile<T> | Promise<Profile<T>> {
  startTrace(options)
  const finish = (result: T): Profile<T> => {
    const trace = stopTrace()
    if (options.file !== undefined) trace.save(options.file)
    return { result, trace }
  }
  let result: T | Promise<T>
  try {
    result = f()
  } catch (error) {
    stopTrace()
    throw error
  }
  if (!(result instanceof Promise)) return finish(result)
  return result.then(finish, (error: unknown) => {
    stopTrace()
    throw error
  })
}

/** Older engines lack it. */
const disposeKey: typeof Symbol.dispose = (Symbol.dispose ?? Symbol.for('Symbol.dispose')) as typeof Symbol.dispose

/**
 * A span of one's own in the trace, from here to the end of the block.
 *
 * @example
 * const { trace } = profile(() => {
 *   using _ = new profiler.TraceAnnotation('load')
 *   np.ones([3]).sin()
 * })
 * trace.traceEvents.some(({ name }) => name === 'load') // true
 */
export class TraceAnnotation {
  readonly name: string
  readonly #start = 1000 * performance.now()
  #isOver = false

  constructor(name: string) {
    this.name = name
  }

  /** Ends the span; only the first time counts. */
  dispose(): void {
    if (!this.#isOver) running?.recorder.add('user', this.name, this.#start, 1000 * performance.now())
    this.#isOver = true
  }

  [disposeKey](): void {
    this.dispose()
  }
}

/**
 * `f`, each call of it a span in the trace.
 *
 * @example profiler.annotateFunction((x: NDArray) => x.sin(), 'sine').name // 'sine'
 */
export function annotateFunction<F extends AnyFunction>(f: F, name = f.name || 'anonymous'): F {
  const annotated = (...args: unknown[]): unknown => recorded('user', name, () => f(...args))
  return Object.defineProperty(annotated, 'name', { value: name }) as unknown as F
}
