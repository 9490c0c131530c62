import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, Visit } from './visit.ts'

let server: ViteDevServer
let browser: Browser

beforeAll(async () => {
  server = await createServer({
    configFile: join(import.meta.dirname, 'vite.config.ts'),
    logLevel: 'warn',
    // Of its own: a server that somebody has running uses the other.
    cacheDir: join(import.meta.dirname, '../node_modules/.vite-test'),
    server: { port: 0, watch: null },
  })
  await server.listen()
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

it('works from source under the same policy', async () => {
  const visit = await Visit.at(browser, `${server.resolvedUrls?.local[0]}?steps=2&batch=8&images=64`)
  await visit.press('Run on both')
  await visit.state('gradients', 'done')
  expect(await visit.number('#tied-difference')).toBeLessThan(1e-3)
  await visit.press('Start')
  expect(await visit.state('training', 'finished')).toBe('finished')
  expect(await visit.text('#training-status')).toBe('Finished on the CPU: 2 of 2 steps.')
  expect(visit.complaints).toEqual([])
})
