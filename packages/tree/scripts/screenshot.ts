/**
 * Draws docs/treeHtml.png: a small network compared with its state before a change.
 *
 * Run: CHROMIUM_PATH=<a Chromium> npx tsx --conditions=@proj/source scripts/screenshot.ts
 */
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { all, at, TreeClass, treeHtml } from '../src/index.ts'

/** Values that look random and are the same on every run. */
function wave(count: number, scale: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => scale * (Math.sin(i * 12.9898) + Math.sin(i * 78.233)))
}

class Linear extends TreeClass {
  weight: Float32Array
  bias: Float32Array
  activation = Math.tanh
  constructor(inputs: number, outputs: number) {
    super()
    this.weight = wave(inputs * outputs, 1 / Math.sqrt(inputs))
    this.bias = new Float32Array(outputs)
  }
}
class Net extends TreeClass {
  name = 'digits'
  layers = [new Linear(16, 8), new Linear(8, 4)]
}

const before = new Net()
const after = at(before, 'layers', all, 'bias').apply((b: Float32Array) => b.map((_, i) => i / 10))
const browser = await chromium.launch({
  ...(process.env.CHROMIUM_PATH && { executablePath: process.env.CHROMIUM_PATH }),
  args: ['--no-sandbox'],
})
const page = await browser.newPage({ viewport: { width: 1000, height: 420 } })
await page.setContent(treeHtml(after, { compareTo: before, name: 'net', title: 'Net after one step' }))
await page.screenshot({ path: join(import.meta.dirname, '..', 'docs', 'treeHtml.png') })
await browser.close()
