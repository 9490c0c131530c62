import { type DType, dtypes, type OpName, type Params } from '@proj/backend'
import type { Graph, Node } from '../lane/graph.ts'
import { cbrt } from '../math/cbrt.ts'
import { erf, erfc } from '../math/erf.ts'
import { erfInv } from '../math/erfInv.ts'
import { exp, exp2, expm1 } from '../math/exp.ts'
import * as float32 from '../math/float32/index.ts'
import { acosh, asinh, atanh, cosh, logistic, sinh, tanh } from '../math/hyperbolic.ts'
import { acos, asin, atan, atan2 } from '../math/inverseTrigonometry.ts'
import { log, log1p } from '../math/log.ts'
import { nextafter } from '../math/nextafter.ts'
import { pow } from '../math/pow.ts'
import { remainder } from '../math/remainder.ts'
import { cos, sin, tan } from '../math/trigonometry.ts'
import { bitcast, convert } from './convert.ts'
import { nextHalf } from './half.ts'
import { divide, integerRemainder, shiftBy } from './integer.ts'
import { constant, isUnsigned, signOf, wrap } from './lanes.ts'
import { threefry } from './random.ts'

/** Builds an elementwise op on lanes: the operands' nodes in, a node for each result out. `dtype` is the first operand's. */
export type ElementLowering<K extends OpName> = (
  g: Graph,
  xs: readonly Node[],
  dtype: DType,
  params: Params<K>,
) => readonly Node[]

type Unary = (g: Graph, x: Node, dtype: DType) => Node
type Binary = (g: Graph, x: Node, y: Node, dtype: DType) => Node

const unary =
  (f: Unary) =>
  (g: Graph, [x]: readonly Node[], dtype: DType) => [f(g, x as Node, dtype)]
const binary =
  (f: Binary) =>
  (g: Graph, [x, y]: readonly Node[], dtype: DType) => [f(g, x as Node, y as Node, dtype)]

const isFloat = (dtype: DType): boolean => dtypes[dtype].kind === 'float'

/** A function that is written for each float type. */
const byWidth =
  (narrow: (g: Graph, ...xs: Node[]) => Node, wide: (g: Graph, ...xs: Node[]) => Node) =>
  (g: Graph, xs: readonly Node[]) => [((xs[0] as Node).type === 'f32' ? narrow : wide)(g, ...xs)]

/** A function that is written for float64 alone; float32 goes there and back, and is then right to the last bit or nearly so. */
const byFloat64 =
  (f: (g: Graph, x: Node) => Node): Unary =>
  (g, x) =>
    x.type === 'f64' ? f(g, x) : g.op('demote', f(g, g.op('promote', x)))

const byFloat64Pair =
  (f: (g: Graph, x: Node, y: Node) => Node): Binary =>
  (g, x, y) =>
    x.type === 'f64' ? f(g, x, y) : g.op('demote', f(g, g.op('promote', x), g.op('promote', y)))

const floating =
  (name: string): Unary =>
  (g, x) =>
    g.op(name, x)

/** The same instruction on floats and integers. */
const arithmetic =
  (name: string): Binary =>
  (g, x, y, dtype) =>
    wrap(g, g.op(name, x, y), dtype)

const bitwise =
  (name: string): Binary =>
  (g, x, y) =>
    g.op(name, x, y)

/** Masks compare as 0 and 1. */
const comparison =
  (name: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'): Binary =>
  (g, x, y, dtype) => {
    if (isFloat(dtype)) return g.op(name, x, y)
    const [left, right] = x.type === 'mask' ? [g.op('toI32', x), g.op('toI32', y)] : [x, y]
    return g.op(name === 'eq' || name === 'ne' ? name : `${name}_${signOf(dtype)}`, left, right)
  }

/** Of two; NaN if either is. */
const extreme =
  (name: 'max' | 'min'): Binary =>
  (g, x, y, dtype) => {
    if (isFloat(dtype)) return g.op(name, x, y)
    if (x.type === 'mask') return g.op(name === 'max' ? 'or' : 'and', x, y)
    return g.select(g.op(`${name === 'max' ? 'gt' : 'lt'}_${signOf(dtype)}`, x, y), x, y)
  }

export const max = extreme('max')
export const min = extreme('min')

const negate: Unary = (g, x, dtype) => (isFloat(dtype) ? g.op('neg', x) : wrap(g, g.sub(g.i32(0), x), dtype))

const sign: Unary = (g, x, dtype) => {
  const [zero, one] = [constant(g, 0, dtype), constant(g, 1, dtype)]
  if (isUnsigned(dtype)) return g.select(g.op('eq', x, zero), zero, one)
  const [below, above] = isFloat(dtype) ? ['lt', 'gt'] : ['lt_s', 'gt_s']
  return g.select(g.op(above, x, zero), one, g.select(g.op(below, x, zero), constant(g, -1, dtype), x))
}

const abs: Unary = (g, x, dtype) => {
  if (isFloat(dtype)) return g.op('abs', x)
  return isUnsigned(dtype) ? x : g.select(g.op('lt_s', x, g.i32(0)), negate(g, x, dtype), x)
}

const awayFromZero: Unary = (g, x) => {
  const whole = g.op('trunc', x)
  const up = g.op('ge', g.op('abs', g.sub(x, whole)), g.same(x, 0.5))
  const unit = g.select(g.op('lt', x, g.same(x, 0)), g.same(x, -1), g.same(x, 1))
  return g.select(up, g.add(whole, unit), whole)
}

function integerPow(g: Graph, x: Node, dtype: DType, power: number): Node {
  let product: Node | undefined
  let square = x
  for (let n = Math.abs(power); n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) product = product === undefined ? square : wrap(g, g.mul(product, square), dtype)
    if (n > 1) square = wrap(g, g.mul(square, square), dtype)
  }
  const value = product ?? constant(g, 1, dtype)
  return power < 0 ? g.div(constant(g, 1, dtype), value) : value
}

