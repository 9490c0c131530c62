import { formatAval, type OpName, type Region, readsOf, rowOf, stagesOf, storesOf, type Var } from '@proj/backend'
import type { Program } from './compileProgram.ts'
import { type Lowering, lowerings } from './lower/table.ts'
import type { Frame } from './memory.ts'

const names = (vars: Iterable<Var>): string => [...vars].map(({ aval }) => formatAval(aval)).join(', ')

/** What a region does, and who does it if it is not the module. */
function work(region: Region): string {
  if (region.kind === 'whole')
    return `${region.op}${rowOf<Lowering<OpName>>(lowerings, region.op).kind === 'host' ? ' by the host' : ''}`
  const steps = stagesOf(region).flatMap((stage) => stage.steps.map((step) => step.op))
  const folds = region.kind === 'reduce' ? region.reductions.map((reduction) => reduction.op) : []
  const shape = region.kind === 'move' ? region.shape : (stagesOf(region)[0]?.shape ?? [])
  return `${region.kind}[${shape.join()}] ${[...folds, ...steps].join(' ')}`
}

const describe = (region: Region): string => `${work(region)} (${names(readsOf(region))}) -> ${names(storesOf(region))}`

/** A line for each region; those of control ops under it. */
function lines({ regions, layouts, once }: Frame, indent: string): string[] {
  return regions.flatMap((region, i) => {
    const mark = i < once ? 'once ' : ''
    const inner = (layouts[i]?.frames ?? []).flatMap((frame, k) => [
      `${indent}    part ${k}`,
      ...lines(frame, `${indent}    `),
    ])
    return [`${indent}${mark}${String(i).padStart(3)} ${describe(region)}`, ...inner]
  })
}

/** For people: what was fused, where the memory goes, the size of the code. */
export function explain(name: string, { memory, moduleBytes }: Program): string {
  const large = [...memory.slots.values()].filter((slot) => slot.kind === 'pointer').length
  const where = `${memory.size} bytes (small inputs and results ${memory.resultsEnd}, at most ${memory.live} in use at once), ${large} large arrays in place`
  const head = `${name}: ${memory.regions.length} regions, module of ${moduleBytes} bytes, arena of ${where}`
  return [head, ...lines(memory, '  ')].join('\n')
}
