import { random } from '@proj/autodiff'
import { AutoEncoder, relu } from '@proj/nn'
import { type Batch, gather, shuffledBatches } from '../../src/mnist/batches.ts'
import { countAll, countLearned, Learner, scaleWeights } from '../../src/mnist/train.ts'
import type { Digits } from './digits.ts'

export interface SessionOptions {
  readonly batch: number
  readonly rate: number
}

/** One number for each of the two networks. */
export interface Both<T = number> {
  readonly tied: T
  readonly untied: T
}

export interface Opened {
  /** Numbers in each network. */
  readonly parameters: number
  /** `f32[10 · 28 · 28]`: one of each digit, never learnt from. */
  readonly digits: Float32Array
}

export interface Advance {
  /** Mean squared error of each step, before its update. */
  readonly losses: Both<number[]>
  /** Time taken by all the steps. */
  readonly ms: Both
  readonly images: number
}

export interface Inspection {
  /** What is made of the digits of `Opened`. */
  readonly reconstructions: Both<Float32Array>
  /** Mean squared error on images that are never learnt from. */
  readonly unseen: Both
  /** Numbers that training has changed since the start. */
  readonly learned: Both
}

const sizes = [784, 128, 32] as const
/** In the test images: the first 0, the first 1, … the first 9. */
const firstOfEach = [3, 2, 1, 18, 4, 8, 11, 0, 61, 7]

/** Two networks that start from the same numbers and learn from the same batches, one with tied weights. */
export class Session {
  readonly opened: Opened
  readonly #start: AutoEncoder
  readonly #learners: Both<Learner>
  readonly #batches: Iterator<Batch>
  readonly #unseen: Batch
  readonly #shown: Batch

  constructor({ train, unseen }: Digits, { batch, rate }: SessionOptions) {
    const key = random.PRNGKey(0)
    this.#start = scaleWeights(new AutoEncoder({ key, sizes, activation: relu }))
    this.#learners = {
      tied: new Learner(this.#start, 'tiedCall', rate),
      untied: new Learner(this.#start, 'nonTiedCall', rate),
    }
    this.#batches = shuffledBatches(train, batch, random.foldIn(key, 1))
    this.#unseen = gather(
      unseen,
      Array.from({ length: unseen.count }, (_, i) => i),
    )
    this.#shown = gather(unseen, firstOfEach)
    this.opened = { parameters: countAll(this.#start), digits: this.#shown.values }
  }

  async advance(steps: number): Promise<Advance> {
    const losses = { tied: [] as number[], untied: [] as number[] }
    const ms = { tied: 0, untied: 0 }
    let images = 0
    for (let step = 0; step < steps; step++) {
      const batch = this.#batches.next().value as Batch
      for (const name of ['tied', 'untied'] as const) {
        const started = performance.now()
        losses[name].push(await this.#learners[name].learn([batch]))
        ms[name] += performance.now() - started
      }
      images += batch.rows
    }
    return { losses, ms, images }
  }

  async inspect(): Promise<Inspection> {
    const { tied, untied } = this.#learners
    const both = async <T>(of: (learner: Learner) => Promise<T>) => ({ tied: await of(tied), untied: await of(untied) })
    return {
      reconstructions: await both(async (learner) => Float32Array.from(await learner.reconstruct(this.#shown))),
      unseen: await both((learner) => learner.loss(this.#unseen)),
      learned: await both((learner) => countLearned(this.#start, learner.net)),
    }
  }
}
