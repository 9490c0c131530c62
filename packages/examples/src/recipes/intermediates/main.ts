import { grad, type NDArray, numpy as np } from '@proj/autodiff'
import { TreeClass, treeStr } from '@proj/tree'

type Steps = { b: NDArray; c: NDArray }

export class Chain extends TreeClass {
  a = np.array(1)

  /** What happens on the way comes back beside the result. */
  callWithSteps(x: NDArray): readonly [result: NDArray, steps: Steps] {
    const b = this.a.add(x)
    const c = b.mul(2)
    return [c.mul(4), { b, c }]
  }

  /** What `nudge` adds on the way is zero; the gradient by it is the one by the step it is added to. */
  callNudged(x: NDArray, nudge: Steps): NDArray {
    const b = this.a.add(x).add(nudge.b)
    const c = b.mul(2).add(nudge.c)
    return c.mul(4)
  }
}

export const steps = (chain: Chain, x: NDArray): Steps => chain.callWithSteps(x)[1]

/** The gradient of the result by each step: de/dc = 4, de/db = de/dc · dc/db = 4 · 2. */
export function gradientsOfSteps(chain: Chain, x: NDArray): Steps {
  const nudged = (at: NDArray, nudge: Steps) => chain.callNudged(at, nudge)
  return grad(nudged, 1)(x, { b: np.array(0), c: np.array(0) })
}

export function main(print: (text: string) => void = console.log): void {
  const chain = new Chain()
  print(`Values on the way: ${treeStr(steps(chain, np.array(1)))}`)
  print(`Gradients on the way: ${treeStr(gradientsOfSteps(chain, np.array(1)))}`)
}
