import type { NDArray } from '../../array.ts'
import * as lax from '../../lax/index.ts'
import { special } from '../../lax/special/derivative.ts'
import { binary, unary } from './operands.ts'

const { add, div, eq, ge, gt, log, log1p, lt, mul, ne, select, sub } = lax

/** `x f(y)`, 0 where `x` is 0 unless `y` is NaN. */
const timesLog =
  (f: (y: NDArray) => NDArray) =>
  (x: NDArray, y: NDArray): NDArray =>
    select(lax.bitwiseOr(ne(x, 0), ne(y, y)), mul(x, f(y)), 0)

const xlogyFlat = special('xlogy', timesLog(log), [
  (_x: NDArray, y: NDArray) => log(y),
  (x: NDArray, y: NDArray) => div(x, y),
])
const xlog1pyFlat = special('xlog1py', timesLog(log1p), [
  (_x: NDArray, y: NDArray) => log1p(y),
  (x: NDArray, y: NDArray) => div(x, add(y, 1)),
])
const xlogxFlat = special('xlogx', (x: NDArray) => timesLog(log)(x, x), [(x: NDArray) => add(log(x), 1)])

/**
 * `x log y`, 0 where `x` is 0.
 *
 * @example scipy.special.xlogy(0, 0) // 0
 */
export const xlogy = binary('xlogy', xlogyFlat)
/** `x log(1 + y)`, 0 where `x` is 0. @example scipy.special.xlog1py([0, 2], [-1, 1]) // [0, 1.3863] */
export const xlog1py = binary('xlog1py', xlog1pyFlat)

/** `-x log x`: what `x` adds to an entropy; 0 at 0, -∞ below. @example scipy.special.entr([0, 0.5]) // [0, 0.3466] */
export const entr = unary('entr', (x) => select(lt(x, 0), -Infinity, lax.neg(xlogxFlat(x))))

/**
 * `p log(p / q)`: what a pair adds to a relative entropy; 0 where `p` is 0, ∞ outside of the domain.
 *
 * @example scipy.special.relEntr([0, 0.5], 0.25) // [0, 0.3466]
 */
export const relEntr = binary('relEntr', (p, q) => {
  const inside = lax.bitwiseAnd(gt(p, 0), gt(q, 0))
  const isZero = lax.bitwiseAnd(eq(p, 0), ge(q, 0))
  const [safeP, safeQ] = [select(inside, p, 1), select(inside, q, 1)]
  const value = sub(xlogxFlat(safeP), xlogyFlat(safeP, safeQ))
  return select(inside, value, select(isZero, lax.fullLike(p, 0), Infinity))
})

/** `p log(p / q) - p + q`, which is never negative. @example scipy.special.klDiv(0.5, 0.25) // 0.0966 */
export const klDiv = binary('klDiv', (p, q) => add(sub(relEntr(p, q), p), q))

const logitFlat = special('logit', (x: NDArray) => log(div(x, sub(1, x))), [
  (x: NDArray) => lax.reciprocal(mul(x, sub(1, x))),
])
/** `log(x / (1 - x))`, the inverse of `expit`. @example scipy.special.logit([0.5, 0.75]) // [0, 1.0986] */
export const logit = unary('logit', logitFlat)
/** `1 / (1 + e^-x)`. @example scipy.special.expit([0, 2]) // [0.5, 0.8808] */
export const expit = unary('expit', lax.logistic)
