import { BackendError } from '@proj/backend'
import { getBackend } from '../backends.ts'

/**
 * Calls the function for the backend in use, by its name, or else `default`. Under `jit` the choice is made while tracing, so that only one of
 * them is compiled.
 *
 * @throws {BackendError} when there is neither
 * @example lax.platformDependent([x], { cpu: (x) => x.add(1), default: (x) => x }) // [2, 3, 4]
 */
export function platformDependent<A extends readonly unknown[], R>(
  args: readonly [...A],
  platforms: { readonly [name: string]: (...args: A) => R },
): R {
  const { name } = getBackend()
  const chosen = Object.hasOwn(platforms, name) ? platforms[name] : platforms['default']
  if (chosen === undefined)
    throw new BackendError(
      'platformDependent',
      `no function for the backend ${name} among ${Object.keys(platforms).join(', ')}`,
      'pass one under that name, or a default',
    )
  return chosen(...args)
}
