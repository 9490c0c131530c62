import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'

/** Where something was measured. */
export interface Machine {
  readonly cpu: string | undefined
  readonly cores: number
  readonly load: number | undefined
  readonly node: string
}

export const machine = (): Machine => ({
  cpu: cpus()[0]?.model.trim(),
  cores: cpus().length,
  load: loadavg()[0],
  node: process.version,
})

/** When and where, as reports say it. */
export function captionOf({ date, machine: { cpu, cores, node } }: Omit<Found<unknown>, 'results'>): string {
  return `${date.slice(0, 10)}, ${cpu}, ${cores} cores, Node ${node}`
}

/** Texts of files by their names. */
export type Files = Readonly<Record<string, string>>

/** What the READMEs show. */
const shown = join('docs', 'bench')
const examples = join(import.meta.dirname, '..')

/** What a run found, as its file holds it. */
export interface Found<T> {
  readonly date: string
  readonly machine: Machine
  readonly results: readonly T[]
}

const isSame = (a: Machine, b: Machine): boolean => a.cpu === b.cpu && a.cores === b.cores && a.node === b.node

/**
 * A run of some of `names`, and of the others what the same machine found before, in order: so that what takes long can be published piece by
 * piece.
 */
export function completed<T extends { readonly name: string }>(
  now: Found<T>,
  names: readonly string[],
  earlier: Found<T> | undefined,
): Found<T> {
  const before = earlier !== undefined && isSame(earlier.machine, now.machine) ? earlier.results : []
  const all = [...now.results, ...before]
  return { ...now, results: names.flatMap((name) => all.find((one) => one.name === name) ?? []) }
}

/** The published file of that name, if there is one. */
export function readPublished<T>(file: string): T | undefined {
  const path = join(examples, shown, file)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/** Writes what was measured, for the READMEs or, unless it is published, to a folder that git ignores; and says where. */
export function save(files: Files, { isPublished, date }: { isPublished: boolean; date: string }): void {
  const place = isPublished ? shown : join('bench', 'results', date.replaceAll(/[:.]/g, '-'))
  const path = join(examples, place)
  mkdirSync(path, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  console.log(`Saved ${Object.keys(files).join(', ')} in packages/examples/${place}.`)
}

export const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`
