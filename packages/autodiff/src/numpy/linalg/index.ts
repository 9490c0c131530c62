// `jax.numpy.linalg`, name for name in camelCase. Matrices are the last two dimensions; those before run side by side.

export { matmul, tensordot, vecdot } from '../products.ts'
export { matrixTranspose } from '../shape.ts'
export {
  type CholeskyOptions,
  cholesky,
  type EighOptions,
  eigh,
  eigvalsh,
  type QrMode,
  qr,
  type SvdOptions,
  svd,
  svdvals,
} from './decompose.ts'
export { det, slogdet } from './determinant.ts'
export {
  cond,
  type MatrixNormOptions,
  matrixNorm,
  matrixRank,
  type NormOptions,
  type NormOrder,
  norm,
  type VectorNormOptions,
  vectorNorm,
} from './norm.ts'
export { cross, diagonal, matrixPower, multiDot, outer, trace } from './products.ts'
export { inv, type LstsqOptions, lstsq, type PinvOptions, pinv, solve, tensorinv, tensorsolve } from './solve.ts'
