import type { OpName } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { luSolve, triangularSolve } from '../lax/linalg.ts'
import {
  diagonalMatrix,
  diagonalOf,
  eyeOf,
  lowerTriangle,
  mirrorLower,
  planeOf,
  swapLast,
  takeRows,
  upperTriangle,
} from '../lax/matrix.ts'
import { bind } from '../trace.ts'
import { known } from './makers.ts'
import { type Axis, addTangents, family, isLinear, moveBatchAxis, type Rules, type Tangent } from './rules.ts'

// Derivatives of matrix decompositions, forward; backward comes from transposing them. Sources: Murray, "Differentiation of the Cholesky
// decomposition", arXiv:1602.07527; Giles, "An extended collection of matrix derivative results", 2008; Townsend, "Differentiating the QR
// decomposition", 2018; de Hoog, Anderssen and Lukas, "Differentiation of matrix functionals using triangular factorization", 2011.

const { add, mul, sub, div, neg } = lax
const dot = lax.batchMatmul
/** `x y z`. */
const dot3 = (x: NDArray, y: NDArray, z: NDArray): NDArray => dot(dot(x, y), z)

/** Batches an op on matrices: one more dimension in front. */
function batchInFront<K extends OpName>(op: K): Rules<K>['batch'] {
  const batch: Rules<'jit'>['batch'] = (size, xs, axes, params) => {
    const front = xs.map((x, i) => moveBatchAxis(size, x, axes[i] as Axis, 0))
    const outs: readonly NDArray[] = bind(op, front as never, params as never)
    return [outs, outs.map(() => 0)]
  }
  return batch as unknown as Rules<K>['batch']
}

/** `L' = L Φ(L⁻¹ A' L⁻ᵀ)`, where Φ keeps the lower triangle and half the diagonal. */
function choleskyTangent(factor: NDArray, t: NDArray): NDArray {
  const right = triangularSolve(factor, mirrorLower(t), { lower: true, transposeA: true })
  const both = triangularSolve(factor, right, { leftSide: true, lower: true })
  return dot(factor, div(lowerTriangle(both), add(eyeOf(both.shape, both.dtype), 1)))
}

/** A new dimension of size 1: each vector as a row, or as a column, repeated to `shape`. */
const along = (x: NDArray, shape: readonly number[], as: 'row' | 'column'): NDArray =>
  lax.broadcastInDim(
    x,
    shape,
    shape.map((_, i) => i).filter((i) => i !== shape.length - (as === 'row' ? 2 : 1)),
  )

/** `1 / (x + e) - e` for a mask `e` of the zeros of `x`: the reciprocal, with 0 at them. */
const reciprocalAway = (x: NDArray, zeros: NDArray): NDArray => sub(lax.reciprocal(add(x, zeros)), zeros)

/** Perturbation theory for distinct eigenvalues. */
function eighTangent(v: NDArray, w: NDArray, t: NDArray): readonly [dv: NDArray, dw: NDArray] {
  const rotated = dot3(swapLast(v), mirrorLower(t), v)
  const gaps = sub(along(w, v.shape, 'row'), along(w, v.shape, 'column'))
  const inverse = reciprocalAway(gaps, eyeOf(v.shape, v.dtype))
  return [dot(v, mul(inverse, rotated)), diagonalOf(rotated)]
}

/** `x` grown with zeros to `rows` and `columns`. */
function grow(x: NDArray, rows: number, columns: number): NDArray {
  const [m, n] = planeOf(x)
  return lax.pad(x, 0, [...x.shape.slice(0, -2).map(() => [0, 0, 0] as const), [0, rows - m, 0], [0, columns - n, 0]])
}

/** The first columns, or rows, of each matrix, or those from a place on. */
const columnsOf = (x: NDArray, from: number, to: number): NDArray => lax.sliceInDim(x, from, to, 1, x.ndim - 1)
const rowsOf = (x: NDArray, from: number, to: number): NDArray => lax.sliceInDim(x, from, to, 1, x.ndim - 2)

/** `L' + U'`, with `L⁻¹ P A' U⁻¹` cut at the diagonal; a factor that is not square is completed by the identity. */
function luTangent(factors: NDArray, permutation: NDArray, t: NDArray): NDArray {
  const [m, n] = planeOf(factors)
  const k = Math.min(m, n)
  const square = (size: number): NDArray => eyeOf([...factors.shape.slice(0, -2), size, size], factors.dtype)
  const l = add(grow(lowerTriangle(columnsOf(factors, 0, k), -1), m, m), square(m))
  const rest = sub(square(n), grow(square(k), n, n))
  const u = add(grow(upperTriangle(rowsOf(factors, 0, k)), n, n), rest)
  const left = triangularSolve(l, takeRows(t, permutation), { leftSide: true, lower: true, unitDiagonal: true })
  const both = triangularSolve(u, left)
  return add(dot(l, lowerTriangle(both, -1)), dot(upperTriangle(both), u))
}

