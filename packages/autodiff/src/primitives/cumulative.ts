import type { Monoid } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { prefixes } from '../lax/cumulative.ts'
import * as lax from '../lax/index.ts'
import { bind } from '../trace.ts'
import { family, pastBatch } from './rules.ts'

const cumulate = (x: NDArray, kind: Monoid, axis: number, reverse: boolean): NDArray =>
  bind('cumulative', [x], { kind, axis, reverse })[0]

type Dual = readonly NDArray[]
const where = (pred: NDArray, x: NDArray, y: NDArray): NDArray => lax.select(pred, x, y)

/** Of two equals each gives half its tangent. */
const chosen =
  (choose: (x: NDArray, y: NDArray) => NDArray) =>
  ([x, tx]: Dual, [y, ty]: Dual): Dual => {
    const [a, b, ta, tb] = [x, y, tx, ty] as [NDArray, NDArray, NDArray, NDArray]
    const out = choose(a, b)
    const mean = lax.mul(lax.add(ta, tb), 0.5)
    return [out, where(lax.eq(a, b), mean, where(lax.eq(a, out), ta, tb))]
  }

/** A product with its tangent; no division, so zeros are right. */
const product = ([x, tx]: Dual, [y, ty]: Dual): Dual => {
  const [a, b, ta, tb] = [x, y, tx, ty] as [NDArray, NDArray, NDArray, NDArray]
  return [lax.mul(a, b), lax.add(lax.mul(ta, b), lax.mul(a, tb))]
}

const duals: { readonly [M in Exclude<Monoid, 'add'>]: (left: Dual, right: Dual) => Dual } = {
  mul: product,
  max: chosen(lax.max),
  min: chosen(lax.min),
}

/** The tangent by prefixes of dual numbers. */
function cumulativeTangent(x: NDArray, t: NDArray, kind: Monoid, axis: number, reverse: boolean): NDArray {
  if (kind === 'add') return cumulate(t, kind, axis, reverse)
  const turn = (a: NDArray): NDArray => lax.rev(a, reverse ? [axis] : [])
  return turn(prefixes(duals[kind], [turn(x), turn(t)], axis)[1] as NDArray)
}

export const cumulative = family({
  cumulative: {
    jvp: ([x], [t], { kind, axis, reverse }) => [
      [cumulate(x, kind, axis, reverse)],
      [t === null ? null : cumulativeTangent(x, t, kind, axis, reverse)],
    ],
    transpose: ([ct], _xs, { kind, axis, reverse }) => [ct === null ? null : cumulate(ct, kind, axis, !reverse)],
    batch: (_size, [x], [at], { kind, axis, reverse }) => [
      [cumulate(x, kind, pastBatch(axis, at as number), reverse)],
      [at],
    ],
  },
})
