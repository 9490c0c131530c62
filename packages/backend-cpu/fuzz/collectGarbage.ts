import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** Collects garbage, and lets the event loop turn, for it is then that finalizers run. */
export async function collectGarbage(): Promise<void> {
  gc()
  await setImmediate()
}
