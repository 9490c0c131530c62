// The public list of `@proj/autodiff`, in reading order. What is not here is private.
import './install.ts'

export type { Aval, Backend, DType } from '@proj/backend'
export { effectsBarrier, type PureCallbackOptions, pureCallback } from './api/callback.ts'
export {
  type CheckpointOptions,
  type CheckpointPolicy,
  checkpoint,
  checkpoint as remat,
  checkpointName,
  checkpointPolicies,
} from './api/checkpoint.ts'
export type { CustomOptions } from './api/custom.ts'
export { type CustomJvp, customJvp } from './api/customJvp.ts'
export { type CustomVjp, customGradient, customVjp } from './api/customVjp.ts'
export { type CustomVmap, customVmap } from './api/customVmap.ts'
export * as debug from './api/debug.ts'
export { blockUntilReady, deviceGet, devicePut } from './api/device.ts'
export { type AuxOptions, closureConvert, jvp, linearize, linearTranspose, vjp } from './api/differentiate.ts'
export { printEnvironmentInfo } from './api/environment.ts'
export { explain } from './api/explain.ts'
// Transforms
export { type GradOptions, grad, valueAndGrad } from './api/grad.ts'
export { ClosedJaxpr, evalShape, makeJaxpr, ShapeDtypeStruct } from './api/inspect.ts'
export { hessian, type Jacobian, jacfwd, jacobian, jacrev } from './api/jacobian.ts'
export { type JitOptions, type Jitted, jit } from './api/jit.ts'
export { Compiled, Lowered } from './api/lower.ts'
export { type Profile, type ProfileOptions, profile, Trace } from './api/profile.ts'
export * as profiler from './api/profiler.ts'
export { stopGradient } from './api/stopGradient.ts'
export { ensureCompileTimeEval, namedCall, typeOf } from './api/tracing.ts'
export { type Axes, type VmapOptions, vmap } from './api/vmap.ts'
// Arrays
export { type ArrayLike, isNDArray, NDArray } from './array.ts'
// Where and how things run
export { getBackend, setBackend } from './backends.ts'
export { config, withConfig } from './config.ts'
// Errors
export {
  BackendError,
  DTypeError,
  FloatingPointError,
  OptionError,
  ShapeError,
  TracerError,
  TransformError,
  UnsupportedOp,
} from './errors.ts'
export { clearCaches } from './evaluate.ts'
export * as image from './image/index.ts'
export * as numpy from './numpy/index.ts'
export * as ops from './ops/index.ts'
export * as random from './random/index.ts'
export * as scipy from './scipy/index.ts'
export * as lax from './subpaths/lax.ts'
