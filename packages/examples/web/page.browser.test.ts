import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { build, type PreviewServer, preview } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import fixtures from '../fixtures/sharing.json' with { type: 'json' }
import { launch, Visit } from './visit.ts'

const configFile = join(import.meta.dirname, 'vite.config.ts')
const small = 'batch=32&images=512&rate=0.003'

let folder: string
let server: PreviewServer
let browser: Browser

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-'))
  const shared = { configFile, logLevel: 'warn', build: { outDir: folder, emptyOutDir: true } } as const
  const [, started] = await Promise.all([build(shared), launch()])
  browser = started
  server = await preview({ ...shared, preview: { port: 0 } })
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

const open = (query = '', prepare?: (page: Page) => Promise<unknown>, where = browser) =>
  Visit.at(where, `${server.resolvedUrls?.local[0]}?${query}`, prepare)

/** As the original prints it, which leaves a blank at the end of some lines. */
const tidy = (text: string) => text.replaceAll(', \n', ',\n')
const numbersIn = (text: string) => [...text.matchAll(/-?\d+\.\d+/g)].map(Number)

describe('the gradients', () => {
  const calls = ['tied', 'nonTied'] as const

  it('are those of the original on the CPU, and on WebGL within a thousandth', async () => {
    const visit = await open()
    await visit.press('Run on both')
    await visit.state('gradients', 'done')
    for (const call of calls) {
      const expected = tidy(fixtures.original[call].text)
      expect(await visit.text(`#${call}-cpu`)).toBe(expected)
      expectClose(await visit.text(`#${call}-webgl`), expected)
      expect(await visit.number(`#${call}-difference`)).toBeLessThan(1e-3)
    }
    expect(visit.complaints).toEqual([])
  })

  it('follow the choice of random numbers', async () => {
    const visit = await open('threefry=default')
    await visit.press('Run on both')
    await visit.state('gradients', 'done')
    expect(await visit.text('#tied-cpu')).toBe(tidy(fixtures.partitionable.tied.text))
    await visit.page.getByLabel('original threefry').check()
    await visit.page.getByText(fixtures.original.nonTied.text.split(' ')[0]!).first().waitFor()
    await visit.page.locator('#nonTied-difference').waitFor()
    await visit.state('gradients', 'done')
    expect(await visit.text('#nonTied-cpu')).toBe(tidy(fixtures.original.nonTied.text))
    expect(visit.complaints).toEqual([])
  })

  /** Each number within a thousandth of the largest on its line, which is its array. */
  function expectClose(found: string, expected: string): void {
    const lines = expected.split('\n')
    for (const [i, line] of found.split('\n').entries()) {
      const wanted = numbersIn(lines[i]!)
      const tolerance = 0.01 + 1e-3 * Math.max(0, ...wanted.map(Math.abs))
      expect(numbersIn(line)).toHaveLength(wanted.length)
      for (const [k, value] of numbersIn(line).entries()) expect(Math.abs(value - wanted[k]!)).toBeLessThan(tolerance)
    }
  }
})

