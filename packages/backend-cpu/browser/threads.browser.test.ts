import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium } from 'playwright-core'
import { build, type Rollup } from 'vite'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Findings } from './page.ts'

const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }
const strict = "default-src 'self' 'wasm-unsafe-eval'"

/** By path: with what headers the same page comes. */
const pages: Readonly<Record<string, Record<string, string>>> = {
  '/isolated': isolated,
  '/strict': { ...isolated, 'Content-Security-Policy': strict },
  '/plain': {},
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly chromium: {
      readonly executablePath: string
      readonly args: string[]
      readonly env: Record<string, string>
    }
  }
}

let server: Server
let browser: Browser

async function bundle(): Promise<string> {
  const { output } = (await build({
    logLevel: 'warn',
    configFile: false,
    resolve: { conditions: ['@proj/source'] },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: new URL('page.ts', import.meta.url).pathname, formats: ['iife'], name: 'page' },
    },
  }).then((built) => (Array.isArray(built) ? built[0] : built))) as Rollup.RollupOutput
  return output[0].code
}

beforeAll(async () => {
  const code = await bundle()
  server = createServer(({ url = '' }, response) => {
    const [type, body] =
      url === '/page.js' ? ['text/javascript', code] : ['text/html', '<script src="page.js"></script>']
    response.writeHead(200, { 'Content-Type': type, ...(url === '/page.js' ? isolated : pages[url]) }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  browser = await chromium.launch(inject('chromium'))
})

afterAll(async () => {
  await browser?.close()
  server?.close()
})

async function visit(path: string): Promise<Findings & { isIsolated: boolean; warnings: string[] }> {
  const page = await browser.newPage()
  const warnings: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'warning') warnings.push(message.text())
  })
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
  const found = await page.evaluate(() => (globalThis as unknown as { find(): Promise<Findings> }).find())
  const isIsolated = await page.evaluate(() => crossOriginIsolated)
  await page.close()
  return { ...found, isIsolated, warnings }
}

describe('threads in a page', () => {
  it('help where it is cross-origin isolated', async () => {
    const { helped, ...found } = await visit('/isolated')
    expect(found).toEqual({ isSame: true, started: 1, isIsolated: true, warnings: [] })
    expect(helped).toBeGreaterThan(0)
  })

  it('are not there where it is not', async () => {
    expect(await visit('/plain')).toEqual({ isSame: true, started: 0, helped: 0, isIsolated: false, warnings: [] })
  })

  it('are done without, with one warning, where its Content-Security-Policy forbids them', async () => {
    const { isSame, helped, isIsolated, warnings } = await visit('/strict')
    expect({ isSame, helped, isIsolated }).toEqual({ isSame: true, helped: 0, isIsolated: true })
    expect(warnings).toEqual([expect.stringMatching(/^cpu: a thread could not run \(.+\); going on with one\.$/)])
  })
})
