import type { Backend } from './backend.ts'

interface Slot {
  backend: Backend | undefined
  /** Counts changes. */
  epoch: number
  readonly listeners: Set<(backend: Backend | undefined) => void>
}

const key = Symbol.for('@proj/backend')

/** One for the whole process, however many copies of this package are installed. */
function slot(): Slot {
  const owner = globalThis as { [key]?: Slot }
  owner[key] ??= { backend: undefined, epoch: 0, listeners: new Set() }
  return owner[key]
}

/** The backend that runs whatever names no other; `undefined` until someone has set one. */
export const getDefaultBackend = (): Backend | undefined => slot().backend

/** Makes `backend` the one that everything runs on from now on; `undefined` takes it away. Arrays stay where they are. */
export function setDefaultBackend(backend: Backend | undefined): void {
  const current = slot()
  if (current.backend === backend) return
  current.backend = backend
  current.epoch++
  for (const listener of current.listeners) listener(backend)
}

/** A number that changes with the default backend: what was cached under another is out of date. */
export const backendEpoch = (): number => slot().epoch

/**
 * Calls `listener` at each change.
 *
 * @returns a function that ends it
 */
export function onBackendChange(listener: (backend: Backend | undefined) => void): () => void {
  slot().listeners.add(listener)
  return () => void slot().listeners.delete(listener)
}
