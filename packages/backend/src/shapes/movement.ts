import { type Aval, formatAval, makeAval, sizeOf } from '../aval.ts'
import { checkDType } from '../dtype.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import { checkAxes, checkAxis, checkRank, checkSameDType, checkSizes, shapeFamily } from './rule.ts'

function broadcastInDim(x: Aval, shape: readonly number[], dims: readonly number[], where: string): Aval {
  checkSizes(where, shape)
  checkRank(where, 'broadcastDimensions', dims, x)
  checkAxes(where, dims, shape.length)
  dims.forEach((dim, i) => {
    if (x.shape[i] !== 1 && x.shape[i] !== shape[dim])
      throw new ShapeError(
        where,
        `${formatAval(x)} into [${shape.join()}] at dimensions [${dims.join()}]`,
        'sizes must agree or grow from 1',
      )
  })
  return makeAval(shape, x.dtype)
}

function slice(
  x: Aval,
  start: readonly number[],
  limit: readonly number[],
  strides: readonly number[],
  where: string,
): Aval {
  checkRank(where, 'startIndices', start, x)
  checkRank(where, 'limitIndices', limit, x)
  checkRank(where, 'strides', strides, x)
  const shape = x.shape.map((n, i) => {
    const [from, to, by] = [start[i] as number, limit[i] as number, strides[i] as number]
    if (!(from >= 0 && from <= to && to <= n && by >= 1 && [from, to, by].every(Number.isInteger)))
      throw new ShapeError(
        where,
        `${from}:${to}:${by} of dimension ${i} of ${formatAval(x)}`,
        'need 0 <= start <= limit <= size and a stride of at least 1',
      )
    return Math.ceil((to - from) / by)
  })
  return makeAval(shape, x.dtype)
}

function pad(
  x: Aval,
  fill: Aval,
  low: readonly number[],
  high: readonly number[],
  interior: readonly number[],
  where: string,
): Aval {
  checkSameDType(where, [x, fill])
  if (fill.shape.length !== 0) throw new ShapeError(where, `fill ${formatAval(fill)}`, 'the fill value is a scalar')
  checkRank(where, 'low', low, x)
  checkRank(where, 'high', high, x)
  checkRank(where, 'interior', interior, x)
  const shape = x.shape.map((n, i) => {
    const between = interior[i] as number
    if (!(between >= 0)) throw new ShapeError(where, `interior [${interior.join()}]`, 'interior padding is at least 0')
    return (low[i] as number) + (high[i] as number) + n + Math.max(0, n - 1) * between
  })
  if (![...low, ...high, ...interior, ...shape].every(Number.isInteger) || shape.some((n) => n < 0))
    throw new ShapeError(
      where,
      `${formatAval(x)} padded to [${shape.join()}]`,
      'use integers that crop no more than there is',
    )
  return makeAval(shape, x.dtype)
}

function concatenate(ins: readonly Aval[], dimension: number, where: string): Aval {
  const [first] = ins
  if (first === undefined) throw new ShapeError(where, 'no operands', 'give at least one array')
  checkSameDType(where, ins)
  checkAxis(where, dimension, first.shape.length)
  let total = 0
  for (const x of ins) {
    if (x.shape.length !== first.shape.length || x.shape.some((n, i) => i !== dimension && n !== first.shape[i]))
      throw new ShapeError(
        where,
        `${ins.map(formatAval).join(', ')} along dimension ${dimension}`,
        'the other sizes must agree',
      )
    total += x.shape[dimension] as number
  }
  return makeAval(first.shape.with(dimension, total), first.dtype)
}

export const movementShapes = shapeFamily({
  iota: (_ins, { dtype, shape, dimension }, where) => {
    if (checkDType(where, dtype) === 'bool') throw new DTypeError(where, 'dtype bool', 'count in numbers, then compare')
    checkSizes(where, shape)
    checkAxis(where, dimension, shape.length)
    return [makeAval(shape, dtype)]
  },
  broadcastInDim: ([x], { shape, broadcastDimensions }, where) => [
    broadcastInDim(x, shape, broadcastDimensions, where),
  ],
  reshape: ([x], { newSizes }, where) => {
    checkSizes(where, newSizes)
    if (sizeOf(newSizes) !== sizeOf(x.shape))
      throw new ShapeError(
        where,
        `${formatAval(x)} into [${newSizes.join()}]`,
        `the new sizes must hold ${sizeOf(x.shape)} elements`,
      )
    return [makeAval(newSizes, x.dtype)]
  },
  transpose: ([x], { permutation }, where) => {
    checkRank(where, 'permutation', permutation, x)
    checkAxes(
      where,
      [...permutation].sort((a, b) => a - b),
      x.shape.length,
    )
    return [
      makeAval(
        permutation.map((i) => x.shape[i] as number),
        x.dtype,
      ),
    ]
  },
  slice: ([x], { startIndices, limitIndices, strides }, where) => [
    slice(x, startIndices, limitIndices, strides, where),
  ],
  pad: ([x, fill], { low, high, interior }, where) => [pad(x, fill, low, high, interior, where)],
  concatenate: (ins, { dimension }, where) => [concatenate(ins, dimension, where)],
  rev: ([x], { dimensions }, where) => {
    checkAxes(where, dimensions, x.shape.length)
    return [makeAval(x.shape, x.dtype)]
  },
})
