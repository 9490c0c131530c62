import { flattenArrays, unflattenArrays } from '../api/leaves.ts'
import { hold } from '../primitives/barrier.ts'

/**
 * The same tree, behind a wall that compilers respect: nothing is merged with, or moved to, the other side.
 *
 * @example lax.optimizationBarrier([x, x.exp()])
 */
export function optimizationBarrier<T>(x: T): T {
  const flat = flattenArrays(x)
  return unflattenArrays(flat, hold(flat.arrays)) as T
}
