import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { built } from '../built.ts'
import { captionOf, completed, type Found, json, machine, readPublished, save } from '../publish.ts'
import { chart, type Measured } from './chart.ts'
import { type Cost, stages } from './cost.ts'
import { type Growing, type ProgramName, programs } from './programs.ts'
import { growthOf, table } from './table.ts'

/*
 * `pnpm bench:compile [program …] [--sizes 100,1000] [--repeats 3] [--publish]`: what tracing and compiling cost by the number of equations.
 * Each program runs in a process of its own; the least of the repeats counts. Prints a table for each shape of program and draws all.
 */

function once(script: string, name: string, size: number): Cost {
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, name, String(size)], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`bench:compile: ${name} of ${size} equations failed: ${stderr}`)
  return JSON.parse(stdout)
}

/** Stage by stage the least that was seen. */
function least(costs: readonly Cost[]): Cost {
  const [{ equations }] = costs as readonly [Cost]
  const ms = stages.map((stage) => [stage, Math.min(...costs.map((cost) => cost.ms[stage]))])
  return { equations, ms: Object.fromEntries(ms) }
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
  options: {
    sizes: { type: 'string', default: '100,300,1000,3000,10000,20000' },
    repeats: { type: 'string', default: '3' },
    publish: { type: 'boolean', default: false },
  },
})
const sizes = values.sizes.split(',').map(Number)
const script = await built(join('compile', 'one.ts'))
const measured = chosen(positionals).map(([name, { title }]): Measured => {
  const times = Array.from({ length: Number(values.repeats) })
  const costs = sizes.map((size) => least(times.map(() => once(script, name, size))))
  console.log(`${name}: ${title}\n${table(costs)}\ngrows with the power ${growthOf(costs).toFixed(2)}\n`)
  return { name, title, costs }
})
console.log('Microseconds an equation, stage by stage.')
const { publish } = values
const now: Found<Measured> = { date: new Date().toISOString(), machine: machine(), results: measured }
const found = publish ? completed(now, Object.keys(programs), readPublished('compile.json')) : now
save(
  { 'compile.json': json(found), 'compile.svg': await chart(found.results, captionOf(found)) },
  { isPublished: publish, date: now.date },
)
