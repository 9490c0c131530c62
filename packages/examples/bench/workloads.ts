import { type Dense, full, Numbers, oneHot } from './arrays.ts'

export type Inputs = Readonly<Record<string, Dense>>

/** What is timed, the same for every peer. Results are compared in the order in which each peer reads them out. */
export interface Workload {
  readonly title: string
  /** Floating-point operations of one call, where speed is better told in GFLOP/s. */
  readonly flops?: number
  /** How far two right answers may lie apart, in units of the largest value. */
  readonly tolerance: number
  inputs(): Inputs
}

const tolerance = 1e-4

const matmul = (n: number): Workload => ({
  title: `matmul ${n}`,
  flops: 2 * n ** 3,
  tolerance,
  inputs: () => {
    const numbers = new Numbers(n)
    return { a: numbers.uniform([n, n]), b: numbers.uniform([n, n]) }
  },
})

const million = () => ({ x: new Numbers(5).normal([1_000_000]) })

export const workloads = {
  tiedGrad: {
    title: 'tied auto-encoder 1-10-20, one jitted gradient at ten examples',
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
  affineChain: { title: 'x·1.5 + 0.5 five times, 1 M floats', tolerance, inputs: million },
  sinChain: { title: 'sin(x·1.5) + 0.5 five times, 1 M floats', tolerance, inputs: million },
  matmul512: matmul(512),
  matmul1024: matmul(1024),
  mlpStep: {
    title: 'MLP 784-256-10, batch 128, one step of gradient descent',
    tolerance,
    inputs: () => {
      const numbers = new Numbers(784)
      const layer1 = { w1: numbers.normal([784, 256], 1 / 28), b1: full([256], 0) }
      const layer2 = { w2: numbers.normal([256, 10], 1 / 16), b2: full([10], 0) }
      return { ...layer1, ...layer2, x: numbers.uniform([128, 784]), labels: oneHot(128, 10) }
    },
  },
  deepTanh: {
    title: 'tanh MLP of 100 layers 10-10, gradient at ten examples',
    tolerance: 1e-3,
    inputs: () => {
      const numbers = new Numbers(100)
      const layers = Array.from({ length: 100 }, (_, i) => [`w${i}`, numbers.normal([10, 10], 1 / Math.sqrt(10))])
      return { ...Object.fromEntries(layers), x: numbers.normal([10, 10]) }
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
