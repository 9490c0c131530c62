import type { Entry } from './compare.ts'
import type { Workload } from './workloads.ts'

/** One workload with all peers, the first of which the others are compared with. */
export interface Row {
  readonly name: string
  readonly title: string
  readonly flops?: number
  readonly bytes?: number
  readonly entries: readonly Entry[]
}

export const toRow = (name: string, { title, flops, bytes }: Workload, entries: readonly Entry[]): Row => ({
  name,
  title,
  ...(flops !== undefined && { flops }),
  ...(bytes !== undefined && { bytes }),
  entries,
})

const heading = ['', 'first call', 'median', 'quartiles', 'times ours', 'difference']

/** A row as a table for people. */
export function formatRow({ title, flops, entries }: Row): string {
  const speed = flops === undefined ? [] : ['GFLOP/s']
  const ours = entries[0]?.timing?.median
  const lines = entries.map((entry) => cells(entry, ours, flops))
  const problems = entries.flatMap(({ peer, problem }) => (problem ? [`  ${peer}: ${problem}`] : []))
  return [title, columns([[...heading, ...speed], ...lines]), ...problems].join('\n')
}

function cells(
  { peer, firstMs, difference, timing }: Entry,
  ours: number | undefined,
  flops: number | undefined,
): string[] {
  const speed = flops === undefined ? [] : [timing ? (flops / timing.median / 1e6).toFixed(1) : '-']
  const gap = difference === undefined ? '-' : difference === 0 ? '0' : difference.toExponential(0)
  const first = firstMs === undefined ? '-' : duration(firstMs)
  if (timing === undefined) return [peer, first, '-', '-', '-', gap, ...speed]
  const { median, lowerQuartile, upperQuartile } = timing
  const quartiles = `${duration(lowerQuartile)} to ${duration(upperQuartile)}`
  const ratio = ours === undefined ? '-' : significant(median / ours, 2)
  return [peer, first, duration(median), quartiles, ratio, gap, ...speed]
}

/** Milliseconds, in the unit that suits them. */
export function duration(ms: number): string {
  if (ms >= 1000) return `${significant(ms / 1000, 3)} s`
  return ms >= 1 ? `${significant(ms, 3)} ms` : `${significant(ms * 1000, 3)} µs`
}

/** So many significant digits, never as a power of ten. */
export function significant(value: number, digits: number): string {
  const magnitude = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)))
  return value.toFixed(Math.max(0, digits - 1 - magnitude))
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  const pad = (cell: string, i: number) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))
  return rows.map((row) => `  ${row.map(pad).join('  ')}`.trimEnd()).join('\n')
}
