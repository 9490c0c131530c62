import { config } from './config.ts'
import { recorded } from './recording.ts'

/** Runs `body`, which a profile shows, and with `logCompiles` says what was done and how long it took. */
export function timed<T>(stage: 'trace' | 'compile', what: string, body: () => T): T {
  if (!config.logCompiles) return recorded(stage, what, body)
  const start = performance.now()
  const result = recorded(stage, what, body)
  console.warn(`${what} in ${(performance.now() - start).toFixed(2)} ms`)
  return result
}
