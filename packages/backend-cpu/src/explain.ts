import { arenaPicture } from './arenaPicture.ts'
import type { Program } from './compileProgram.ts'
import { formatBytes } from './formatBytes.ts'
import type { Frame } from './memory.ts'
import { statsOf } from './stats.ts'
import { describeRegion } from './work.ts'

/** A line for each region; those of control ops under it. */
function lines({ regions, layouts, once }: Frame, indent: string): string[] {
  return regions.flatMap((region, i) => {
    const mark = i < once ? 'once ' : ''
    const inner = (layouts[i]?.frames ?? []).flatMap((frame, k) => [
      `${indent}    part ${k}`,
      ...lines(frame, `${indent}    `),
    ])
    return [`${indent}${mark}${String(i).padStart(3)} ${describeRegion(region)}`, ...inner]
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
