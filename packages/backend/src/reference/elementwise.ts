import { type DType, dtypes, type TypedArray } from '../dtype.ts'
import { roundHalfEven } from '../float16.ts'
import { rowOf } from '../jaxpr.ts'
import type { AnyKernel, Kernel, KernelInput, KernelTable } from '../kernel.ts'
import type { Args, Each, OpName, Params } from '../ops.ts'
import { nextafter, shiftLeft, shiftRightArithmetic, shiftRightLogical } from './bits.ts'
import { generate, read, roundTo } from './element.ts'
import { erfInvFloat32 } from './erfInvFloat32.ts'
import { erf, erfc, erfInv, logistic, pow } from './special.ts'

/**
 * What an op does to numbers, given the dtype of its first operand. The result is still to be stored: rounded to its float dtype or taken
 * modulo its integer width.
 */
export type ScalarRule<K extends OpName> = (dtype: DType, params: Params<K>) => (...xs: Each<Args<K>, number>) => number

type ScalarTable<Keys extends OpName> = { readonly [K in Keys]: ScalarRule<K> }

const table = <Keys extends OpName>(rows: ScalarTable<Keys>): ScalarTable<Keys> => rows

/** The same on every dtype. */
const always =
  <F>(f: F) =>
  (): F =>
    f

const kindOf = (dtype: DType) => dtypes[dtype].kind
const widthOf = (dtype: DType): number => dtypes[dtype].bytes * 8

const test = (holds: (x: number, y: number) => boolean) => always((x: number, y: number) => (holds(x, y) ? 1 : 0))

const shift = (f: (x: number, count: number, bits: number) => number) => (dtype: DType) => {
  const bits = widthOf(dtype)
  return (x: number, count: number) => f(x, count, bits)
}

const multiply = (dtype: DType) => (kindOf(dtype) === 'float' ? (x: number, y: number) => x * y : Math.imul)

/** -1 in two's complement is all bits set: what division by zero gives. */
const divide = (dtype: DType) =>
  kindOf(dtype) === 'float'
    ? (x: number, y: number) => x / y
    : (x: number, y: number) => (y === 0 ? -1 : Math.trunc(x / y))

const remainder = (dtype: DType) =>
  kindOf(dtype) === 'float' ? (x: number, y: number) => x % y : (x: number, y: number) => (y === 0 ? x : x % y)

function roundAwayFromZero(x: number): number {
  const whole = Math.trunc(x)
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole
}

/** By repeated squaring, every product rounded to the dtype, as JAX expands it. */
const integerPow: ScalarRule<'integerPow'> = (dtype, { y }) => {
  const times = multiply(dtype)
  return (x) => {
    let product = 1
    let square = x
    for (let n = Math.abs(y); n > 0; n = Math.floor(n / 2)) {
      if (n % 2 === 1) product = roundTo(dtype, times(product, square))
      square = roundTo(dtype, times(square, square))
    }
    return y < 0 ? 1 / product : product
  }
}

/** The largest and least integer of a dtype. */
export function integerRange(dtype: DType): readonly [least: number, most: number] {
  const bits = widthOf(dtype)
  return kindOf(dtype) === 'int' ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1]
}

const convert: ScalarRule<'convertElementType'> = (dtype, { newDtype }) => {
  const kind = kindOf(newDtype)
  if (kind === 'bool') return (x) => (x !== 0 ? 1 : 0)
  if (kind === 'float' || kindOf(dtype) !== 'float') return (x) => x
  const [least, most] = integerRange(newDtype)
  return (x) => (Number.isNaN(x) ? 0 : Math.trunc(Math.min(Math.max(x, least), most)))
}

