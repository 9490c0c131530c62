import { defaultClientConditions, defineConfig, type Plugin } from 'vite'
import { mnistFiles } from './mnistFiles.ts'
import { policy, policyWithoutHeader } from './policy.ts'

/** For servers that send no header of their own. */
const policyInPage: Plugin = {
  name: 'policy-in-page',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: policyWithoutHeader },
      injectTo: 'head-prepend',
    },
  ],
}

const headers = { 'Content-Security-Policy': policy }

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [policyInPage, mnistFiles],
  // es2022 lowers stage-3 decorators, which browsers do not know. Trees print the names of their classes.
  esbuild: { target: 'es2022', keepNames: true },
  resolve: { conditions: ['@proj/source', ...defaultClientConditions] },
  // Found when the GPU is first asked for otherwise, and then the page reloads in the middle of its work.
  optimizeDeps: {
    include: ['@proj/backend-gpu > @tensorflow/tfjs-core', '@proj/backend-gpu > @tensorflow/tfjs-backend-webgl'],
  },
  worker: { format: 'es' },
  // A data: URL in place of a small file is what the policy forbids.
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1000 },
  // The overlay of errors has styles in the page, which the policy forbids; the terminal shows them too.
  server: { headers, hmr: { overlay: false } },
  preview: { headers },
})
