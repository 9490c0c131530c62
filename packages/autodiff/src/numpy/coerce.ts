import {
  type Aval,
  checkDType,
  type DType,
  dtypes,
  encodeFloat16,
  makeAval,
  sizeOf,
  type TypedArray,
} from '@proj/backend'
import { isMasked, MaskedError } from '@proj/tree'
import { type ArrayLike, checkNumbers, isNDArray, type NDArray, type NestedArray } from '../array.ts'
import { ConcreteArray } from '../concrete.ts'
import { ShapeError } from '../errors.ts'
import { canonical, scalar } from '../lax/constant.ts'
import * as lax from '../lax/index.ts'
import { bind, fromData } from '../trace.ts'
import { broadcastShapes, broadcastTo } from './broadcast.ts'
import { type Promotable, promoteAvals, toInexact, typedArrayDtype } from './promotion.ts'

type Leaf = number | boolean | NDArray

const isList = (x: ArrayLike): x is NestedArray => Array.isArray(x)

/** The shape of nested lists, and their leaves in order; every list at one depth must be equally long. */
function parse(
  where: string,
  list: NestedArray,
): { readonly shape: readonly number[]; readonly leaves: readonly Leaf[] } {
  const leaves: Leaf[] = []
  const visit = (x: Leaf | NestedArray): readonly number[] => {
    if (typeof x === 'number' || typeof x === 'boolean') {
      leaves.push(x)
      return []
    }
    if (isNDArray(x)) {
      leaves.push(x)
      return x.shape
    }
    if (!isList(x))
      throw new ShapeError(
        where,
        `${describe(x)} among the elements`,
        'use numbers, booleans, arrays or nested lists of them',
      )
    const [first, ...rest] = x.map(visit)
    for (const shape of rest) {
      if (shape.join() !== first?.join())
        throw new ShapeError(
          where,
          `a list whose elements have shapes [${first?.join()}] and [${shape.join()}]`,
          'make all rows equally long',
        )
    }
    return [x.length, ...(first ?? [])]
  }
  return { shape: visit(list), leaves }
}

const describe = (x: unknown): string =>
  x === null ? 'null' : typeof x === 'object' ? `an object of class ${x.constructor?.name ?? 'Object'}` : typeof x

const isPlain = (leaves: readonly Leaf[]): leaves is readonly (number | boolean)[] => !leaves.some(isNDArray)

/** Nested lists as an array: of bool when all are booleans, else of float32. */
function fromList(where: string, list: NestedArray): NDArray {
  const { shape, leaves } = parse(where, list)
  if (isPlain(leaves)) {
    const dtype = leaves.length > 0 && leaves.every((x) => typeof x === 'boolean') ? 'bool' : 'float32'
    return fromNumbers(leaves, makeAval(shape, dtype))
  }
  const { dtype } = promoteAvals(leaves.map((x) => (isNDArray(x) ? x : scalar(x))))
  const rows = leaves.map((x) => (isNDArray(x) ? lax.expandDims(convert(x, dtype), [0]) : lax.full([1], x, dtype)))
  return lax.reshape(lax.concatenate(rows, 0), shape)
}

/** A concrete array of these numbers. */
export function fromNumbers(numbers: readonly (number | boolean)[], aval: Aval): NDArray {
  const data = new dtypes[aval.dtype].array(sizeOf(aval.shape))
  numbers.forEach((x, i) => {
    data[i] = aval.dtype === 'float16' ? encodeFloat16(Number(x)) : canonical(x, aval.dtype)
  })
  return fromData(data, aval)
}

/**
 * Anything array-like as an array: bare numbers are weak scalars, lists of numbers float32, typed arrays of their own dtype.
 *
 * @throws {ShapeError} for ragged lists, and for what is no array at all
 */
