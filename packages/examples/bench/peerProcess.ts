import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'
import { pack } from './arrays.ts'
import { type Failure, type First, mark, type Prepare, type Samples, type Time } from './protocol.ts'
import type { Inputs } from './workloads.ts'

/** How a peer is started. */
export interface PeerCommand {
  /** As shown. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
}

/** A peer that could not do what it was asked to. */
export class PeerError extends Error {
  override readonly name = 'PeerError'
}

/** A peer in a process of its own, prepared for one workload. */
export class PeerProcess {
  readonly name: string
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>
  #complaints = ''

  constructor({ name, command, args }: PeerCommand) {
    this.name = name
    this.#child = spawn(command, args)
    this.#child.stderr.on('data', (text) => (this.#complaints += text))
    this.#child.stdin.on('error', () => {}) // it ended early; the next answer says so
    this.#lines = lines(this.#child)[Symbol.asyncIterator]()
  }

  /** Makes the first call, timed, and returns its results. */
  first(workload: string, inputs: Inputs): Promise<First> {
    const packed = Object.fromEntries(Object.entries(inputs).map(([name, dense]) => [name, pack(dense)]))
    return this.#ask({ workload, inputs: packed })
  }

  /** Milliseconds a call, sampled for so many seconds. */
  async time(seconds: number): Promise<readonly number[]> {
    const { samples } = await this.#ask<Samples>({ seconds })
    return samples
  }

  /** Ends the process. */
  stop(): void {
    this.#child.stdin.end()
    this.#child.kill()
  }

  async #ask<Answer extends object>(question: Prepare | Time): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(question)}\n`)
    const answer = await this.#answer<Answer>()
    if ('error' in answer) throw new PeerError(answer.error)
    return answer
  }

  async #answer<Answer>(): Promise<Answer | Failure> {
    for (;;) {
      const { value, done } = await this.#lines.next()
      if (done) throw new PeerError(gist(this.#complaints) ?? 'it ended without an answer')
      if (value.startsWith(mark)) return JSON.parse(value.slice(mark.length))
    }
  }
}

/** A command that cannot be started has nothing to say. */
function lines(child: ChildProcessWithoutNullStreams): Interface {
  const reader = createInterface({ input: child.stdout })
  child.on('error', (error) => {
    child.stderr.emit('data', error.message)
    reader.close()
  })
  return reader
}

/** The line that says what is wrong, of a stack trace and what stands around it. */
function gist(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.findLast(Boolean)
}
