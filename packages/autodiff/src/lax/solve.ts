import type { NDArray } from '../array.ts'
import { bind } from '../trace.ts'
import { fullLike } from './constant.ts'
import { customFlat, type Tangent } from './customFlat.ts'
import {
  abs,
  add,
  bitwiseAnd,
  bitwiseNot,
  convertElementType,
  eq,
  exp,
  isFinite,
  log,
  lt,
  mul,
  ne,
  neg,
  reciprocal,
  rem,
  select,
  sub,
} from './elementwise.ts'
import { lu, luSolve, triangularSolve } from './linalg.ts'
import { diagonalOf, takeRows } from './matrix.ts'
import { broadcastedIota, broadcastInDim, elementInDim, sliceInDim } from './movement.ts'
import { batchMatmul, reduceOr, reduceProd, reduceSum } from './reduce.ts'

// Square systems and determinants of `[..., n, n]`, float32 or float64, with derivatives that use the factors again.

type Pair = readonly [NDArray, NDArray]
const one = (t: Tangent, f: (t: NDArray) => NDArray): Tangent => (t === null ? null : f(t))
const plus = (s: Tangent, t: Tangent): Tangent => (s === null ? t : t === null ? s : add(s, t))

const solveFlat = customFlat(
  'solve',
  ([a, b]) => {
    const [factors, , permutation] = lu(a as NDArray)
    return [luSolve(factors, permutation, b as NDArray)]
  },
  ([a, b], [ta = null, tb = null]) => {
    const [factors, , permutation] = lu(a as NDArray)
    const y = luSolve(factors, permutation, b as NDArray)
    const change = plus(
      tb,
      one(ta, (t) => neg(batchMatmul(t, y))),
    )
    return [[y], [one(change, (t) => luSolve(factors, permutation, t))]]
  },
)

/**
 * The `y` with `a y = b`, by elimination with row pivots. Derivatives solve with the same factors.
 *
 * @param a `[..., n, n]`
 * @param b `[..., n, k]`, with the same leading dimensions
 */
export const solveSquare = (a: NDArray, b: NDArray): NDArray => solveFlat([a, b])[0] as NDArray

/** -1 to the number of places that hold. */
function parity(holds: NDArray): NDArray {
  const count = reduceSum(convertElementType(holds, 'int32'), [holds.ndim - 1])
  return sub(1, mul(rem(count, 2), 2))
}

const swaps = (pivots: NDArray): NDArray => ne(pivots, broadcastedIota('int32', pivots.shape, pivots.ndim - 1))

/** Sign and logarithm of the determinant's size, from the factors' diagonal. */
function signAndLog(x: NDArray): Pair {
  const [factors, pivots] = lu(x)
  const diagonal = diagonalOf(factors)
  const last = diagonal.ndim - 1
  const isZero = reduceOr(eq(diagonal, 0), [last])
  const sign = convertElementType(mul(parity(swaps(pivots)), parity(lt(diagonal, 0))), x.dtype)
  return [select(isZero, 0, sign), select(isZero, -Infinity, reduceSum(log(abs(diagonal)), [last]))]
}

const traceOf = (x: NDArray): NDArray => reduceSum(diagonalOf(x), [x.ndim - 2])

const slogdetFlat = customFlat(
  'slogdet',
  ([x]) => signAndLog(x as NDArray),
  ([x], [t = null]) => [slogdetFlat([x as NDArray]), [null, one(t, (dx) => traceOf(solveSquare(x as NDArray, dx)))]],
)

/** The sign of the determinant and the logarithm of its absolute value: 0 and -∞ of a singular matrix. */
export const slogdetSquare = (x: NDArray): Pair => slogdetFlat([x]) as unknown as Pair

/** One number for each matrix, repeated over `shape`. */
const over = (x: NDArray, shape: readonly number[]): NDArray =>
  broadcastInDim(
    x,
    shape,
    x.shape.map((_, i) => i),
  )

/** Element `n - place` of each vector. */
const fromEnd = (x: NDArray, place: number): NDArray => elementInDim(x, -place, -1)

