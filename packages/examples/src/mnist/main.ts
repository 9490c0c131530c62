import { random } from '@proj/autodiff'
import { AutoEncoder, relu } from '@proj/nn'
import { type Batch, gather, shuffledBatches } from './batches.ts'
import { loadMnist } from './dataFiles.ts'
import type { Images } from './idx.ts'
import { bar, crop, drawPictures, grouped, type Picture, table } from './render.ts'
import { Terminal } from './terminal.ts'
import { countAll, countLearned, Learner, type Progress, scaleWeights, train } from './train.ts'

export interface Options {
  /** A few seconds of training instead of most of a minute. */
  readonly quick?: boolean
  readonly terminal?: Terminal
  /** Where the files of digits lie, if not in the package that carries them. */
  readonly folder?: string
}

/** What one of the two learnt, in numbers. */
export interface Result {
  readonly name: string
  readonly learned: number
  readonly parameters: number
  readonly testLoss: number
  readonly imagesPerSecond: number
  readonly firstStepMs: number
}

const sizes = [784, 128, 32] as const
const batchRows = 128
const secondsAtMost = 30

/** Trains two auto-encoders, tied and untied, on the same digits, and shows what they make of one they never saw. */
export async function main({
  quick = false,
  terminal = new Terminal(process.stdout),
  folder,
}: Options = {}): Promise<Result[]> {
  const digits = loadMnist(folder)
  const key = random.PRNGKey(0)
  const start = scaleWeights(new AutoEncoder({ key, sizes, activation: relu }))
  const learners = { tied: new Learner(start, 'tiedCall'), untied: new Learner(start, 'nonTiedCall') }

  const steps = quick ? 60 : 2 * Math.floor(digits.train.count / batchRows)
  terminal.print(`An auto-encoder of ${sizes.join('-')} learns ${grouped(digits.train.count)} handwritten digits.`)
  const batches = shuffledBatches(digits.train, batchRows, random.foldIn(key, 1))
  const reports = train(Object.values(learners), batches, { steps, seconds: secondsAtMost })
  let done = 0
  for await (const report of reports) {
    done = report.step
    terminal.progress(done / steps, progressLine(report, terminal))
  }
  if (done < steps)
    terminal.print(`Stopped after ${secondsAtMost} seconds, at step ${grouped(done)} of ${grouped(steps)}.`)

  const test = gather(
    digits.test,
    Array.from({ length: quick ? 1000 : digits.test.count }, (_, i) => i),
  )
  const results: Result[] = []
  for (const [name, learner] of Object.entries(learners)) results.push(await measure(name, learner, start, test))
  terminal.print(`\n${table([heading, ...results.map(row)])}`)
  terminal.print(`\n${drawPictures(await pictures(digits.test, learners), terminal.look)}`)
  return results
}

function progressLine({ step, steps, losses }: Progress, { look }: Terminal): string {
  const [tied, untied] = losses.map((loss) => loss.toFixed(4))
  return `${bar(step, steps, 30, look)}  loss: tied ${tied}, untied ${untied}`
}

const heading = ['', 'weights', 'that learn', 'test loss', 'images/s', 'first step']

const row = ({ name, parameters, learned, testLoss, imagesPerSecond, firstStepMs }: Result) => [
  name,
  grouped(parameters),
  grouped(learned),
  testLoss.toFixed(4),
  grouped(imagesPerSecond),
  `${grouped(firstStepMs)} ms`,
]

async function measure(name: string, learner: Learner, start: AutoEncoder, test: Batch): Promise<Result> {
  const { net, imagesPerSecond, firstStepMs } = learner
  return {
    name,
    learned: await countLearned(start, net),
    parameters: countAll(net),
    testLoss: await learner.loss(test),
    imagesPerSecond,
    firstStepMs,
  }
}

/** The first test digit, and what each learner makes of it, without their empty margins. */
async function pictures(test: Images, learners: Record<string, Learner>): Promise<Picture[]> {
  const batch = gather(test, [0])
  const made: [string, ArrayLike<number>][] = [['never seen', batch.values]]
  for (const [name, learner] of Object.entries(learners)) made.push([name, await learner.reconstruct(batch)])
  return made.map(([title, values]) => crop({ title, width: test.width, height: test.height, values }, 2))
}
