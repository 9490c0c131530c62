import { defineConfig } from 'vitest/config'
import { browser } from '../../vitest.shared.ts'

const { test, ...rest } = await browser()

/** Two browsers, since one draws on one core whatever there is. */
const instances = ['first', 'second'].map((name) => ({
  browser: 'chromium' as const,
  name,
  include: [`conformance/${name}Half.browser.test.ts`],
}))

export default defineConfig({
  ...rest,
  test: { ...test, fileParallelism: true, maxWorkers: 2, browser: { ...test?.browser, instances } },
})
