// The public list of `@proj/backend`, in reading order. What is not here is private.

export { type Aval, byteSize, formatAval, makeAval, rowMajorStrides, sameAval, sameShape, sizeOf } from './aval.ts'
// The contract, and which backend is in use
export type { Backend, CompileOptions, Executable, ExecutableStats, MemoryUse, RegionRun } from './backend.ts'
// What ops hold
export { bodiesOf, hasEffect, holdsBodies, isJaxpr, mapBodies } from './bodies.ts'
export { JaxprBuilder, makeEqn } from './builder.ts'
export { checkCollectives, checkJaxpr } from './check.ts'
// Elements and arrays without values
export {
  checkDType,
  type DType,
  type DTypeInfo,
  type DTypeKind,
  dtypes,
  isDType,
  isFloat,
  isInteger,
  type TypedArray,
} from './dtype.ts'
// Errors
export { AxisNameError, BackendError, DTypeError, JaxprError, ShapeError, UnsupportedOp } from './errors.ts'
export { decodeFloat16, encodeFloat16, roundHalfEven } from './float16.ts'
export { type Handle, type InterpreterOptions, interpreterBackend } from './interpreter.ts'
// Programs
export {
  type Atom,
  type Eqn,
  type EqnOf,
  isVar,
  type Jaxpr,
  type Literal,
  makeLiteral,
  makeVar,
  type OpTable,
  rowOf,
  type Source,
  scalarLiteral,
  type Var,
} from './jaxpr.ts'
// A backend from a table of kernels
export type { AnyKernel, Kernel, KernelInput, KernelTable } from './kernel.ts'
export { jaxprKey, paramsKey } from './key.ts'
export { type HostAccess, liftKernels } from './lift.ts'
// The vocabulary and its shape rules
export {
  type Args,
  type DotDimensionNumbers,
  type Each,
  type Family,
  families,
  type GatherDimensionNumbers,
  type GatherScatterMode,
  isOpName,
  type Monoid,
  type Op,
  type OpName,
  type Ops,
  type Outs,
  opNames,
  type Params,
  type ScatterDimensionNumbers,
  type Signature,
  signatures,
} from './ops.ts'
export { type Affine, dense, isDense, squeeze } from './plan/affine.ts'
// Programs grouped into loops
export { type PlanLimits, planJaxpr } from './plan/plan.ts'
export {
  type Constant,
  type DenseOperand,
  type DotRegion,
  type Index,
  type Local,
  type LoopRegion,
  type MoveRegion,
  madeBy,
  type Operand,
  operandsOf,
  type Part,
  type PlainRegion,
  type Plan,
  type PlanOutput,
  type Read,
  type ReducePart,
  type ReduceRegion,
  type Reduction,
  type Region,
  type RowsRegion,
  readsOf,
  type Stage,
  type Step,
  stagesOf,
  storesOf,
  type WholeRegion,
} from './plan/region.ts'
export { joinRows } from './plan/rows.ts'
export { formatJaxpr, formatLiteral, formatOp } from './print.ts'
export type { Device, StructuralOp } from './program.ts'
// A cache that forgets
export { RecentMap } from './recent.ts'
export { checkData, splat } from './reference/element.ts'
export {
  elementwiseKernels,
  type MapElements,
  type ScalarOp,
  scalarFunction,
  scalarRules,
} from './reference/elementwise.ts'
// The meaning of each op
export { evaluateJaxpr, referenceKernels } from './reference/evaluate.ts'
export { referenceBackend } from './referenceBackend.ts'
export { backendEpoch, getDefaultBackend, onBackendChange, setDefaultBackend } from './registry.ts'
// Programs made smaller
export { cleanUp } from './rewrite/cleanUp.ts'
export { removeDeadCode } from './rewrite/deadCode.ts'
export { inline } from './rewrite/inline.ts'
export { simplify } from './rewrite/simplify.ts'
export { infer, shapeRules } from './shapes/table.ts'
