import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build as esbuild } from 'esbuild'
import { build as vite } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/*
 * Each library, packed as for publishing and installed by npm into an empty project: what comes with it, whether it
 * runs in plain Node from `dist`, also after a bundler dropped what it takes for unused, and whether a strict program
 * that uses it type-checks.
 */

const root = join(import.meta.dirname, '..')
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const libraries = ['tree', 'backend', 'backend-cpu', 'backend-gpu', 'autodiff', 'nn'] as const
type Library = (typeof libraries)[number]

const gradient = `
import { grad, jit, type NDArray, numpy as np, random } from '@proj/autodiff'
import { square } from '@proj/autodiff/numpy'
import { PRNGKey, split } from '@proj/autodiff/random'
const slope = jit(grad((x: NDArray) => square(x).sum()))
const [first] = split(PRNGKey(0), 2)
random.normal(first, [2])
console.log(JSON.stringify(slope(np.array([1, 2, 3])).arraySync()))
`

const tied = `
import { treeMask, treeUnmask } from '@proj/tree'
import { grad, jit, type NDArray, numpy as np, random, vmap } from '@proj/autodiff'
import { AutoEncoder } from '@proj/nn'
const loss = jit(grad((net: AutoEncoder, x: NDArray, y: NDArray) => {
  const model = treeUnmask(net)
  return vmap((row: NDArray) => model.tiedCall(row))(x).sub(y).square().mean()
}))
const net = treeMask(new AutoEncoder({ key: random.PRNGKey(0) }))
console.log(loss(net, np.ones([10, 1]), np.full([10, 1], 2)).dec1.weight.dataSync().every((w) => w === 0))
`

const onGpu = `
import { webgl } from '@proj/backend-gpu'
try {
  await webgl()
} catch (error) {
  console.log((error as Error).name)
}
`

/** What is asked for -> what npm brings of ours, a program, and what the program prints. */
const installs: { ask: Library[]; brings: Library[]; program: string; prints: string }[] = [
  {
    ask: ['tree'],
    brings: ['tree'],
    program: `import { tree } from '@proj/tree'\nconsole.log(tree.leaves(tree.map((x: number) => 2 * x, { b: 2, a: [1] })))`,
    prints: '[ 2, 4 ]',
  },
  {
    ask: ['backend'],
    brings: ['backend'],
    program: `import { formatAval, makeAval } from '@proj/backend'\nimport { conformance } from '@proj/backend/testing'\n
console.log(formatAval(makeAval([2, 3], 'float32')), typeof conformance)`,
    prints: 'f32[2,3] function',
  },
  {
    ask: ['backend-cpu'],
    brings: ['backend', 'backend-cpu'],
    program: `import { cpu } from '@proj/backend-cpu'\nconsole.log(cpu().name)`,
    prints: 'cpu',
  },
  { ask: ['autodiff'], brings: ['autodiff', 'backend', 'backend-cpu', 'tree'], program: gradient, prints: '[2,4,6]' },
  { ask: ['nn'], brings: ['autodiff', 'backend', 'backend-cpu', 'nn', 'tree'], program: tied, prints: 'true' },
  {
    ask: ['nn', 'backend-gpu'],
    brings: ['autodiff', 'backend', 'backend-cpu', 'backend-gpu', 'nn', 'tree'],
    program: onGpu,
    prints: 'BackendError',
  },
]

let folder = ''
const tarball = (name: Library) => `file:${join(folder, `proj-${name}-${versionOf(name)}.tgz`)}`
const manifestOf = (name: Library) => JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
const versionOf = (name: Library): string => manifestOf(name).version

/** An npm project that asks for `names`, and takes our other packages, should they be needed, from the tarballs. */
function install(names: readonly Library[]): string {
  const project = mkdtempSync(join(folder, 'project-'))
  const from = (those: readonly Library[]) => Object.fromEntries(those.map((name) => [`@proj/${name}`, tarball(name)]))
  const manifest = { type: 'module', dependencies: from(names), overrides: from(libraries) }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], project)
  return project
}

/** Standard output. When the command fails, the error has what it said. */
function run(command: string, args: string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe', shell: process.platform === 'win32' })
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`)
  }
}

const foldersIn = (path: string) => readdirSync(path).filter((name) => !name.startsWith('.'))

const tsconfig = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    lib: ['ES2022', 'ESNext.Disposable', 'DOM'],
    types: [],
    outDir: 'out',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
  },
  files: ['main.ts'],
}

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'packed-')))
  for (const name of libraries) run('pnpm', ['pack', '--pack-destination', folder], join(root, 'packages', name))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bundlers: Record<string, (entry: string, outDir: string) => Promise<unknown>> = {
  esbuild: (entry, outdir) =>
    esbuild({ entryPoints: [entry], outdir, bundle: true, format: 'esm', target: 'es2022', minify: true }),
  vite: (entry, outDir) =>
    vite({
      root: dirname(entry),
      configFile: false,
      logLevel: 'silent',
      build: { outDir, target: 'es2022', lib: { entry, formats: ['es'], fileName: 'main' } },
    }),
}

const titled = installs.map((each) => ({ ...each, title: each.ask.map((name) => `@proj/${name}`).join(' ') }))

describe.each(titled)('npm install $title', ({ ask, brings, program, prints }) => {
  let project = ''
  beforeAll(() => {
    project = install(ask)
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(tsconfig))
    writeFileSync(join(project, 'main.ts'), program)
  })

  it('brings what it needs of ours, once each', () => {
    expect(foldersIn(join(project, 'node_modules', '@proj')).sort()).toEqual(brings)
  })

  it('brings nothing of others but tfjs with the GPU', () => {
    const others = foldersIn(join(project, 'node_modules')).filter((name) => name !== '@proj')
    if (ask.includes('backend-gpu')) expect(others).toContain('@tensorflow')
    else expect(others).toEqual([])
  })

  it('type-checks under strict settings, and runs in plain Node', () => {
    run(process.execPath, [tsc, '-p', '.'], project)
    expect(run(process.execPath, ['out/main.js'], project).trim()).toBe(prints)
  })

  it.each(Object.keys(bundlers))('works the same when %s has dropped what seems unused', async (name) => {
    await bundlers[name]?.(join(project, 'main.ts'), join(project, name))
    expect(run(process.execPath, [`${name}/main.js`], project).trim()).toBe(prints)
  })
})

describe.each(libraries)('the tarball of @proj/%s', (name) => {
  it('has the licence, the build and the sources, and no tests', () => {
    const listed = run('tar', ['tzf', tarball(name).slice('file:'.length)], folder).split('\n')
    expect(listed).toEqual(expect.arrayContaining(['package/LICENSE', 'package/dist/index.js', 'package/src/index.ts']))
    expect(listed.filter((path) => /\.test\.ts$|fixtures/.test(path))).toEqual([])
  })

  it('names a range, and no workspace, where it depends on others', () => {
    mkdirSync(join(folder, name))
    run('tar', ['xzf', tarball(name).slice('file:'.length), '-C', name], folder)
    const packed = readFileSync(join(folder, name, 'package', 'package.json'), 'utf8')
    expect(packed).not.toContain('workspace:')
  })
})
