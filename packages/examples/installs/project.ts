import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const packages = join(import.meta.dirname, '..', '..')

/** npm's shims there are .cmd files, which only a shell starts. */
const shell = process.platform === 'win32'

function run(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, shell, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`)
  }
}

/** Our packages as they would be published: the path of a tarball for each name. */
export type Tarballs = Readonly<Record<string, string>>

/**
 * Packs what was built.
 *
 * @throws {Error} when a package was not built
 */
export function pack(names: readonly string[], folder: string): Tarballs {
  return Object.fromEntries(names.map((name) => [name, packOne(name, folder)]))
}

function packOne(name: string, folder: string): string {
  const root = join(packages, name.replace('@proj/', ''))
  if (!existsSync(join(root, 'dist'))) throw new Error(`pack: ${name} has no dist; run pnpm build first.`)
  const { filename } = JSON.parse(run('pnpm', ['pack', '--json', '--pack-destination', folder], root))
  return filename
}

const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')

const strict = ['--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--types', 'null']
const dialects = {
  nodenext: ['--module', 'nodenext', '--outDir', 'out'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit'],
}

/** An empty project somewhere else, which knows our packages as tarballs alone. */
export class Project {
  readonly #folder = mkdtempSync(join(tmpdir(), 'install-'))

  /** Installs the packages asked for, with npm and without a word about the others. */
  install(asked: readonly string[], tarballs: Tarballs): void {
    const files = Object.fromEntries(Object.entries(tarballs).map(([name, path]) => [name, `file:${path}`]))
    const dependencies = Object.fromEntries(asked.map((name) => [name, files[name]]))
    const manifest = { name: 'outside', private: true, type: 'module', dependencies, overrides: files }
    writeFileSync(join(this.#folder, 'package.json'), JSON.stringify(manifest))
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], this.#folder)
  }

  /** Every package that was installed, sorted. */
  installed(): string[] {
    const lock = JSON.parse(readFileSync(join(this.#folder, 'node_modules', '.package-lock.json'), 'utf8'))
    return Object.keys(lock.packages)
      .map((path) => path.replace(/^.*node_modules\//, ''))
      .sort()
  }

  /** Type-checks a program with the resolution of Node and of bundlers, declarations included. */
  check(program: string): void {
    mkdirSync(join(this.#folder, 'src'), { recursive: true })
    copyFileSync(join(import.meta.dirname, 'programs', program), join(this.#folder, 'src', program))
    for (const dialect of Object.values(dialects)) {
      const libraries = ['--lib', 'es2023,esnext.decorators,esnext.disposable,dom']
      run(process.execPath, [compiler, ...strict, ...libraries, ...dialect, join('src', program)], this.#folder)
    }
  }

  /** What the program, once checked, prints in plain Node. */
  run(program: string): string {
    return run(process.execPath, [join('out', program.replace(/\.ts$/, '.js'))], this.#folder).trim()
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
