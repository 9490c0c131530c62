import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findChromium, installed } from './chromium.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'browsers-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** An executable script in a folder of its own; the answer is what it prints for `--version`. */
function browser(name: string, answer: string, mode = 0o755): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${answer}\n`)
  chmodSync(path, mode)
  return path
}

describe('installed', () => {
  it('lists the executables of known names, best name first', () => {
    const chrome = browser('google-chrome', '')
    const chromium = browser('chromium', '')
    browser('chromium-browser', '', 0o644)
    expect(installed({ PATH: ['/nowhere', folder].join(delimiter) }).slice(0, 2)).toEqual([chromium, chrome])
  })
})

describe('findChromium', () => {
  it('takes what CHROMIUM_PATH names, before any other', async () => {
    browser('chromium', 'echo Chromium 150.0')
    const mine = browser('mine', 'echo Chromium 151.0')
    const { executablePath } = await findChromium({ PATH: folder, CHROMIUM_PATH: mine })
    expect(executablePath).toBe(mine)
  })

  it('refuses a CHROMIUM_PATH that does not start', async () => {
    const path = join(folder, 'none')
    await expect(findChromium({ PATH: folder, CHROMIUM_PATH: path })).rejects.toThrow(`${path} does not start`)
  })

  it('passes over a script that only says how to install the browser', async () => {
    browser('chromium', 'echo "Command requires the chromium snap to be installed."; exit 1')
    const chrome = browser('google-chrome', 'echo Google Chrome 150.0.1')
    const { executablePath } = await findChromium({ PATH: folder })
    expect(executablePath).toBe(chrome)
  })

  it('falls back to the Chromium that npm carries, also when two ask at once', { timeout: 120_000 }, async () => {
    const [one, two] = await Promise.all([findChromium({ PATH: folder }), findChromium({ PATH: folder })])
    expect(one.executablePath).toContain(join('node_modules', '.cache', 'chromium-'))
    expect(two).toEqual(one)
  })
})
