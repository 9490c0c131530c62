import { difference, unpack } from './arrays.ts'
import { type PeerCommand, PeerProcess } from './peerProcess.ts'
import type { First } from './protocol.ts'
import { summarize, type Timing } from './samples.ts'
import type { Inputs, Workload } from './workloads.ts'

/** What one peer did with one workload. */
export interface Entry {
  readonly peer: string
  readonly version?: string
  /** Tracing, compiling and running, in milliseconds; the median of some processes. */
  readonly firstMs?: number
  /** From the first peer's results, in units of the largest value. */
  readonly difference?: number
  /** Later calls; absent where the peer failed, or its results differ too much to be timed. */
  readonly timing?: Timing
  readonly problem?: string
}

export interface Effort {
  /** Peers take turns, so that a slower minute of the machine meets all of them. */
  readonly rounds: number
  readonly secondsPerRound: number
  /** How many processes make a first call, whose median counts: each has but one. */
  readonly starts: number
}

/** A peer on its way through a workload. */
interface Runner {
  readonly process: PeerProcess
  readonly samples: number[]
  /** First calls, in milliseconds. */
  readonly firsts: number[]
  first?: First
  difference?: number
  problem?: string
}

/** Runs a workload with every peer: first calls, then the comparison of results, then, where they agree, the timing. */
export async function compare(
  name: string,
  workload: Workload,
  peers: readonly PeerCommand[],
  effort: Effort,
): Promise<Entry[]> {
  const inputs = workload.inputs()
  const runners: Runner[] = []
  try {
    for (const peer of peers) {
      // Not before its turn: a process that starts would slow down the first call of another.
      const runner: Runner = { process: new PeerProcess(peer), samples: [], firsts: [] }
      runners.push(runner)
      await attempt(runner, async () => {
        runner.first = await runner.process.first(name, inputs)
        runner.firsts.push(runner.first.firstMs)
      })
    }
    for (let start = 1; start < effort.starts; start++)
      for (const [i, runner] of runners.entries())
        await attempt(
          runner,
          async () => void runner.firsts.push(await firstCall(peers[i] as PeerCommand, name, inputs)),
        )
    checkResults(runners, workload.tolerance)
    for (let round = 0; round < effort.rounds; round++) {
      for (const runner of runners) {
        await attempt(runner, async () => {
          runner.samples.push(...(await runner.process.time(effort.secondsPerRound)))
        })
      }
    }
  } finally {
    for (const { process } of runners) process.stop()
  }
  return runners.map(toEntry)
}

/** In milliseconds, of a process that does no more. */
async function firstCall(peer: PeerCommand, name: string, inputs: Inputs): Promise<number> {
  const process = new PeerProcess(peer)
  try {
    return (await process.first(name, inputs)).firstMs
  } finally {
    process.stop()
  }
}

async function attempt(runner: Runner, work: () => Promise<void>): Promise<void> {
  if (runner.problem !== undefined) return
  try {
    await work()
  } catch (error) {
    runner.problem = (error as Error).message
  }
}

/** The first peer that has results is the measure. */
function checkResults(runners: readonly Runner[], tolerance: number): void {
  const expected = runners.find(({ first }) => first !== undefined)?.first
  for (const runner of runners) {
    if (runner.first === undefined || expected === undefined) continue
    runner.difference = largestDifference(runner.first, expected)
    if (!(runner.difference <= tolerance)) runner.problem = `its results are wrong, or ours: ${runner.difference}`
  }
}

const largestDifference = (first: First, expected: First): number =>
  Math.max(
    ...expected.results.map((packed, i) => {
      const found = first.results[i]
      return found === undefined ? Number.POSITIVE_INFINITY : difference(unpack(found).values, unpack(packed).values)
    }),
  )

function toEntry({ process, first, firsts, difference, problem, samples }: Runner): Entry {
  return {
    peer: process.name,
    ...(first && { version: first.version, firstMs: summarize(firsts).median }),
    ...(difference !== undefined && { difference }),
    ...(problem === undefined && samples.length > 0 && { timing: summarize(samples) }),
    ...(problem !== undefined && { problem }),
  }
}
