import { sizeOf } from '@proj/backend'
import { chain, fill, matmul } from '../bench/workloads.ts'
import { CpuBackend } from '../src/cpu.ts'
import { control } from '../src/threads/control.ts'
import { type StartThread, startThread } from '../src/threads/platform.ts'

/** What a page with threads found. */
export interface Findings {
  /** Whether both programs gave the same bits as on one thread, each time. */
  readonly isSame: boolean
  readonly started: number
  /** Parts that the others did. */
  readonly helped: number
}

let started = 0
let words: Int32Array | undefined

const start: StartThread = (source, name, ended) => {
  const thread = startThread(source, name, ended)
  started++
  return {
    post: (message) => {
      const { memory } = message as { memory?: WebAssembly.Memory }
      if (memory !== undefined) words = new Int32Array(memory.buffer)
      thread.post(message)
    },
    stop: () => thread.stop(),
  }
}

const helped = (): number => words?.[control.helped / 4] ?? 0

/** Runs a product and a chain until other threads have helped, or for a while. */
async function find(): Promise<Findings> {
  const [one, two] = [new CpuBackend({ threads: 1 }), new CpuBackend({}, { threads: 2, patientWork: 0, start })]
  let isSame = true
  for (const { jaxpr } of [matmul(257), chain(300_001, true)]) {
    const [expected, run] = [one, two].map((backend) => {
      const executable = backend.compile(jaxpr, {})
      const inputs = jaxpr.inputs.map(({ aval }) => backend.put(fill(aval), aval))
      return () => backend.getSync(executable.run(inputs)[0] as never)
    }) as unknown as readonly [() => ArrayLike<number>, () => ArrayLike<number>]
    const [want, before] = [expected(), helped()]
    for (let i = 0; i < 100 && (i < 5 || (started > 0 && helped() === before)); i++) {
      const got = run()
      for (let k = 0; k < sizeOf(jaxpr.outputs[0]?.aval.shape ?? []); k++) isSame &&= got[k] === want[k]
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  return { isSame, started, helped: helped() }
}

Object.assign(globalThis, { find })
