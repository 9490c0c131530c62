import { describe, expect, it } from 'vitest'
import { full, pack } from './arrays.ts'
import { mark } from './protocol.ts'
import { measureCurve, measureThreads } from './scaling.ts'

/** A peer whose calls take so many milliseconds, which may depend on the `size` of its input. */
const answering = (name: string, ms: string) => ({
  name,
  command: process.execPath,
  args: [
    '--eval',
    `let size
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { inputs } = JSON.parse(line)
      if (inputs) size = Object.values(inputs)[0][0][0]
      const first = { version: '1', firstMs: 5 * size, results: [${JSON.stringify(pack(full([1], 1)))}] }
      console.log(${JSON.stringify(mark)} + JSON.stringify(inputs ? first : { samples: [${ms}] }))
    })`,
  ],
})

const peer = (name: string, slowness: number) => answering(name, `${slowness} * size`)

const scaling = {
  name: 'growing',
  title: 'growing',
  of: 'numbers',
  sizes: [1, 10, 100],
  program: 'sinChain',
  workload: (size: number) => ({ title: '', tolerance: 0, inputs: () => ({ x: full([size], 1) }) }),
} as const
const effort = { rounds: 1, secondsPerRound: 0, starts: 1 }

describe('measureCurve', () => {
  it('has a point for each size and peer, but for sizes beyond one that took a peer over a second', async () => {
    const { points } = await measureCurve(scaling, [peer('ours', 1), peer('slow', 200)], effort)
    expect(points.filter(({ peer }) => peer === 'ours').map(({ ms }) => ms)).toEqual([1, 10, 100])
    expect(points.filter(({ peer }) => peer === 'slow').map(({ ms }) => ms)).toEqual([200, 2000])
  })

  it('takes first calls where these are asked for', async () => {
    const { points } = await measureCurve({ ...scaling, first: true }, [peer('ours', 1)], effort)
    expect(points.map(({ size, ms }) => [size, ms])).toEqual([
      [1, 5],
      [10, 50],
      [100, 500],
    ])
  })
})

describe('measureThreads', () => {
  it('has a line for each workload, with a point for each number of threads', async () => {
    const ours = (count: number) => answering(`${count} threads`, `8 / ${count}`)
    const { points } = await measureThreads(ours, 2, effort)
    const first = points.filter(({ peer }) => peer === points[0]?.peer)
    expect(first.map(({ size, ms }) => [size, ms])).toEqual([
      [1, 8],
      [2, 4],
    ])
    expect(new Set(points.map(({ peer }) => peer)).size).toBe(points.length / 2)
  })
})
