import type { NDArray } from '../array.ts'
import { customFlat, type Tangent } from './customFlat.ts'
import { abs, add, div, eq, exp, exp2, log1p, max, mul, ne, neg, select, sub } from './elementwise.ts'

/** ∞ as 0, so that the distance of two of them is a number. */
const finite = (x: NDArray): NDArray => select(eq(x, Number.POSITIVE_INFINITY), 0, x)

/** `log(e^x + e^y)` in a base whose power is `power`, without overflow. Value and derivative are JAX's at infinities, too. */
function logAdd(name: string, power: (x: NDArray) => NDArray, base: number) {
  const value = (x: NDArray, y: NDArray): NDArray => {
    const apart = sub(x, y)
    const more = log1p(power(neg(abs(apart))))
    // NaNs, or infinities of one sign.
    return select(ne(apart, apart), add(x, y), add(max(x, y), base === 1 ? more : div(more, base)))
  }
  const run = customFlat(
    name,
    ([x, y]) => [value(x as NDArray, y as NDArray)],
    (xs, ts) => {
      const [out] = run(xs) as readonly [NDArray]
      const parts = ts.flatMap((t: Tangent, i) =>
        t === null ? [] : [mul(t, power(sub(finite(xs[i] as NDArray), finite(out))))],
      )
      return [[out], [parts.length === 0 ? null : parts.reduce((a, b) => add(a, b))]]
    },
  )
  return (x: NDArray, y: NDArray): NDArray => run([x, y])[0] as NDArray
}

/** Of two float arrays of one shape and dtype. */
export const logAddExp = logAdd('logaddexp', exp, 1)
/** The same in base 2. */
export const logAddExp2 = logAdd('logaddexp2', exp2, Math.LN2)