type Factors = readonly [q: NDArray, r: NDArray]

/** Of `m >= n` rows and as many columns in `q` as in `x`. */
function thinQrTangent(q: NDArray, r: NDArray, t: NDArray): Factors {
  const byR = triangularSolve(r, t)
  const inner = dot(swapLast(q), byR)
  const below = lowerTriangle(inner, -1)
  const turn = sub(below, swapLast(below))
  return [add(dot(q, sub(turn, inner)), byR), dot(sub(inner, turn), r)]
}

/** Of fewer rows than columns: the square part first, then `r₂ = qᵀ x₂`. */
function wideQrTangent(x: NDArray, q: NDArray, r: NDArray, t: NDArray): Factors {
  const [m, n] = planeOf(x)
  const [dq, dr1] = thinQrTangent(q, columnsOf(r, 0, m), columnsOf(t, 0, m))
  const dr2 = add(dot(swapLast(dq), columnsOf(x, m, n)), dot(swapLast(q), columnsOf(t, m, n)))
  return [dq, lax.concatenate([dr1, dr2], x.ndim - 1)]
}

/** The columns that complete `q` to a square matrix. Source: arXiv:2409.13374, equations 32 and 33. */
function completionTangent(q: NDArray, dThin: NDArray): NDArray {
  const [m, n] = planeOf(dThin)
  const [top, rest] = [rowsOf(columnsOf(q, 0, n), 0, n), rowsOf(columnsOf(q, 0, n), n, m)]
  const [dTop, dRest] = [rowsOf(dThin, 0, n), rowsOf(dThin, n, m)]
  const [factors, , permutation] = bind('lu', [sub(top, eyeOf(top.shape, top.dtype))], {})
  const zT = luSolve(factors, permutation, swapLast(rest), { transpose: true })
  const z = swapLast(zT)
  const completed = add(columnsOf(q, 0, n), dot(columnsOf(q, n, m), z))
  return sub(dot(dThin, zT), dot(completed, swapLast(sub(dRest, dot(z, dTop)))))
}

function qrTangent(x: NDArray, [q, r]: Factors, t: NDArray, fullMatrices: boolean): Factors {
  const [m, n] = planeOf(x)
  if (m < n) return wideQrTangent(x, q, r, t)
  const [dq, dr] = thinQrTangent(columnsOf(q, 0, n), rowsOf(r, 0, n), t)
  if (!fullMatrices || m === n) return [dq, dr]
  return [lax.concatenate([dq, completionTangent(q, dq)], x.ndim - 1), grow(dr, m, n)]
}

type Singular = readonly [u: NDArray, s: NDArray, vt: NDArray]

/** For distinct singular values, with `u` and `vt` no larger than `x` asks for. */
function svdTangent(x: NDArray, [u, s, vt]: Singular, t: NDArray): Singular {
  const [ut, v] = [swapLast(u), swapLast(vt)]
  const dS = dot3(ut, t, v)
  const [row, column] = [along(s, dS.shape, 'row'), along(s, dS.shape, 'column')]
  const inverse = reciprocalAway(mul(add(row, column), sub(row, column)), eyeOf(dS.shape, s.dtype))
  const [scaledRight, scaledLeft] = [mul(row, dS), mul(column, dS)]
  const sInverse = reciprocalAway(s, lax.convertElementType(lax.eq(s, 0), s.dtype))
  const skew = mul(mul(sub(dS, swapLast(dS)), 0.5), diagonalMatrix(sInverse))
  const du = dot(u, add(mul(inverse, add(scaledRight, swapLast(scaledRight))), skew))
  const dv = dot(v, mul(inverse, add(scaledLeft, swapLast(scaledLeft))))
  const [m, n] = planeOf(x)
  return [
    m > n ? add(du, outsideSpan(dot(t, v), u, s)) : du,
    diagonalOf(dS),
    swapLast(n > m ? add(dv, outsideSpan(dot(swapLast(t), u), v, s)) : dv),
  ]
}

