import {
  type DivisibleWork,
  type FunctionContext,
  pushCount,
  type Share,
  type WriteShare,
} from '../lower/functionContext.ts'
import { Body, type ValType } from '../wasm/body.ts'
import type { ModuleBuilder } from '../wasm/module.ts'
import { control, mostHanded } from './control.ts'
import { mostParts, ParallelFor } from './parallelFor.ts'

/** How programs are divided among threads. */
export interface Threads {
  /** With the one that calls; 1 divides nothing. */
  readonly threads: number
  /** In nanoseconds: less work than this is sooner done by one. */
  readonly leastWork?: number
}

/** A thread that is awake takes up a part within a microsecond, one that sleeps within some thirty. */
const leastWork = 20_000
/** More parts than threads, so that one that is slow or late takes fewer. */
const partsPerThread = 4
/** Parts that are too short are not worth the taking. */
const leastParts = 5
/** In nanoseconds: nobody waits longer for a part that another has taken. */
const longestPart = 5_000_000

/** A function of a region, and how to write other functions that take the same parameters first. */
interface Dividend {
  readonly body: Body
  readonly params: readonly ValType[]
  /** How often the function is likely to run. */
  readonly times: number
  contextIn(body: Body): FunctionContext
}

/** Writes the parts of one module's work. */
export class Divider {
  readonly #module: ModuleBuilder
  readonly #parallel: ParallelFor
  readonly #leastWork: number
  readonly #threads: number
  /** In nanoseconds, what is done in parts in a run. */
  work = 0

  /** `program` is the number by which threads know the module. */
  constructor(module: ModuleBuilder, program: number, threads: Threads) {
    this.#module = module
    this.#parallel = new ParallelFor(module, program)
    this.#leastWork = threads.leastWork ?? leastWork
    this.#threads = threads.threads
  }

  /** Whether work may be done sooner by several threads. */
  mayGain({ units, nanoseconds }: DivisibleWork): boolean {
    return this.#threads > 1 && units !== 1 && nanoseconds > 0 && nanoseconds >= this.#leastWork
  }

  divide({ body, params, times, contextIn }: Dividend, work: DivisibleWork, write: WriteShare): void {
    const { units, handed = [] } = work
    const arguments_ = [...params.map((_, i) => i), ...handed]
    const count = arguments_.length
    const inner = new Body([...arguments_, ...shareParams].map(() => 'i32'))
    const share: Share = { from: count, to: count + 1, thread: count + 2 }
    const perUnit = write(
      contextIn(inner),
      share,
      handed.map((_, i) => params.length + i),
    )
    const fn = this.#module.declare([...arguments_, ...shareParams].map(() => 'i32'))
    this.#module.define(fn, inner)
    const most = work.atMost ?? (units as number)
    if (perUnit * most < this.#leastWork || count > mostHanded) {
      for (const local of arguments_) body.get(local)
      pushCount(body.i32(0), units).i32(0).call(fn)
      return
    }
    this.work += perUnit * most * times
    arguments_.forEach((local, i) =>
      body
        .i32(0)
        .get(local)
        .memory('i32.store', control.handed + 4 * i),
    )
    this.#parallel.run(body, this.#entry(fn, count), () => pushCount(body, units), this.#chunk(perUnit, most))
  }

  /** `(from, to, thread)`: reads what the function is handed. */
  #entry(fn: number, count: number): number {
    const body = new Body(shareParams)
    for (let i = 0; i < count; i++) body.i32(0).memory('i32.load', control.handed + 4 * i)
    const entry = this.#module.declare(shareParams)
    this.#module.define(entry, body.get(0).get(1).get(2).call(fn))
    return entry
  }

  /** Units in a part. */
  #chunk(perUnit: number, units: number): number {
    const even = units / (this.#threads * partsPerThread)
    const least = this.#leastWork / leastParts / perUnit
    return Math.ceil(Math.max(1, units / mostParts, Math.min(Math.max(even, least), longestPart / perUnit)))
  }
}

const shareParams = ['i32', 'i32', 'i32'] as const
