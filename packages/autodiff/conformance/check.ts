/** One question that JAX has answered, and whether we answer alike. */
export interface Check {
  /** What is asked about: `numpy.exp`. */
  readonly subject: string
  readonly title: string
  /** Computes on the current backend; throws where the answer differs. */
  readonly run: () => void
}

/** What a script in `oracle/` recorded; in Node and in browsers alike. */
export async function loadFixture<T>(name: string): Promise<readonly T[]> {
  const module = (await import(`./fixtures/${name}.json`)) as { readonly default: readonly T[] }
  return module.default
}

export type Callable = (...args: unknown[]) => unknown
/** Functions by name, under the name of their namespace. */
export type Spaces = { readonly [space: string]: { readonly [name: string]: unknown } }

/** @throws {Error} where there is no such function */
export function functionNamed(spaces: Spaces, space: string, name: string): Callable {
  const f = spaces[space]?.[name]
  if (typeof f !== 'function') throw new Error(`there is no ${space}.${name}`)
  return f as Callable
}
