import { isNDArray, type NDArray, numpy as np, random } from '@proj/autodiff'
import { AutoEncoder, relu } from '@proj/nn'
import { tree } from '@proj/tree'
import { describe, expect, it } from 'vitest'
import type { Batch } from './batches.ts'
import { countAll, countLearned, Learner, type Progress, scaleWeights, train } from './train.ts'

const sizes = [6, 5, 3] as const
const decoderWeights = 5 * 3 + 6 * 5
const parameters = 2 * decoderWeights + 5 + 3 + 5 + 6

const fresh = () => scaleWeights(new AutoEncoder({ key: random.PRNGKey(7), sizes, activation: relu }))

/** The same four rows of six, again and again. */
function* batches(): Generator<Batch, never> {
  const values = random.uniform(random.PRNGKey(1), [24]).dataSync() as Float32Array
  for (;;) yield { rows: 4, values }
}

async function collect(reports: AsyncIterable<Progress>): Promise<Progress[]> {
  const all: Progress[] = []
  for await (const report of reports) all.push(report)
  return all
}

const deviation = (x: NDArray) => x.std().item() as number

describe('scaleWeights', () => {
  it('divides weights by the root of what they read, and leaves the rest', () => {
    const net = new AutoEncoder({ key: random.PRNGKey(0), sizes: [400, 100, 4], activation: relu })
    const scaled = scaleWeights(net)
    expect(deviation(scaled.enc1.weight) * 20).toBeCloseTo(1, 1)
    expect(deviation(scaled.enc2.weight) * 10).toBeCloseTo(1, 0)
    expect(scaled.enc1.bias.arraySync()).toEqual(net.enc1.bias.arraySync())
    expect(scaled.activation).toBe(relu)
  })
})

describe('Learner', () => {
  it.each(['tiedCall', 'nonTiedCall'] as const)('gets better at what it is shown, by %s', async (call) => {
    const learner = new Learner(fresh(), call, 1e-2)
    const batch = batches().next().value
    const before = await learner.loss(batch)
    const first = await learner.learn([batch])
    expect(first).toBeCloseTo(before, 5)
    await learner.learn(Array(300).fill(batch))
    expect(await learner.loss(batch)).toBeLessThan(before / 2)
  })

  it('reconstructs as many values as it is given, and its loss is their mean squared error', async () => {
    const learner = new Learner(fresh(), 'nonTiedCall')
    const batch = batches().next().value
    const made = Array.from(await learner.reconstruct(batch))
    expect(made.length).toBe(24)
    const squares = made.map((value, i) => (value - (batch.values[i] as number)) ** 2)
    expect(await learner.loss(batch)).toBeCloseTo(squares.reduce((a, b) => a + b) / 24, 5)
  })

  it('leaves the network it began with as it was', async () => {
    const net = fresh()
    const copy = tree.map((leaf: unknown) => (isNDArray(leaf) ? np.array(leaf.arraySync()) : leaf), net)
    await new Learner(net, 'nonTiedCall').learn([batches().next().value])
    expect(await countLearned(copy, net)).toBe(0)
  })

  it('keeps time', async () => {
    const learner = new Learner(fresh(), 'tiedCall')
    await learner.learn(Array(3).fill(batches().next().value))
    expect(learner.firstStepMs).toBeGreaterThan(0)
    expect(learner.imagesPerSecond).toBeGreaterThan(0)
  })
})

describe('countLearned', () => {
  it('counts all parameters of an untied auto-encoder, and not the decoder’s weights of a tied one', async () => {
    const start = fresh()
    const [tied, untied] = [new Learner(start, 'tiedCall'), new Learner(start, 'nonTiedCall')]
    const steps = [batches().next().value]
    await tied.learn(steps)
    await untied.learn(steps)
    expect(countAll(start)).toBe(parameters)
    expect(await countLearned(start, untied.net)).toBe(parameters)
    expect(await countLearned(start, tied.net)).toBe(parameters - decoderWeights)
  })
})

describe('train', () => {
  const learners = () => [new Learner(fresh(), 'tiedCall'), new Learner(fresh(), 'nonTiedCall')]

  it('reports at intervals and at the end, with a loss for each learner', async () => {
    const reports = await collect(train(learners(), batches(), { steps: 7, every: 3 }))
    expect(reports.map(({ step, steps }) => [step, steps])).toEqual([
      [3, 7],
      [6, 7],
      [7, 7],
    ])
    for (const { losses } of reports) expect(losses.every((loss) => loss > 0)).toBe(true)
    expect(reports.map(({ losses }) => losses.length)).toEqual([2, 2, 2])
  })

  it('ends early when the time is over', async () => {
    const reports = await collect(train(learners(), batches(), { steps: 1e9, every: 1, seconds: 0.05 }))
    expect(reports.at(-1)?.step).toBeLessThan(1e9)
  })

  it('trains each learner on the same batches as if it were alone', async () => {
    const alone = new Learner(fresh(), 'tiedCall')
    const together = learners()
    await collect(train([alone], batches(), { steps: 4 }))
    await collect(train(together, batches(), { steps: 4 }))
    expect(await countLearned(alone.net, (together[0] as Learner).net)).toBe(0)
  })
})
