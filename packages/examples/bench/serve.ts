import { createInterface } from 'node:readline'
import { pack, unpack } from './arrays.ts'
import { type Failure, type First, mark, type Prepare, type Samples, type Time } from './protocol.ts'
import { sample } from './samples.ts'
import type { Task, Tasks } from './task.ts'

/** A library under test. */
export interface Peer {
  readonly version: string
  readonly tasks: Tasks
}

/** The side of the protocol that runs in the peer's process, for peers in JavaScript. */
export async function serve(load: () => Promise<Peer>): Promise<void> {
  let prepared: Task | undefined
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const message: Prepare | Time = JSON.parse(line)
      if ('workload' in message) {
        const peer = await load()
        prepared = prepare(peer.tasks, message)
        answer(await first(peer.version, prepared))
      } else answer({ samples: await sample(prepared as Task, message.seconds) })
    } catch (error) {
      answer({ error: String(error) })
    }
  }
}

const answer = (message: First | Samples | Failure) => process.stdout.write(`${mark}${JSON.stringify(message)}\n`)

function prepare(tasks: Tasks, { workload, inputs }: Prepare): Task {
  const dense = Object.fromEntries(Object.entries(inputs).map(([name, packed]) => [name, unpack(packed)]))
  const task = tasks[workload as keyof Tasks]
  if (task === undefined)
    throw new RangeError(`serve: there is no task ${workload}; time this peer with another workload.`)
  return task(dense)
}

async function first(version: string, task: Task): Promise<First> {
  const started = performance.now()
  const result = await task.run()
  const firstMs = performance.now() - started
  const results = (await task.read(result)).map((values) => pack({ shape: [values.length], values }))
  task.drop?.(result)
  return { version, firstMs, results }
}
