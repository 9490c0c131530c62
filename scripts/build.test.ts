import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'tsup'
import { build as bundle } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { library } from '../tsup.shared.ts'

/*
 * A package with two entries that need a module which acts on import, and one that shares their state without it, built
 * by the shared settings; and an application that imports one of them.
 */

const files = {
  'package.json': JSON.stringify({
    name: 'acting',
    type: 'module',
    sideEffects: ['./src/install.ts', './dist/install.js'],
    exports: {
      '.': { '@proj/source': './src/index.ts', import: './dist/index.js' },
      './numpy': { '@proj/source': './src/numpy/index.ts', import: './dist/numpy/index.js' },
      './plain': { '@proj/source': './src/plain.ts', import: './dist/plain.js' },
      './package.json': './package.json',
    },
  }),
  'src/slot.ts': `export const slot: { filled?: string } = {}\n`,
  'src/install.ts': `import { slot } from './slot.ts'\nslot.filled = 'installed'\n`,
  'src/index.ts': `import './install.ts'\nexport { slot } from './slot.ts'\nexport const unused = 'UNUSED'\n`,
  'src/plain.ts': `export { slot } from './slot.ts'\n`,
  // A bundler cannot tell that the call does nothing; that it may leave the module out it can.
  'src/table.ts': `export const table = Object.keys({ NEEDLESS: 1 }).map(String)\n`,
  'src/table.test.ts': `throw new Error('no test is built')\n`,
  'src/numpy/index.ts': `import '../install.ts'\nexport { slot } from '../slot.ts'\nexport { table } from '../table.ts'\n`,
  'app.js': `import { slot } from 'acting/numpy'\nexport default slot.filled\n`,
}

let root = ''
const dist = () => join(root, 'dist')

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'build-')))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(root, join(root, 'node_modules', 'acting'))
  const here = { config: false, silent: true, outDir: dist() } as const
  const { entry, ...options } = library(root)
  const sources = Object.entries(entry as Record<string, string>).map(([name, path]) => [name, join(root, path)])
  await build({ ...options, ...here, entry: Object.fromEntries(sources) })
}, 60_000)

afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('library', () => {
  it('builds a file for each module, where exports promises it', () => {
    const names = readdirSync(dist(), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'))
    expect(names.sort()).toEqual(['index.js', 'install.js', 'numpy/index.js', 'plain.js', 'slot.js', 'table.js'])
  })

  it('builds what exports promises and what it shares, where no module acts on import', () => {
    const quiet = join(root, 'quiet')
    mkdirSync(quiet)
    writeFileSync(
      join(quiet, 'package.json'),
      files['package.json'].replace(/"sideEffects":\[.*?\]/, '"sideEffects":false'),
    )
    const { entry, splitting } = library(quiet)
    expect(entry).toEqual({ index: './src/index.ts', 'numpy/index': './src/numpy/index.ts', plain: './src/plain.ts' })
    expect(splitting).toBe(true)
  })

  it('shares one state between the entries and acts before they are used', async () => {
    const index = await import(join(dist(), 'index.js'))
    const numpy = await import(join(dist(), 'numpy/index.js'))
    expect(index.slot).toBe(numpy.slot)
    expect(index.slot.filled).toBe('installed')
  })

  it('keeps the module that acts when an application is bundled, and drops what it does not use', async () => {
    const lib = { entry: join(root, 'app.js'), formats: ['es' as const], fileName: 'app' }
    const settings = { outDir: join(root, 'bundle'), minify: false, lib }
    await bundle({ root, configFile: false, logLevel: 'silent', build: settings })
    const app = join(root, 'bundle', 'app.js')
    expect((await import(app)).default).toBe('installed')
    expect(readFileSync(app, 'utf8')).not.toMatch(/UNUSED|NEEDLESS/)
  })
})
