import type { Browser, Page } from 'playwright-core'
import type { ViteDevServer } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launch } from '../web/visit.ts'
import { serve, type Watched, watch } from './chromium.ts'

let server: ViteDevServer
let browser: Browser
let page: Page

beforeAll(async () => {
  server = await serve()
  browser = await launch()
  page = await browser.newPage()
  await page.goto(String(server.resolvedUrls?.local[0]))
  await page.waitForFunction(() => 'workloads' in globalThis)
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

// `MEMORY_SCALE=1` is the whole length.
const scale = Number(process.env['MEMORY_SCALE'] ?? 0.2)
const grew = ({ bytes }: Watched): number => ((bytes.at(-1) as number) - (bytes[0] as number)) / 2 ** 20

/** Says what was seen, for those who run the loops at length. */
function seen(name: string, watched: Watched): Watched {
  const megabytes = watched.bytes.map((n) => Math.round(n / 2 ** 20))
  const [low, high] = [Math.min(...megabytes), Math.max(...megabytes)]
  console.log(`${name}: ${watched.seconds.toFixed(1)} s, ${low} to ${high} MB, grew by ${grew(watched).toFixed(1)} MB`)
  return watched
}

describe.runIf(process.platform === 'linux')('in Chromium, a loop that never yields', () => {
  it('holds what it held when it is of small eager ops', async () => {
    const watched = seen('eager, small', await watch(browser, page, 'eagerLoop', 1_000_000 * scale, 16))
    expect(watched.value).toBeCloseTo(1, 6)
    expect(grew(watched)).toBeLessThan(64)
  })

  it('holds what it held when it is of large eager ops', async () => {
    const watched = seen('eager, large', await watch(browser, page, 'eagerLoop', 20_000 * scale, 100_000))
    expect(watched.value).toBeCloseTo(1, 6)
    expect(grew(watched)).toBeLessThan(200)
  })

  it('gives a large transient back', async () => {
    const watched = seen('transient', await watch(browser, page, 'transientLoad', 0.6, 3))
    expect(watched.value).toBeCloseTo(3, 5)
    expect(Math.max(...watched.bytes) - (watched.bytes.at(-1) as number)).toBeGreaterThan(400 * 2 ** 20)
  })

  it('holds what it held when it is of training steps', async () => {
    const watched = seen('training', await watch(browser, page, 'trainingLoop', 100_000 * scale))
    expect(watched.value).toBeLessThan(1e-4)
    expect(grew(watched)).toBeLessThan(64)
  })
})
