import { type DType, dtypes } from '../dtype.ts'
import type { Atom } from '../jaxpr.ts'
import { isVar } from '../jaxpr.ts'
import { integerRange } from '../reference/elementwise.ts'
import {
  filled,
  instead,
  isAll,
  isFloatAtom,
  literalValue,
  type Replacement,
  type Rule,
  type RuleTable,
} from './rule.ts'

/*
 * Identities that hold for every bit pattern: NaN, infinities and -0 included (the payload of a NaN aside). What is only true of real
 * numbers is not here: x + 0 turns -0 into 0, x · 0 is not 0 for ∞, x - x is not 0 for NaN, (x · a) · b rounds twice.
 */

/** The other operand, if one of the two is `value` everywhere. */
function besides(value: number, x: Atom, y: Atom): Atom | undefined {
  if (isAll(y, value)) return x
  return isAll(x, value) ? y : undefined
}

/** The number that adds nothing: -0 for floats, since 0 + -0 is 0. */
const nothing = (x: Atom): number => (isFloatAtom(x) ? -0 : 0)

const add: Rule<'add'> = ([x, y], _params, context) => {
  const same = besides(nothing(x), x, y)
  if (same !== undefined) return same
  const negated = context.definition(y, 'neg')
  return negated && instead('sub', [x, negated.inputs[0]], {})
}

const sub: Rule<'sub'> = ([x, y], _params, context) => {
  if (isAll(y, 0)) return x
  if (isAll(x, nothing(x))) return instead('neg', [y], {})
  if (x === y && !isFloatAtom(x)) return filled(0, x)
  const negated = context.definition(y, 'neg')
  return negated && instead('add', [x, negated.inputs[0]], {})
}

const mul: Rule<'mul'> = ([x, y]) => {
  const same = besides(1, x, y)
  if (same !== undefined) return same
  const negated = besides(-1, x, y)
  if (negated !== undefined) return instead('neg', [negated], {})
  return !isFloatAtom(x) && besides(0, x, y) !== undefined ? filled(0, x) : undefined
}

/** `1 / x` where that is as exact as `x`: powers of two, far from the ends of the range. */
function exactReciprocal(y: Atom): number | undefined {
  if (isVar(y) || !isFloatAtom(y)) return undefined
  const value = literalValue(y)
  const exponent = Math.log2(Math.abs(value))
  return Number.isInteger(exponent) && Math.abs(exponent) < 14 ? 1 / value : undefined
}

const div: Rule<'div'> = ([x, y]) => {
  if (isAll(y, 1)) return x
  if (isAll(y, -1)) return instead('neg', [x], {})
  const reciprocal = exactReciprocal(y)
  return reciprocal === undefined ? undefined : instead('mul', [x, filled(reciprocal, y)], {})
}

const integerPow: Rule<'integerPow'> = ([x], { y }) => {
  if (y === 0) return filled(1, x)
  if (y === 1) return x
  if (y === 2) return instead('mul', [x, x], {})
  return y === -1 ? instead('div', [filled(1, x), x], {}) : undefined
}

const least = (dtype: DType): number =>
  dtypes[dtype].kind === 'float' ? -Infinity : dtype === 'bool' ? 0 : integerRange(dtype)[0]
const most = (dtype: DType): number =>
  dtypes[dtype].kind === 'float' ? Infinity : dtype === 'bool' ? 1 : integerRange(dtype)[1]

/** All bits set, as the dtype reads them. */
const ones = ({ aval: { dtype } }: Atom): number =>
  dtype === 'bool' ? 1 : dtypes[dtype].kind === 'int' ? -1 : integerRange(dtype)[1]

const and: Rule<'and'> = ([x, y]) => {
  if (x === y) return x
  return besides(0, x, y) === undefined ? besides(ones(x), x, y) : filled(0, x)
}

const or: Rule<'or'> = ([x, y]) => {
  if (x === y) return x
  return besides(ones(x), x, y) === undefined ? besides(0, x, y) : filled(ones(x), x)
}

