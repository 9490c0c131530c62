import { BackendError } from '@proj/backend'
import { formatBytes } from './formatBytes.ts'

const remedy =
  'work on smaller pieces (a smaller batch, or lax.map over parts), and let jit take arguments over with donateArgnums'

/** What a call asked for, and what there is. */
export interface Demand {
  /** What it is for: `one array`. */
  readonly what: string
  readonly size: number
  /** By the running calls. */
  readonly inUse: number
  readonly most: number
}

/** WebAssembly's memory is too small for a call. */
export function outOfMemory(where: string, { what, size, inUse, most }: Demand): BackendError {
  const rest = size > most ? '' : `, beside ${formatBytes(inUse)} that the running calls use`
  const found = `${what} would take ${formatBytes(size)} of memory${rest}, where there are at most ${formatBytes(most)}`
  return new BackendError(where, found, remedy)
}

/**
 * A copy in a plain buffer.
 *
 * @throws {BackendError} when JavaScript has no room for it
 */
export function copyOf(bytes: Uint8Array, where = 'cpu'): Uint8Array<ArrayBuffer> {
  try {
    return bytes.slice()
  } catch (cause) {
    const found = `JavaScript has no room for a copy of ${formatBytes(bytes.length)}`
    throw new BackendError(where, found, remedy, { cause })
  }
}
