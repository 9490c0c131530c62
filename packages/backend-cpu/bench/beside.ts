// What has an order of its own (sorting, indexing, running sums, random numbers …) beside numpy and JAX, each on one core, on the same data, results
// checked equal first: `PYTHON=…/python npx tsx --conditions=@proj/source bench/beside.ts [part of a name]`. Needs a Python with jax.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Aval, TypedArray } from '@proj/backend'
import { cpu } from '../src/index.ts'
import * as make from './algorithms.ts'
import { contentOf, type NativeWorkload } from './native.ts'

const million = 1_000_000
const workloads: readonly NativeWorkload[] = [
  make.sort('float32', [10_000], 0),
  make.sort('float32', [million], 0),
  make.sort('int32', [million], 0),
  make.sort('float64', [million], 0),
  make.sort('float32', [1000, 1000], 1),
  make.sort('float32', [1000, 1000], 0),
  make.sort('float32', [50_000, 20], 1),
  make.argsort(10_000),
  make.argsort(million),
  make.lexsort(million),
  make.topK([million], 10),
  make.topK([1000, 1000], 10),
  make.take([10_000, 64], 20_000),
  make.take([100_000, 4], 100_000),
  make.take([million], million),
  make.scatter('set', [10_000, 64], 10_000),
  make.scatter('add', [10_000, 64], 20_000),
  make.scatter('add', [million], million),
  make.scatter('max', [million], million),
  make.scatter('add', [1000], million, { intoZeros: true }),
  make.scatter('add', [1000, 64], 20_000, { intoZeros: true }),
  make.cumulative('add', [million], 0),
  make.cumulative('add', [1000, 1000], 0),
  make.cumulative('add', [1000, 1000], 1),
  make.cumulative('mul', [million], 0),
  make.cumulative('max', [million], 0),
  make.cumulative('max', [1000, 1000], 0),
  make.dynamicSlice('dynamicSlice', 2000, 500),
  make.dynamicSlice('dynamicUpdateSlice', 1000, 100),
  make.random('bits', 10 * million),
  make.random('bits', 10 * million, { partitionable: false }),
  make.random('uniform', 10 * million),
  make.random('normal', 10 * million),
  make.random('normal', 10 * million, { partitionable: false }),
  make.fft([1 << 18], 1),
  make.fft([256, 256], 1),
  make.fft([512, 512], 2),
  make.fft([1000], 1),
]

interface Times {
  readonly median: number
  readonly best: number
}

/** Of one call in seconds. */
function timesOf(run: () => void): Times {
  for (let i = 0; i < 3; i++) run()
  const times: number[] = []
  const end = performance.now() + 400
  while (times.length < 5 || (performance.now() < end && times.length < 100)) {
    const before = performance.now()
    run()
    times.push((performance.now() - before) / 1000)
  }
  times.sort((a, b) => a - b)
  return { median: times[times.length >> 1] as number, best: times[0] as number }
}

const folder = mkdtempSync(join(tmpdir(), 'beside-'))
let files = 0

function write(data: TypedArray, { dtype, shape }: Aval) {
  const file = `${files++}.bin`
  writeFileSync(join(folder, file), data)
  return { file, dtype, shape }
}

function runOurs(workload: NativeWorkload) {
  const backend = cpu()
  const executable = backend.compile(workload.jaxpr, { name: workload.name })
  const data = workload.jaxpr.inputs.map(({ aval }, i) => contentOf(workload.contents[i] ?? 'any', aval))
  const inputs = workload.jaxpr.inputs.map(({ aval }, i) => backend.put((data[i] as TypedArray).slice(), aval))
  const results = executable.run(inputs)
  const { name, numpy, jax, numpyDiffers, jaxpr } = workload
  const program = {
    ...{ name, numpy, jax, numpyDiffers },
    inputs: jaxpr.inputs.map(({ aval }, i) => write(data[i] as TypedArray, aval)),
    outputs: jaxpr.outputs.map(({ aval }, i) => write(backend.getSync?.(results[i] as object) as TypedArray, aval)),
  }
  for (const result of results) backend.free(result)
  const times = timesOf(() => {
    for (const result of executable.run(inputs)) backend.free(result)
  })
  return { program, times }
}

interface Answer {
  readonly name: string
  readonly numpy: { readonly error: number | null; readonly seconds: readonly [number, number] }
  readonly jax: { readonly error: number | null; readonly seconds: readonly [number, number] }
}

const ms = (seconds: number): string => (seconds * 1000).toFixed(3).padStart(9)

/** Milliseconds, medians, with ours over theirs; a result that differs is said. */
function report({ tolerance = 0 }: NativeWorkload, ours: Times, { name, ...peers }: Answer): string {
  const cells = Object.values(peers).map(({ error, seconds: [median, best] }) => {
    const verdict = error === null || error <= tolerance ? '' : ` differs by ${error.toPrecision(2)}`
    return `${ms(median)} (${ms(best)}) ×${(ours.median / median).toFixed(2).padStart(6)}${verdict}`
  })
  return `| ${name.padEnd(46)} | ${ms(ours.median)} (${ms(ours.best)}) | ${cells.join(' | ')} |`
}

const wanted = process.argv[2] ?? ''
const chosen = workloads.filter(({ name }) => name.includes(wanted))
const ours = chosen.map(runOurs)
writeFileSync(join(folder, 'programs.json'), JSON.stringify(ours.map(({ program }) => program)))
const script = join(import.meta.dirname, 'native.py')
const peers = spawnSync(process.env.PYTHON ?? 'python3', [script, folder], { encoding: 'utf8', maxBuffer: 1 << 26 })
rmSync(folder, { recursive: true })
if (peers.status !== 0) throw new Error(peers.stderr)
const answers = peers.stdout
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Answer)
console.log(
  '| program | ours, ms: median (best) | numpy, ours over it | JAX, ours over it |\n| --- | --- | --- | --- |',
)
chosen.forEach((workload, i) => console.log(report(workload, ours[i]?.times as Times, answers[i] as Answer)))