export const scalarRules = table({
  neg: always((x) => -x),
  sign: always(Math.sign),
  abs: always(Math.abs),
  floor: always(Math.floor),
  ceil: always(Math.ceil),
  round: (_dtype, { roundingMethod }) => (roundingMethod === 'toNearestEven' ? roundHalfEven : roundAwayFromZero),
  exp: always(Math.exp),
  exp2: always((x) => 2 ** x),
  expm1: always(Math.expm1),
  log: always(Math.log),
  log1p: always(Math.log1p),
  sqrt: always(Math.sqrt),
  rsqrt: always((x) => 1 / Math.sqrt(x)),
  cbrt: always(Math.cbrt),
  sin: always(Math.sin),
  cos: always(Math.cos),
  tan: always(Math.tan),
  asin: always(Math.asin),
  acos: always(Math.acos),
  atan: always(Math.atan),
  sinh: always(Math.sinh),
  cosh: always(Math.cosh),
  tanh: always(Math.tanh),
  asinh: always(Math.asinh),
  acosh: always(Math.acosh),
  atanh: always(Math.atanh),
  logistic: always(logistic),
  erf: always(erf),
  erfc: always(erfc),
  erfInv: (dtype) => (dtype === 'float64' ? erfInv : erfInvFloat32),
  integerPow,
  isFinite: always((x) => (Number.isFinite(x) ? 1 : 0)),
  not: (dtype) => (kindOf(dtype) === 'bool' ? (x) => 1 - x : (x) => ~x),
  stopGradient: always((x) => x),
  name: always((x) => x),
  convertElementType: convert,
  add: always((x, y) => x + y),
  sub: always((x, y) => x - y),
  mul: multiply,
  div: divide,
  rem: remainder,
  pow: always(pow),
  max: always(Math.max),
  min: always(Math.min),
  atan2: always(Math.atan2),
  nextafter: (dtype) => (x, y) => nextafter(dtype as 'float32', x, y), // the shape rule admits floats only
  and: always((x, y) => x & y),
  or: always((x, y) => x | y),
  xor: always((x, y) => x ^ y),
  shiftLeft: shift(shiftLeft),
  shiftRightArithmetic: shift(shiftRightArithmetic),
  shiftRightLogical: shift(shiftRightLogical),
  eq: test((x, y) => x === y),
  ne: test((x, y) => x !== y),
  lt: test((x, y) => x < y),
  le: test((x, y) => x <= y),
  gt: test((x, y) => x > y),
  ge: test((x, y) => x >= y),
  select: always((pred, onTrue, onFalse) => (pred !== 0 ? onTrue : onFalse)),
  clamp: always((lo, x, hi) => Math.min(Math.max(x, lo), hi)),
})

/** The ops that act on each element by itself and give one result. */
export type ScalarOp = keyof typeof scalarRules

/** The scalar function of an op known only at run time. */
export const scalarFunction = (
  op: ScalarOp,
  dtype: DType,
  params: Params<OpName>,
): ((...xs: readonly number[]) => number) =>
  rowOf<(dtype: DType, params: Params<OpName>) => (...xs: readonly number[]) => number>(scalarRules, op)(dtype, params)

/** Applies a scalar function to every element: all that a device must do to have every elementwise op. */
export type MapElements<Buffer> = (
  f: (...xs: readonly number[]) => number,
  inputs: readonly KernelInput<Buffer>[],
  out: KernelInput<Buffer>['aval'],
) => Buffer

/**
 * Kernels of all the elementwise ops with one result, from one function that maps over elements. `f` computes in numbers; `map` stores its
 * results as the dtype of `out`.
 */
export function elementwiseKernels<Buffer>(map: MapElements<Buffer>): KernelTable<Buffer, ScalarOp> {
  const kernel =
    (op: ScalarOp): AnyKernel<Buffer> =>
    (inputs, params, outs) => {
      const [x] = inputs as readonly [KernelInput<Buffer>]
      return [map(scalarFunction(op, x.aval.dtype, params), inputs, outs[0] as KernelInput<Buffer>['aval'])]
    }
  const ops = Object.keys(scalarRules) as ScalarOp[]
  return Object.fromEntries(ops.map((op) => [op, kernel(op)])) as unknown as KernelTable<Buffer, ScalarOp>
}

const mapTyped: MapElements<TypedArray> = (f, inputs, out) => {
  const [x, y, z] = inputs.map(read)
  if (x === undefined) return generate(out, () => f())
  if (y === undefined) return generate(out, (i) => f(x(i)))
  if (z === undefined) return generate(out, (i) => f(x(i), y(i)))
  return generate(out, (i) => f(x(i), y(i), z(i)))
}

/** The same bytes, read as another dtype. */
const bitcast: Kernel<'bitcastConvertType', TypedArray> = ([x], { newDtype }) => {
  const { buffer, byteOffset, byteLength } = x.buffer
  const copy = buffer.slice(byteOffset, byteOffset + byteLength)
  const view = dtypes[newDtype].array as unknown as new (bytes: ArrayBufferLike) => TypedArray
  return [new view(copy)]
}

export const elementwise: KernelTable<TypedArray, ScalarOp | 'bitcastConvertType'> = {
  ...elementwiseKernels(mapTyped),
  bitcastConvertType: bitcast,
}
