import { defineConfig } from 'vitest/config'

/** Installs what `pnpm build` left in `dist` into empty projects, so it runs after a build and apart from the unit tests. */
export default defineConfig({
  test: {
    include: ['installs/*.installs.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/installs.json' },
  },
})
