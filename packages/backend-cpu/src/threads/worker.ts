import { control } from './control.ts'

/**
 * What a thread runs. It is text, not a module, because the thread must start wherever this package was bundled to, and starts fast alone.
 *
 * Messages bring the memory, and modules by their numbers. Between messages the thread is blocked, looking for a job: awake for a while after
 * each, then asleep. A message is announced in `mail`, so that it goes back to its event loop to receive it.
 */
export const workerSource = `
const port = typeof require === 'function' ? require('node:worker_threads').parentPort : self
const awake = 0.2 // milliseconds
const at = ${JSON.stringify(Object.fromEntries(Object.entries(control).map(([name, address]) => [name, address / 4])))}
let memory, words, thread
let received = 0
const modules = new Map()
const instances = new Map()

function helper(program) {
  let help = instances.get(program)
  if (help === undefined && modules.has(program)) {
    const host = () => { throw new Error('cpu: the host was called by a thread') }
    help = new WebAssembly.Instance(modules.get(program), { env: { memory, host } }).exports.help
    instances.set(program, help)
  }
  return help
}

function nextJob(seen) {
  const end = performance.now() + awake
  do {
    for (let i = 0; i < 1000; i++) if (Atomics.load(words, at.job) !== seen) return
  } while (performance.now() < end)
  Atomics.add(words, at.sleepers, 1)
  Atomics.wait(words, at.job, seen)
  Atomics.sub(words, at.sleepers, 1)
}

function work() {
  while (Atomics.load(words, at.mail) === received) {
    const seen = Atomics.load(words, at.job)
    const help = helper(Atomics.load(words, at.program))
    if (help !== undefined) Atomics.add(words, at.helped, help(thread))
    nextJob(seen)
  }
}

port.onmessage = ({ data }) => {
  received++
  if (data.memory) {
    ;({ memory, thread } = data)
    words = new Int32Array(memory.buffer, 0, ${control.handed / 4})
  }
  if (data.module) modules.set(data.program, data.module)
  for (const known of [modules, instances]) known.delete(data.forget)
  try {
    work()
  } catch (error) {
    Atomics.store(words, at.hasFailed, 1)
    Atomics.notify(words, at.finished)
    throw error
  }
}
`
