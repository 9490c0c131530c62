import type { Packed } from './arrays.ts'

/*
 * A peer runs in a process of its own. It is told what to do, and answers, in lines of JSON on its standard input and
 * output; what it prints besides is ignored.
 */

/** The first line: prepare this workload, and run it once. */
export interface Prepare {
  readonly workload: string
  readonly inputs: Readonly<Record<string, Packed>>
}

/** Each later line: time calls for so many seconds. The process ends with its input. */
export interface Time {
  readonly seconds: number
}

/** Answers `Prepare`. */
export interface First {
  readonly version: string
  /** The first call: tracing, compiling, running. */
  readonly firstMs: number
  /** All results in order. */
  readonly results: readonly Packed[]
}

/** Answers `Time`. */
export interface Samples {
  /** Milliseconds a call. */
  readonly samples: readonly number[]
}

/** Answers either, where the peer cannot. */
export interface Failure {
  readonly error: string
}

export const mark = '@bench '
