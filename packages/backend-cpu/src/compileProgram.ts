import { cleanUp, type Jaxpr, type Plan, type Region, type Var } from '@proj/backend'
import { emitModule } from './emitModule.ts'
import type { Linkable } from './engine.ts'
import type { HostCall } from './host.ts'
import { layoutOf, scratchBytes } from './lower/region.ts'
import { type MemoryPlan, planMemory } from './memory.ts'
import { planRegions } from './planRegions.ts'
import type { Threads } from './threads/divider.ts'

/** A compiled module and what is known of its memory; shared by all Jaxprs of one structure. */
export interface Program {
  readonly plan: Plan
  readonly memory: MemoryPlan
  readonly module: WebAssembly.Module
  readonly moduleBytes: number
  /** What the module calls the host for, by number. */
  readonly hosts: readonly HostCall[]
  /** The same with marks between the regions, for profiles; compiled when it is asked for first. */
  marked(): Linkable
  /** In milliseconds, by stage, in order. */
  readonly compileTimes: Readonly<Record<string, number>>
  /** By which threads know it; the marked one has the same parts. */
  readonly number: number
  /** In nanoseconds, what a run is likely to do in parts. */
  readonly dividedWork: number
}

export interface ProgramOptions {
  readonly hasRelaxed: boolean
  /** Absent for a memory that is not shared. */
  readonly threads?: Threads | undefined
}

let programs = 0

const linkable = ({ bytes, hosts }: ReturnType<typeof emitModule>): Linkable => ({
  module: new WebAssembly.Module(bytes),
  hosts,
})

/** The whole way from a Jaxpr to a module. */
export function compileProgram(jaxpr: Jaxpr, { hasRelaxed, threads }: ProgramOptions): Program {
  const compileTimes: Record<string, number> = {}
  const timed = <T>(stage: string, body: () => T): T => {
    const start = performance.now()
    const result = body()
    compileTimes[stage] = performance.now() - start
    return result
  }
  const scratchOf = (region: Region, inPlace: ReadonlySet<Var>) => scratchBytes(region, inPlace, threads?.threads)
  const number = ++programs
  const clean = timed('clean up', () => cleanUp(jaxpr))
  const plan = timed('fuse', () => planRegions(clean))
  const memory = timed('place', () => planMemory(plan, { scratchOf, layoutOf }))
  const { bytes, hosts, dividedWork } = timed('emit', () => emitModule(memory, { hasRelaxed, threads, number }))
  const module = timed('module', () => new WebAssembly.Module(bytes))
  let withMarks: Linkable | undefined
  const marked = (): Linkable =>
    (withMarks ??= linkable(emitModule(memory, { hasRelaxed, threads, number, hasMarks: true })))
  return { plan, memory, module, moduleBytes: bytes.length, hosts, marked, compileTimes, number, dividedWork }
}
