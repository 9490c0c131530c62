import { isNDArray, jit, type NDArray, numpy as np, valueAndGrad, vmap } from '@proj/autodiff'
import { type AutoEncoder, losses, optim } from '@proj/nn'
import { tree, treeMask, treeUnmask } from '@proj/tree'
import type { Batch } from './batches.ts'

/** How the auto-encoder is called: with the decoder's weights tied to the encoder's, or with its own. */
export type Call = 'tiedCall' | 'nonTiedCall'

/**
 * Divides each weight by the root of the number of features it reads. `Linear` draws weights from the standard normal,
 * under which values grow by that factor from layer to layer; scaled, they keep their size.
 */
export const scaleWeights = (net: AutoEncoder): AutoEncoder =>
  tree.map((leaf: unknown) => (isMatrix(leaf) ? leaf.div(Math.sqrt(leaf.shape[1] as number)) : leaf), net)

const isMatrix = (leaf: unknown): leaf is NDArray => isNDArray(leaf) && leaf.ndim === 2

const reconstruction = (call: Call) => (masked: AutoEncoder, x: NDArray) => {
  const net = treeUnmask(masked)
  return vmap((row: NDArray) => net[call](row))(x)
}

const reconstructionLoss = (call: Call) => (masked: AutoEncoder, x: NDArray) =>
  losses.meanSquaredError(reconstruction(call)(masked, x), x)

/** One step of training, compiled as a whole: gradients, the optimiser's update, the new parameters. */
function compileStep(call: Call, optimizer: optim.GradientTransformation) {
  const loss = reconstructionLoss(call)
  return jit((net: AutoEncoder, state: unknown, x: NDArray) => {
    const [value, grads] = valueAndGrad(loss)(net, x)
    const [updates, next] = optimizer.update(grads, state, net)
    return [optim.applyUpdates(net, updates), next, value] as const
  })
}

/** An auto-encoder in training, and how fast it went. */
export class Learner {
  readonly call: Call
  /** Tracing and compiling, with the first step, in milliseconds. */
  firstStepMs = 0
  #net: AutoEncoder
  #state: unknown
  readonly #step: ReturnType<typeof compileStep>
  readonly #reconstruct: (net: AutoEncoder, x: NDArray) => NDArray
  readonly #loss: (net: AutoEncoder, x: NDArray) => NDArray
  #images = 0
  #seconds = 0

  constructor(net: AutoEncoder, call: Call, rate = 1e-3) {
    const optimizer = optim.adam(rate)
    this.call = call
    this.#net = treeMask(net)
    this.#state = optimizer.init(this.#net)
    this.#step = compileStep(call, optimizer)
    this.#reconstruct = jit(reconstruction(call))
    this.#loss = jit(reconstructionLoss(call))
  }

  get net(): AutoEncoder {
    return treeUnmask(this.#net)
  }

  /** Over all steps but the first. */
  get imagesPerSecond(): number {
    return this.#images / this.#seconds
  }

  /** One step for each batch; the mean of their losses. */
  async learn(batches: readonly Batch[]): Promise<number> {
    let sum = 0
    for (const batch of batches) {
      const started = performance.now()
      const [net, state, loss] = this.#step(this.#net, this.#state, toArray(batch))
      this.#net = net
      this.#state = state
      sum += await scalar(loss)
      this.#count(batch.rows, performance.now() - started)
    }
    return sum / batches.length
  }

  /** Mean squared difference between images and their reconstructions. */
  async loss(images: Batch): Promise<number> {
    return scalar(this.#loss(this.#net, toArray(images)))
  }

  /** What the auto-encoder makes of images: as many values. */
  async reconstruct(images: Batch): Promise<ArrayLike<number>> {
    return this.#reconstruct(this.#net, toArray(images)).data()
  }

  #count(images: number, ms: number): void {
    if (this.firstStepMs === 0) {
      this.firstStepMs = ms
      return
    }
    this.#images += images
    this.#seconds += ms / 1000
  }
}

/** `f32[rows, features]` */
const toArray = ({ rows, values }: Batch): NDArray => np.array(values).reshape([rows, values.length / rows])

const scalar = async (x: NDArray): Promise<number> => (await x.data())[0] as number

export interface Progress {
  /** Steps done, of `steps`. */
  readonly step: number
  readonly steps: number
  /** Of each learner, in order: the mean over the latest steps. */
  readonly losses: readonly number[]
}

export interface Schedule {
  readonly steps: number
  /** How many steps between two reports. */
  readonly every?: number
  /** Ends early after so many seconds, so that a slow machine is not kept for minutes. */
  readonly seconds?: number
}

/** Trains the learners side by side on the same batches, and reports as it goes. */
export async function* train(
  learners: readonly Learner[],
  batches: Iterator<Batch>,
  { steps, every = 10, seconds = Number.POSITIVE_INFINITY }: Schedule,
): AsyncGenerator<Progress> {
  const end = performance.now() + seconds * 1000
  for (let step = 0; step < steps && performance.now() < end; ) {
    const next = Array.from({ length: Math.min(every, steps - step) }, () => batches.next().value as Batch)
    const losses: number[] = []
    for (const learner of learners) losses.push(await learner.learn(next))
    step += next.length
    yield { step, steps, losses }
    await eventLoopTurn()
  }
}

/** A page repaints, and memory that nobody refers to any more is given back. */
const eventLoopTurn = () => new Promise((resolve) => setTimeout(resolve))

/** How many numbers of `before` training changed: all those of an array in which any did. */
export async function countLearned(before: AutoEncoder, after: AutoEncoder): Promise<number> {
  const [old, now] = [arraysOf(before), arraysOf(after)]
  let count = 0
  for (const [i, array] of old.entries()) if (await differ(array, now[i] as NDArray)) count += array.size
  return count
}

/** How many numbers the tree holds. */
export const countAll = (net: AutoEncoder): number => arraysOf(net).reduce((sum, array) => sum + array.size, 0)

const arraysOf = (net: AutoEncoder): NDArray[] => tree.leaves(net).filter(isNDArray)

async function differ(a: NDArray, b: NDArray): Promise<boolean> {
  const [x, y] = [await a.data(), await b.data()]
  return x.some((value, i) => value !== y[i])
}