describe('the training', () => {
  it('learns the same on the CPU and, after a reset, on WebGL', async () => {
    const visit = await open(`${small}&steps=12`)
    const onCpu = await train(visit, 'the CPU')
    await visit.press('Reset')
    expect(await visit.state('training', 'idle')).toBe('idle')
    expect(await visit.ink('tied')).toEqual(Array(10).fill(0))
    await visit.page.getByLabel('WebGL', { exact: true }).check()
    const onGpu = await train(visit, 'WebGL')
    for (const [i, loss] of onCpu.entries()) expect(Math.abs(onGpu[i]! / loss - 1)).toBeLessThan(1e-2)
    expect(visit.complaints).toEqual([])
  })

  /** Trains to the end, and looks at everything there is to see. Returns the losses at the end. */
  async function train(visit: Visit, place: string): Promise<number[]> {
    await visit.press('Start')
    expect(await visit.state('training', 'finished')).toBe('finished')
    expect(await visit.text('#training-status')).toBe(`Finished on ${place}: 12 of 12 steps.`)
    expect(await visit.page.locator('#training-problem').isVisible()).toBe(false)
    const summary = numbersIn(await visit.text('#loss-summary'))
    const [tiedFirst, tiedLast, untiedFirst, untiedLast] = summary as [number, number, number, number]
    expect(tiedLast).toBeLessThan(0.9 * tiedFirst)
    expect(untiedLast).toBeLessThan(0.9 * untiedFirst)
    expect(await visit.number('#learned-tied')).toBe(784 * 128 + 128 * 32 + 128 + 32 + 128 + 784)
    expect(await visit.number('#learned-untied')).toBe(2 * (784 * 128 + 128 * 32) + 128 + 32 + 128 + 784)
    expect(await visit.number('#speed-tied')).toBeGreaterThan(0)
    await expectPictures(visit)
    return Promise.all(['#loss-tied', '#loss-untied', '#unseen-tied', '#unseen-untied'].map((id) => visit.number(id)))
  }

  async function expectPictures(visit: Visit): Promise<void> {
    const [input, tied, untied] = await Promise.all((['input', 'tied', 'untied'] as const).map((row) => visit.ink(row)))
    for (const row of [input, tied, untied]) expect(Math.min(...row!)).toBeGreaterThan(0.02)
    expect(tied).not.toEqual(untied)
    // A one has the least ink, and by now both know.
    for (const row of [input, tied, untied]) expect(row!.indexOf(Math.min(...row!))).toBe(1)
    expect(await visit.page.locator('#loss-chart polyline').count()).toBe(2)
  }

  it('pauses, goes a step, moves to WebGL and goes on', async () => {
    const visit = await open(`${small}&steps=100000`)
    await visit.press('Step')
    expect(await visit.state('training', 'paused')).toBe('paused')
    expect(await visit.step()).toBe(1)
    await visit.press('Go on')
    await visit.page.waitForSelector('#training:not([data-step="1"])')
    await visit.press('Pause')
    expect(await visit.state('training', 'paused')).toBe('paused')
    const before = await visit.step()
    await visit.page.getByLabel('WebGL', { exact: true }).check()
    await visit.press('Step')
    await visit.page.waitForSelector(`#training[data-state=paused][data-step="${before + 1}"]`)
    expect(await visit.text('#training-status')).toContain('Paused on WebGL')
    expect(visit.complaints).toEqual([])
  })

  it('says so when the browser takes WebGL away, and has it back after a reset', async () => {
    const visit = await open(`${small}&steps=2&backend=webgl`)
    await visit.press('Step')
    expect(await visit.state('training', 'paused')).toBe('paused')
    await visit.page.workers()[0]?.evaluate(loseContext)
    await visit.press('Go on')
    expect(await visit.state('training', 'finished')).toBe('failed')
    expect(await visit.text('#training-problem')).toContain('the browser has taken the WebGL context away')
    await visit.press('Reset')
    await visit.page.getByLabel('WebGL', { exact: true }).check()
    await visit.press('Start')
    expect(await visit.state('training', 'finished')).toBe('finished')
    expect(await visit.text('#training-status')).toBe('Finished on WebGL: 2 of 2 steps.')
  })

  /** Takes the context from under tfjs, which keeps its engine there. */
  function loseContext(): void {
    const { _tfengine } = globalThis as unknown as { _tfengine: { findBackend(name: string): TfjsBackend } }
    _tfengine.findBackend('webgl').gpgpu.gl.getExtension('WEBGL_lose_context')?.loseContext()
  }
  interface TfjsBackend {
    readonly gpgpu: { readonly gl: WebGL2RenderingContext }
  }

  it('can be driven from the keyboard', async () => {
    const visit = await open(`${small}&steps=3`)
    const { page } = visit
    await page.getByLabel('Steps', { exact: true }).fill('2')
    await page.keyboard.press('Enter')
    expect(await visit.state('training', 'finished')).toBe('finished')
    expect(await visit.step()).toBe(2)
    await page.getByRole('slider').focus()
    await page.keyboard.press('Home')
    expect(await visit.text('#loss-at')).toMatch(/^step 1: tied 0\.\d+, untied 0\.\d+$/)
    await page.keyboard.press('ArrowRight')
    expect(await page.getByRole('slider').getAttribute('aria-valuetext')).toMatch(/^step 2: /)
    expect(visit.complaints).toEqual([])
  })

  it('refuses settings that make no sense', async () => {
    const visit = await open('batch=0&steps=2&images=40&backend=abacus')
    const problem = await visit.text('#address-problem')
    expect(problem).toContain('batch=0: not a whole number from 1 to 1024; 128 is used.')
    expect(problem).toContain('backend=abacus: not one of cpu, webgl; cpu is used.')
    await visit.press('Start')
    await visit.state('training', 'failed')
    expect(await visit.text('#training-problem')).toContain('128 rows of 40 images')
    await visit.press('Reset')
    await visit.page.getByLabel('Batch', { exact: true }).fill('20')
    await visit.press('Start')
    expect(await visit.state('training', 'finished')).toBe('finished')
    expect(visit.complaints).toEqual([])
  })
})

