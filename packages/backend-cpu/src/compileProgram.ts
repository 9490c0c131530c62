import { cleanUp, type Jaxpr, type Plan, planJaxpr } from '@proj/backend'
import { emitModule } from './emitModule.ts'
import type { HostCall } from './host.ts'
import { layoutOf, scratchBytes } from './lower/region.ts'
import { type MemoryPlan, planMemory } from './memory.ts'

/** A compiled module and what is known of its memory; shared by all Jaxprs of one structure. */
export interface Program {
  readonly plan: Plan
  readonly memory: MemoryPlan
  readonly module: WebAssembly.Module
  readonly moduleBytes: number
  /** What the module calls the host for, by number. */
  readonly hosts: readonly HostCall[]
}

/** The whole way from a Jaxpr to a module. */
export function compileProgram(jaxpr: Jaxpr, options: { readonly hasRelaxed: boolean }): Program {
  const plan = planJaxpr(cleanUp(jaxpr))
  const memory = planMemory(plan, { scratchOf: scratchBytes, layoutOf })
  const { bytes, hosts } = emitModule(memory, options)
  return { plan, memory, module: new WebAssembly.Module(bytes), moduleBytes: bytes.length, hosts }
}
