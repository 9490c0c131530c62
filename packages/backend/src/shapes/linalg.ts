import { type Aval, formatAval, makeAval, sameShape } from '../aval.ts'
import { ShapeError } from '../errors.ts'
import { checkCount, checkKinds, checkRankFrom, checkSameDType, checkSameShape, shapeFamily } from './rule.ts'

interface Matrices {
  readonly batch: readonly number[]
  readonly rows: number
  readonly columns: number
}

function matrices(where: string, x: Aval): Matrices {
  checkKinds(where, [x], ['float'])
  checkRankFrom(where, x, 2)
  return { batch: x.shape.slice(0, -2), rows: x.shape.at(-2) as number, columns: x.shape.at(-1) as number }
}

function square(where: string, x: Aval): Matrices {
  const found = matrices(where, x)
  if (found.rows !== found.columns)
    throw new ShapeError(where, `got ${formatAval(x)}`, 'the last two dimensions must be equal')
  return found
}

export const linalgShapes = shapeFamily({
  cholesky: ([x], _params, where) => {
    square(where, x)
    return [makeAval(x.shape, x.dtype)]
  },
  triangularSolve: ([a, b], { leftSide }, where) => {
    const { batch, rows } = square(where, a)
    const right = matrices(where, b)
    checkSameDType(where, [a, b])
    if (!sameShape(batch, right.batch) || rows !== (leftSide ? right.rows : right.columns))
      throw new ShapeError(
        where,
        `${formatAval(a)} and ${formatAval(b)}`,
        `the dimensions before must agree, and b have ${rows} ${leftSide ? 'rows' : 'columns'}`,
      )
    return [makeAval(b.shape, b.dtype)]
  },
  lu: ([x], _params, where) => {
    const { batch, rows, columns } = matrices(where, x)
    return [
      makeAval(x.shape, x.dtype, x.weakType),
      makeAval([...batch, Math.min(rows, columns)], 'int32'),
      makeAval([...batch, rows], 'int32'),
    ]
  },
  qr: ([x], { fullMatrices }, where) => {
    const { batch, rows, columns } = matrices(where, x)
    const inner = fullMatrices ? rows : Math.min(rows, columns)
    return [makeAval([...batch, rows, inner], x.dtype), makeAval([...batch, inner, columns], x.dtype)]
  },
  eigh: ([x], _params, where) => {
    const { batch, rows } = square(where, x)
    return [makeAval(x.shape, x.dtype), makeAval([...batch, rows], x.dtype)]
  },
  svd: ([x], { fullMatrices }, where) => {
    const { batch, rows, columns } = matrices(where, x)
    const rank = Math.min(rows, columns)
    return [
      makeAval([...batch, rows, fullMatrices ? rows : rank], x.dtype),
      makeAval([...batch, rank], x.dtype),
      makeAval([...batch, fullMatrices ? columns : rank, columns], x.dtype),
    ]
  },
  fft: ([re, im], { rank }, where) => {
    checkKinds(where, [re, im], ['float'])
    checkSameDType(where, [re, im])
    checkSameShape(where, [re, im])
    checkCount(where, 'rank', rank, 1)
    checkRankFrom(where, re, rank)
    const out = makeAval(re.shape, re.dtype)
    return [out, out]
  },
})
