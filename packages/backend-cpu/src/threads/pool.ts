import { control } from './control.ts'
import { maySleep, type StartThread, startThread, type Thread } from './platform.ts'
import { workerSource } from './worker.ts'

export interface PoolOptions {
  /** All threads, with the one that calls. */
  readonly threads: number
  /** Work in nanoseconds that is done before threads are started, so that short programs do not wait for them. */
  readonly patientWork?: number
  /** For how many tenths of a second a part may show no progress. */
  readonly patience?: number
  readonly start?: StartThread
}

/** Programs whose work is done in parts. */
export interface DividedProgram {
  readonly number: number
  readonly module: WebAssembly.Module
  /** In nanoseconds, what a run is likely to do in parts. */
  readonly dividedWork: number
}

/** The most programs that threads know at a time. */
const mostSent = 512

let hasWarned = false

/** Threads of a pool that nobody has any more must not go on waiting. */
const orphans = new FinalizationRegistry<readonly Thread[]>((threads) => {
  for (const thread of threads) thread.stop()
})

/**
 * The threads that help to run the programs on one shared memory. They start when there was work enough for them. One that cannot start or that
 * ends is no harm, as whoever calls does what nobody else does: a warning is printed, and the program goes on alone.
 */
export class ThreadPool {
  readonly #options: Required<PoolOptions>
  #memory: WebAssembly.Memory
  #words: Int32Array
  #threads: Thread[] | undefined
  #isOver = false
  #workDone = 0
  /** Messages that each thread was sent. */
  #mail = 0
  readonly #sent = new Set<number>()

  constructor(memory: WebAssembly.Memory, options: PoolOptions) {
    this.#options = { patientWork: 1e7, patience: 100, start: startThread, ...options }
    this.#memory = memory
    this.#words = this.#wordsOf(memory)
  }

  /** Whether a thread broke off in the middle of a part, so that results are lost. */
  get hasFailed(): boolean {
    return this.#words[control.hasFailed / 4] !== 0
  }

  /** How many parts other threads have done, on the memory there is now. */
  get helped(): number {
    return this.#words[control.helped / 4] as number
  }

  /** A run of this program begins. */
  attend(program: DividedProgram): void {
    if (this.#isOver) return
    if (this.#threads === undefined) {
      this.#workDone += program.dividedWork
      if (this.#workDone < this.#options.patientWork) return
      this.#start()
    }
    if (this.#isOver || this.#sent.has(program.number)) return
    this.#sent.add(program.number)
    const message = { program: program.number, module: program.module, forget: this.#leaver() }
    this.#post(() => message)
  }

  /** The program that was sent first, if they are too many. */
  #leaver(): number | undefined {
    if (this.#sent.size <= mostSent) return undefined
    const [first] = [...this.#sent] as [number]
    this.#sent.delete(first)
    return first
  }

  /**
   * Programs run on another memory from now on. Threads are stopped, and others start when there was work enough again: asleep, they would
   * collect no garbage, and keep the memory that was left.
   */
  moveTo(memory: WebAssembly.Memory): void {
    this.#memory = memory
    this.#words = this.#wordsOf(memory)
    if (this.#isOver) return
    for (const thread of this.#threads ?? []) thread.stop()
    this.#threads = undefined
    this.#workDone = 0
    this.#mail = 0
    this.#sent.clear()
  }

  /** Goes on with one thread, whatever becomes of the others. */
  close(): void {
    this.#isOver = true
    for (const thread of this.#threads ?? []) thread.stop()
    this.#threads = []
    // Nobody can take a part any more, and nobody is to be woken.
    const words = this.#words
    for (const address of [control.ticket, control.hasFailed, control.sleepers]) Atomics.store(words, address / 4, 0)
  }

  #wordsOf({ buffer }: WebAssembly.Memory): Int32Array {
    const words = new Int32Array(buffer, 0, control.handed / 4)
    words[control.mayWait / 4] = maySleep() ? 1 : 0
    words[control.patience / 4] = this.#options.patience
    return words
  }

  #start(): void {
    const threads: Thread[] = []
    this.#threads = threads
    const ended = ThreadPool.#whenEnded(new WeakRef(this), threads)
    try {
      for (let i = 1; i < this.#options.threads; i++)
        threads.push(this.#options.start(workerSource, `cpu thread ${i}`, ended))
    } catch (error) {
      this.#lose((error as Error).message)
      return
    }
    orphans.register(this, threads)
    this.#post((thread) => ({ memory: this.#memory, thread }))
  }

  /** Each thread holds what this makes: apart from `this`, for otherwise it would hold the pool, too. */
  static #whenEnded(self: WeakRef<ThreadPool>, threads: readonly Thread[]): (reason: string) => void {
    return (reason) => {
      const pool = self.deref()
      if (pool !== undefined && pool.#threads === threads) pool.#lose(reason)
    }
  }

  /** Sends each thread a message. It is announced before, so that nobody who has received it waits for a job of before. */
  #post(messageTo: (thread: number) => object): void {
    const words = this.#words
    Atomics.store(words, control.mail / 4, ++this.#mail)
    Atomics.add(words, control.job / 4, 1)
    this.#threads?.forEach((thread, i) => thread.post(messageTo(i + 1)))
    Atomics.notify(words, control.job / 4)
  }

  #lose(reason: string): void {
    if (this.#isOver) return
    this.close()
    if (!hasWarned) console.warn(`cpu: a thread could not run (${reason}); going on with one.`)
    hasWarned = true
  }
}
