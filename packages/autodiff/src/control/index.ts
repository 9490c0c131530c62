// The functions of `lax` that take trees and functions. They lie above the transforms; the public `lax` joins them with lax/index.ts.
export { type AssociativeScanOptions, associativeScan } from './associativeScan.ts'
export { optimizationBarrier } from './barrier.ts'
export {
  type AllGatherOptions,
  allGather,
  axisIndex,
  axisSize,
  pmax,
  pmean,
  pmin,
  ppermute,
  psum,
} from './collectives.ts'
export { cond, switchCase as switch } from './cond.ts'
export { type MapOptions, map } from './map.ts'
export { type ScanOptions, scan } from './scan.ts'
export { customLinearSolve, customRoot, type LinearSolveOptions, type SolveOptions } from './solves.ts'
export { foriLoop, whileLoop } from './whileLoop.ts'
