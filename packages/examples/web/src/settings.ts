/** Where the page can compute. */
export const backends = ['cpu', 'webgl'] as const
export type BackendName = (typeof backends)[number]

/** JAX's generator before and after `threefry_partitionable`. */
export const threefries = ['original', 'default'] as const
export type Threefry = (typeof threefries)[number]

/** What the controls start with, each from the parameter of its name in the page's address. */
export interface Settings {
  readonly backend: BackendName
  readonly threefry: Threefry
  /** Images in a step. */
  readonly batch: number
  /** Adam's learning rate. */
  readonly rate: number
  /** Training ends by itself after so many. */
  readonly steps: number
  /** How many of the 60,000 to learn from, the first ones. */
  readonly images: number
}

interface Range {
  readonly value: number
  readonly min: number
  readonly max: number
  readonly whole: boolean
}

export type NumberName = 'batch' | 'rate' | 'steps' | 'images'

/** What a training is opened with. */
export type TrainingSettings = Pick<Settings, NumberName>

/** Default and bounds of each number. */
export const ranges: Readonly<Record<NumberName, Range>> = {
  batch: { value: 128, min: 1, max: 1024, whole: true },
  rate: { value: 0.001, min: 0.000001, max: 1, whole: false },
  steps: { value: 900, min: 1, max: 100_000, whole: true },
  images: { value: 60_000, min: 1, max: 60_000, whole: true },
}

/** The settings in `query`, and a sentence for each parameter that cannot be used. */
export function readSettings(query: URLSearchParams): { settings: Settings; problems: string[] } {
  const problems: string[] = []
  const settings: Settings = {
    backend: choice(query, 'backend', backends, problems),
    threefry: choice(query, 'threefry', threefries, problems),
    batch: number(query, 'batch', problems),
    rate: number(query, 'rate', problems),
    steps: number(query, 'steps', problems),
    images: number(query, 'images', problems),
  }
  return { settings, problems }
}

function choice<T extends string>(query: URLSearchParams, name: string, allowed: readonly T[], problems: string[]): T {
  const [first] = allowed as readonly [T]
  const text = query.get(name)
  if (text === null) return first
  const found = allowed.find((value) => value === text)
  if (found === undefined) problems.push(`${name}=${text}: not one of ${allowed.join(', ')}; ${first} is used.`)
  return found ?? first
}

function number(query: URLSearchParams, name: NumberName, problems: string[]): number {
  const { value: usual } = ranges[name]
  const text = query.get(name)
  if (text === null) return usual
  const value = text.trim() === '' ? Number.NaN : Number(text)
  const problem = problemWith(name, value)
  if (problem === undefined) return value
  problems.push(`${name}=${text}: ${problem}; ${usual} is used.`)
  return usual
}

/** What is wrong with a number, if anything. */
export function problemWith(name: NumberName, value: number): string | undefined {
  const { min, max, whole } = ranges[name]
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return undefined
  return `not a ${whole ? 'whole ' : ''}number from ${min} to ${max}`
}
