// Random programs, compiled against the reference: `pnpm fuzz --count 1000000 --state fuzz.json`.
//
//   --count    how many programs; 20000 unless told
//   --seed     the first program's seed; 0 unless told
//   --mode     one of those in modes.ts; otherwise they take turns, a hundred programs each
//   --seconds  stops after so long; with --state, the same command goes on from there
//   --state    a file for what was done so far
//
// A failure is printed with its seed and shrunk; `--seed <it> --count 1 --mode <its mode>` runs it again.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Campaign, campaign } from '@proj/backend/testing'
import { collectGarbage } from './collectGarbage.ts'
import { type Mode, modeNames, modes } from './modes.ts'

interface State {
  next: number
  seconds: number
  programs: Record<string, number>
  elements: number
  bounded: number
  unknown: number
  ops: Record<string, number>
  dtypes: Record<string, number>
  failures: { seed: number; mode: string }[]
}

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '0' },
    mode: { type: 'string' },
    seconds: { type: 'string', default: 'Infinity' },
    state: { type: 'string' },
  },
})

const [count, first, seconds] = [Number(values.count), Number(values.seed), Number(values.seconds)]
/** Programs in one mode before the next mode's turn. */
const block = 100

function load(): State {
  if (values.state !== undefined && existsSync(values.state)) return JSON.parse(readFileSync(values.state, 'utf8'))
  return {
    next: first,
    seconds: 0,
    programs: {},
    elements: 0,
    bounded: 0,
    unknown: 0,
    ops: {},
    dtypes: {},
    failures: [],
  }
}

function modeOf(seed: number): Mode {
  if (values.mode === undefined) return modeNames[Math.floor(seed / block) % modeNames.length] as Mode
  if (values.mode in modes) return values.mode as Mode
  throw new Error(`--mode ${values.mode}: use one of ${modeNames.join(', ')}.`)
}

function add(counts: Record<string, number>, more: Iterable<[string, number]>): void {
  for (const [key, n] of more) counts[key] = (counts[key] ?? 0) + n
}

function record(state: State, mode: Mode, { tally, coverage, failures }: Campaign): void {
  add(state.programs, [[mode, tally.programs + failures.length]])
  for (const key of ['elements', 'bounded', 'unknown'] as const) state[key] += tally[key]
  add(state.ops, coverage.ops)
  add(state.dtypes, coverage.dtypes)
  for (const { seed, report } of failures) {
    state.failures.push({ seed, mode })
    console.log(`\nseed ${seed}, ${mode} (--seed ${seed} --count 1 --mode ${mode})\n${report}`)
  }
}

const sorted = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .sort((a, b) => b[1] - a[1])
    .map(([key, n]) => `${key} ${n}`)
    .join(', ')

function summary(state: State): string {
  const share = (n: number) => `${((100 * n) / state.elements).toFixed(1)} %`
  const programs = Object.values(state.programs).reduce((sum, n) => sum + n, 0)
  return [
    `${programs} programs (${sorted(state.programs)}) in ${state.seconds.toFixed(0)} s, ${state.failures.length} failures`,
    `${state.elements} results compared: ${share(state.bounded)} within bounds, ${share(state.unknown)} unknown, the rest to the bit`,
    `dtypes: ${sorted(state.dtypes)}`,
    `ops: ${sorted(state.ops)}`,
  ].join('\n')
}

const state = load()
const [begun, before] = [performance.now(), state.seconds]
while (state.next < first + count && state.seconds - before < seconds) {
  const mode = modeOf(state.next)
  const size = Math.min(block - (state.next % block), first + count - state.next)
  // Left to itself the collector would be late: it does not know that a backend that was given up has threads.
  if (state.next % (10 * block) === 0) await collectGarbage()
  record(state, mode, await campaign({ backend: modes[mode], seed: state.next, count: size }))
  state.next += size
  state.seconds = before + (performance.now() - begun) / 1000
  if (values.state !== undefined) writeFileSync(values.state, JSON.stringify(state))
}
console.log(`\n${summary(state)}`)
if (state.next < first + count) console.log(`next seed: ${state.next}`)
if (state.failures.length > 0) process.exitCode = 1
