import { type Aval, formatAval, makeAval } from '../aval.ts'
import { checkDType, type DType, type DTypeKind, dtypes, isInteger } from '../dtype.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import type { DotDimensionNumbers } from '../ops.ts'
import { checkAxes, checkAxis, checkKinds, checkSameDType, shapeFamily } from './rule.ts'

const without = (shape: readonly number[], axes: readonly number[]): number[] =>
  shape.filter((_, i) => !axes.includes(i))

function reduction(kinds: readonly DTypeKind[]) {
  return ([x]: readonly [Aval], { axes }: { readonly axes: readonly number[] }, where: string): readonly [Aval] => {
    checkKinds(where, [x], kinds)
    checkAxes(where, axes, x.shape.length)
    return [makeAval(without(x.shape, axes), x.dtype)]
  }
}

function argReduction(
  [x]: readonly [Aval],
  { axis, indexDtype }: { axis: number; indexDtype: Aval['dtype'] },
  where: string,
): readonly [Aval] {
  checkAxis(where, axis, x.shape.length)
  checkDType(where, indexDtype)
  if (!isInteger(indexDtype)) throw new DTypeError(where, `indexDtype ${indexDtype}`, 'positions are integers')
  if (x.shape[axis] === 0)
    throw new ShapeError(where, `${formatAval(x)} along axis ${axis}`, 'there is no element to choose')
  return [makeAval(without(x.shape, [axis]), indexDtype)]
}

/** As JAX: the sum may be held in a wider dtype of the same kind, never in a narrower one. */
export function checkPreferred(dtype: DType, preferred: DType, where: string): void {
  checkDType(where, preferred)
  const fits = dtypes[preferred].kind === dtypes[dtype].kind && dtypes[preferred].bytes >= dtypes[dtype].bytes
  if (!fits)
    throw new DTypeError(
      where,
      `preferredElementType ${preferred} for ${dtype}`,
      'use a dtype of the same kind, as wide or wider',
    )
}

function dotGeneral(lhs: Aval, rhs: Aval, numbers: DotDimensionNumbers, dtype: Aval['dtype'], where: string): Aval {
  const { lhsContracting, rhsContracting, lhsBatch, rhsBatch } = numbers
  checkKinds(where, [lhs, rhs], ['float', 'int', 'uint'])
  checkSameDType(where, [lhs, rhs])
  checkPreferred(lhs.dtype, dtype, where)
  const pairUp = (name: string, left: readonly number[], right: readonly number[]) => {
    const agree =
      left.length === right.length && left.every((axis, i) => lhs.shape[axis] === rhs.shape[right[i] as number])
    if (!agree)
      throw new ShapeError(
        where,
        `${formatAval(lhs)} and ${formatAval(rhs)}, ${name} dimensions [${left.join()}] and [${right.join()}]`,
        'they must pair up with equal sizes',
      )
  }
  checkAxes(
    where,
    [...lhsContracting, ...lhsBatch].sort((a, b) => a - b),
    lhs.shape.length,
  )
  checkAxes(
    where,
    [...rhsContracting, ...rhsBatch].sort((a, b) => a - b),
    rhs.shape.length,
  )
  pairUp('contracting', lhsContracting, rhsContracting)
  pairUp('batch', lhsBatch, rhsBatch)
  const batch = lhsBatch.map((axis) => lhs.shape[axis] as number)
  const shape = [
    ...batch,
    ...without(lhs.shape, [...lhsBatch, ...lhsContracting]),
    ...without(rhs.shape, [...rhsBatch, ...rhsContracting]),
  ]
  return makeAval(shape, dtype)
}

const numeric: readonly DTypeKind[] = ['float', 'int', 'uint']
const ordered: readonly DTypeKind[] = ['float', 'int', 'uint', 'bool']
const logical: readonly DTypeKind[] = ['int', 'uint', 'bool']

export const reduceShapes = shapeFamily({
  reduceSum: reduction(numeric),
  reduceProd: reduction(numeric),
  reduceMax: reduction(ordered),
  reduceMin: reduction(ordered),
  reduceAnd: reduction(logical),
  reduceOr: reduction(logical),
  argmax: argReduction,
  argmin: argReduction,
  dotGeneral: ([lhs, rhs], { dimensionNumbers, preferredElementType }, where) => [
    dotGeneral(lhs, rhs, dimensionNumbers, preferredElementType, where),
  ],
})
