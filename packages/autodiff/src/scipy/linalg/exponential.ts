import type { ArrayLike, NDArray } from '../../array.ts'
import * as lax from '../../lax/index.ts'
import { triangularSolve } from '../../lax/linalg.ts'
import { eyeOf } from '../../lax/matrix.ts'
import { solveSquare } from '../../lax/solve.ts'
import { matrices } from '../../numpy/linalg/operands.ts'

/** Of `expm`. */
export interface ExpmOptions {
  /** A promise that the matrices are upper triangular. Default: false. */
  readonly upperTriangular?: boolean
  /** Matrices that need to be halved more often give NaN. Default: 16. */
  readonly maxSquarings?: number
}

/** Padé's approximant of a degree, and up to which norm it is exact to the last bits. Source: Higham, "The scaling and squaring method", 2005. */
interface Pade {
  readonly coefficients: readonly number[]
  readonly norm: number
}
const single: Pade = { coefficients: [17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1], norm: 3.92572478313866 }
const double: Pade = {
  coefficients: [
    64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
    670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
  ],
  norm: 5.371920351148152,
}

/** One number for each matrix, repeated over `x`. */
const over = (s: NDArray, x: NDArray): NDArray => lax.broadcastInDim(s, x.shape, [...s.shape.keys()])

/** The even and the odd part of the numerator: `v + u` over `v - u` is the approximant. */
function parts(x: NDArray, coefficients: readonly number[]): readonly [u: NDArray, v: NDArray] {
  const square = lax.batchMatmul(x, x)
  const identity = eyeOf(x.shape, x.dtype)
  const sum = (start: number): NDArray => {
    const own = coefficients.filter((_, i) => i % 2 === start)
    return own
      .slice(0, -1)
      .reduceRight(
        (total, c) => lax.add(lax.batchMatmul(total, square), lax.mul(identity, c)),
        lax.mul(identity, own.at(-1) as number),
      )
  }
  return [lax.batchMatmul(x, sum(1)), sum(0)]
}

/**
 * The exponential of each matrix, by scaling, Padé's approximant and squaring.
 *
 * @param x `[..., n, n]`
 * @throws {ShapeError} when the matrices are not square
 * @example scipy.linalg.expm([[0, 1], [0, 0]]) // [[1, 1], [0, 1]]
 */
export function expm(x: ArrayLike, { upperTriangular = false, maxSquarings = 16 }: ExpmOptions = {}): NDArray {
  const given = matrices('expm', x, { square: true })
  const { coefficients, norm } = given.dtype === 'float64' ? double : single
  const size = lax.stopGradient(lax.reduceMax(lax.reduceSum(lax.abs(given), [given.ndim - 2]), [given.ndim - 2]))
  const halvings = lax.max(lax.ceil(lax.div(lax.log(lax.div(size, norm)), Math.LN2)), 0)
  const [u, v] = parts(lax.mul(given, over(lax.exp2(lax.neg(halvings)), given)), coefficients)
  const [top, bottom] = [lax.add(v, u), lax.sub(v, u)]
  const scaled = upperTriangular ? triangularSolve(bottom, top, { leftSide: true }) : solveSquare(bottom, top)
  let out = scaled
  const identity = eyeOf(out.shape, out.dtype)
  for (let i = 0; i < maxSquarings; i++) {
    // What is done already is not squared further, lest it overflow and spoil derivatives.
    const active = over(lax.gt(halvings, i), out)
    const base = lax.select(active, out, identity)
    out = lax.select(active, lax.batchMatmul(base, base), out)
  }
  return lax.select(over(lax.gt(halvings, maxSquarings), out), Number.NaN, out)
}
