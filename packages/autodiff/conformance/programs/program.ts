import type { NDArray } from '../../src/index.ts'

/** A function that `oracle/` has in Python under the same name; it returns any tree. */
export type Program = (...args: NDArray[]) => unknown
export type Programs = { readonly [name: string]: Program }
