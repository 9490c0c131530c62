import { compare, type Effort } from './compare.ts'
import type { PeerCommand } from './peerProcess.ts'
import {
  chainOf,
  deepTanhOf,
  leavesOf,
  matmulOf,
  mlpStepOf,
  type Workload,
  type WorkloadName,
  workloads,
} from './workloads.ts'

/** How the cost of a workload grows with one of its sizes. */
interface Scaling {
  readonly name: string
  readonly title: string
  /** What grows. */
  readonly of: string
  readonly sizes: readonly number[]
  /** The peers' program, which takes inputs of any size. */
  readonly program: WorkloadName
  workload(size: number): Workload
  /** Whether the first call is shown, and not later ones. */
  readonly first?: true
}

const depths = [1, 3, 10, 30, 100, 300]

export const scalings: readonly Scaling[] = [
  {
    name: 'matmul',
    title: 'matmul n × n, later calls',
    of: 'n',
    sizes: [16, 32, 64, 128, 256, 512, 1024],
    program: 'matmul512',
    workload: matmulOf,
  },
  {
    name: 'chain',
    title: 'sin(x·1.5) + 0.5 five times, later calls',
    of: 'elements',
    sizes: [10, 100, 1000, 10_000, 100_000, 1_000_000],
    program: 'sinChain',
    workload: (size) => chainOf('sin(x·1.5) + 0.5 five times', size),
  },
  {
    name: 'depthFirst',
    title: 'tanh MLP 10-10, gradient, first call',
    of: 'layers',
    sizes: depths,
    program: 'deepTanh',
    workload: deepTanhOf,
    first: true,
  },
  {
    name: 'depth',
    title: 'tanh MLP 10-10, gradient, later calls',
    of: 'layers',
    sizes: depths,
    program: 'deepTanh',
    workload: deepTanhOf,
  },
  {
    name: 'batch',
    title: 'MLP 784-256-10, one step, later calls',
    of: 'batch',
    sizes: [1, 4, 16, 64, 256],
    program: 'mlpStep',
    workload: mlpStepOf,
  },
  {
    name: 'leaves',
    title: 'a jitted call on a tree, one added to each array, later calls',
    of: 'arrays of ten floats',
    sizes: [1, 3, 10, 30, 100, 300, 1000],
    program: 'leaves',
    workload: leavesOf,
  },
]

/** What is asked for times on more and more threads. */
const divided: readonly WorkloadName[] = ['matmul1024', 'mlpStep', 'sinChain', 'affineChain']

/** The name of the curve of threads, which has a line for each workload where others have one for each peer. */
export const threads = 'threads'

export interface Curve {
  readonly name: string
  readonly title: string
  readonly of: string
  readonly points: readonly { readonly size: number; readonly peer: string; readonly ms: number }[]
}

/** A peer that took so long at one size is not asked for larger ones. */
const patienceMs = 1000

/** Measures one curve, size by size; peers whose results differ from ours, or who are out of breath, have fewer points. */
export async function measureCurve(scaling: Scaling, peers: readonly PeerCommand[], effort: Effort): Promise<Curve> {
  const points: { size: number; peer: string; ms: number }[] = []
  let able = peers
  for (const size of scaling.sizes) {
    const asked = scaling.first ? { ...effort, rounds: 0 } : effort
    for (const { peer, firstMs, problem, timing } of await compare(
      scaling.program,
      scaling.workload(size),
      able,
      asked,
    )) {
      const ms = scaling.first ? firstMs : timing?.median
      if (ms !== undefined && problem === undefined) points.push({ size, peer, ms })
      if (problem !== undefined || (ms ?? 0) > patienceMs) able = able.filter(({ name }) => name !== peer)
    }
  }
  return { name: scaling.name, title: scaling.title, of: scaling.of, points }
}

/** Measures our time on one thread, two, and so on up to `most`. */
export async function measureThreads(
  ours: (threads: number) => PeerCommand,
  most: number,
  effort: Effort,
): Promise<Curve> {
  const points: { size: number; peer: string; ms: number }[] = []
  for (const name of divided) {
    const peers = Array.from({ length: most }, (_, i) => ours(i + 1))
    const entries = await compare(name, workloads[name], peers, effort)
    entries.forEach(({ timing }, i) => {
      if (timing !== undefined) points.push({ size: i + 1, peer: workloads[name].title, ms: timing.median })
    })
  }
  return { name: threads, title: 'ours by threads, later calls', of: 'threads', points }
}