const not: Unary = (g, x, dtype) => (x.type === 'mask' ? g.op('not', x) : wrap(g, g.op('xor', x, g.i32(-1)), dtype))

/** Total over the ops that act on each element by itself. */
export const elementwise = {
  neg: unary(negate),
  sign: unary(sign),
  abs: unary(abs),
  floor: unary(floating('floor')),
  ceil: unary(floating('ceil')),
  round: (g: Graph, [x]: readonly Node[], dtype: DType, { roundingMethod }: Params<'round'>) => [
    roundingMethod === 'toNearestEven' ? g.op('nearest', x as Node) : awayFromZero(g, x as Node, dtype),
  ],
  exp: byWidth(float32.exp, exp),
  exp2: byWidth(float32.exp2, exp2),
  expm1: byWidth(float32.expm1, expm1),
  log: byWidth(float32.log, log),
  log1p: byWidth(float32.log1p, log1p),
  sqrt: unary(floating('sqrt')),
  rsqrt: unary(byFloat64((g, x) => g.div(g.f64(1), g.op('sqrt', x)))),
  cbrt: byWidth(float32.cbrt, cbrt),
  sin: byWidth(float32.sin, sin),
  cos: byWidth(float32.cos, cos),
  tan: byWidth(float32.tan, tan),
  asin: byWidth(float32.asin, asin),
  acos: byWidth(float32.acos, acos),
  atan: byWidth(float32.atan, atan),
  sinh: byWidth(float32.sinh, sinh),
  cosh: byWidth(float32.cosh, cosh),
  tanh: byWidth(float32.tanh, tanh),
  asinh: unary(byFloat64(asinh)),
  acosh: unary(byFloat64(acosh)),
  atanh: unary(byFloat64(atanh)),
  logistic: byWidth(float32.logistic, logistic),
  erf: byWidth(float32.erf, erf),
  erfc: unary(byFloat64(erfc)),
  erfInv: byWidth(float32.erfInv, erfInv),
  integerPow: (g: Graph, [x]: readonly Node[], dtype: DType, { y }: Params<'integerPow'>) => [
    integerPow(g, x as Node, dtype, y),
  ],
  isFinite: unary((g, x) => g.op('lt', g.op('abs', x), g.same(x, Infinity))),
  not: unary(not),
  stopGradient: unary((_, x) => x),
  convertElementType: (g: Graph, [x]: readonly Node[], dtype: DType, { newDtype }: Params<'convertElementType'>) => [
    convert(g, x as Node, dtype, newDtype),
  ],
  bitcastConvertType: (g: Graph, [x]: readonly Node[], _dtype: DType, { newDtype }: Params<'bitcastConvertType'>) => [
    bitcast(g, x as Node, newDtype),
  ],
  add: binary(arithmetic('add')),
  sub: binary(arithmetic('sub')),
  mul: binary(arithmetic('mul')),
  div: binary((g, x, y, dtype) => (isFloat(dtype) ? g.div(x, y) : divide(g, x, y, dtype))),
  rem: binary((g, x, y, dtype) =>
    isFloat(dtype) ? byFloat64Pair(remainder)(g, x, y, dtype) : integerRemainder(g, x, y, dtype),
  ),
  pow: byWidth(float32.pow, pow),
  max: binary(max),
  min: binary(min),
  atan2: binary(byFloat64Pair(atan2)),
  nextafter: binary((g, x, y, dtype) => (dtype === 'float16' ? nextHalf(g, x, y) : nextafter(g, x, y))),
  and: binary(bitwise('and')),
  or: binary(bitwise('or')),
  xor: binary(bitwise('xor')),
  shiftLeft: binary(shiftBy('shl')),
  shiftRightArithmetic: binary(shiftBy('shr_s')),
  shiftRightLogical: binary(shiftBy('shr_u')),
  eq: binary(comparison('eq')),
  ne: binary(comparison('ne')),
  lt: binary(comparison('lt')),
  le: binary(comparison('le')),
  gt: binary(comparison('gt')),
  ge: binary(comparison('ge')),
  select: (g: Graph, [pred, onTrue, onFalse]: readonly Node[]) => [
    g.select(pred as Node, onTrue as Node, onFalse as Node),
  ],
  clamp: (g: Graph, [lo, x, hi]: readonly Node[], dtype: DType) => [
    min(g, max(g, x as Node, lo as Node, dtype), hi as Node, dtype),
  ],
  threefry2x32: threefry,
} satisfies { readonly [K in OpName]?: ElementLowering<K> }