/** The part of `x` that the columns of `basis` do not span, over the singular values. */
const outsideSpan = (x: NDArray, basis: NDArray, s: NDArray): NDArray =>
  div(sub(x, dot3(basis, swapLast(basis), x)), along(s, x.shape, 'row'))

/** The columns that complete `u` or `v` to a square matrix are not determined, so they have no derivative. */
function checkDifferentiable(x: NDArray, fullMatrices: boolean): void {
  const [m, n] = planeOf(x)
  if (fullMatrices && m !== n)
    throw new TransformError(
      'svd',
      `the derivative of the full decomposition of ${m} x ${n} matrices was asked for`,
      'pass fullMatrices: false',
    )
}

type Solve = Parameters<Rules<'triangularSolve'>['jvp']>[2]

/** `-a⁻¹ a' y`, in whichever order is cheaper. */
function solveTangent(a: NDArray, y: NDArray, t: NDArray, params: Solve): NDArray {
  const { leftSide, lower, transposeA, unitDiagonal } = params
  const [m, n] = planeOf(y)
  const k = unitDiagonal ? 1 : 0
  const read = neg(lower ? lowerTriangle(t, -k) : upperTriangle(t, k))
  const da = transposeA ? swapLast(read) : read
  const solve = (b: NDArray): NDArray => triangularSolve(a, b, params)
  if (leftSide) return m > n ? solve(dot(da, y)) : dot(solve(da), y)
  return m < n ? solve(dot(y, da)) : dot(y, solve(da))
}

/**
 * Right-hand sides that share one matrix are solved as more columns of one (or more rows, from the right).
 *
 * @returns the solutions, and their batch axis
 */
function solveTogether(size: number, a: NDArray, b: NDArray, axis: number, params: Solve): readonly [NDArray, number] {
  const at = params.leftSide ? b.ndim - 1 : b.ndim - 2
  const moved = moveBatchAxis(size, b, axis, at)
  // The batch axis stands right behind the one it is merged with.
  const merged = moved.shape.toSpliced(at - 1, 2, (moved.shape[at - 1] as number) * size)
  return [lax.reshape(triangularSolve(a, lax.reshape(moved, merged), params), moved.shape), at]
}

const one = (t: Tangent, tangent: (t: NDArray) => NDArray): Tangent => (t === null ? null : tangent(t))

export const linalg = family({
  cholesky: {
    jvp: ([x], [t], params) => {
      const [factor] = bind('cholesky', [x], params)
      return [[factor], [one(t, (dx) => choleskyTangent(factor, dx))]]
    },
    batch: batchInFront('cholesky'),
  },
  triangularSolve: {
    jvp: ([a, b], [ta, tb], params) => {
      const y = triangularSolve(a, b, params)
      const fromA = one(ta, (t) => solveTangent(a, y, t, params))
      const fromB = one(tb, (t) => triangularSolve(a, t, params))
      return [[y], [addTangents(fromA, fromB, add)]]
    },
    transpose: ([ct], [a, b], params) => {
      if (ct === null || !isLinear(b)) return [null, null]
      return [null, triangularSolve(known(a), ct, { ...params, transposeA: !params.transposeA })]
    },
    batch: (size, [a, b], [onA, onB], params) => {
      if (onA === null) {
        const [y, axis] = solveTogether(size, a, b, onB as number, params)
        return [[y], [axis]]
      }
      return [[triangularSolve(moveBatchAxis(size, a, onA, 0), moveBatchAxis(size, b, onB, 0), params)], [0]]
    },
  },
  lu: {
    jvp: ([x], [t], params) => {
      const outs = bind('lu', [x], params)
      return [outs, [one(t, (dx) => luTangent(outs[0], outs[2], dx)), null, null]]
    },
    batch: batchInFront('lu'),
  },
  qr: {
    jvp: ([x], [t], params) => {
      const outs = bind('qr', [x], params)
      return [outs, t === null ? [null, null] : qrTangent(x, outs, t, params.fullMatrices)]
    },
    batch: batchInFront('qr'),
  },
  eigh: {
    jvp: ([x], [t], params) => {
      const [v, w] = bind('eigh', [x], params)
      return [[v, w], t === null ? [null, null] : eighTangent(v, w, t)]
    },
    batch: batchInFront('eigh'),
  },
  svd: {
    jvp: ([x], [t], params) => {
      const outs = bind('svd', [x], params)
      if (t === null) return [outs, [null, null, null]]
      checkDifferentiable(x, params.fullMatrices)
      return [outs, svdTangent(x, outs, t)]
    },
    batch: batchInFront('svd'),
  },
})
