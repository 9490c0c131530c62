import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Cost } from './cost.ts'
import { type Growing, type ProgramName, programs } from './programs.ts'
import { growthOf, table } from './table.ts'

/*
 * `pnpm bench:compile [program …] [--sizes 100,1000] [--repeats 3]`: what tracing and compiling cost by the number of equations. Each program
 * runs in a process of its own; the least of the repeats counts. Prints a table for each shape of program and saves all as JSON.
 */

const folder = import.meta.dirname

function once(name: string, size: number): Cost {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...process.execArgv, join(folder, 'one.ts'), name, String(size)],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`bench:compile: ${name} of ${size} equations failed: ${stderr}`)
  return JSON.parse(stdout)
}

/** Stage by stage the least that was seen. */
function least(costs: readonly Cost[]): Cost {
  const stages = Object.keys(costs[0] as Cost) as (keyof Cost)[]
  return Object.fromEntries(stages.map((stage) => [stage, Math.min(...costs.map((cost) => cost[stage]))])) as never
}

/** @throws {RangeError} for a name that is none */
function chosen(names: readonly string[]): [string, Growing][] {
  const unknown = names.find((name) => !Object.hasOwn(programs, name))
  if (unknown !== undefined)
    throw new RangeError(`bench:compile: no program ${unknown}; choose from ${Object.keys(programs).join(', ')}.`)
  return Object.entries(programs).filter(([name]) => names.length === 0 || names.includes(name as ProgramName))
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sizes: { type: 'string' }, repeats: { type: 'string' } },
})
const sizes = (values.sizes ?? '100,300,1000,3000,10000,20000').split(',').map(Number)
const repeats = Number(values.repeats ?? 3)
const results: Record<string, readonly Cost[]> = {}
for (const [name, { title }] of chosen(positionals)) {
  const costs = sizes.map((size) => least(Array.from({ length: repeats }, () => once(name, size))))
  results[name] = costs
  console.log(`${name}: ${title}\n${table(costs)}\ngrows with the power ${growthOf(costs).toFixed(2)}\n`)
}
const date = new Date().toISOString()
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0], node: process.version }
const path = join('bench', 'results', `compile-${date.replaceAll(/[:.]/g, '-')}.json`)
mkdirSync(join(folder, '..', 'results'), { recursive: true })
writeFileSync(join(folder, '..', '..', path), `${JSON.stringify({ date, machine, results }, undefined, 2)}\n`)
console.log(
  `Microseconds an equation, each stage by itself; the backend's time includes clean-up and planning. Saved as ${path}.`,
)