/** `x` with another last element on the diagonals. */
function withLastPivot(x: NDArray, value: NDArray): NDArray {
  const n = x.shape.at(-1) as number
  const isLast = (axis: number): NDArray => eq(broadcastedIota('int32', x.shape, axis), n - 1)
  return select(bitwiseAnd(isLast(x.ndim - 1), isLast(x.ndim - 2)), over(value, x.shape), x)
}

/** Whether solving with the upper triangle leaves the finite numbers. */
function isSingular(factors: NDArray): NDArray {
  const ones = fullLike(sliceInDim(factors, 0, 1, 1, -1), 1)
  const solved = triangularSolve(factors, ones, { leftSide: true })
  return reduceOr(bitwiseNot(isFinite(solved)), [solved.ndim - 2, solved.ndim - 1])
}

/**
 * The determinant `d`, and `d x⁻¹ b`, finite also where one row depends on the others: the last pivot, which is the one that vanishes then, is
 * never divided by; with more dependent rows it is 0. Source: `_cofactor_solve` of jax.numpy.linalg.
 */
function cofactorSolve(x: NDArray, b: NDArray): Pair {
  const [factors, pivots, permutation] = lu(x)
  const diagonal = diagonalOf(factors)
  const sign = over(convertElementType(parity(swaps(pivots)), x.dtype), diagonal.shape)
  const running = bind('cumulative', [diagonal], { kind: 'mul', axis: diagonal.ndim - 1, reverse: false })[0]
  const products = mul(running, sign)
  const determinant = fromEnd(products, 1)
  const replaced = withLastPivot(factors, reciprocal(fromEnd(products, 2)))
  const vanishes = over(isSingular(replaced), b.shape)
  const right = takeRows(select(vanishes, 0, b), permutation)
  const lower = triangularSolve(replaced, right, { leftSide: true, lower: true, unitDiagonal: true })
  const n = x.shape.at(-1) as number
  const isLast = eq(broadcastedIota('int32', lower.shape, lower.ndim - 2), n - 1)
  const scaled = select(isLast, lower, mul(lower, over(determinant, lower.shape)))
  return [determinant, select(vanishes, 0, triangularSolve(replaced, scaled, { leftSide: true }))]
}

const detFlat = customFlat(
  'det',
  ([x]) => {
    const [sign, size] = signAndLog(x as NDArray)
    return [mul(sign, exp(size))]
  },
  ([x], [t = null]) => {
    if (t === null) return [detFlat([x as NDArray]), [null]]
    const [determinant, adjugate] = cofactorSolve(x as NDArray, t)
    return [[determinant], [traceOf(adjugate)]]
  },
)

/** The determinant; its derivative is right for singular matrices too. */
export function detSquare(x: NDArray): NDArray {
  const n = x.shape.at(-1) as number
  if (n === 2) return minor(x, [0, 1], [0, 1])
  if (n === 3) return expandAlongFirstRow(x)
  return n < 2 ? reduceProd(diagonalOf(x), [x.ndim - 2]) : (detFlat([x])[0] as NDArray)
}

type Two = readonly [number, number]
const entry = (x: NDArray, row: number, column: number): NDArray => elementInDim(elementInDim(x, row, -2), column, -1)

const minor = (x: NDArray, [i, j]: Two, [k, l]: Two): NDArray =>
  sub(mul(entry(x, i, k), entry(x, j, l)), mul(entry(x, i, l), entry(x, j, k)))

/** The products of three entries that go down to the right, less those that go down to the left. */
function expandAlongFirstRow(x: NDArray): NDArray {
  const product = (columns: readonly [number, number, number]): NDArray =>
    columns.map((column, row) => entry(x, row, column)).reduce((p, q) => mul(p, q))
  const [first, ...plusses] = (
    [
      [0, 1, 2],
      [1, 2, 0],
      [2, 0, 1],
    ] as const
  ).map(product) as [NDArray, ...NDArray[]]
  const minuses = (
    [
      [2, 1, 0],
      [0, 2, 1],
      [1, 0, 2],
    ] as const
  ).map(product)
  return minuses.reduce(
    (sum, p) => sub(sum, p),
    plusses.reduce((sum, p) => add(sum, p), first),
  )
}
