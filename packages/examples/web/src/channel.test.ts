import { afterEach, describe, expect, it } from 'vitest'
import { Client, serve } from './channel.ts'

const service = {
  double: async (x: number) => 2 * x,
  sum: async (values: Float32Array) => values.reduce((sum, value) => sum + value, 0),
  refuse: async (what: string): Promise<never> => {
    throw new RangeError(`refuse: ${what} is out of range; stay inside`)
  },
}

const open: MessagePort[] = []
afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

function pair<S extends Parameters<typeof serve>[1]>(offered: S): Client<S> {
  const { port1, port2 } = new MessageChannel()
  open.push(port1, port2)
  serve(port1, offered)
  const client = new Client<S>(port2)
  for (const port of [port1, port2]) port.start()
  return client
}

describe('a channel', () => {
  it('brings back what a method returns', async () => {
    expect(await pair(service).call('double', 21)).toBe(42)
  })

  it('carries typed arrays', async () => {
    expect(await pair(service).call('sum', Float32Array.of(1, 2, 3))).toBe(6)
  })

  it('gives each caller its own answer', async () => {
    const client = pair(service)
    expect(await Promise.all([1, 2, 3].map((x) => client.call('double', x)))).toEqual([2, 4, 6])
  })

  it('rethrows an error under its name, and goes on', async () => {
    const client = pair(service)
    await expect(client.call('refuse', 'x')).rejects.toMatchObject({
      name: 'RangeError',
      message: 'refuse: x is out of range; stay inside',
    })
    expect(await client.call('double', 1)).toBe(2)
  })

  it('runs one request at a time, in order', async () => {
    const log: string[] = []
    const client = pair({
      slow: async (name: string) => {
        log.push(`${name} begins`)
        await new Promise((resolve) => setTimeout(resolve, 5))
        log.push(`${name} ends`)
      },
    })
    await Promise.all([client.call('slow', 'a'), client.call('slow', 'b')])
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('ends every request when the other side is gone', async () => {
    const client = pair({ wait: () => new Promise<never>(() => {}) })
    const waiting = client.call('wait', undefined as never)
    client.fail(new Error('the worker has stopped'))
    await expect(waiting).rejects.toThrow('stopped')
    await expect(client.call('wait', undefined as never)).rejects.toThrow('stopped')
  })
})
