import type { Aval } from './aval.ts'
import type { DType, TypedArray } from './dtype.ts'
import type { Jaxpr } from './jaxpr.ts'

export interface CompileOptions {
  /** For messages and profiles: the user's function. */
  readonly name?: string
}

/**
 * A place that runs Jaxprs on buffers of its own. Everything above it is written once; a new place is this one object.
 *
 * A buffer is an opaque handle that lives as long as JavaScript refers to it. A backend whose memory the garbage collector does not
 * see releases it when the handle is collected; `free` only does so sooner. Buffers are never written again once handed
 * out, except when they are donated. They are dense and row-major as seen through `put` and `get`.
 */
export interface Backend<Buffer = unknown> {
  /** As shown to users: `cpu`, `webgl`. */
  readonly name: string
  /** What its buffers can hold and its kernels compute with. */
  readonly dtypes: ReadonlySet<DType>
  /** Copies `data` in: `data` stays the caller's. Its length is the size of `aval.shape`, its class that of the dtype. */
  put(data: TypedArray, aval: Aval): Buffer
  /** A fresh copy of the values, when they are there. */
  get(buffer: Buffer): Promise<TypedArray>
  /** The same at once; absent where the device cannot wait. */
  getSync?(buffer: Buffer): TypedArray
  /** Gives the memory back before the collector would. The handle is dead afterwards; freeing it twice does nothing. */
  free(buffer: Buffer): void
  /** What memory there is, for profiles. */
  memoryUse?(): MemoryUse
  /**
   * @throws {UnsupportedOp} when the Jaxpr holds an op or dtype this backend lacks
   */
  compile(jaxpr: Jaxpr, options: CompileOptions): Executable<Buffer>
}

/** A compiled Jaxpr, to be called many times. */
export interface Executable<Buffer = unknown> {
  /**
   * One buffer for each input, in order; returns one for each output. An output may be one of the inputs' handles when the Jaxpr
   * passes it through. Inputs at the positions in `donated` are given up: their memory may become an output's.
   */
  run(inputs: readonly Buffer[], donated?: ReadonlySet<number>): Buffer[]
  /** Makes what `runProfiled` runs, which would otherwise make it when it is called first. */
  prepareProfile?(): void
  /** Does what `run` does, slower: tells of each region as it ends. */
  runProfiled?(
    inputs: readonly Buffer[],
    donated: ReadonlySet<number> | undefined,
    report: (region: RegionRun) => void,
  ): Buffer[]
  /** Gives back what the executable holds. It cannot run afterwards. */
  dispose(): void
  /** For people: what was fused, the memory plan, the size of the code. */
  explain?(): string
  /** The same in numbers. */
  stats?(): ExecutableStats
}

/** A region that has run: a loop nest, or one op. */
export interface RegionRun {
  /** As `explain` has it. */
  readonly name: string
  /** Milliseconds on the clock of `performance.now()`. */
  readonly start: number
  readonly end: number
  /** Of the arrays that it reads and writes. */
  readonly bytes: number
  /** Operations on numbers, an op of any kind counted as one; absent where it depends on values. */
  readonly flops?: number
}

/** Bytes of memory that a backend has, and how many of them hold something. */
export interface MemoryUse {
  readonly reserved: number
  readonly inUse: number
}

/** What is known of an executable before it runs. */
export interface ExecutableStats {
  /** Bytes for all that a call holds: inputs, results, intermediates. */
  readonly peakBytes: number
  /** The largest sum of bytes in use at one time: in this order of work, no plan takes less. */
  readonly liveBytes: number
  /** Of the code. */
  readonly codeBytes: number
  /** Loop nests and single ops, each one pass over memory; those inside loops and branches too. */
  readonly regions: number
  /** Regions that are done outside the device. */
  readonly hostRegions: number
  /** Results that are written over an operand. */
  readonly inPlace: number
  /** Milliseconds by stage, in order. */
  readonly compileTimes: Readonly<Record<string, number>>
}
