import { type ExecutableStats, type Region, rowOf } from '@proj/backend'
import type { Program } from './compileProgram.ts'
import { type Lowering, lowerings } from './lower/table.ts'
import type { Frame } from './memory.ts'

/** Whether the reference does it, outside the module. */
export const isHosts = (region: Region): boolean =>
  region.kind === 'whole' && rowOf<Lowering<never>>(lowerings, region.op).kind === 'host'

/** A frame and those inside it. */
const framesIn = (frame: Frame): readonly Frame[] => [
  frame,
  ...frame.layouts.flatMap((layout) => layout?.frames ?? []).flatMap(framesIn),
]

/** What is known of a program before it runs. */
export function statsOf({ memory, moduleBytes, compileTimes }: Program): ExecutableStats {
  const frames = framesIn(memory)
  const regions = frames.flatMap((frame) => frame.regions)
  return {
    peakBytes: memory.size + memory.largeBytes,
    liveBytes: memory.live,
    codeBytes: moduleBytes,
    regions: regions.length,
    hostRegions: regions.filter(isHosts).length,
    inPlace: frames.reduce((sum, { inPlace }) => sum + inPlace.size, 0),
    compileTimes,
  }
}
