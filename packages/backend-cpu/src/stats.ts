import type { ExecutableStats } from '@proj/backend'
import type { Program } from './compileProgram.ts'
import type { Frame } from './memory.ts'
import { isHosts } from './work.ts'

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
