/** A thread that was started. */
export interface Thread {
  post(message: unknown): void
  stop(): void
}

/**
 * Starts a thread that runs `source`. `ended` is told why it cannot go on, now or later.
 *
 * @throws {Error} when it is clear at once that none can start
 */
export type StartThread = (source: string, name: string, ended: (reason: string) => void) => Thread

/** What is used of Node; not imported, as bundlers for browsers would stumble over it. */
interface Builtins {
  'node:os': { availableParallelism(): number }
  'node:worker_threads': {
    isMainThread: boolean
    Worker: new (
      source: string,
      options: object,
    ) => {
      postMessage(message: unknown): void
      on(event: string, listener: (about: unknown) => void): void
      unref(): void
      terminate(): void
    }
  }
}

function builtin<K extends keyof Builtins>(name: K): Builtins[K] | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } }
  return process?.getBuiltinModule?.(name) as Builtins[K] | undefined
}

/** A memory for threads of at most `maximum` pages; none where the page or the engine does not allow it. */
export function sharedMemory(maximum: number): WebAssembly.Memory | undefined {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean }
  if (crossOriginIsolated === false || typeof SharedArrayBuffer === 'undefined') return undefined
  try {
    return new WebAssembly.Memory({ initial: 1, maximum, shared: true })
  } catch {
    return undefined
  }
}

export function coreCount(): number {
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } }
  return builtin('node:os')?.availableParallelism() ?? navigator?.hardwareConcurrency ?? 1
}

/** Whether the thread that runs this may sleep: that of a page must not. */
export function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1)
    return true
  } catch {
    return false
  }
}

/** In Node, where a thread keeps no program alive, and elsewhere. */
export const startThread: StartThread = (source, name, ended) => {
  const node = builtin('node:worker_threads')
  return node === undefined ? inBrowser(source, name, ended) : inNode(node, source, name, ended)
}

function inNode(
  { Worker }: Builtins['node:worker_threads'],
  source: string,
  name: string,
  ended: (reason: string) => void,
): Thread {
  // Loaders that the program was started with would only slow it down.
  const worker = new Worker(source, { eval: true, name, execArgv: [] })
  worker.on('error', (error) => ended(String(error)))
  worker.on('exit', () => ended('it ended'))
  worker.unref()
  return { post: (message) => worker.postMessage(message), stop: () => worker.terminate() }
}

function inBrowser(source: string, name: string, ended: (reason: string) => void): Thread {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  const worker = new Worker(url, { name })
  worker.onerror = (event) => {
    event.preventDefault()
    ended(event.message || 'the page does not allow it; add `worker-src blob:` to the Content-Security-Policy')
  }
  return {
    post: (message) => worker.postMessage(message),
    stop: () => {
      worker.terminate()
      URL.revokeObjectURL(url)
    },
  }
}
