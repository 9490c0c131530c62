import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compare } from './compare.ts'
import type { PeerCommand } from './peerProcess.ts'
import { formatRow, type Row, toRow } from './report.ts'
import { type Workload, workloads } from './workloads.ts'

/*
 * `pnpm bench [workload …] [--quick]`: times our packages beside those a user would otherwise pick, on the same numbers.
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
    script('@proj', 'proj.ts'),
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

function save(rows: readonly Row[]): string {
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0], node: process.version }
  const date = new Date().toISOString()
  const path = join('bench', 'results', `${date.replaceAll(/[:.]/g, '-')}.json`)
  mkdirSync(join(folder, 'results'), { recursive: true })
  writeFileSync(join(folder, '..', path), `${JSON.stringify({ date, machine, rows }, undefined, 2)}\n`)
  return path
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean' } } })
  const effort = values.quick ? { rounds: 1, secondsPerRound: 0.3 } : { rounds: 3, secondsPerRound: 0.7 }
  const [all, rows]: [PeerCommand[], Row[]] = [peers(), []]
  console.log(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}\n`)
  for (const [name, workload] of chosen(positionals)) {
    const row = toRow(name, workload, await compare(name, workload, all, effort))
    rows.push(row)
    console.log(`${formatRow(row)}\n`)
  }
  console.log(`Medians and quartiles of later calls; differences are from ours, in units of the largest value.`)
  console.log(`Saved as ${save(rows)}.`)
  if (rows.some(({ entries }) => entries[0]?.timing === undefined)) process.exitCode = 1
}

await main()
