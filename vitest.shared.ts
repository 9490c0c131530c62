import { defaultClientConditions, defaultServerConditions } from 'vite'
import type { ViteUserConfig } from 'vitest/config'
import { findChromium } from './scripts/chromium.ts'

/** The export condition under which the packages resolve each other from source, without a build. */
export const SOURCE = '@proj/source'

const skipped = ['**/node_modules/**', '**/dist/**', '**/reports/**']

/** Every suite leaves its counts in a file; `scripts/counts.ts` adds them up. */
const reporting = (kind: 'unit' | 'browser' | 'packed') => ({
  reporters: ['default', 'json'],
  outputFile: { json: `reports/${kind}.json` },
  // The counting program knows which packages have tests; one without any is not an error here.
  passWithNoTests: true,
})

const fromSource = {
  // es2022 lowers stage-3 decorators and `using`, which Node 20 does not know.
  esbuild: { target: 'es2022' },
  resolve: { conditions: [SOURCE, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [SOURCE, ...defaultServerConditions] } },
} satisfies ViteUserConfig

/** Unit tests: `x.test.ts` beside `x.ts`, in Node. */
export const unit: ViteUserConfig = {
  ...fromSource,
  test: {
    environment: 'node',
    include: ['**/*.test.ts'],
    exclude: [...skipped, '**/*.{browser,packed}.test.ts'],
    testTimeout: 20_000, // for a loaded machine: suites run beside each other
    ...reporting('unit'),
  },
}

/** Tests of `x.browser.test.ts` that run in Node and drive a page of their own, say with playwright-core. */
export const drivesBrowser: ViteUserConfig = {
  ...fromSource,
  test: {
    environment: 'node',
    include: ['**/*.browser.test.ts'],
    exclude: skipped,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    ...reporting('browser'),
  },
}

/** Tests of `x.packed.test.ts`: they build nothing, but pack and install what was built. */
export const packed: ViteUserConfig = {
  ...fromSource,
  test: {
    environment: 'node',
    include: ['**/*.packed.test.ts'],
    exclude: skipped,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    ...reporting('packed'),
  },
}

/** Tests of `x.browser.test.ts` that run inside a real Chromium. */
export async function browser(): Promise<ViteUserConfig> {
  const { playwright } = await import('@vitest/browser-playwright')
  const launchOptions = await findChromium()
  return {
    ...fromSource,
    test: {
      ...drivesBrowser.test,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions }),
        instances: [{ browser: 'chromium' }],
      },
    },
  }
}
