import { type Backend, BackendError, getDefaultBackend, setDefaultBackend } from '@proj/backend'
import { cpu } from '@proj/backend-cpu'

/**
 * The backend that computes: the one given to `setBackend`, else `cpu()`, made on first use.
 *
 * @example getBackend().name // 'cpu'
 */
export function getBackend(): Backend {
  const chosen = getDefaultBackend()
  if (chosen !== undefined) return chosen
  const made = cpu()
  setDefaultBackend(made)
  return made
}

/**
 * Moves everything that is computed from now on to `backend`. Arrays made earlier move over when they are used.
 *
 * @throws {BackendError} for what is no backend
 * @example await setBackend(cpu())
 */
export async function setBackend(backend: Backend | Promise<Backend>): Promise<void> {
  const made = await backend
  if (typeof made?.compile !== 'function')
    throw new BackendError(
      'setBackend',
      `got ${JSON.stringify(made) ?? typeof made}`,
      'pass a backend, such as cpu() or webgl()',
    )
  setDefaultBackend(made)
}
