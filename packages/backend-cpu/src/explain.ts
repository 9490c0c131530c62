import { formatAval, type Region, readsOf, stagesOf, storesOf, type Var } from '@proj/backend'
import { arenaPicture } from './arenaPicture.ts'
import type { Program } from './compileProgram.ts'
import { formatBytes } from './formatBytes.ts'
import type { Frame } from './memory.ts'
import { isHosts, statsOf } from './stats.ts'

const names = (vars: Iterable<Var>): string => [...vars].map(({ aval }) => formatAval(aval)).join(', ')

/** What a region does, and who does it if it is not the module. */
function work(region: Region): string {
  if (region.kind === 'whole') return `${region.op}${isHosts(region) ? ' by the host' : ''}`
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
export function explain(name: string, program: Program): string {
  const { memory } = program
  const { peakBytes, liveBytes, codeBytes, regions, inPlace, compileTimes } = statsOf(program)
  const times = Object.entries(compileTimes).map(([stage, time]) => `${stage} ${time.toFixed(1)}`)
  const ratio = (peakBytes / Math.max(1, liveBytes)).toFixed(2)
  return [
    `${name}: ${regions} regions, module of ${formatBytes(codeBytes)}, compiled in ms: ${times.join(', ')}`,
    ...lines(memory, '  '),
    `  memory: ${formatBytes(peakBytes)}, ${ratio} times the ${formatBytes(liveBytes)} that are in use at one time; ${inPlace} results in place`,
    `    large inputs and results where they are: ${formatBytes(memory.largeBytes)}; arena for all else: ${formatBytes(memory.size)}`,
    ...arenaPicture(memory),
  ].join('\n')
}
