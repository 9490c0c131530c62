// The public list of `@proj/backend-gpu`. What is not here is private.

export type { GpuBuffer } from './buffers.ts'
export type { GpuExecutable } from './executable.ts'
export { type WebglBackend, type WebglOptions, type WebglStats, webgl } from './gpu.ts'
