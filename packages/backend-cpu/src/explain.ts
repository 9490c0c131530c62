import { formatAval, type Region, readsOf, stagesOf, storesOf, type Var } from '@proj/backend'
import type { Program } from './compileProgram.ts'

const names = (vars: Iterable<Var>): string => [...vars].map(({ aval }) => formatAval(aval)).join(', ')

function describe(region: Region): string {
  const steps = stagesOf(region).flatMap((stage) => stage.steps.map((step) => step.op))
  const folds = region.kind === 'reduce' ? region.reductions.map((reduction) => reduction.op) : []
  const shape = region.kind === 'move' ? region.shape : (stagesOf(region)[0]?.shape ?? [])
  const ops = [...folds, ...steps].join(' ')
  return `${region.kind}[${shape.join()}] ${ops} (${names(readsOf(region))}) -> ${names(storesOf(region))}`
}

/** For people: what was fused, where the memory goes, the size of the code. */
export function explain(name: string, { plan, memory, moduleBytes }: Program): string {
  const large = [...memory.slots.values()].filter((slot) => slot.kind === 'pointer').length
  const where = `${memory.size} bytes (small inputs and results ${memory.resultsEnd}, at most ${memory.live} in use at once), ${large} large arrays in place`
  const head = `${name}: ${plan.regions.length} regions, module of ${moduleBytes} bytes, arena of ${where}`
  return [head, ...plan.regions.map((region, i) => `  ${String(i).padStart(3)} ${describe(region)}`)].join('\n')
}
