import { defineConfig } from 'vitest/config'
import { findChromium } from '../../scripts/chromium.ts'
import { drivesBrowser } from '../../vitest.shared.ts'

export default defineConfig(async () => ({
  ...drivesBrowser,
  // Tests take it with `inject('chromium')`.
  test: { ...drivesBrowser.test, provide: { chromium: await findChromium() } },
}))
