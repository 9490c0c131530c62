import type { ArrayLike } from '../array.ts'

/** Any number of arrays, with options at the end or without. */
export type Variadic<Options> = readonly ArrayLike[] | readonly [...ArrayLike[], Options]

const isOptions = (x: unknown): boolean =>
  typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype

/** Arrays and options apart: a plain object is no array. */
export function separate<Options extends object>(
  given: Variadic<Options>,
): readonly [arrays: readonly ArrayLike[], options: Partial<Options>] {
  const last = given.at(-1)
  return isOptions(last)
    ? [given.slice(0, -1) as readonly ArrayLike[], last as Options]
    : [given as readonly ArrayLike[], {}]
}
