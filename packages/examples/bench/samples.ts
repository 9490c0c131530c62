import type { Task } from './task.ts'

/** Of one call, in milliseconds. */
export interface Timing {
  readonly median: number
  readonly lowerQuartile: number
  readonly upperQuartile: number
  readonly samples: number
}

/** Timings of short calls are taken over several, so that the clock's own cost disappears. */
const shortestSampleMs = 0.5

/**
 * Times calls until `seconds` are over, at least twice. Untimed pauses between the samples let the event loop turn.
 *
 * @returns milliseconds a call, one for each sample
 */
export async function sample(task: Task, seconds: number): Promise<number[]> {
  const end = performance.now() + seconds * 1000
  const calls = await callsPerSample(task)
  const samples: number[] = []
  while (samples.length < 2 || performance.now() < end) {
    samples.push((await timeCalls(task, calls)) / calls)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return samples
}

/** Warms up as it goes: doubles the calls until they take long enough. */
async function callsPerSample(task: Task): Promise<number> {
  for (let calls = 1; ; calls *= 2) if ((await timeCalls(task, calls)) >= shortestSampleMs) return calls
}

/** Milliseconds for so many calls. A synchronous peer never waits for a promise. */
export async function timeCalls(task: Task, calls: number): Promise<number> {
  const started = performance.now()
  for (let call = 0; call < calls; call++) {
    const result = task.run()
    task.drop?.(result instanceof Promise ? await result : result)
  }
  return performance.now() - started
}

/** @throws {RangeError} when there are no samples */
export function summarize(samples: readonly number[]): Timing {
  if (samples.length === 0) throw new RangeError('summarize: there are no samples; time at least one call.')
  const sorted = samples.toSorted((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
    samples: samples.length,
  }
}

/** Between two samples, in proportion. Source: Hyndman, Fan, "Sample quantiles in statistical packages", 1996, type 7. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const below = sorted[Math.floor(at)] as number
  const above = sorted[Math.ceil(at)] as number
  return below + (above - below) * (at - Math.floor(at))
}
