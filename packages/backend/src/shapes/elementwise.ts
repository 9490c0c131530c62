import { type Aval, formatAval, makeAval } from '../aval.ts'
import { checkDType, dtypes } from '../dtype.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import { checkKinds, checkSameDType, checkSameShape, elementwise, shapeFamily } from './rule.ts'

const floats = elementwise(['float'])
const numbers = elementwise(['float', 'int', 'uint'])
const signed = elementwise(['float', 'int', 'uint'])
const anything = elementwise(['float', 'int', 'uint', 'bool'])
const bits = elementwise(['int', 'uint', 'bool'])
const integers = elementwise(['int', 'uint'])
const comparison = elementwise(['float', 'int', 'uint', 'bool'], 'bool')

// biome-ignore format: a row for each group
export const elementwiseShapes = shapeFamily({
  neg: signed, sign: signed, abs: signed, floor: floats, ceil: floats, round: floats,
  exp: floats, exp2: floats, expm1: floats, log: floats, log1p: floats, sqrt: floats, rsqrt: floats, cbrt: floats,
  sin: floats, cos: floats, tan: floats, asin: floats, acos: floats, atan: floats,
  sinh: floats, cosh: floats, tanh: floats, asinh: floats, acosh: floats, atanh: floats,
  logistic: floats, erf: floats, erfc: floats, erfInv: floats,
  integerPow: ([x], { y }, where) => {
    if (!Number.isInteger(y)) throw new ShapeError(where, `power ${y}`, 'use an integer, or pow')
    if (y < 0) checkKinds(where, [x], ['float'])
    return numbers([x], undefined, where)
  },
  isFinite: elementwise(['float'], 'bool'),
  not: bits,
  stopGradient: anything, name: anything,
  convertElementType: ([x], { newDtype, weakType = false }, where) => [
    makeAval(x.shape, checkDType(where, newDtype), weakType),
  ],
  bitcastConvertType: ([x], { newDtype }, where) => {
    checkDType(where, newDtype)
    if (dtypes[x.dtype].bytes !== dtypes[newDtype].bytes || x.dtype === 'bool' || newDtype === 'bool')
      throw new DTypeError(where, `${formatAval(x)} as ${newDtype}`, 'the two dtypes must have the same width, and neither be bool')
    return [makeAval(x.shape, newDtype)]
  },
  add: numbers, sub: numbers, mul: numbers, div: numbers, rem: numbers, pow: floats, max: anything, min: anything,
  atan2: floats, nextafter: floats, and: bits, or: bits, xor: bits,
  shiftLeft: integers, shiftRightArithmetic: integers, shiftRightLogical: integers,
  eq: comparison, ne: comparison, lt: comparison, le: comparison, gt: comparison, ge: comparison,
  select: ([pred, onTrue, onFalse], _params, where) => {
    checkKinds(where, [pred], ['bool'])
    checkSameDType(where, [onTrue, onFalse])
    checkSameShape(where, [pred, onTrue, onFalse])
    return [makeAval(onTrue.shape, onTrue.dtype)]
  },
  clamp: anything,
  threefry2x32: (ins, _params, where) => {
    const words: readonly Aval[] = ins
    for (const word of words) {
      if (word.dtype !== 'uint32') throw new DTypeError(where, `got ${formatAval(word)}`, 'keys and counters are uint32')
    }
    checkSameShape(where, words)
    const out = makeAval(ins[0].shape, 'uint32')
    return [out, out]
  },
})
