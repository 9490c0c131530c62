// The public list of `@proj/backend`, in reading order. What is not here is private.

// Elements and arrays without values
export { checkDType, type DType, type DTypeInfo, type DTypeKind, dtypes, isDType, isFloat, isInteger, type TypedArray } from './dtype.ts'
export { type Aval, byteSize, formatAval, makeAval, rowMajorStrides, sameAval, sameShape, sizeOf } from './aval.ts'

// The vocabulary and its shape rules
export {
  type Args, type DotDimensionNumbers, type Each, families, type Family, isOpName, type Op, type OpName, opNames, type Ops, type Outs,
  type Params, type Signature, signatures,
} from './ops.ts'
export { infer, shapeRules } from './shapes/table.ts'

// Programs
export {
  type Atom, type Eqn, type EqnOf, isVar, type Jaxpr, type Literal, makeLiteral, makeVar, type OpTable, rowOf, scalarLiteral,
  type Source, type Var,
} from './jaxpr.ts'
export { JaxprBuilder, makeEqn } from './builder.ts'
export { checkJaxpr } from './check.ts'
export { formatJaxpr, formatLiteral, formatOp } from './print.ts'
export { jaxprKey } from './key.ts'

// Programs made smaller
export { cleanUp } from './rewrite/cleanUp.ts'
export { inline } from './rewrite/inline.ts'
export { removeDeadCode } from './rewrite/deadCode.ts'
export { simplify } from './rewrite/simplify.ts'

// Programs grouped into loops
export { type PlanLimits, planJaxpr } from './plan/plan.ts'
export {
  type Constant, type DotRegion, type Index, type Local, type LoopRegion, type MoveRegion, type Operand, operandsOf, type Part, type Plan,
  type PlanOutput, type Read, readsOf, type Reduction, type ReduceRegion, type Region, type Stage, stagesOf, type Step, storesOf,
} from './plan/region.ts'
export { type Affine, dense, isDense, squeeze } from './plan/affine.ts'

// The contract, and which backend is in use
export type { Backend, CompileOptions, Executable } from './backend.ts'
export { backendEpoch, getDefaultBackend, onBackendChange, setDefaultBackend } from './registry.ts'

// The meaning of each op
export { evaluateJaxpr, referenceKernels } from './reference/evaluate.ts'
export { elementwiseKernels, type MapElements, scalarFunction, type ScalarOp, scalarRules } from './reference/elementwise.ts'
export { checkData, splat } from './reference/element.ts'
export { decodeFloat16, encodeFloat16, roundHalfEven } from './float16.ts'
export { referenceBackend } from './referenceBackend.ts'

// A backend from a table of kernels
export type { AnyKernel, Kernel, KernelInput, KernelTable } from './kernel.ts'
export { type Handle, interpreterBackend, type InterpreterOptions } from './interpreter.ts'
export { type HostAccess, liftKernels } from './lift.ts'

// Errors
export { BackendError, DTypeError, JaxprError, ShapeError, UnsupportedOp } from './errors.ts'
