import {
  BackendError,
  byteSize,
  type Executable,
  formatAval,
  type Jaxpr,
  type Literal,
  type Plan,
  readsOf,
  type Region,
  splat,
  stagesOf,
  storesOf,
  type Var,
} from '@proj/backend'
import { bufferOf, type CpuBuffer } from './buffers.ts'
import type { Engine } from './engine.ts'
import type { MemoryPlan } from './memory.ts'

/** A compiled module and what is known of its memory; shared by all Jaxprs of one structure. */
export interface Program {
  readonly plan: Plan
  readonly memory: MemoryPlan
  readonly module: WebAssembly.Module
  readonly moduleBytes: number
}

/** Results of so many bytes get an ArrayBuffer of their own, so that one does not keep its neighbours alive. */
const largeResult = 65536

/** Where a result is taken from after a run. */
type Take =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'constant'; readonly buffer: CpuBuffer }
  | { readonly kind: 'slot'; readonly start: number; readonly bytes: number; readonly dtype: CpuBuffer['dtype'] }

const constantBuffer = (literal: Literal): CpuBuffer => bufferOf(splat(literal.value, literal.aval), literal.aval.dtype)

export class CpuExecutable implements Executable<CpuBuffer> {
  readonly #engine: Engine
  readonly #name: string
  #program: Program | undefined
  readonly #inputs: readonly { readonly offset: number; readonly bytes: number }[]
  readonly #takes: readonly Take[]
  readonly #run: (arena: number) => void

  constructor(engine: Engine, program: Program, jaxpr: Jaxpr, name: string) {
    const { plan, memory } = program
    this.#engine = engine
    this.#name = name
    this.#program = program
    this.#inputs = plan.inputs.map((input) => ({ offset: memory.offsets.get(input) as number, bytes: byteSize(input.aval) }))
    this.#takes = plan.outputs.map((output, i): Take => {
      if (output.kind === 'literal') return { kind: 'constant', buffer: constantBuffer(output.literal) }
      const index = plan.inputs.indexOf(output.source)
      if (index >= 0) return { kind: 'input', index }
      const { aval } = jaxpr.outputs[i] as Jaxpr['outputs'][number]
      return { kind: 'slot', start: memory.offsets.get(output.source) as number, bytes: byteSize(aval), dtype: aval.dtype }
    })
    this.#run = engine.instantiate(program.module)
  }

  run(inputs: readonly CpuBuffer[]): CpuBuffer[] {
    const { memory } = this.#alive()
    const bytes = this.#engine.reserve(memory.size, this.#name)
    this.#checkInputs(inputs)
    for (let i = 0; i < inputs.length; i++) bytes.set((inputs[i] as CpuBuffer).bytes, (this.#inputs[i] as { offset: number }).offset)
    this.#run(0)
    return this.#results(inputs, bytes)
  }

  dispose(): void {
    this.#program = undefined
  }

  explain(): string {
    const { plan, memory, moduleBytes } = this.#alive()
    const lines = plan.regions.map((region, i) => `  ${String(i).padStart(3)} ${describe(region)}`)
    const used = `${memory.size} bytes (inputs and results ${memory.resultsEnd}, at most ${memory.live} in use at once)`
    return [`${this.#name}: ${plan.regions.length} regions, module of ${moduleBytes} bytes, arena of ${used}`, ...lines].join('\n')
  }

  #alive(): Program {
    if (this.#program === undefined) throw new BackendError(this.#name, 'the executable was disposed', 'compile the Jaxpr again')
    return this.#program
  }

  #checkInputs(inputs: readonly CpuBuffer[]): void {
    const wanted = this.#inputs
    if (inputs.length !== wanted.length) throw new BackendError(this.#name, `got ${inputs.length} buffers`, `give ${wanted.length}`)
    for (let i = 0; i < wanted.length; i++) {
      const [found, bytes] = [(inputs[i] as CpuBuffer).bytes.length, (wanted[i] as { bytes: number }).bytes]
      if (found !== bytes) throw new BackendError(this.#name, `input ${i} has ${found} bytes`, `give a buffer of ${bytes} bytes`)
    }
  }

  /** One copy for all small results. */
  #results(inputs: readonly CpuBuffer[], bytes: Uint8Array<ArrayBuffer>): CpuBuffer[] {
    const { resultsStart, resultsEnd } = this.#alive().memory
    const isSmall = resultsEnd - resultsStart <= largeResult
    const shared = isSmall && resultsEnd > resultsStart ? bytes.buffer.slice(resultsStart, resultsEnd) : undefined
    const taken = new Map<number, Uint8Array<ArrayBuffer>>()
    return this.#takes.map((take) => {
      if (take.kind === 'input') return inputs[take.index] as CpuBuffer
      if (take.kind === 'constant') return take.buffer
      let slot = taken.get(take.start)
      if (slot === undefined) {
        slot = shared === undefined ? bytes.slice(take.start, take.start + take.bytes) : new Uint8Array(shared, take.start - resultsStart, take.bytes)
        taken.set(take.start, slot)
      }
      return { dtype: take.dtype, bytes: slot }
    })
  }
}

const names = (vars: Iterable<Var>): string =>
  [...vars].map(({ aval }) => formatAval(aval)).join(', ')

function describe(region: Region): string {
  const steps = stagesOf(region).flatMap((stage) => stage.steps.map((step) => step.op))
  const folds = region.kind === 'reduce' ? region.reductions.map((reduction) => reduction.op) : []
  const shape = region.kind === 'move' ? region.shape : (stagesOf(region)[0]?.shape ?? [])
  const ops = [...folds, ...steps].join(' ')
  return `${region.kind}[${shape.join()}] ${ops} (${names(readsOf(region))}) -> ${names(storesOf(region))}`
}