const xor: Rule<'xor'> = ([x, y]) => (x === y ? filled(0, x) : besides(0, x, y))

const select: Rule<'select'> = ([pred, onTrue, onFalse], _params, context) => {
  if (!isVar(pred)) return pred.value !== 0 ? onTrue : onFalse
  if (onTrue === onFalse) return onTrue
  if (onTrue.aval.dtype === 'bool' && isAll(onTrue, 1) && isAll(onFalse, 0)) return pred
  const negated = context.definition(pred, 'not')
  return negated && instead('select', [negated.inputs[0], onFalse, onTrue], {})
}

/** Of the same thing twice: known for all but NaN. */
const reflexive =
  (holds: 0 | 1): Rule<'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'> =>
  ([x, y], _params, _context, output) =>
    x === y && !isFloatAtom(x) ? filled(holds, output) : undefined

/** A chain of two of the same op that undoes itself. */
const involution =
  (op: 'neg' | 'not'): Rule<'neg' | 'not'> =>
  ([x], _params, context) =>
    context.definition(x, op)?.inputs[0]

const shift: Rule<'shiftLeft' | 'shiftRightArithmetic' | 'shiftRightLogical'> = ([x, count]) =>
  isAll(count, 0) ? x : undefined

/** The dtypes that hold every value of another one exactly. */
const holds: { readonly [D in DType]: readonly DType[] } = {
  bool: ['bool', 'int8', 'uint8', 'int32', 'uint32', 'float16', 'float32', 'float64'],
  int8: ['int8', 'int32', 'float16', 'float32', 'float64'],
  uint8: ['uint8', 'int32', 'uint32', 'float16', 'float32', 'float64'],
  int32: ['int32', 'float64'],
  uint32: ['uint32', 'float64'],
  float16: ['float16', 'float32', 'float64'],
  float32: ['float32', 'float64'],
  float64: ['float64'],
}

/** By way of a wider dtype and back, or on to another of the kinds that convert alike. */
function convertTwice(x: Atom, between: DType, newDtype: DType): Replacement | undefined {
  const { dtype } = x.aval
  if (!holds[dtype].includes(between)) return undefined
  if (newDtype === dtype) return x
  const isAlike = (dtypes[between].kind === 'float') === (dtypes[dtype].kind === 'float')
  return isAlike ? instead('convertElementType', [x], { newDtype }) : undefined
}

const convertElementType: Rule<'convertElementType'> = ([x], { newDtype }, context) => {
  if (x.aval.dtype === newDtype) return x
  const first = context.definition(x, 'convertElementType')
  return first && convertTwice(first.inputs[0], first.params.newDtype, newDtype)
}

const bitcastConvertType: Rule<'bitcastConvertType'> = ([x], { newDtype }, context) => {
  if (x.aval.dtype === newDtype) return x
  const first = context.definition(x, 'bitcastConvertType')
  return first && instead('bitcastConvertType', first.inputs, { newDtype })
}

export const algebra: RuleTable = {
  add,
  sub,
  mul,
  div,
  integerPow,
  pow: ([x, y]) => (isAll(y, 1) ? x : isAll(y, 0) || isAll(y, -0) ? filled(1, x) : undefined),
  max: ([x, y]) => (x === y ? x : besides(least(x.aval.dtype), x, y)),
  min: ([x, y]) => (x === y ? x : besides(most(x.aval.dtype), x, y)),
  clamp: ([lo, x, hi]) => (isAll(lo, least(x.aval.dtype)) && isAll(hi, most(x.aval.dtype)) ? x : undefined),
  and,
  or,
  xor,
  shiftLeft: shift,
  shiftRightArithmetic: shift,
  shiftRightLogical: shift,
  eq: reflexive(1),
  le: reflexive(1),
  ge: reflexive(1),
  ne: reflexive(0),
  lt: reflexive(0),
  gt: reflexive(0),
  select,
  neg: involution('neg'),
  not: involution('not'),
  stopGradient: ([x]) => x,
  name: ([x]) => x,
  convertElementType,
  bitcastConvertType,
}
