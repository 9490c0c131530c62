import { type Dense, full, Numbers, oneHot } from './arrays.ts'

export type Inputs = Readonly<Record<string, Dense>>

/** What is timed, the same for every peer. Results are compared in the order in which each peer reads them out. */
export interface Workload {
  readonly title: string
  /** Floating-point operations of one call, where these say something. */
  readonly flops?: number
  /** What a call must read and write at least. */
  readonly bytes?: number
  /** How far two right answers may lie apart, in units of the largest value. */
  readonly tolerance: number
  inputs(): Inputs
}

const tolerance = 1e-4

export const matmulOf = (n: number): Workload => ({
  title: `matmul ${n}`,
  flops: 2 * n ** 3,
  bytes: 3 * 4 * n ** 2,
  tolerance,
  inputs: () => {
    const numbers = new Numbers(n)
    return { a: numbers.uniform([n, n]), b: numbers.uniform([n, n]) }
  },
})

/** Five times the same step, one after the other. */
export const chainOf = (title: string, size: number): Workload => ({
  title: `${title}, ${size === 1_000_000 ? '1 M' : size} floats`,
  tolerance,
  inputs: () => ({ x: new Numbers(5).normal([size]) }),
})

/** One step of gradient descent. */
export const mlpStepOf = (batch: number): Workload => ({
  title: `MLP 784-256-10, batch ${batch}, one step of gradient descent`,
  // Forward, and the gradients of the weights and of the hidden layer.
  flops: 2 * batch * (2 * 784 * 256 + 3 * 256 * 10),
  bytes: 4 * (2 * (785 * 256 + 257 * 10) + batch * (784 + 10)),
  tolerance,
  inputs: () => {
    const numbers = new Numbers(784)
    const layer1 = { w1: numbers.normal([784, 256], 1 / 28), b1: full([256], 0) }
    const layer2 = { w2: numbers.normal([256, 10], 1 / 16), b2: full([10], 0) }
    return { ...layer1, ...layer2, x: numbers.uniform([batch, 784]), labels: oneHot(batch, 10) }
  },
})

export const deepTanhOf = (depth: number): Workload => ({
  title: `tanh MLP of ${depth} layers 10-10, gradient at ten examples`,
  flops: depth * 3 * 2 * 10 ** 3,
  bytes: depth * 2 * 4 * 100,
  tolerance: 1e-3,
  inputs: () => {
    const numbers = new Numbers(100)
    const layers = Array.from({ length: depth }, (_, i) => [`w${i}`, numbers.normal([10, 10], 1 / Math.sqrt(10))])
    return { ...Object.fromEntries(layers), x: numbers.normal([10, 10]) }
  },
})

/** A tree of so many small arrays, one added to each. */
export const leavesOf = (count: number): Workload => ({
  title: `a jitted call on a tree of ${count} arrays of ten floats`,
  bytes: 2 * 4 * 10 * count,
  tolerance: 0,
  inputs: () => {
    const numbers = new Numbers(count)
    return Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, numbers.normal([10])]))
  },
})

export const workloads = {
  tiedGrad: {
    title: 'tied auto-encoder 1-10-20, gradient at ten examples',
    // Four layers, forward and twice as much backward; the weights, and as many gradients.
    flops: 10 * 3 * 2 * (10 + 200 + 200 + 10),
    bytes: 2 * 4 * 461,
    tolerance,
    inputs: () => ({ ...autoEncoder(), x: full([10, 1], 1), y: full([10, 1], 2) }),
  },
  eagerAdd: {
    title: 'one eager add of ten floats',
    tolerance: 0,
    inputs: () => {
      const numbers = new Numbers(10)
      return { a: numbers.normal([10]), b: numbers.normal([10]) }
    },
  },
  affineChain: { ...chainOf('x·1.5 + 0.5 five times', 1_000_000), flops: 10e6, bytes: 8e6 },
  sinChain: chainOf('sin(x·1.5) + 0.5 five times', 1_000_000),
  matmul512: matmulOf(512),
  matmul1024: matmulOf(1024),
  mlpStep: mlpStepOf(128),
  deepTanh: deepTanhOf(100),
  leaves: leavesOf(100),
  scanSteps: {
    title: 'tied auto-encoder, 1000 steps of training in one scan',
    flops: 1000 * 10 * 3 * 2 * (10 + 200 + 200 + 10),
    tolerance: 1e-3,
    inputs: () => {
      const small = Object.entries(autoEncoder()).map(([name, { shape, values }]) => {
        return [name, { shape, values: values.map((x) => x / 4) }] as const
      })
      return { ...Object.fromEntries(small), x: full([10, 1], 1), y: full([10, 1], 2) }
    },
  },
  loopSteps: {
    title: '10,000 turns of a loop over x·0.999 + 0.001, ten floats',
    tolerance,
    inputs: () => ({ x: new Numbers(10).normal([10]) }),
  },
  freshJit: {
    title: 'jit of a function that each call makes anew, ten floats',
    tolerance,
    inputs: () => ({ x: new Numbers(10).normal([10]) }),
  },
  eagerShapes: {
    title: 'eager adds of a hundred shapes; the first call meets them',
    tolerance: 0,
    inputs: () => {
      const numbers = new Numbers(100)
      return Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`x${i}`, numbers.normal([i + 1])]))
    },
  },
} satisfies Record<string, Workload>

export type WorkloadName = keyof typeof workloads

/** Weights as `Linear` draws them, `[out, in]`; the decoder's are there and unused, as in the tied call. */
function autoEncoder(): Inputs {
  const numbers = new Numbers(1)
  const linear = (name: string, size: number, out: number) => ({
    [`${name}.weight`]: numbers.normal([out, size]),
    [`${name}.bias`]: numbers.normal([out]),
  })
  return { ...linear('enc1', 1, 10), ...linear('enc2', 10, 20), ...linear('dec2', 20, 10), ...linear('dec1', 10, 1) }
}
