import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'

/**
 * Two tasks at a time: most of a suite's time is one process waiting for another to start, so a second task fills the
 * gaps, and more would only make suites with timeouts compete for the same cores.
 */
const concurrency = '--concurrency=2'

/**
 * Runs turbo with its telemetry off.
 *
 * @returns its exit status, 1 when it could not run
 */
export function turbo(args: readonly string[]): number {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
  const { status, error } = spawnSync('turbo', ['run', concurrency, ...args], {
    stdio: 'inherit',
    env,
    shell: onWindows,
  })
  if (error) console.error(`turbo: ${error.message}; run it through pnpm, which puts it on PATH.`)
  return status ?? 1
}

/** npm's shims there are .cmd files, which only a shell starts. */
const onWindows = process.platform === 'win32'

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = turbo(process.argv.slice(2))
