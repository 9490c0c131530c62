import { makeAval } from '@proj/backend'
import type { NDArray } from '../../array.ts'
import { stage } from '../../interpreters/staging.ts'
import { bind } from '../../trace.ts'
import { reduceOr } from '../reduce.ts'

/** Repeats `step` on the carry while `goesOn` (a scalar bool) says so; the carry keeps its shapes and dtypes. */
export function repeatWhile(
  goesOn: (carry: readonly NDArray[]) => NDArray,
  step: (carry: readonly NDArray[]) => readonly NDArray[],
  init: readonly NDArray[],
): readonly NDArray[] {
  const avals = init.map((x) => makeAval(x.shape, x.dtype))
  const cond = stage('whileLoop', (carry) => [goesOn(carry)], avals)
  const body = stage('whileLoop', step, avals)
  return bind('while', [...cond.consts, ...body.consts, ...init], {
    condJaxpr: cond.jaxpr,
    bodyJaxpr: body.jaxpr,
    condConsts: cond.consts.length,
    bodyConsts: body.consts.length,
  })
}

/** Whether any element holds. */
export const some = (x: NDArray): NDArray =>
  reduceOr(
    x,
    x.shape.map((_, i) => i),
  )
