import { isFloat } from '@proj/backend'
import type { NDArray } from '../array.ts'
import * as lax from '../lax/index.ts'
import { bind } from '../trace.ts'
import { binary, flat, known, linear, pointwise, unary } from './makers.ts'
import { addTangents, family, isLinear, type Tangent } from './rules.ts'

// Where a derivative can be written in several ways, the order of operations is JAX's, so that gradients agree to the last bits.

const { add, mul, neg, sub, div } = lax
const where = (pred: NDArray, onTrue: NDArray | number, like: NDArray, onFalse: NDArray | number): NDArray =>
  lax.select(
    pred,
    typeof onTrue === 'number' ? lax.fullLike(like, onTrue) : onTrue,
    typeof onFalse === 'number' ? lax.fullLike(like, onFalse) : onFalse,
  )

/** 1 where `x` alone is the extremum `out`, ½ on a tie, else 0. */
function shareOfExtremum(x: NDArray, out: NDArray, other: NDArray): NDArray {
  const tie = where(lax.eq(other, out), 0.5, out, 1)
  return where(lax.eq(x, out), tie, out, 0)
}

const extremum = (op: 'max' | 'min') =>
  binary(
    op,
    (t, x, y, out) => mul(t, shareOfExtremum(x, out, y)),
    (t, x, y, out) => mul(t, shareOfExtremum(y, out, x)),
  )

/** `x^y` by `x`: `y·x^(y-1)`. */
const powLeft = (t: NDArray, x: NDArray, y: NDArray): NDArray => mul(t, mul(y, lax.pow(x, sub(y, 1))))

/** `x^y` by `y`: `log(x)·x^y`, with `log` of 0 taken as 0 so that `0^y` is flat. */
function powRight(t: NDArray, x: NDArray, out: NDArray): NDArray {
  const safe = where(lax.eq(x, lax.fullLike(x, 0)), 1, x, x)
  return mul(t, mul(lax.log(safe), out))
}

/** `rem(x, y)` is `x - y·trunc(x / y)`. */
function remRight(t: NDArray, x: NDArray, y: NDArray): NDArray {
  const quotient = div(x, y)
  return mul(neg(t), mul(lax.sign(quotient), lax.floor(lax.abs(quotient))))
}

const twoOverRootPi = 2 / Math.sqrt(Math.PI)
const halfRootPi = Math.sqrt(Math.PI) / 2

/** Of a cast that keeps a derivative: float to float. */
const castTangent = (t: Tangent, dtype: NDArray['dtype']): Tangent =>
  t === null || !isFloat(dtype) ? null : lax.convertElementType(t, dtype)

/** `1 / sqrt(1 - x²)`, the derivative of `asin`, of factors that are exact where `x` is near 1. */
const arcSlope = (x: NDArray): NDArray => lax.rsqrt(mul(sub(1, x), add(1, x)))

