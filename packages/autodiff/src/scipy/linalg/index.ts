// `jax.scipy.linalg`, name for name in camelCase. Matrices are the last two dimensions.
export { svd } from '../../numpy/linalg/decompose.ts'
export { det } from '../../numpy/linalg/determinant.ts'
export { inv, solve } from '../../numpy/linalg/solve.ts'
export { type ExpmOptions, expm } from './exponential.ts'
export {
  type ChoFactor,
  choFactor,
  cholesky,
  choSolve,
  type EighOptions,
  eigh,
  type LowerOptions,
  type LuFactor,
  lu,
  luFactor,
  luSolve,
  qr,
  type SolveTriangularOptions,
  solveTriangular,
} from './factors.ts'
export { blockDiag, toeplitz } from './structured.ts'
