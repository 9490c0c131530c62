import { config } from './config.ts'

/** Runs `body`, and with `logCompiles` says what was done and how long it took. */
export function timed<T>(what: string, body: () => T): T {
  if (!config.logCompiles) return body()
  const start = performance.now()
  const result = body()
  console.warn(`${what} in ${(performance.now() - start).toFixed(2)} ms`)
  return result
}
