import { grad, jit, type NDArray, numpy as np, random, vmap, withConfig } from '@proj/autodiff'
import { Linear, sharing } from '@proj/nn'
import { TreeClass, treeMask, treeRepr, treeUnmask } from '@proj/tree'

export class AutoEncoder extends TreeClass {
  enc1: Linear
  enc2: Linear
  dec2: Linear
  dec1: Linear

  constructor({ key }: { key: NDArray }) {
    super()
    const [k1, k2, k3, k4] = random.split(key, 4)
    this.enc1 = new Linear(1, 10, { key: k1 })
    this.enc2 = new Linear(10, 20, { key: k2 })
    this.dec2 = new Linear(20, 10, { key: k3 })
    this.dec1 = new Linear(10, 1, { key: k4 })
  }

  /** Runs on a copy of the tree; only the output comes back. */
  @sharing
  tiedCall(x: NDArray): NDArray {
    this.dec1.weight = this.enc1.weight.T
    this.dec2.weight = this.enc2.weight.T
    return this.nonTiedCall(x)
  }

  nonTiedCall(x: NDArray): NDArray {
    return this.dec1.call(this.dec2.call(this.enc2.call(this.enc1.call(x))))
  }
}

const tiedGradients = jit(
  grad((net: AutoEncoder, x: NDArray, y: NDArray) => {
    const model = treeUnmask(net)
    return vmap((row: NDArray) => model.tiedCall(row))(x)
      .sub(y)
      .square()
      .mean()
  }),
)

const nonTiedGradients = jit(
  grad((net: AutoEncoder, x: NDArray, y: NDArray) => {
    const model = treeUnmask(net)
    return vmap((row: NDArray) => model.nonTiedCall(row))(x)
      .sub(y)
      .square()
      .mean()
  }),
)

/** The gradients of a fresh auto-encoder at ten examples. */
export function gradientsOf(call: 'tied' | 'nonTied'): AutoEncoder {
  const gradients = call === 'tied' ? tiedGradients : nonTiedGradients
  return gradients(treeMask(new AutoEncoder({ key: random.PRNGKey(0) })), np.ones([10, 1]), np.full([10, 1], 2))
}

/** The decoder's, as text. */
export const show = ({ dec1, dec2 }: AutoEncoder): string => `${treeRepr(dec1)} ${treeRepr(dec2)}`

/** Prints the gradients with the original threefry, as the notebook has them, then with the one that is the default. */
export function main(print: (text: string) => void = console.log): void {
  for (const threefryPartitionable of [false, true]) {
    withConfig({ threefryPartitionable }, () => {
      const mode = threefryPartitionable ? 'the default threefry' : 'the original threefry'
      print(`Tied, with ${mode}: the call overwrites the decoder's weights, so their gradients are zero.`)
      print(`${show(gradientsOf('tied'))}\n`)
      print(`Not tied, with ${mode}:`)
      print(`${show(gradientsOf('nonTied'))}\n`)
    })
  }
}
