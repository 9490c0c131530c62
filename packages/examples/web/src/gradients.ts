import { isNDArray, withConfig } from '@proj/autodiff'
import { printPath, tree } from '@proj/tree'
import { gradientsOf, show } from '../../src/sharing/main.ts'
import type { Leaf } from './difference.ts'
import type { Threefry } from './settings.ts'

export type CallName = 'tied' | 'nonTied'

export interface GradientsRequest {
  readonly call: CallName
  readonly threefry: Threefry
}

/** The gradients of one run of the program. */
export interface Gradients {
  /** The decoder's, as `treeRepr` prints them. */
  readonly text: string
  /** All of them. */
  readonly leaves: readonly Leaf[]
  /** From making the network to having the numbers. */
  readonly ms: number
}

/** Runs the program of `sharing/` on the backend that is set. */
export async function runProgram({ call, threefry }: GradientsRequest): Promise<Gradients> {
  const started = performance.now()
  const gradients = withConfig({ threefryPartitionable: threefry === 'default' }, () => gradientsOf(call))
  const leaves: Leaf[] = []
  for (const [path, leaf] of tree.leavesWithPath(gradients)) {
    if (isNDArray(leaf)) leaves.push({ path: printPath(path), values: (await leaf.data()) as Float32Array })
  }
  return { leaves, ms: performance.now() - started, text: show(gradients) }
}
