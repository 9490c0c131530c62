import { formatAval, makeAval } from '../aval.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import type { Monoid } from '../ops.ts'
import { checkAxis, checkKinds, checkOneOf, checkRankFrom, checkSameShape, shapeFamily } from './rule.ts'

export const monoids: readonly Monoid[] = ['add', 'mul', 'min', 'max']

/** Bools have an order and no sum. */
export const kindsOf = (monoid: Monoid) =>
  monoid === 'add' || monoid === 'mul'
    ? (['float', 'int', 'uint'] as const)
    : (['float', 'int', 'uint', 'bool'] as const)

export const orderShapes = shapeFamily({
  sort: (ins, { dimension, numKeys }, where) => {
    const [first] = ins
    if (first === undefined) throw new ShapeError(where, 'no operands', 'give at least one array')
    checkSameShape(where, ins)
    checkAxis(where, dimension, first.shape.length)
    if (!Number.isInteger(numKeys) || numKeys < 1 || numKeys > ins.length)
      throw new ShapeError(where, `numKeys ${numKeys} of ${ins.length} operands`, `use 1 to ${ins.length}`)
    return ins
  },
  topK: ([x], { k }, where) => {
    checkRankFrom(where, x, 1)
    if (x.dtype === 'bool') throw new DTypeError(where, `got ${formatAval(x)}`, 'cast first with .astype(…)')
    const size = x.shape.at(-1) as number
    if (!Number.isInteger(k) || k < 0 || k > size)
      throw new ShapeError(where, `k ${k} of ${formatAval(x)}`, `use 0 to ${size}`)
    const shape = [...x.shape.slice(0, -1), k]
    return [makeAval(shape, x.dtype, x.weakType), makeAval(shape, 'int32')]
  },
  cumulative: ([x], { kind, axis }, where) => {
    checkOneOf(where, 'kind', kind, monoids)
    checkKinds(where, [x], kindsOf(kind))
    checkAxis(where, axis, x.shape.length)
    return [makeAval(x.shape, x.dtype)]
  },
})
