import type { Backend } from '../backend.ts'
import { bodiesOf } from '../bodies.ts'
import type { TypedArray } from '../dtype.ts'
import type { Jaxpr } from '../jaxpr.ts'
import { formatJaxpr } from '../print.ts'
import { randomTrial } from './randomTrial.ts'
import { shrink } from './shrink.ts'
import { Disagreement, type Tally, type Trial, Trials } from './trial.ts'

export interface CampaignOptions {
  /** A fresh backend; asked for every few hundred programs, for a backend keeps what it has compiled. */
  readonly backend: () => Backend
  /** The first program's seed. */
  readonly seed: number
  readonly count: number
  /** Shrinks what fails; yes unless told. */
  readonly shrinks?: boolean
}

export interface Failure {
  readonly seed: number
  /** What was wrong, the smallest program found that is wrong in the same way, and what it was run on. */
  readonly report: string
}

/** How many times each op was compiled and each dtype computed, in bodies, too. */
export interface Coverage {
  readonly ops: Map<string, number>
  readonly dtypes: Map<string, number>
}

export interface Campaign {
  readonly tally: Tally
  readonly coverage: Coverage
  readonly failures: readonly Failure[]
}

/** A backend lives for so many programs. */
const generation = 250

const increment = (counts: Map<string, number>, key: string, by = 1): void =>
  void counts.set(key, (counts.get(key) ?? 0) + by)

function cover(jaxpr: Jaxpr, { ops, dtypes }: Coverage): void {
  for (const { op, params, outputs } of jaxpr.eqns) {
    increment(ops, op)
    for (const { aval } of outputs) increment(dtypes, aval.dtype)
    for (const body of bodiesOf(params)) cover(body, { ops, dtypes })
  }
}

const attempt = async (trials: Trials, trial: Trial): Promise<Error | undefined> =>
  trials.check(trial).then(
    () => undefined,
    (error: unknown) => error as Error,
  )

/** Two failures of one kind may have the same cause. */
const kindOf = (error: Error | undefined): string | undefined =>
  error && (error instanceof Disagreement ? `${error.name} ${error.message.split(':')[0]}` : error.name)

const listed = (data: TypedArray): string => `${data.slice(0, 32).join(' ')}${data.length > 32 ? ' …' : ''}`

function describe({ jaxpr, calls, aliases, donated }: Trial, error: Error): string {
  const inputs = jaxpr.inputs.map((_, i) => {
    const same = aliases[i] === i ? '' : ` (the buffer of input ${aliases[i]})`
    return `  input ${i}${donated.has(i) ? ', given up' : ''}: ${listed(calls[0][i] as TypedArray)} | ${listed(calls[1][i] as TypedArray)}${same}`
  })
  const what = error instanceof Disagreement ? error.message : `${error.stack}\n${formatJaxpr(jaxpr)}`
  return [what, ...inputs].join('\n')
}

async function reportOf(options: CampaignOptions, trial: Trial, error: Error): Promise<string> {
  const again = (one: Trial) => attempt(new Trials(options.backend()), one)
  const kind = kindOf(error)
  if (kindOf(await again(trial)) !== kind)
    return `only after the program before it: begin one seed earlier\n${describe(trial, error)}`
  const smallest =
    options.shrinks === false ? trial : await shrink(trial, async (one) => kindOf(await again(one)) === kind)
  return describe(smallest, (await again(smallest)) ?? error)
}

/**
 * Runs the random programs of `count` seeds on a backend, each as people would: see `Trials`. What fails is shrunk and reported, and the rest
 * goes on.
 *
 * @example const { failures } = await campaign({ backend: () => cpu(), seed: 0, count: 1000 })
 */
export async function campaign(options: CampaignOptions): Promise<Campaign> {
  const tally: Tally = { programs: 0, elements: 0, bounded: 0, unknown: 0 }
  const coverage: Coverage = { ops: new Map(), dtypes: new Map() }
  const failures: Failure[] = []
  let trials = new Trials(options.backend(), tally)
  for (let i = 0; i < options.count; i++) {
    if (i > 0 && i % generation === 0) trials = new Trials(options.backend(), tally)
    const seed = options.seed + i
    const trial = randomTrial(seed)
    cover(trial.jaxpr, coverage)
    const error = await attempt(trials, trial)
    if (error === undefined) continue
    failures.push({ seed, report: await reportOf(options, trial, error) })
    trials = new Trials(options.backend(), tally)
  }
  return { tally, coverage, failures }
}
