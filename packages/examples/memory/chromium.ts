import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { createServer, defaultClientConditions, type ViteDevServer } from 'vite'
import type * as Workloads from './workloads.ts'

/** A page with the workloads, served from source. */
export const serve = async (): Promise<ViteDevServer> => {
  const server = await createServer({
    configFile: false,
    root: import.meta.dirname,
    cacheDir: `${import.meta.dirname}/../node_modules/.vite-memory`,
    logLevel: 'warn',
    resolve: { conditions: ['@proj/source', ...defaultClientConditions] },
    server: { port: 0, watch: null, fs: { strict: false } },
  })
  return server.listen()
}

/** Bytes in memory of the process that draws pages, as Linux counts them: heap, buffers and WebAssembly alike. */
async function resident(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as {
    processInfo: readonly { type: string; id: number }[]
  }
  await session.detach()
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(async ({ id }) => Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${id}/status`, 'utf8'))?.[1]) * 1024)
  return Math.max(...(await Promise.all(sizes)))
}

type Name = 'eagerLoop' | 'trainingLoop' | 'transientLoad'

/** What a loop held while it ran in a page: looked at from outside, since the page does not yield. */
export interface Watched {
  readonly value: number
  readonly seconds: number
  readonly bytes: readonly number[]
}

/** Runs a workload in the page, warm, and looks at its process five times a second. */
export async function watch(browser: Browser, page: Page, name: Name, ...args: readonly number[]): Promise<Watched> {
  const run = (steps: readonly number[]): Promise<number> =>
    page.evaluate(
      ([which, given]) => {
        const { workloads } = globalThis as unknown as { workloads: typeof Workloads }
        const call = workloads[which] as (...all: unknown[]) => Workloads.Usage
        return call(...given, () => 0).value
      },
      [name, steps] as const,
    )
  await run([Math.ceil((args[0] as number) / 8), ...args.slice(1)])
  const bytes = [await resident(browser)]
  const start = performance.now()
  let isDone = false
  const running = run(args).finally(() => {
    isDone = true
  })
  while (!isDone) {
    await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 200))])
    bytes.push(await resident(browser))
  }
  return { value: await running, seconds: (performance.now() - start) / 1000, bytes }
}
