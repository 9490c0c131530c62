import { grad, type NDArray, numpy as np, random, withConfig } from '@proj/autodiff'
import { Linear } from '@proj/nn'
import { all, anyOf, TreeClass, tree, treeMask, treeStr, treeUnmask, valueAndTree } from '@proj/tree'

// 1. A layer whose weights take their shape from the first input.

export class LazyLinear extends TreeClass {
  outFeatures: number
  declare weight?: NDArray
  declare bias?: NDArray

  constructor(outFeatures: number) {
    super()
    this.outFeatures = outFeatures
  }

  call(x: NDArray): NDArray {
    this.weight ??= np.ones([this.outFeatures, x.shape.at(-1) as number])
    this.bias ??= np.zeros([this.outFeatures])
    return x.matmul(this.weight.T).add(this.bias)
  }
}

/** The layer with its weights, made by a first call on a copy. */
export const materialize = (layer: LazyLinear, x: NDArray): LazyLinear =>
  valueAndTree((copy: LazyLinear) => copy.call(x))(layer)[1]

// 2. Regularisation: of the elements that a mask picks, and of the weights that names pick.

export class Signed extends TreeClass {
  weight = np.array([-1, -2, -3, 1, 2, 3])
  bias = np.array([-1, 1])
}

/** The mean square of each leaf's negative entries, summed. */
export function negativeL2(net: Signed): NDArray {
  const positive = tree.map((x: NDArray) => x.gt(0), net)
  const negative = net.at(positive).set(0)
  return negative.at(all).reduce((sum: NDArray, x: NDArray) => sum.add(x.square().mean()), np.array(0))
}

export class Net extends TreeClass {
  linear1: Linear
  linear2: Linear
  linear3: Linear
  linear4: Linear

  constructor({ key }: { key: NDArray }) {
    super()
    const [k1, k2, k3, k4] = random.split(key, 4)
    this.linear1 = new Linear(1, 20, { key: k1 })
    this.linear2 = new Linear(20, 20, { key: k2 })
    this.linear3 = new Linear(20, 20, { key: k3 })
    this.linear4 = new Linear(20, 1, { key: k4 })
  }
}

const addL1 = (sum: NDArray, x: NDArray) => sum.add(x.abs().sum())

export const l1ByName = (net: Net): NDArray => net.at(anyOf('linear1', 'linear2'), 'weight').reduce(addL1, np.array(0))
export const l1ByPattern = (net: Net): NDArray => net.at(/linear[12]/, 'weight').reduce(addL1, np.array(0))

/** Part of a loss like any other: its gradient is the sign of the weights it is about, and zero elsewhere. */
export const gradientOfL1 = (net: Net): Net => grad((masked: Net) => l1ByName(treeUnmask(masked)))(treeMask(net))

export function main(print: (text: string) => void = console.log): void {
  const lazy = new LazyLinear(1)
  print(`Before its first call: ${treeStr(lazy)}`)
  print(`After it: ${treeStr(materialize(lazy, np.ones([10, 1])))}`)
  print(`Negative entries: ${negativeL2(new Signed())}`)
  const net = withConfig({ threefryPartitionable: false }, () => new Net({ key: random.PRNGKey(0) }))
  print(`Weights of the first two layers: ${l1ByName(net)}`)
}
