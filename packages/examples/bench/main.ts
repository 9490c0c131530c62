import { spawnSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { built } from './built.ts'
import { bars, curves, roofline } from './charts.ts'
import { compare, type Effort } from './compare.ts'
import { page } from './page.ts'
import type { PeerCommand } from './peerProcess.ts'
import { captionOf, completed, type Files, type Found, json, machine, readPublished, save } from './publish.ts'
import { formatRow, type Row, toRow } from './report.ts'
import { measureRoofs } from './roofs.ts'
import { type Curve, measureCurve, measureThreads, scalings, threads } from './scaling.ts'
import { type Workload, workloads } from './workloads.ts'

/*
 * `pnpm bench [workload …] [--quick] [--publish]`: times our packages beside those a user would otherwise pick, on the same numbers.
 * `pnpm bench --scaling [curve …] [--publish]`: how the cost of a call changes with size, depth, batch, leaves
 * and threads.
 * What is published of a part takes its place among the rest.
 * Real JAX takes part where `PYTHON`, or else `python3`, names a Python that has it.
 */

const folder = import.meta.dirname

/** A peer in JavaScript. */
async function script(file: string): Promise<(name: string, ...args: string[]) => PeerCommand> {
  const path = await built(join('peers', file))
  return (name, ...args) => ({ name, command: process.execPath, args: [path, ...args] })
}

const oursOn =
  (proj: (name: string, ...args: string[]) => PeerCommand) =>
  (threads: number, results: 'kept' | 'freed' = 'kept'): PeerCommand => {
    const [on, how] = [threads === 1 ? '' : `, ${threads} threads`, results === 'kept' ? '' : ', results freed']
    return proj(`@proj${on}${how}`, String(threads), results)
  }

/** Our results are left to the collector, or also freed, which the curves have no room for. */
async function peers(ways: readonly ('kept' | 'freed')[]): Promise<PeerCommand[]> {
  const ours = oursOn(await script('proj.ts'))
  const [jaxJs, tfjs] = [await script('jaxJs.ts'), await script('tfjs.ts')]
  const python = process.env['PYTHON'] || 'python3'
  const hasJax = spawnSync(python, ['-c', 'import jax']).status === 0
  const jax = { name: 'JAX, native', command: python, args: [join(folder, 'peers', 'realJax.py')] }
  return [
    ...ways.flatMap((results) => [ours(1, results), ours(2, results)]),
    jaxJs('jax-js wasm, await', 'await'),
    jaxJs('jax-js wasm, dataSync', 'dataSync'),
    tfjs('tfjs cpu', 'cpu'),
    tfjs('tfjs wasm', 'wasm'),
    ...(hasJax ? [jax] : []),
  ]
}

/**
 * Those of a table that are asked for, or all.
 *
 * @throws {RangeError} for a name that is none
 */
function chosen<T extends { readonly name: string }>(all: readonly T[], names: readonly string[]): readonly T[] {
  const unknown = names.find((name) => all.every((one) => one.name !== name))
  if (unknown !== undefined)
    throw new RangeError(`bench: nothing is named ${unknown}; choose from ${namesOf(all).join(', ')}.`)
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
}

const namesOf = (all: readonly { readonly name: string }[]): string[] => all.map(({ name }) => name)

const listed: readonly (Workload & { readonly name: string })[] = Object.entries(workloads).map(([name, workload]) => ({
  name,
  ...workload,
}))

async function compareAll(names: readonly string[], effort: Effort): Promise<Row[]> {
  const [all, rows]: [PeerCommand[], Row[]] = [await peers(['kept', 'freed']), []]
  for (const workload of chosen(listed, names)) {
    const row = toRow(workload.name, workload, await compare(workload.name, workload, all, effort))
    rows.push(row)
    console.log(`${formatRow(row)}\n`)
  }
  console.log('Medians and quartiles of later calls; differences are from ours, in units of the largest value.')
  if (rows.some(({ entries }) => entries[0]?.timing === undefined)) process.exitCode = 1
  return rows
}

interface Request {
  readonly names: readonly string[]
  readonly effort: Effort
  readonly isPublished: boolean
  readonly date: string
}

/** What was measured now; to be published, together with what was published before. */
function gathered<T extends { readonly name: string }>(
  results: readonly T[],
  { date, isPublished }: Request,
  file: string,
  names: readonly string[],
): Found<T> {
  const now = { date, machine: machine(), results }
  return isPublished ? completed(now, names, readPublished(file)) : now
}

async function reportOn(request: Request): Promise<Files> {
  const rows = await compareAll(request.names, request.effort)
  const [found, roofs] = [gathered(rows, request, 'report.json', namesOf(listed)), await measureRoofs()]
  const caption = captionOf(found)
  const [bar, roof] = [await bars(found.results, caption), await roofline(found.results, roofs, caption)]
  return {
    'report.json': json({ ...found, roofs }),
    'report.html': page({ caption, rows: found.results, pictures: [bar, roof] }),
    'bars.svg': bar,
    'roofline.svg': roof,
  }
}

/** The curves that there are, in order. */
const curveNames = [...scalings, { name: threads }]

/** Measures curve by curve; each is saved when it is there. */
async function reportOnScaling(request: Request): Promise<void> {
  const measured: Curve[] = []
  const add = async (curve: Curve) => {
    measured.push(curve)
    console.log(`${curve.title}: ${curve.points.length} points`)
    const found = gathered(measured, request, 'scaling.json', namesOf(curveNames))
    save({ 'scaling.json': json(found), 'scaling.svg': await curves(found.results, captionOf(found)) }, request)
  }
  const wanted = namesOf(chosen(curveNames, request.names))
  const all = await peers(['kept'])
  for (const scaling of scalings)
    if (wanted.includes(scaling.name)) await add(await measureCurve(scaling, all, request.effort))
  if (wanted.includes(threads))
    await add(await measureThreads(oursOn(await script('proj.ts')), cpus().length, efforts.quick))
}

const efforts = {
  full: { rounds: 3, secondsPerRound: 0.7, starts: 3 },
  quick: { rounds: 1, secondsPerRound: 0.3, starts: 1 },
  scaling: { rounds: 1, secondsPerRound: 0.2, starts: 1 },
}

async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const
  const options = { quick: flag, scaling: flag, publish: flag }
  const { values, positionals: names } = parseArgs({ allowPositionals: true, options })
  console.log(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}\n`)
  const request = { names, isPublished: values.publish, date: new Date().toISOString() }
  if (values.scaling) return reportOnScaling({ ...request, effort: efforts.scaling })
  save(await reportOn({ ...request, effort: values.quick ? efforts.quick : efforts.full }), request)
}

await main()
