import type { Aval } from '../../aval.ts'
import type { TypedArray } from '../../dtype.ts'
import type { KernelInput, KernelTable } from '../../kernel.ts'
import { eigh, svd } from './jacobi.ts'
import { lu } from './lu.ts'
import { eachMatrix, type Matrix } from './matrix.ts'
import { qr } from './qr.ts'
import { cholesky, triangularSolve } from './triangular.ts'

type LinalgOp = 'cholesky' | 'triangularSolve' | 'lu' | 'qr' | 'eigh' | 'svd'

type Inputs = readonly KernelInput<TypedArray>[]

/** `eachMatrix` gives one array for each entry of `outs`. */
const each = <Results>(
  inputs: Inputs,
  outs: readonly Aval[],
  compute: (x: Matrix, y: Matrix) => readonly ArrayLike<number>[],
) => eachMatrix(inputs, outs, (x, y) => compute(x as Matrix, y as Matrix)) as unknown as Results

type Two = readonly [TypedArray, TypedArray]
type Three = readonly [TypedArray, TypedArray, TypedArray]

/** Computed in float64 and rounded once. */
export const linalg: KernelTable<TypedArray, LinalgOp> = {
  cholesky: (inputs, _params, outs) => each<readonly [TypedArray]>(inputs, outs, (x) => [cholesky(x).data]),
  triangularSolve: (inputs, params, outs) =>
    each<readonly [TypedArray]>(inputs, outs, (a, b) => [triangularSolve(a, b, params).data]),
  lu: (inputs, _params, outs) =>
    each<Three>(inputs, outs, (x) => {
      const factors = lu(x)
      return [factors.lu.data, factors.pivots, factors.permutation]
    }),
  qr: (inputs, _params, outs) =>
    each<Two>(inputs, outs, (x) => qr(x, outs[0].shape.at(-1) as number).map((factor) => factor.data)),
  eigh: (inputs, _params, outs) =>
    each<Two>(inputs, outs, (x) => {
      const { vectors, values } = eigh(x)
      return [vectors.data, values]
    }),
  svd: (inputs, { fullMatrices }, outs) =>
    each<Three>(inputs, outs, (x) => {
      const { u, s, vt } = svd(x, fullMatrices)
      return [u.data, s, vt.data]
    }),
}
