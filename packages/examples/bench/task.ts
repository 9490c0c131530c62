import type { Inputs, WorkloadName } from './workloads.ts'

/** A workload as one peer runs it. */
export interface Task<Result = unknown> {
  /** One call, until its results are computed. */
  run(): Result | Promise<Result>
  /** The numbers of a result, to be compared with other peers'. */
  read(result: Result): readonly Float32Array[] | Promise<readonly Float32Array[]>
  /** Gives a result's memory back, for peers that ask their users to. */
  drop?(result: Result): void
}

/** What a peer can run; what it has no means for, it leaves out. */
export type Tasks = { readonly [W in WorkloadName]?: (inputs: Inputs) => Task }

// biome-ignore lint/suspicious/noExplicitAny: a table of tasks of different results; each task is whole in itself
export const task = <Result>(parts: Task<Result>): Task<any> => parts
