// The public list of `@proj/autodiff`, in reading order. What is not here is private.
import './install.ts'

export type { Aval, Backend, DType } from '@proj/backend'
export { jvp, linearize, vjp } from './api/differentiate.ts'
// Transforms
export { type GradOptions, grad, valueAndGrad } from './api/grad.ts'
export { ClosedJaxpr, evalShape, makeJaxpr, ShapeDtypeStruct } from './api/inspect.ts'
export { type JitOptions, jit } from './api/jit.ts'
export { stopGradient } from './api/stopGradient.ts'
export { type Axes, type VmapOptions, vmap } from './api/vmap.ts'
// Arrays
export { type ArrayLike, isNDArray, NDArray } from './array.ts'
// Where and how things run
export { getBackend, setBackend } from './backends.ts'
export { config, withConfig } from './config.ts'
// Errors
export { BackendError, DTypeError, ShapeError, TracerError, TransformError, UnsupportedOp } from './errors.ts'
export { clearCaches } from './evaluate.ts'
export * as lax from './lax/index.ts'
export * as numpy from './numpy/index.ts'
export * as random from './random/index.ts'