describe('what is missing', () => {
  it('is named when it is a file of digits, and can be tried again', async () => {
    const visit = await open(`${small}&steps=2`, (page) =>
      page.route('**/mnist/train*', (route) => route.fulfill({ status: 404 })),
    )
    await visit.press('Start')
    await visit.state('training', 'failed')
    expect(await visit.text('#training-problem')).toMatch(/^mnist\/train-images-idx3-ubyte: the server answered 404; /)
    await visit.page.unroute('**/mnist/train*')
    await visit.press('Start')
    // The failure of before is still shown until the click has been heard.
    await visit.page.waitForSelector('#training:not([data-state=failed])')
    expect(await visit.state('training', 'finished')).toBe('finished')
    expect(await visit.page.locator('#training-problem').isVisible()).toBe(false)
  })

  it('is named when it is WebGL2, and the CPU goes on', async () => {
    const without = await launch({ webgl: false })
    try {
      const visit = await open(`${small}&steps=2&backend=webgl`, undefined, without)
      await visit.press('Run on both')
      await visit.state('gradients', 'done')
      expect(await visit.text('#tied-cpu')).toBe(tidy(fixtures.original.tied.text))
      expect(await visit.text('[data-backend=webgl] >> nth=0')).toContain('this browser gave no WebGL2 context; ')
      await visit.press('Start')
      expect(await visit.state('training', 'finished')).toBe('finished')
      expect(await visit.text('#training-status')).toBe('Finished on the CPU: 2 of 2 steps.')
      expect(await visit.text('#training-problem')).toContain('Training goes on on the CPU.')
    } finally {
      await without.close()
    }
  })
})

describe('the Content-Security-Policy', () => {
  it('is in force on the page and in its worker: neither can turn text into code', async () => {
    // As a timer, or it would run as the test's own code, which is exempt.
    const runsText = () =>
      new Promise<boolean>((resolve) => {
        setTimeout('globalThis.reached = true')
        setTimeout(() => resolve('reached' in globalThis), 50)
      })
    const { page } = await open()
    const worker = page.workers()[0] ?? (await page.waitForEvent('worker'))
    expect(await page.evaluate(runsText)).toBe(false)
    expect(await worker.evaluate(runsText)).toBe(false)
    expect(await (await browser.newPage()).evaluate(runsText)).toBe(true)
  })

  it('allows nothing inline', async () => {
    const response = await fetch(server.resolvedUrls?.local[0] as string)
    const policy = response.headers.get('content-security-policy')
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';")
    expect(policy).toContain("style-src 'self';")
    // For servers without headers.
    expect(await response.text()).toContain('http-equiv="Content-Security-Policy"')
  })
})

describe('the layout', () => {
  it('fits 400 pixels, light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open('', (page) => page.emulateMedia({ colorScheme }))
      await page.setViewportSize({ width: 400, height: 800 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400)
    }
  })
})
