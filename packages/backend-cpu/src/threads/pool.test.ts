import { expect, it, vi } from 'vitest'
import { collectGarbage } from '../../fuzz/collectGarbage.ts'
import { sharedMemory } from './platform.ts'
import { ThreadPool } from './pool.ts'

const emptyModule = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))

it('threads know the programs that were sent last, and are sent again what they had to forget', () => {
  const knownTo: Set<number>[] = []
  let most = 0
  const start = () => {
    const known = new Set<number>()
    knownTo.push(known)
    const post = ({ program, forget }: { program?: number; forget?: number }) => {
      if (program !== undefined) known.add(program)
      if (forget !== undefined) known.delete(forget)
      most = Math.max(most, known.size)
    }
    return { post: post as (message: object) => void, stop: () => {} }
  }
  const pool = new ThreadPool(sharedMemory(16) as WebAssembly.Memory, { threads: 3, patientWork: 0, start })
  const run = (number: number) => {
    pool.attend({ number, module: emptyModule, dividedWork: 1 })
    for (const known of knownTo) expect(known).toContain(number)
  }
  for (let number = 1; number <= 2000; number++) run(number)
  expect(most).toBe(512)
  for (const number of [1, 1999, 2, 1]) run(number)
  expect(knownTo.map((known) => known.size)).toEqual([512, 512])
})

it('threads of a pool that nobody has any more are stopped, though each holds whom to tell of its end', async () => {
  const stop = vi.fn()
  const held: unknown[] = []
  const start = (_source: string, _name: string, ended: (reason: string) => void) => {
    held.push(ended)
    return { post: () => {}, stop }
  }
  const memory = sharedMemory(16) as WebAssembly.Memory
  const run = () => {
    const pool = new ThreadPool(memory, { threads: 3, patientWork: 0, start })
    pool.attend({ number: 1, module: emptyModule, dividedWork: 1 })
  }
  run()
  expect(held).toHaveLength(2)
  await vi.waitFor(async () => {
    await collectGarbage()
    expect(stop).toHaveBeenCalledTimes(2)
  })
})
