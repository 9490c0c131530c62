import type { GpuDType } from '../layout.ts'
import { binary, call, calls, choose, infix, type LoweringTable, numeric, unary } from './row.ts'

const same = (x: string) => x

const comparison = (operator: string, bool: (x: string, y: string) => string) =>
  binary({ float: infix(operator), int: infix(operator), uint: infix(operator), bool })

/** `x == x` asks whether `x` is a number, and a compiler that knows of no NaN would answer without looking. */
const equality = (operator: '==' | '!=') =>
  binary({
    float: (x, y) => (x === y ? `${operator === '==' ? '!' : ''}notANumber(${x})` : `${x} ${operator} ${y}`),
    int: infix(operator),
    uint: infix(operator),
    bool: infix(operator),
  })

const conversions: { readonly [From in GpuDType]: { readonly [To in GpuDType]: (x: string) => string } } = {
  float32: {
    float32: same,
    int32: (x) => `floatToInt(${x})`,
    uint32: (x) => `floatToUint(${x})`,
    bool: (x) => `${x} != 0.0`,
  },
  int32: { float32: (x) => `intToFloat(${x})`, int32: same, uint32: (x) => `uint(${x})`, bool: (x) => `${x} != 0` },
  uint32: { float32: (x) => `uintToFloat(${x})`, int32: (x) => `int(${x})`, uint32: same, bool: (x) => `${x} != 0u` },
  bool: { float32: (x) => `float(${x})`, int32: (x) => `int(${x})`, uint32: (x) => `uint(${x})`, bool: same },
}

/** A value in another dtype. The caller has seen to it that the dtypes are ours. */
export const converted = (x: string, from: GpuDType, to: GpuDType): string => conversions[from][to](x)

/** Between dtypes of 32 bits. */
const bitcasts: { readonly [From in GpuDType]: { readonly [To in GpuDType]?: string } } = {
  float32: { int32: 'floatBitsToInt', uint32: 'floatBitsToUint' },
  int32: { float32: 'intBitsToFloat', uint32: 'uint' },
  uint32: { float32: 'uintBitsToFloat', int32: 'int' },
  bool: {},
}

function integerPower([x]: readonly [string], dtype: GpuDType, { y }: { readonly y: number }): string {
  const power = choose(dtype, { float: 'powerFloat', int: 'powerInt', uint: 'powerUint' })
  if (y === 2) return `${x} * ${x}`
  return y < 0 ? `1.0 / ${power}(${x}, ${-y})` : `${power}(${x}, ${y})`
}

const max = binary({ float: calls('maxFloat'), int: calls('max'), uint: calls('max'), bool: infix('||') })
const min = binary({ float: calls('minFloat'), int: calls('min'), uint: calls('min'), bool: infix('&&') })

const unsigned =
  (name: string) =>
  ([x, n]: readonly [string, string], dtype: GpuDType) =>
    choose(dtype, { int: `int(${name}(uint(${x}), uint(${n})))`, uint: `${name}(${x}, ${n})` })

/** The one expression of each elementwise op. */
export const elementwiseRows: LoweringTable = {
  neg: unary({ float: (x) => `-${x}`, int: (x) => `-${x}`, uint: (x) => `0u - ${x}` }),
  sign: unary({ float: (x) => `signFloat(${x})`, int: (x) => `sign(${x})`, uint: (x) => `min(${x}, 1u)` }),
  abs: unary({ float: (x) => `abs(${x})`, int: (x) => `absInt(${x})`, uint: same }),
  floor: call('floor'),
  ceil: call('ceilFloat'),
  round: ([x], _dtype, { roundingMethod }) =>
    `${roundingMethod === 'toNearestEven' ? 'roundToEven' : 'roundAway'}(${x})`,
  exp: call('expFloat'),
  exp2: call('exp2Float'),
  expm1: call('expm1Float'),
  log: call('logFloat'),
  log1p: call('log1pFloat'),
  sqrt: call('sqrt'),
  rsqrt: ([x]) => `1.0 / sqrt(${x})`,
  cbrt: call('cbrtFloat'),
  sin: call('sinFloat'),
  cos: call('cosFloat'),
  tan: call('tanFloat'),
  asin: call('asinFloat'),
  acos: call('acosFloat'),
  atan: call('atanFloat'),
  sinh: call('sinhFloat'),
  cosh: call('coshFloat'),
  tanh: call('tanhFloat'),
  asinh: call('asinhFloat'),
  acosh: call('acoshFloat'),
  atanh: call('atanhFloat'),
  logistic: call('logisticFloat'),
  erf: call('erfFloat'),
  erfc: call('erfcFloat'),
  erfInv: call('erfInvFloat'),
  integerPow: integerPower,
  isFinite: call('finite'),
  not: unary({ int: (x) => `~${x}`, uint: (x) => `~${x}`, bool: (x) => `!${x}` }),
  stopGradient: ([x]) => x,
  convertElementType: ([x], dtype, { newDtype }) => converted(x, dtype, newDtype as GpuDType),
  bitcastConvertType: ([x], dtype, { newDtype }) => {
    const cast = bitcasts[dtype][newDtype as GpuDType]
    return cast === undefined ? x : `${cast}(${x})`
  },

  add: numeric('+'),
  sub: numeric('-'),
  mul: numeric('*'),
  div: binary({ float: infix('/'), int: calls('divInt'), uint: calls('divUint') }),
  rem: binary({ float: calls('remFloat'), int: calls('remInt'), uint: calls('remUint') }),
  pow: call('powFloat'),
  max,
  min,
  atan2: call('atan2Float'),
  nextafter: call('nextAfter'),
  and: binary({ int: infix('&'), uint: infix('&'), bool: infix('&&') }),
  or: binary({ int: infix('|'), uint: infix('|'), bool: infix('||') }),
  xor: binary({ int: infix('^'), uint: infix('^'), bool: infix('!=') }),
  shiftLeft: unsigned('shiftLeftUint'),
  shiftRightArithmetic: ([x, n], dtype) =>
    choose(dtype, { int: `shiftRightInt(${x}, uint(${n}))`, uint: `uint(shiftRightInt(int(${x}), ${n}))` }),
  shiftRightLogical: unsigned('shiftRightUint'),
  eq: equality('=='),
  ne: equality('!='),
  lt: comparison('<', (x, y) => `!${x} && ${y}`),
  le: comparison('<=', (x, y) => `!${x} || ${y}`),
  gt: comparison('>', (x, y) => `${x} && !${y}`),
  ge: comparison('>=', (x, y) => `${x} || !${y}`),

  select: ([pred, onTrue, onFalse]) => `${pred} ? ${onTrue} : ${onFalse}`,
  clamp: ([lo, x, hi], dtype) => min([`(${max([x, lo], dtype)})`, hi], dtype),
  threefry2x32: call('threefry'),
}
