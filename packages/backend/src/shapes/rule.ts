import { type Aval, formatAval, makeAval, sameShape } from '../aval.ts'
import { type DType, type DTypeKind, dtypes } from '../dtype.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import type { Args, Each, OpName, Outs, Params } from '../ops.ts'

/** What an op's results look like, given its operands; throws where they do not fit. Weak types are `infer`'s business. */
export type ShapeRule<K extends OpName> = (
  ins: Each<Args<K>, Aval>,
  params: Params<K>,
  where: string,
) => Each<Outs<K>, Aval>

export type ShapeTable<Keys extends OpName> = { readonly [K in Keys]: ShapeRule<K> }

export const shapeFamily = <Keys extends OpName>(rows: ShapeTable<Keys>): ShapeTable<Keys> => rows

const formatAll = (avals: readonly Aval[]): string => avals.map(formatAval).join(' and ')

/** @throws {DTypeError} when an operand's kind is not among `kinds` */
export function checkKinds(where: string, avals: readonly Aval[], kinds: readonly DTypeKind[]): void {
  for (const aval of avals) {
    if (!kinds.includes(dtypes[aval.dtype].kind))
      throw new DTypeError(
        where,
        `got ${formatAval(aval)}`,
        `it takes ${kinds.join(' or ')}; cast first with .astype(…)`,
      )
  }
}

export function checkSameDType(where: string, avals: readonly Aval[]): void {
  for (const aval of avals) {
    if (aval.dtype !== avals[0]?.dtype)
      throw new DTypeError(
        where,
        `got ${formatAll(avals)}`,
        'cast one of them first (the function of that name in numpy does it for you)',
      )
  }
}

export function checkSameShape(where: string, avals: readonly Aval[]): void {
  for (const aval of avals) {
    if (!sameShape(aval.shape, (avals[0] as Aval).shape))
      throw new ShapeError(
        where,
        `got ${formatAll(avals)}`,
        'broadcast one of them first (the function of that name in numpy does it for you)',
      )
  }
}

/** Elementwise: every operand of one shape and dtype, of a kind in `kinds`; the result too, or of dtype `out`. */
export function elementwise(kinds: readonly DTypeKind[], out?: DType) {
  return (ins: readonly Aval[], _params: unknown, where: string): readonly [Aval] => {
    checkKinds(where, ins, kinds)
    checkSameDType(where, ins)
    checkSameShape(where, ins)
    const { shape, dtype } = ins[0] as Aval
    return [makeAval(shape, out ?? dtype)]
  }
}

export function checkAxis(where: string, axis: number, rank: number): void {
  if (!Number.isInteger(axis) || axis < 0 || axis >= rank)
    throw new ShapeError(
      where,
      `axis ${axis} of an array of rank ${rank}`,
      rank === 0 ? 'a scalar has no axes' : `use an integer from 0 to ${rank - 1}`,
    )
}

/** Sorted, distinct and in range. */
export function checkAxes(where: string, axes: readonly number[], rank: number): void {
  axes.forEach((axis, i) => {
    checkAxis(where, axis, rank)
    if (i > 0 && axis <= (axes[i - 1] as number))
      throw new ShapeError(where, `axes [${axes.join()}]`, 'give each axis once, in ascending order')
  })
}

/** One entry for each dimension of `aval`. */
export function checkRank(where: string, name: string, list: readonly number[], aval: Aval): void {
  if (list.length !== aval.shape.length)
    throw new ShapeError(
      where,
      `${name} [${list.join()}] for ${formatAval(aval)}`,
      `give ${aval.shape.length} entries, one for each dimension`,
    )
}

export function checkSizes(where: string, shape: readonly number[]): void {
  for (const n of shape) {
    if (!Number.isSafeInteger(n) || n < 0)
      throw new ShapeError(where, `shape [${shape.join()}]`, 'sizes are integers from 0 up')
  }
}

/** Distinct and in range, in any order. */
export const checkDistinct = (where: string, axes: readonly number[], rank: number): void =>
  checkAxes(
    where,
    axes.toSorted((a, b) => a - b),
    rank,
  )

export function checkOneOf<T extends string>(where: string, name: string, value: T, known: readonly T[]): void {
  if (!known.includes(value))
    throw new TypeError(`${where}: ${name} '${String(value)}'; use one of ${known.join(', ')}.`)
}

/** At least `rank` dimensions. */
export function checkRankFrom(where: string, aval: Aval, rank: number): void {
  if (aval.shape.length < rank)
    throw new ShapeError(where, `got ${formatAval(aval)}`, `it takes arrays of at least ${rank} dimensions`)
}

/** An integer from `least` up. */
export function checkCount(where: string, name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new ShapeError(where, `${name} ${value}`, `use an integer from ${least} up`)
}