export const elementwise = family({
  neg: linear('neg', (ct) => neg(ct), pointwise('neg')),
  sign: flat('sign'),
  abs: unary('abs', (t, x) => where(lax.ge(x, lax.fullLike(x, 0)), t, t, neg(t))),
  floor: flat('floor'),
  ceil: flat('ceil'),
  round: flat('round'),
  exp: unary('exp', (t, _x, y) => mul(t, y)),
  exp2: unary('exp2', (t, _x, y) => mul(t, mul(y, Math.LN2))),
  expm1: unary('expm1', (t, _x, y) => mul(t, add(y, 1))),
  log: unary('log', (t, x) => div(t, x)),
  log1p: unary('log1p', (t, x) => div(t, add(x, 1))),
  sqrt: unary('sqrt', (t, _x, y) => mul(t, div(lax.fullLike(y, 0.5), y))),
  rsqrt: unary('rsqrt', (t, x, y) => mul(t, mul(-0.5, div(y, x)))),
  cbrt: unary('cbrt', (t, x, y) => mul(t, mul(1 / 3, div(y, x)))),
  sin: unary('sin', (t, x) => mul(t, lax.cos(x))),
  cos: unary('cos', (t, x) => neg(mul(t, lax.sin(x)))),
  tan: unary('tan', (t, _x, y) => mul(t, add(1, lax.square(y)))),
  asin: unary('asin', (t, x) => mul(t, arcSlope(x))),
  acos: unary('acos', (t, x) => mul(t, neg(arcSlope(x)))),
  atan: unary('atan', (t, x) => div(t, add(1, lax.square(x)))),
  sinh: unary('sinh', (t, x) => mul(t, lax.cosh(x))),
  cosh: unary('cosh', (t, x) => mul(t, lax.sinh(x))),
  tanh: unary('tanh', (t, _x, y) => mul(add(t, mul(t, y)), sub(1, y))),
  asinh: unary('asinh', (t, x) => mul(t, lax.rsqrt(add(lax.square(x), 1)))),
  acosh: unary('acosh', (t, x) => mul(t, mul(lax.rsqrt(sub(x, 1)), lax.rsqrt(add(x, 1))))),
  atanh: unary('atanh', (t, x) => mul(lax.reciprocal(add(1, x)), div(t, sub(1, x)))),
  logistic: unary('logistic', (t, _x, y) => mul(t, mul(y, sub(1, y)))),
  erf: unary('erf', (t, x) => mul(twoOverRootPi, mul(t, lax.exp(neg(lax.square(x)))))),
  erfc: unary('erfc', (t, x) => mul(-twoOverRootPi, mul(t, lax.exp(neg(lax.square(x)))))),
  erfInv: unary('erfInv', (t, _x, y) => mul(halfRootPi, mul(t, lax.exp(lax.square(y))))),
  integerPow: unary('integerPow', (t, x, _out, { y }) =>
    y === 0 ? lax.fullLike(t, 0) : mul(t, mul(y, lax.integerPow(x, y - 1))),
  ),
  isFinite: flat('isFinite'),
  not: flat('not'),
  stopGradient: flat('stopGradient'),
  convertElementType: {
    jvp: ([x], [t], params) => [bind('convertElementType', [x], params), [castTangent(t, params.newDtype)]],
    transpose: ([ct], [x]) => [ct === null ? null : lax.convertElementType(ct, isLinear(x) ? x.aval.dtype : x.dtype)],
    batch: pointwise('convertElementType'),
  },
  bitcastConvertType: flat('bitcastConvertType'),

  add: binary(
    'add',
    (t) => t,
    (t) => t,
    (ct, x, y) => [isLinear(x) ? ct : null, isLinear(y) ? ct : null],
  ),
  sub: binary(
    'sub',
    (t) => t,
    (t) => neg(t),
    (ct, x, y) => [isLinear(x) ? ct : null, isLinear(y) ? neg(ct) : null],
  ),
  mul: binary(
    'mul',
    (t, _x, y) => mul(t, y),
    (t, x) => mul(x, t),
    (ct, x, y) => (isLinear(x) ? [mul(ct, known(y)), null] : [null, mul(x, ct)]),
  ),
  div: binary(
    'div',
    (t, _x, y) => div(t, y),
    (t, x, y) => mul(mul(neg(t), x), lax.integerPow(y, -2)),
    (ct, _x, y) => [div(ct, known(y)), null],
  ),
  rem: binary(
    'rem',
    (t) => t,
    (t, x, y) => remRight(t, x, y),
    (ct) => [ct, null],
  ),
  pow: binary('pow', powLeft, (t, x, _y, out) => powRight(t, x, out)),
  max: extremum('max'),
  min: extremum('min'),
  atan2: binary(
    'atan2',
    (t, y, x) => mul(t, div(x, add(lax.square(y), lax.square(x)))),
    (t, y, x) => mul(t, div(neg(y), add(lax.square(y), lax.square(x)))),
  ),
  nextafter: flat('nextafter'),
  and: flat('and'),
  or: flat('or'),
  xor: flat('xor'),
  shiftLeft: flat('shiftLeft'),
  shiftRightArithmetic: flat('shiftRightArithmetic'),
  shiftRightLogical: flat('shiftRightLogical'),
  eq: flat('eq'),
  ne: flat('ne'),
  lt: flat('lt'),
  le: flat('le'),
  gt: flat('gt'),
  ge: flat('ge'),

  select: {
    jvp: ([pred, x, y], [, tx, ty]) => {
      const out = lax.select(pred, x, y)
      if (tx === null && ty === null) return [[out], [null]]
      return [[out], [where(pred, tx ?? 0, out, ty ?? 0)]]
    },
    transpose: ([ct], [pred, x, y]) => {
      if (ct === null) return [null, null, null]
      return [
        null,
        isLinear(x) ? where(known(pred), ct, ct, 0) : null,
        isLinear(y) ? where(known(pred), 0, ct, ct) : null,
      ]
    },
    batch: pointwise('select'),
  },
  clamp: {
    jvp: ([lo, x, hi], [tlo, tx, thi]) => {
      const out = lax.clamp(lo, x, hi)
      const inside = lax.bitwiseAnd(lax.gt(x, lo), lax.lt(x, hi))
      const part = (t: Tangent, pred: NDArray): Tangent => (t === null ? null : where(pred, t, out, 0))
      const fromX = part(tx, inside)
      const fromLo = part(tlo, lax.bitwiseAnd(lax.gt(lo, x), lax.lt(lo, hi)))
      const fromHi = part(thi, lax.lt(hi, x))
      return [[out], [addTangents(addTangents(fromLo, fromX, add), fromHi, add)]]
    },
    batch: pointwise('clamp'),
  },
  threefry2x32: flat('threefry2x32'),
})
