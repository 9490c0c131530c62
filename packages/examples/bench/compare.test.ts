import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { full, pack } from './arrays.ts'
import { compare } from './compare.ts'
import { mark } from './protocol.ts'
import type { Workload } from './workloads.ts'

/** A peer that answers the first line it is sent with `first`, and every other with three samples. */
const peer = (name: string, first: string, before = '') => ({
  name,
  command: process.execPath,
  args: [
    '--eval',
    `${before};
    let answers = [${JSON.stringify(first)}]
    require('node:readline').createInterface({ input: process.stdin }).on('line', () => {
      const answer = answers.shift() ?? '{"samples":[3,1,2]}'
      console.log('a word besides'); console.log(${JSON.stringify(mark)} + answer)
    })`,
  ],
})

const answering = (name: string, value: number) =>
  peer(name, JSON.stringify({ version: '1.2.3', firstMs: 7, results: [pack(full([2], value))] }))

const workload: Workload = { title: 'nothing', tolerance: 0.1, inputs: () => ({ x: full([2], 1) }) }
const run = (...peers: ReturnType<typeof peer>[]) =>
  compare('nothing', workload, peers, { rounds: 2, secondsPerRound: 0, starts: 3 })

describe('compare', () => {
  it('times peers that agree, and keeps the first call apart', async () => {
    const [one, two] = await run(answering('one', 2), answering('two', 2.1))
    const timing = { median: 2, lowerQuartile: 1.25, upperQuartile: 2.75, samples: 6 }
    expect(one).toEqual({ peer: 'one', version: '1.2.3', firstMs: 7, difference: 0, timing })
    expect(two).toMatchObject({ peer: 'two', difference: expect.closeTo(0.05), timing })
  })

  it('takes the median of the first calls of three processes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'starts-'))
    const log = JSON.stringify(join(folder, 'log'))
    const count = `const { appendFileSync, readFileSync } = require('node:fs'); appendFileSync(${log}, 'x')`
    const answer = JSON.stringify({ version: '1.2.3', firstMs: 'MS', results: [pack(full([2], 1))] })
    const counting = peer('counting', answer, count)
    const args = counting.args.map((arg) =>
      arg.replace(
        "answers.shift() ?? '",
        `answers.shift()?.replace('"MS"', [9, 7, 8][readFileSync(${log}).length - 1]) ?? '`,
      ),
    )
    const [entry] = await run({ ...counting, args })
    rmSync(folder, { recursive: true })
    expect(entry?.firstMs).toBe(8)
  })

  it('does not time a peer whose results differ', async () => {
    const [one, two] = await run(answering('one', 2), answering('two', 3))
    expect(one?.timing).toBeDefined()
    expect(two).toMatchObject({ difference: 0.5, problem: expect.stringContaining('0.5') })
    expect(two?.timing).toBeUndefined()
  })

  it('goes on with the others when one fails, and says how', async () => {
    const entries = await run(
      peer('says so', '{"error":"no such op"}'),
      peer('breaks', '', 'throw new TypeError("no such module")'),
      { name: 'is missing', command: 'no-such-command', args: [] },
      answering('works', 1),
    )
    expect(entries.map(({ peer, problem }) => [peer, problem])).toEqual([
      ['says so', 'no such op'],
      ['breaks', 'TypeError: no such module'],
      ['is missing', 'spawn no-such-command ENOENT'],
      ['works', undefined],
    ])
    expect(entries[3]?.timing?.samples).toBe(6)
  })
})