export function asArray(where: string, x: ArrayLike): NDArray {
  if (isNDArray(x)) return checkNumbers(where, x)
  if (typeof x === 'number' || typeof x === 'boolean') return scalar(x)
  if (isList(x)) return fromList(where, x)
  if (ArrayBuffer.isView(x)) return fromData(x as TypedArray, makeAval([x.length], typedArrayDtype(where, x)))
  if (isMasked(x))
    throw new MaskedError(
      where,
      'got a masked value',
      'unmask the tree first, with treeUnmask, inside the function that is transformed',
    )
  throw new ShapeError(where, `got ${describe(x)}`, 'pass an array, a number, a boolean, nested lists or a typed array')
}

/** Whether a repeated number is the same number in another dtype; float16 is left to the backend, which knows how to round to it. */
const keeps = (value: number, from: DType, to: DType): boolean =>
  from !== 'float16' && to !== 'float16' && Object.is(canonical(value, to), value)

/** The values in another dtype, as weak as asked. */
export function convert(x: NDArray, dtype: DType, weakType = false): NDArray {
  if (x.dtype === dtype && x.weakType === weakType) return x
  checkDType('astype', dtype)
  if (x instanceof ConcreteArray && x.splatValue !== undefined && keeps(x.splatValue, x.dtype, dtype))
    return lax.full(x.shape, x.splatValue, dtype, weakType)
  return bind('convertElementType', [x], weakType ? { newDtype: dtype, weakType } : { newDtype: dtype })[0]
}

/** Operands in one dtype and one shape. */
function promoteTo(
  where: string,
  xs: readonly ArrayLike[],
  choose: (joined: Promotable) => Promotable,
): readonly NDArray[] {
  const arrays = xs.map((x) => (typeof x === 'number' || typeof x === 'boolean' ? x : asArray(where, x)))
  const { dtype, weakType } = choose(promoteAvals(arrays.map((x) => (isNDArray(x) ? x : scalar(x)))))
  const shapes = arrays.map((x) => (isNDArray(x) ? x.shape : []))
  const shape = broadcastShapes(where, shapes, arrays)
  return arrays.map((x) =>
    isNDArray(x) ? broadcastTo(convert(x, dtype, weakType), shape) : lax.full(shape, x, dtype, weakType),
  )
}

const toNumeric = (joined: Promotable): Promotable =>
  joined.dtype === 'bool' ? { dtype: 'int32', weakType: false } : joined
const toFloat = ({ dtype, weakType }: Promotable): Promotable => ({ dtype: toInexact(dtype), weakType })

type Pair = readonly [NDArray, NDArray]

/** Arrays of one aval, which is their own: then there is nothing to promote. */
const isAlike = (x: ArrayLike, y: ArrayLike): boolean => isNDArray(x) && isNDArray(y) && x.aval === y.aval

/** Two operands of one dtype and shape. */
export const promote = (where: string, x: ArrayLike, y: ArrayLike): Pair =>
  isAlike(x, y) ? [asArray(where, x), asArray(where, y)] : (promoteTo(where, [x, y], (joined) => joined) as Pair)
/** The same; booleans become int32. */
export const promoteNumeric = (where: string, x: ArrayLike, y: ArrayLike): Pair =>
  promoteTo(where, [x, y], toNumeric) as Pair
/** The same; booleans and integers become float32. */
export const promoteInexact = (where: string, x: ArrayLike, y: ArrayLike): Pair =>
  promoteTo(where, [x, y], toFloat) as Pair
/** Any number of operands of one dtype, each of its own shape. */
export function promoteDtypes(where: string, xs: readonly ArrayLike[]): readonly NDArray[] {
  const arrays = xs.map((x) => asArray(where, x))
  const { dtype, weakType } = promoteAvals(arrays)
  return arrays.map((x) => convert(x, dtype, weakType))
}
/** One operand as an array of numbers: booleans become int32. */
export function numeric(where: string, x: ArrayLike): NDArray {
  const array = asArray(where, x)
  return array.dtype === 'bool' ? convert(array, 'int32') : array
}
/** One operand as an array of floats: booleans and integers become float32. */
export function inexact(where: string, x: ArrayLike): NDArray {
  const array = asArray(where, x)
  return convert(array, toInexact(array.dtype), array.weakType)
}
/** One operand as bool: whether it is not 0. */
export const truth = (where: string, x: ArrayLike): NDArray => convert(asArray(where, x), 'bool')
