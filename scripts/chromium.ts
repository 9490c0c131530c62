import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import manifest from '../package.json' with { type: 'json' }

type Env = Readonly<Record<string, string | undefined>>

/** What playwright's `chromium.launch` needs to start a browser that was seen to start. */
export type Launch = {
  readonly executablePath: string
  readonly args: string[]
  readonly env: Record<string, string>
}

/** WebGL2 without a graphics card, and no traffic of the browser's own. */
const flags = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
]

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']

const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * A Chromium to test in: `CHROMIUM_PATH`, else one that the system has, else the one `@sparticuz/chromium` carries
 * (Linux x64), unpacked once into `node_modules/.cache`.
 *
 * @throws {Error} when `CHROMIUM_PATH` names something that does not start, or nothing that starts is found
 */
export async function findChromium(env: Env = process.env): Promise<Launch> {
  const asked = env['CHROMIUM_PATH']
  if (asked) {
    if (await starts(asked, env)) return launch(asked, env)
    throw new Error(`CHROMIUM_PATH: ${asked} does not start; point it at a Chromium or Chrome, or unset it.`)
  }
  for (const path of installed(env)) if (await starts(path, env)) return launch(path, env)
  return carried(env)
}

const launch = (executablePath: string, env: Env): Launch => ({ executablePath, args: flags, env: defined(env) })

const defined = (env: Env) =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))

/** Not the temporary folder, where anybody could have put an executable of that name. */
const cache = join(import.meta.dirname, '..', 'node_modules', '.cache')

/** Executables that look like a browser, in the order they are tried. */
export function installed(env: Env): string[] {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...onPath, ...elsewhere].filter(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Some systems have a script of that name which only says where to get the browser: so try it. */
async function starts(path: string, env: Env): Promise<boolean> {
  if (process.platform === 'win32') return existsSync(path) // there, --version opens a window
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { env: defined(env), timeout: 30_000 })
    return /\d+\.\d+/.test(stdout)
  } catch {
    return false
  }
}

async function carried(env: Env): Promise<Launch> {
  const folder = await unpacked()
  const path = join(folder, 'chromium')
  if (await starts(path, env)) return launch(path, env)
  // The machine lacks libraries that Chromium links to (nss, expat): use the copies that come with it.
  const lent = { ...env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_PATH: join(folder, 'fonts') }
  if (await starts(path, lent)) return launch(path, lent)
  throw new Error(`chromium: the one in ${folder} does not start; install Chromium or Chrome, or set CHROMIUM_PATH.`)
}

/** The folder with the carried Chromium. Suites may ask at the same time, so it appears whole or not at all. */
async function unpacked(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('chromium: none on PATH, and none carried for this system; install one, or set CHROMIUM_PATH.')
  }
  const folder = join(cache, `chromium-${manifest.optionalDependencies['@sparticuz/chromium']}`)
  if (existsSync(folder)) return folder
  await mkdir(cache, { recursive: true })
  const draft = await mkdtemp(`${folder}-`)
  await unpackInto(draft)
  await rename(draft, folder).catch(() => rm(draft, { recursive: true }))
  return folder
}

/**
 * The package unpacks to the temporary folder, its libraries too where it believes to run in a Lambda. It changes the
 * environment as it does so: hence a process of its own.
 */
async function unpackInto(folder: string): Promise<void> {
  const code = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath()'
  const env = { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' }
  const options = { env, cwd: import.meta.dirname }
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], options)
}
