import {
  BackendError,
  byteSize,
  type DType,
  type Executable,
  type ExecutableStats,
  formatAval,
  type Jaxpr,
  type Literal,
  type Region,
  type RegionRun,
  splat,
} from '@proj/backend'
import type { Program } from './compileProgram.ts'
import type { Engine, Linkable } from './engine.ts'
import { explain } from './explain.ts'
import { positionsOf } from './liveness.ts'
import type { MemoryPlan, Slot } from './memory.ts'
import { statsOf } from './stats.ts'
import { CpuBuffer, checkAlive, Storage, storageOf } from './storage.ts'
import { workOf } from './work.ts'

/** Where a result is taken from after a run. */
type Take =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'constant'; readonly storage: Storage }
  | { readonly kind: 'copy'; readonly start: number; readonly bytes: number }
  | { readonly kind: 'pointer'; readonly index: number; readonly bytes: number; readonly what: string }

/** `what` is for messages. */
type Input = Slot & { readonly bytes: number; readonly what: string }

/** A literal's storage, which the executable holds as well. */
function constantStorage({ value, aval }: Literal): Storage {
  const storage = storageOf(splat(value, aval))
  storage.handles++
  return storage
}

const none: ReadonlySet<number> = new Set()
const noHeirs: MemoryPlan['heirs'] = new Map()

/** Whether nobody but the caller, who gives it up, has this storage of an input: its own handle and that of the running call. */
const isAlone = ({ handles }: Storage): boolean => handles === 2

export class CpuExecutable implements Executable<CpuBuffer> {
  readonly #engine: Engine
  readonly #name: string
  #program: Program | undefined
  readonly #inputs: readonly Input[]
  readonly #takes: readonly (Take & { readonly dtype: DType })[]

