import { conformanceCounts } from './counts.ts'
import { publicNames } from './exports.ts'
import { type JaxName, jaxNames } from './names.ts'
import { absences, candidates } from './spelling.ts'

/** A name of JAX's and what became of it. */
export interface Row extends JaxName {
  /** Our name, with its package: `autodiff.numpy.sum`. Absent: there is none. */
  readonly ours?: string
  /** Why there is none. */
  readonly reason?: string
  /** How many recorded answers of JAX it is held against. */
  readonly cases: number
}

export async function compatibility(): Promise<readonly Row[]> {
  const names = publicNames()
  const counts = await conformanceCounts()
  return jaxNames.map((jax) => {
    const ours = candidates(jax).find((name) => names.has(name))
    const cases = ours === undefined ? 0 : counts(ours)
    const reason = absences[`${jax.module}.${jax.name}`]
    return {
      ...jax,
      cases,
      ...(ours !== undefined && { ours }),
      ...(ours === undefined && reason !== undefined && { reason }),
    }
  })
}

const isDone = (row: Row): boolean => row.ours !== undefined

function summaryLine(module: string, rows: readonly Row[]): string {
  const cell = (tier: JaxName['tier']): string => {
    const all = rows.filter((row) => row.tier === tier)
    return `${all.filter(isDone).length} / ${all.length}`
  }
  const cases = rows.reduce((sum, row) => sum + row.cases, 0)
  return `| \`${module}\` | ${cell('must')} | ${cell('should')} | ${cases} |`
}

function moduleTable(module: string, rows: readonly Row[]): string {
  const lines = rows.map(({ name, tier, ours, reason, cases }) => {
    const state = ours === undefined ? `absent${reason === undefined ? '' : `: ${reason}`}` : 'done'
    return `| \`${name}\` | ${ours === undefined ? '' : `\`${ours}\``} | ${tier} | ${state} | ${cases === 0 ? '' : cases} |`
  })
  return [
    `## ${module}`,
    '',
    '| JAX | ours | tier | state | cases |',
    '| --- | --- | --- | --- | --: |',
    ...lines,
  ].join('\n')
}

/** `COMPATIBILITY.md`, whole. */
export function document(rows: readonly Row[]): string {
  const modules = [...new Set(rows.map((row) => row.module))]
  const of = (module: string): Row[] => rows.filter((row) => row.module === module)
  const total = (tier: JaxName['tier']): string => {
    const all = rows.filter((row) => row.tier === tier)
    return `${all.filter(isDone).length} of ${all.length} ${tier === 'must' ? 'that matter most (must)' : 'that matter (should)'}`
  }
  return `${[
    '# Compatibility with JAX 0.10.2',
    '',
    'Made from the code by `pnpm compatibility`: each public name of JAX, ours, and how many recorded answers of JAX itself ours is held against',
    '(cases that exercise it as their subject; many more use it on the way). `jax.tree`, `jax.tree_util` and `jax.nn` have theirs in the tests of',
    '[`@proj/tree`](packages/tree) and [`@proj/nn`](packages/nn).',
    '',
    `Names here: ${total('must')}, ${total('should')}.`,
    '',
    '| module | must | should | cases |',
    '| --- | --: | --: | --: |',
    ...modules.map((module) => summaryLine(module, of(module))),
    '',
    '## Where the numbers differ',
    '',
    '- Denormal floats are kept, as in numpy; XLA on the CPU flushes them to zero. The recorded answers keep clear of them.',
    '- Float functions are within the ulps that the conformance tests write down for each; integers, booleans and random bits are exact.',
    '- `complex64` does not exist. `fft` takes and gives pairs `{ real, imag }`.',
    '- There is no x64 flag: `float64` is a dtype like the others, asked for by name. int64 does not exist.',
    '',
    ...modules.map((module) => `${moduleTable(module, of(module))}\n`),
  ].join('\n')}`
}
