import {
  type Aval,
  type Backend,
  BackendError,
  type CompileOptions,
  type DType,
  dtypes,
  type Executable,
  type Jaxpr,
  jaxprKey,
  type MemoryUse,
  RecentMap,
  type TypedArray,
} from '@proj/backend'
import { compileProgram, type Program } from './compileProgram.ts'
import { Engine, type EngineOptions } from './engine.ts'
import { CpuExecutable, free } from './executable.ts'
import { ReferenceExecutable } from './referenceExecutable.ts'
import { hasRelaxedSimd } from './relaxed.ts'
import { CpuBuffer, checkAlive, elementsOf, storageOf } from './storage.ts'
import type { Threads } from './threads/divider.ts'
import { coreCount } from './threads/platform.ts'
import type { PoolOptions } from './threads/pool.ts'

const supported: ReadonlySet<DType> = new Set(Object.keys(dtypes) as DType[])

export interface CpuOptions {
  /** Whether to use fused multiply-adds, which are faster and round once instead of twice, where the engine has them; yes unless told. */
  readonly relaxedSimd?: boolean
  /** The most bytes that arrays and intermediate results in use at one time may take; 4 GiB, what WebAssembly can address, unless told. */
  readonly memoryLimit?: number
  /**
   * How many threads share the work of large programs, with the one that calls: as many as there are cores, but at most four, unless told.
   * It is one where memory cannot be shared, as in a page that is not cross-origin isolated. Results do not depend on it.
   */
  readonly threads?: number
}

/** What is known of threads besides their number, for tests. */
export type ThreadOptions = Threads & PoolOptions

/** Programs that are kept at least, for Jaxprs like theirs; one of a few regions takes about a tenth of a megabyte. */
const keptPrograms = 1024

/** Memory is too slow for many more. */
const mostThreads = 4

function threadsFor({ threads = Math.min(coreCount(), mostThreads) }: CpuOptions): ThreadOptions | undefined {
  if (!Number.isInteger(threads) || threads < 1)
    throw new BackendError('cpu', `threads is ${threads}`, 'give a whole number from 1 on')
  return threads === 1 ? undefined : { threads }
}

function checkLimit(memoryLimit: number | undefined): void {
  if (memoryLimit !== undefined && !(Number.isInteger(memoryLimit) && memoryLimit >= 2 ** 20))
    throw new BackendError('cpu', `memoryLimit is ${memoryLimit}`, 'give a number of bytes, 1 MiB or more')
}

/** Compiles Jaxprs to WebAssembly modules that share one memory. */
export class CpuBackend implements Backend<CpuBuffer> {
  readonly name = 'cpu'
  readonly dtypes = supported
  #engine: Engine | undefined
  readonly #programs = new RecentMap<string, Program>(keptPrograms)
  readonly #hasRelaxed: boolean
  readonly #engineOptions: EngineOptions
  readonly #threads: ThreadOptions | undefined

  constructor(options: CpuOptions, threads = threadsFor(options)) {
    const { relaxedSimd, memoryLimit } = options
    checkLimit(memoryLimit)
    this.#threads = threads
    this.#engineOptions = { threads, ...(memoryLimit !== undefined && { most: memoryLimit }) }
    this.#hasRelaxed = relaxedSimd !== false && hasRelaxedSimd()
  }

  put(data: TypedArray, aval: Aval): CpuBuffer {
    return new CpuBuffer(aval.dtype, storageOf(data))
  }

  get(buffer: CpuBuffer): Promise<TypedArray> {
    return Promise.resolve(this.getSync(buffer))
  }

  getSync(buffer: CpuBuffer): TypedArray {
    checkAlive('cpu', buffer)
    return elementsOf(
      buffer.dtype,
      this.#engine?.read(buffer.storage) ?? (buffer.storage.plain as Uint8Array<ArrayBuffer>),
    )
  }

  free(buffer: CpuBuffer): void {
    if (this.#engine === undefined) buffer.isFreed = true
    else free(this.#engine, buffer)
  }

  memoryUse(): MemoryUse {
    return this.#engine?.use ?? { reserved: 0, inUse: 0 }
  }

  compile(jaxpr: Jaxpr, { name = 'cpu' }: CompileOptions): Executable<CpuBuffer> {
    this.#engine ??= new Engine(this.#engineOptions)
    return new CpuExecutable(this.#engine, this.#program(jaxpr, this.#engine), jaxpr, name)
  }

  #program(jaxpr: Jaxpr, engine: Engine): Program {
    const key = jaxprKey(jaxpr)
    let program = this.#programs.get(key)
    if (program === undefined) {
      const threads = engine.threads && this.#threads
      program = compileProgram(jaxpr, { hasRelaxed: this.#hasRelaxed, threads })
      this.#programs.set(key, program)
    }
    return program
  }
}

/** Whether this place runs WebAssembly with vectors: a page's Content-Security-Policy may forbid it, an old engine lack it. */
function canCompile(): boolean {
  try {
    // (module (func (drop (v128.const 0))))
    const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 23, 1, 21, 0, 0xfd, 12]
    new WebAssembly.Module(Uint8Array.from([...head, ...new Array<number>(16).fill(0), 0x1a, 0x0b]))
    return true
  } catch {
    return false
  }
}

let hasWarned = false

/**
 * The embedded backend: each Jaxpr becomes one WebAssembly module with SIMD and a static memory plan. Where WebAssembly is blocked, it
 * warns once and runs Jaxprs with the reference evaluator.
 *
 * @example
 * const backend = cpu()
 * const executable = backend.compile(jaxpr, { name: 'f' })
 * const [y] = executable.run([backend.put(Float32Array.of(1, 2), makeAval([2], 'float32'))])
 */
export function cpu(options: CpuOptions = {}): Backend {
  if (canCompile()) return new CpuBackend(options) as Backend
  if (!hasWarned)
    console.warn(
      'cpu: WebAssembly is blocked here; running slowly without it. Allow it with `wasm-unsafe-eval` in the Content-Security-Policy.',
    )
  hasWarned = true
  return new ReferenceBackend({ relaxedSimd: false }) as Backend
}

/** The same buffers, evaluated equation by equation. */
class ReferenceBackend extends CpuBackend {
  override compile(jaxpr: Jaxpr, { name = 'cpu' }: CompileOptions): Executable<CpuBuffer> {
    return new ReferenceExecutable(jaxpr, name)
  }
}
