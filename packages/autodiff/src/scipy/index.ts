// `jax.scipy`, name for name in camelCase.
export * as linalg from './linalg/index.ts'
export * as signal from './signal/index.ts'
export * as special from './special/index.ts'
export * as stats from './stats/index.ts'
