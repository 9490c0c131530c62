import { tree } from '@proj/tree'
import * as lax from '../lax/index.ts'
import { leafArray } from './leaves.ts'

/**
 * The same tree, its arrays taken for constants by every derivative. Other leaves pass.
 *
 * @example grad((x: NDArray) => x.mul(stopGradient(x)))(3) // 3
 */
export function stopGradient<T>(x: T): T {
  return tree.map((leaf: unknown) => {
    const array = leafArray(leaf)
    return array === undefined ? leaf : lax.stopGradient(array)
  }, x) as T
}
