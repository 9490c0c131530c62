import {
  byteSize,
  formatAval,
  type OpName,
  type ReducePart,
  type Region,
  type RegionRun,
  readsOf,
  rowOf,
  sizeOf,
  stagesOf,
  storesOf,
  type Var,
} from '@proj/backend'
import { type Lowering, lowerings } from './lower/table.ts'

/** Whether the reference does it, outside the module. */
export const isHosts = (region: Region): boolean =>
  region.kind === 'whole' && rowOf<Lowering<OpName>>(lowerings, region.op).kind === 'host'

const names = (vars: Iterable<Var>): string => [...vars].map(({ aval }) => formatAval(aval)).join(', ')

/** What a region does, and who does it if it is not the module. */
function nameOf(region: Region): string {
  if (region.kind === 'whole') return `${region.op}${isHosts(region) ? ' by the host' : ''}`
  const shape = region.kind === 'move' ? region.shape : (stagesOf(region)[0]?.shape ?? [])
  return `${region.kind}[${shape.join()}] ${opsOf(region)}`.trimEnd()
}

/** In a word each, those of parts that follow each other apart. */
function opsOf(region: Region): string {
  if (region.kind === 'rows') return region.parts.map(opsOfPart).join(', then ')
  if (region.kind === 'reduce') return opsOfPart(region)
  return stagesOf(region)
    .flatMap(({ steps }) => steps.map(({ op }) => op))
    .join(' ')
}

const opsOfPart = ({ main, reductions, epilogue }: ReducePart): string =>
  [...reductions, ...main.steps, ...epilogue.steps].map(({ op }) => op).join(' ')

export const describeRegion = (region: Region): string =>
  `${nameOf(region)} (${names(readsOf(region))}) -> ${names(storesOf(region))}`

/** A product of sums counts a multiplication and an addition for each pair; any other op counts one at each point. */
function flopsOf(region: Region): number | undefined {
  if (region.kind === 'whole') return undefined
  const steps = stagesOf(region).reduce((sum, { shape, steps: all }) => sum + sizeOf(shape) * all.length, 0)
  if (region.kind === 'dot') return steps + 2 * sizeOf(region.epilogue.shape) * sizeOf(region.contract)
  const parts = region.kind === 'rows' ? region.parts : region.kind === 'reduce' ? [region] : []
  return parts.reduce((sum, { main, reductions }) => sum + sizeOf(main.shape) * reductions.length, steps)
}

/** A region's name and what it has to do. */
export function workOf(region: Region): Pick<RegionRun, 'name' | 'bytes' | 'flops'> {
  let bytes = 0
  for (const { aval } of [...readsOf(region), ...storesOf(region)]) bytes += byteSize(aval)
  const flops = flopsOf(region)
  return { name: nameOf(region), bytes, ...(flops === undefined ? {} : { flops }) }
}
