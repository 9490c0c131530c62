import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bars, curves, roofline } from './charts.ts'
import { compare, type Effort } from './compare.ts'
import { page } from './page.ts'
import type { PeerCommand } from './peerProcess.ts'
import { formatRow, type Row, toRow } from './report.ts'
import { measureRoofs } from './roofs.ts'
import { type Curve, measureCurve, scalings } from './scaling.ts'
import { type Workload, workloads } from './workloads.ts'

/*
 * `pnpm bench [workload …] [--quick] [--publish]`: times our packages beside those a user would otherwise pick, on the same numbers.
 * `pnpm bench --scaling`: how the cost of a call grows with size, depth and batch.
 * Real JAX takes part where `PYTHON`, or else `python3`, names a Python that has it.
 */

const folder = import.meta.dirname

/** A peer in JavaScript runs as this program does: same loader, same conditions. */
const script = (name: string, file: string, ...args: string[]): PeerCommand => ({
  name,
  command: process.execPath,
  args: [...process.execArgv, join(folder, 'peers', file), ...args],
})

function peers(): PeerCommand[] {
  const python = process.env['PYTHON'] || 'python3'
  const hasJax = spawnSync(python, ['-c', 'import jax']).status === 0
  const jax = { name: 'JAX, native', command: python, args: [join(folder, 'peers', 'realJax.py')] }
  return [
    script('@proj', 'proj.ts', '1'),
    script('@proj, 2 threads', 'proj.ts', '2'),
    script('jax-js wasm, await', 'jaxJs.ts', 'await'),
    script('jax-js wasm, dataSync', 'jaxJs.ts', 'dataSync'),
    script('tfjs cpu', 'tfjs.ts', 'cpu'),
    script('tfjs wasm', 'tfjs.ts', 'wasm'),
    ...(hasJax ? [jax] : []),
  ]
}

/** @throws {RangeError} for a name that is none */
function chosen(names: readonly string[]): [string, Workload][] {
  const all: Readonly<Record<string, Workload>> = workloads
  const unknown = names.find((name) => !Object.hasOwn(all, name))
  if (unknown !== undefined)
    throw new RangeError(`bench: no workload ${unknown}; choose from ${Object.keys(all).join(', ')}.`)
  return Object.entries(all).filter(([name]) => names.length === 0 || names.includes(name))
}

const machine = () => ({
  cpu: cpus()[0]?.model.trim(),
  cores: cpus().length,
  load: loadavg()[0],
  node: process.version,
})

/** When and where, as reports say it. */
function captionOf({ cpu, cores, node }: ReturnType<typeof machine>, date: string): string {
  return `${date.slice(0, 10)}, ${cpu}, ${cores} cores, Node ${node}`
}

type Files = Readonly<Record<string, string>>

/** Where `--publish` puts what the READMEs show; otherwise git ignores it. */
const placeOf = (publish: boolean, date: string) =>
  publish ? join('docs', 'bench') : join('bench', 'results', date.replaceAll(/[:.]/g, '-'))

function save(files: Files, place: string): void {
  const path = join(folder, '..', place)
  mkdirSync(path, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  console.log(`Saved ${Object.keys(files).join(', ')} in packages/examples/${place}.`)
}

async function compareAll(names: readonly string[], effort: Effort): Promise<Row[]> {
  const [all, rows]: [PeerCommand[], Row[]] = [peers(), []]
  for (const [name, workload] of chosen(names)) {
    const row = toRow(name, workload, await compare(name, workload, all, effort))
    rows.push(row)
    console.log(`${formatRow(row)}\n`)
  }
  console.log('Medians and quartiles of later calls; differences are from ours, in units of the largest value.')
  if (rows.some(({ entries }) => entries[0]?.timing === undefined)) process.exitCode = 1
  return rows
}

async function reportOn(names: readonly string[], effort: Effort, date: string): Promise<Files> {
  const [rows, roofs, where] = [await compareAll(names, effort), await measureRoofs(), machine()]
  const caption = captionOf(where, date)
  const [bar, roof] = [await bars(rows, caption), await roofline(rows, roofs, caption)]
  return {
    'report.json': `${JSON.stringify({ date, machine: where, roofs, rows }, undefined, 2)}\n`,
    'report.html': page({ caption, rows, pictures: [bar, roof] }),
    'bars.svg': bar,
    'roofline.svg': roof,
  }
}

async function reportOnScaling(effort: Effort, date: string): Promise<Files> {
  const [all, measured, where]: [PeerCommand[], Curve[], ReturnType<typeof machine>] = [peers(), [], machine()]
  for (const scaling of scalings) {
    const curve = await measureCurve(scaling, all, effort)
    measured.push(curve)
    console.log(`${curve.title}: ${curve.points.length} points`)
  }
  return {
    'scaling.json': `${JSON.stringify({ date, machine: where, curves: measured }, undefined, 2)}\n`,
    'scaling.svg': await curves(measured, captionOf(where, date)),
  }
}

async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const
  const options = { quick: flag, scaling: flag, publish: flag }
  const { values, positionals } = parseArgs({ allowPositionals: true, options })
  const effort = values.quick ? { rounds: 1, secondsPerRound: 0.3 } : { rounds: 3, secondsPerRound: 0.7 }
  const date = new Date().toISOString()
  console.log(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}\n`)
  const files = values.scaling
    ? await reportOnScaling({ rounds: 1, secondsPerRound: 0.2 }, date)
    : await reportOn(positionals, effort, date)
  save(files, placeOf(values.publish, date))
}

await main()