  constructor(engine: Engine, program: Program, jaxpr: Jaxpr, name: string) {
    const { plan, memory } = program
    this.#engine = engine
    this.#name = name
    this.#program = program
    this.#inputs = plan.inputs.map((input, i) => {
      const what = `input ${i}, ${formatAval(input.aval)},`
      return { ...(memory.slots.get(input) as Slot), bytes: byteSize(input.aval), what }
    })
    const positions = positionsOf(plan.inputs)
    this.#takes = plan.outputs.map((output, i) => {
      const { aval } = jaxpr.outputs[i] as Jaxpr['outputs'][number]
      const { dtype } = aval
      if (output.kind === 'literal') return { kind: 'constant', storage: constantStorage(output.literal), dtype }
      const index = positions.get(output.source)
      if (index !== undefined) return { kind: 'input', index, dtype }
      const slot = memory.slots.get(output.source) as Slot
      const bytes = byteSize(output.source.aval)
      if (slot.kind === 'arena') return { kind: 'copy', start: slot.offset, bytes, dtype }
      return { ...slot, bytes, dtype, what: `result ${i}, ${formatAval(aval)},` }
    })
    engine.link(program)
  }

  run(inputs: readonly CpuBuffer[], donated: ReadonlySet<number> = none): CpuBuffer[] {
    const program = this.#alive()
    return this.#call(program, program, inputs, donated)
  }

  prepareProfile(): void {
    this.#engine.link(this.#alive().marked())
  }

  runProfiled(
    inputs: readonly CpuBuffer[],
    donated: ReadonlySet<number> = none,
    report: (region: RegionRun) => void,
  ): CpuBuffer[] {
    const program = this.#alive()
    const marked = program.marked()
    const outer = this.#engine.onMark
    const { regions } = program.memory
    let start = performance.now()
    this.#engine.onMark = (i) => {
      const end = performance.now()
      if (i >= 0) report({ ...workOf(regions[i] as Region), start, end })
      start = performance.now()
    }
    try {
      return this.#call(program, marked, inputs, donated)
    } finally {
      this.#engine.onMark = outer
    }
  }

  #call(
    { memory, hosts }: Program,
    code: Linkable,
    inputs: readonly CpuBuffer[],
    donated: ReadonlySet<number>,
  ): CpuBuffer[] {
    this.#check(inputs)
    const engine = this.#engine
    engine.begin()
    // A callback may free an array that is still needed.
    for (const { storage } of inputs) storage.handles++
    const created = new Map<number, Storage>()
    try {
      const arena = engine.arena(memory.size, this.#name)
      // A host call may fail half-way; until it is done, inputs are the caller's.
      const heirs = hosts.length === 0 ? memory.heirs : noHeirs
      this.#place(created, heirs, inputs, donated, arena)
      this.#execute(engine.link(code), arena)
      const results = this.#results(memory, inputs, created, arena)
      for (const index of donated) free(engine, inputs[index] as CpuBuffer)
      return results
    } finally {
      // Of a call that failed.
      if (created.size > 0) for (const storage of created.values()) if (storage.handles === 0) engine.release(storage)
      for (const { storage } of inputs) letGo(engine, storage)
      engine.end()
    }
  }

  dispose(): void {
    this.#program = undefined
  }

  #execute(run: (arena: number) => void, arena: number): void {
    const { threads } = this.#engine
    const program = this.#alive()
    if (threads === undefined || program.dividedWork === 0) return run(arena)
    threads.attend(program)
    try {
      run(arena)
    } catch (error) {
      if (!threads.hasFailed) throw error
      threads.close()
      const found = 'a thread broke off in the middle of its part'
      throw new BackendError(this.#name, found, 'call again; it runs on one thread now', { cause: error })
    }
  }

  explain(): string {
    return explain(this.#name, this.#alive())
  }

  stats(): ExecutableStats {
    return statsOf(this.#alive())
  }

  #alive(): Program {
    if (this.#program === undefined)
      throw new BackendError(this.#name, 'the executable was disposed', 'compile the Jaxpr again')
    return this.#program
  }

  #check(inputs: readonly CpuBuffer[]): void {
    const wanted = this.#inputs
    if (inputs.length !== wanted.length)
      throw new BackendError(this.#name, `got ${inputs.length} buffers`, `give ${wanted.length}`)
    for (let i = 0; i < wanted.length; i++) {
      const buffer = inputs[i] as CpuBuffer
      const { bytes } = wanted[i] as Input
      checkAlive(`${this.#name}, input ${i}`, buffer)
      if (buffer.storage.size !== bytes)
        throw new BackendError(
          this.#name,
          `input ${i} has ${buffer.storage.size} bytes`,
          `give a buffer of ${bytes} bytes`,
        )
    }
  }

  /** Brings the inputs to where the code looks for them, and makes room for large results, by pointer. */
  #place(
    created: Map<number, Storage>,
    heirs: MemoryPlan['heirs'],
    inputs: readonly CpuBuffer[],
    donated: ReadonlySet<number>,
    arena: number,
  ): void {
    const engine = this.#engine
    for (let i = 0; i < inputs.length; i++) {
      if ((this.#inputs[i] as Input).kind === 'pointer') engine.pin((inputs[i] as CpuBuffer).storage)
    }
    for (let i = 0; i < inputs.length; i++) {
      const { kind, what } = this.#inputs[i] as Input
      if (kind === 'pointer') engine.bring((inputs[i] as CpuBuffer).storage, this.#name, what)
    }
    const taken = new Set<Storage>()
    for (const take of this.#takes) {
      if (take.kind !== 'pointer' || created.has(take.index)) continue
      const heirloom = heirs
        .get(take.index)
        ?.filter((input) => donated.has(input))
        .map((input) => (inputs[input] as CpuBuffer).storage)
        .find((storage) => isAlone(storage) && !taken.has(storage))
      const storage = heirloom ?? new Storage(take.bytes)
      if (heirloom === undefined) engine.create(storage, this.#name, take.what)
      else taken.add(heirloom)
      created.set(take.index, storage)
    }
    // Memory has its size now, and views of it stay valid.
    const { bytes, words } = engine
    for (let i = 0; i < inputs.length; i++) {
      const [input, { storage }] = [this.#inputs[i] as Input, inputs[i] as CpuBuffer]
      if (input.kind === 'arena') bytes.set(storage.plain as Uint8Array, arena + input.offset)
      else words[(arena >>> 2) + input.index] = storage.address
    }
    if (created.size > 0) for (const [index, storage] of created) words[(arena >>> 2) + index] = storage.address
  }

  /** One copy for all small results. */
  #results(
    { resultsStart, resultsEnd }: MemoryPlan,
    inputs: readonly CpuBuffer[],
    created: ReadonlyMap<number, Storage>,
    arena: number,
  ): CpuBuffer[] {
    const { bytes } = this.#engine
    // A small typed array of its own costs a quarter of what a buffer and a view of it do.
    const isSingle = this.#takes.length === 1
    const shared =
      resultsEnd > resultsStart && !isSingle ? bytes.slice(arena + resultsStart, arena + resultsEnd).buffer : undefined
    const copies = new Map<number, Storage>()
    return this.#takes.map((take) => {
      if (take.kind === 'input') return new CpuBuffer(take.dtype, (inputs[take.index] as CpuBuffer).storage)
      if (take.kind === 'constant') return new CpuBuffer(take.dtype, take.storage)
      if (take.kind === 'pointer') return new CpuBuffer(take.dtype, created.get(take.index) as Storage)
      let storage = copies.get(take.start)
      if (storage === undefined) {
        const start = arena + take.start
        const own = isSingle
          ? bytes.slice(start, start + take.bytes)
          : new Uint8Array(shared as ArrayBuffer, take.start - resultsStart, take.bytes)
        storage = new Storage(take.bytes, own)
        copies.set(take.start, storage)
      }
      return new CpuBuffer(take.dtype, storage)
    })
  }
}

/** Gives an array up; its storage goes with the last one. */
export function free(engine: Engine, buffer: CpuBuffer): void {
  if (buffer.isFreed) return
  buffer.isFreed = true
  letGo(engine, buffer.storage)
}

function letGo(engine: Engine, storage: Storage): void {
  if (--storage.handles === 0) engine.release(storage)
}
