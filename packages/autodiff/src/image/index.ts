// `jax.image`, name for name in camelCase.
export { ResizeMethod, type ResizeMethodName } from './kernels.ts'
export { type ResizeOptions, resize, scaleAndTranslate } from './resize.ts'
