/**
 * Brands and registries that all copies of this package in one realm share: symbols come from the global symbol registry and
 * tables hang on `globalThis`, so that trees made by one copy are trees to another.
 */
const PREFIX = '@proj/tree'

/** The symbol that marks objects as `name`, the same in every copy of the package. */
export function brand(name: string): symbol {
  return Symbol.for(`${PREFIX}/${name}`)
}

/** Whether `x` is an object or function that carries `mark`. */
export function hasBrand(x: unknown, mark: symbol): boolean {
  return ((typeof x === 'object' && x !== null) || typeof x === 'function') && mark in x
}

/** The table called `name`, made on first use. */
export function sharedTable<T>(name: string, make: () => T): T {
  const global = globalThis as unknown as Record<symbol, T | undefined>
  const key = brand(`table/${name}`)
  return (global[key] ??= make())
}

/** How Node's `console.log` asks an object for its text. */
export const inspectCustom: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never
